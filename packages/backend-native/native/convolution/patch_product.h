// Convolution as a product of patches and a packed filter, in blocks that stay in the caches; see patch_product.cc.
#pragma once

#include "../core/vector.h"
#include "convolution.h"
#include "epilogue.h"
#include "patches.h"

namespace resnet::RESNET_ISA {

// A matrix [depth][columns] as panels of one register tile's columns, each [depth][kTileColumns], padded with zeros.
size_t panelsSize(int depth, int columns);
// These three run in parallel.
void packPanels(const float* matrix, int depth, int columns, float* panels);
void unpackPanels(const float* panels, int depth, int columns, float* matrix);
// The filter of the data gradient: for each phase of the stride, panels [taps·Cout][Cin].
void packGradientPanels(const ConvolutionShape& shape, const float* filter, float* panels);

// Where the pixels of a product go: pixel (y, x) of an image to y·row + x·pixel.
struct Placement {
  ptrdiff_t row, pixel;
  size_t image;  // floats from one image to the next
  static Placement dense(int height, int width, int channels) {
    return {static_cast<ptrdiff_t>(width) * channels, channels, static_cast<size_t>(height) * width * channels};
  }
};

size_t patchProductScratchSize(int columns);
// Pixels [first, first + count), counted through all images, × columns [columnBegin, columnEnd).
struct ProductPart {
  int first, count, columnBegin, columnEnd;
};
// Rows of patches, one for each pixel of all images, that many threads will read.
struct PatchRows {
  const float* first = nullptr;  // null: each part gathers its own
  ptrdiff_t row = 0;             // floats from one to the next
};
// out = [out +] patches · panels, a part of it, by one thread. columnBegin is the first column of a panel. An epilogue
// needs a dense placement.
void patchProduct(const Patches& s, const ProductPart& part, const float* x, const float* panels, int columns, bool add,
                  const Epilogue& epilogue, float* out, const Placement& place, float* scratch,
                  const PatchRows& gathered = {});
// out = epilogue(patches · panels) for all pixels of `images` images, in parallel, in parts small enough that one image
// keeps many threads busy.
void patchInference(const Patches& s, int images, const float* x, const float* panels, int columns,
                    const Epilogue& epilogue, float* out);
// The data gradient of `images` images, by one thread; panels from packGradientPanels.
void patchInputGradient(const ConvolutionShape& s, int images, const float* dy, const float* panels, bool add,
                        float* dx, float* scratch);

// Steps [depthBegin, depthEnd) of the patches × columns [columnBegin, columnEnd) of the filter gradient; columnBegin is
// the first column of a panel.
struct GradientPart {
  int depthBegin, depthEnd, columnBegin, columnEnd;
};
size_t patchGradientScratchSize(int depth, int columns);  // of a part of that size
// Adds patchesᵀ · dy of `images` images to the part of an accumulator in panels, by one thread.
void patchFilterGradient(const Patches& s, int images, const float* x, const float* dy, int columns,
                         const GradientPart& part, float* accumulator, float* scratch);

}  // namespace resnet::RESNET_ISA
