// 3×3 stride-1 convolution by Winograd F(4×4, 3×3) on groups of images; see winograd.cc.
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

// A stride-1 3×3 convolution: [height, width, channels] → [outputHeight, outputWidth, outputChannels].
struct WinogradShape {
  int height, width, channels;
  int outputHeight, outputWidth, outputChannels;
  int padTop, padLeft;
};

// Both channel counts must be whole vectors.
bool winogradApplies(const WinogradShape& shape);

size_t winogradFilterSize(const WinogradShape& shape);        // floats of a transformed filter
size_t winogradScratchSize(const WinogradShape& shape);       // floats, per thread
size_t winogradGradientScratchSize(const WinogradShape& shape);

// filter [3, 3, C, K] → [36][C][K]
void winogradTransformFilter(const float* filter, int channels, int outputChannels, float* transformed);
// The filter of the data gradient, rotated and with channels exchanged: filter [3, 3, C, K] → [36][K][C]
void winogradTransformRotatedFilter(const float* filter, int channels, int outputChannels, float* transformed,
                                    float* scratch /* 9·C·K floats */);

// `images` images of x through a transformed filter into y.
void winogradForward(const WinogradShape& shape, int images, const float* x, const float* transformedFilter, float* y,
                     float* scratch);

// Adds the products of `images` images to accumulator [36][C][K].
void winogradFilterGradient(const WinogradShape& shape, int images, const float* x, const float* dy,
                            float* accumulator, float* scratch);
// accumulator [36][C][K] → dFilter [3, 3, C, K]
void winogradFinishFilterGradient(const float* accumulator, int channels, int outputChannels, float* dFilter);

}  // namespace resnet::RESNET_ISA
