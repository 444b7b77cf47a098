// The samples of a component around a region.
#pragma once

#include <stdint.h>

namespace images {

struct Plane {
  uint8_t* samples;
  int stride;
  // Of the first sample here, among those of the whole image.
  int left;
  int top;
  // Of the whole image, without what fills up its blocks.
  int width;
  int height;

  // The sample of column 0 in a row, which is not here itself where `left` is not 0.
  const uint8_t* row(int row) const { return samples + (row - top) * stride - left; }
};

}  // namespace images
