// Direct convolution of one image by one thread; any filter size, stride and channel count. See direct.cc.
#pragma once

#include "../core/vector.h"
#include "convolution.h"
#include "epilogue.h"

namespace resnet::RESNET_ISA {

// True when the image can be read as it is, without a zero border.
RESNET_INLINE bool needsNoBorder(const ConvolutionShape& s) {
  return s.padTop == 0 && s.padLeft == 0 && s.padBottom == 0 && s.padRight == 0;
}

RESNET_INLINE size_t inputImageSize(const ConvolutionShape& s) {
  return static_cast<size_t>(s.inputHeight) * s.inputWidth * s.inputChannels;
}
RESNET_INLINE size_t outputImageSize(const ConvolutionShape& s) {
  return static_cast<size_t>(s.outputHeight) * s.outputWidth * s.outputChannels;
}
RESNET_INLINE size_t filterSize(const ConvolutionShape& s) {
  return static_cast<size_t>(s.filterHeight) * s.filterWidth * s.inputChannels * s.outputChannels;
}

// An image with its zero border, ready to be walked.
struct BorderedImage {
  const float* data;
  ptrdiff_t row;  // floats from one row to the next
};

size_t borderedInputSize(const ConvolutionShape& s);  // floats of scratch for borderedInput
BorderedImage borderedInput(const ConvolutionShape& s, const float* image, float* scratch);
// Only the rows of the image that output rows [first, first + count) meet.
BorderedImage borderedRows(const ConvolutionShape& s, const float* image, int first, int count, float* scratch);

// Filters packed in rows of whole vectors; packing is skipped (and filter returned) where rows already are.
size_t directFilterSize(const ConvolutionShape& s);
const float* directFilter(const ConvolutionShape& s, const float* filter, float* packed);
// `rows` output rows; x and y begin at the first of them.
void directForwardRows(const ConvolutionShape& s, const BorderedImage& x, int rows, const float* packedFilter,
                       const Epilogue& epilogue, float* y);

// The data gradient: filters rotated, channels exchanged and split by the phase of the stride.
size_t directGradientFilterSize(const ConvolutionShape& s);
void directGradientFilter(const ConvolutionShape& s, const float* filter, float* packed);
size_t directInputGradientScratchSize(const ConvolutionShape& s);  // floats, per thread
// dx = [dx +] the gradient
void directInputGradientImage(const ConvolutionShape& s, const float* dy, const float* packedFilter, bool add,
                              float* dx, float* scratch);

// The filter gradient of one image, added to accumulator [kH][kW·Cin][Cout rounded up to whole vectors].
// dy must be readable for one vector past its end.
size_t directAccumulatorSize(const ConvolutionShape& s);
void directFilterGradientImage(const ConvolutionShape& s, const BorderedImage& x, const float* dy, float* accumulator);
void directUnpackAccumulator(const ConvolutionShape& s, const float* accumulator, float* dFilter);

}  // namespace resnet::RESNET_ISA
