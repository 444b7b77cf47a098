// 3×3 stride-1 convolution by Winograd F(4×4, 3×3) on groups of images; see winograd.cc.
#pragma once

#include "../core/vector.h"
#include "epilogue.h"

namespace resnet::RESNET_ISA {

// A stride-1 3×3 convolution: [height, width, channels] → [outputHeight, outputWidth, outputChannels].
struct WinogradShape {
  int height, width, channels;
  int outputHeight, outputWidth, outputChannels;
  int padTop, padLeft;
};

// Both channel counts must be whole vectors.
bool winogradApplies(const WinogradShape& shape);

size_t winogradScratchSize(const WinogradShape& shape);  // floats, per thread

// Transformed filters [36][C][K] and accumulators of their gradients, in panels; see winograd_filter.cc, in parallel.
size_t winogradFilterSize(const WinogradShape& shape);
void winogradTransformFilter(const float* filter, int channels, int outputChannels, float* transformed);
// The filter of the data gradient, rotated and with channels exchanged: filter [3, 3, C, K] → [36][K][C]
void winogradTransformRotatedFilter(const float* filter, int channels, int outputChannels, float* transformed);
// accumulator → dFilter [3, 3, C, K]
void winogradFinishFilterGradient(const float* accumulator, int channels, int outputChannels, float* dFilter);

// Tiles of 4×4 outputs in one image.
int winogradTiles(const WinogradShape& shape);
// Output tiles [first, first + count), counted through the images of x, into y or added to it; by one thread.
void winogradForward(const WinogradShape& shape, int first, int count, const float* x, const float* transformedFilter,
                     bool add, const Epilogue& epilogue, float* y, float* scratch);
// Adds the products of `images` images to the accumulator; by one thread.
void winogradFilterGradient(const WinogradShape& shape, int images, const float* x, const float* dy, float* accumulator,
                            float* scratch);

}  // namespace resnet::RESNET_ISA
