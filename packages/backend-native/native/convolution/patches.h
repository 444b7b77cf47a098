// The patches of an image, one a row, as a matrix that is never stored whole.
//
// Row p holds what the filter meets at output pixel p: tapsHigh · tapsWide · channels inputs, zeros outside the image.
// The forward pass walks x, the data gradient walks dy (one Patches for each phase of the stride).
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

struct Patches {
  int height, width, channels;  // of the image
  int rows, columns;            // output pixels: pixel p is (p / columns, p % columns)
  int stride, top, left;        // the patch of (y, x) begins at image pixel (y·stride + top, x·stride + left)
  int tapsHigh, tapsWide;

  int pixels() const { return rows * columns; }
  int depth() const { return tapsHigh * tapsWide * channels; }
  size_t imageSize() const { return static_cast<size_t>(height) * width * channels; }
  // True when row p is simply pixel p of the image.
  bool isImage() const {
    return tapsHigh == 1 && tapsWide == 1 && stride == 1 && top == 0 && left == 0 && rows == height && columns == width;
  }
};

// Steps [begin, end) of the depth of pixels [first, first + count), counted through all images, into rows of out.
void gatherPatches(const Patches& s, const float* images, int first, int count, int begin, int end, float* out,
                   ptrdiff_t outRow);

}  // namespace resnet::RESNET_ISA
