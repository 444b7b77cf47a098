// Direct convolution of one image by one thread; any filter size, stride and channel count. See direct.cc.
#pragma once

#include "../core/vector.h"
#include "convolution.h"

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

// Filters packed in rows of whole vectors; packing is skipped (and filter returned) where rows already are.
size_t directFilterSize(const ConvolutionShape& s);
const float* directFilter(const ConvolutionShape& s, const float* filter, float* packed);
void directForwardImage(const ConvolutionShape& s, const BorderedImage& x, const float* packedFilter, float* y);

// The data gradient: filters rotated, channels exchanged and split by the phase of the stride.
size_t directGradientFilterSize(const ConvolutionShape& s);
void directGradientFilter(const ConvolutionShape& s, const float* filter, float* packed);
size_t directInputGradientScratchSize(const ConvolutionShape& s);  // floats, per thread
void directInputGradientImage(const ConvolutionShape& s, const float* dy, const float* packedFilter, float* dx,
                              float* scratch);

// The filter gradient of one image, added to accumulator [kH][kW·Cin][Cout rounded up to whole vectors].
// dy must be readable for one vector past its end.
size_t directAccumulatorSize(const ConvolutionShape& s);
// Columns [firstColumn, firstColumn + columns) of the output channels; whole vectors from a vector boundary.
void directFilterGradientImage(const ConvolutionShape& s, const BorderedImage& x, const float* dy, float* accumulator,
                               int firstColumn, int columns);

}  // namespace resnet::RESNET_ISA
