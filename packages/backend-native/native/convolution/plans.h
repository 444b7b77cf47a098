// Which algorithm runs a convolution, decided from its shape alone, and one interface over both: Winograd for 3×3
// stride 1 on whole vectors of channels, direct for everything else.
//
// A plan works on groups of neighbouring images, each group on one thread. The size of a group depends only on the
// shape, so that the arithmetic, and its order, is the same for any number of threads.
#pragma once

#include "../core/vector.h"
#include "convolution.h"
#include "winograd.h"

namespace resnet::RESNET_ISA {

struct ForwardPlan {
  ConvolutionShape shape;
  bool winograd;
  WinogradShape tile;
  int group;             // images in a group
  size_t filterFloats;   // of the prepared filter
  size_t scratchFloats;  // of a thread
};
ForwardPlan planForward(const ConvolutionShape& shape);
const float* prepareForward(const ForwardPlan& plan, const float* filter, float* prepared);
void forwardGroup(const ForwardPlan& plan, const float* prepared, int images, const float* x, float* y, float* scratch);

struct InputGradientPlan {
  ConvolutionShape shape;
  bool winograd;
  WinogradShape tile;  // of the convolution of dy
  int group;
  size_t filterFloats;  // of the prepared filter, working space included
  size_t scratchFloats;
};
InputGradientPlan planInputGradient(const ConvolutionShape& shape);
const float* prepareInputGradient(const InputGradientPlan& plan, const float* filter, float* prepared);
void inputGradientGroup(const InputGradientPlan& plan, const float* prepared, int images, const float* dy, float* dx,
                        float* scratch);

// Small filters: every chunk of images sums into an accumulator of its own, added up in chunk order.
// Large filters: one accumulator, split by output channels, each part summed over all images by one task.
struct FilterGradientPlan {
  ConvolutionShape shape;
  bool winograd;
  WinogradShape tile;
  int group;
  size_t accumulatorFloats;
  size_t scratchFloats;
  int chunks;  // accumulators; 0 for large filters
};
FilterGradientPlan planFilterGradient(const ConvolutionShape& shape);
int chunkBegin(const FilterGradientPlan& plan, int chunk);  // first image of a chunk
// dy must be readable for one vector past its end.
void filterGradientGroup(const FilterGradientPlan& plan, int images, const float* x, const float* dy,
                         float* accumulator, float* scratch);
// Adds up the accumulators of all chunks (in place, into the first) and writes dFilter.
void finishFilterGradient(const FilterGradientPlan& plan, float* accumulators, float* dFilter);
// The large form, whole batch, in parallel.
void filterGradientByColumns(const FilterGradientPlan& plan, const float* x, const float* dy, float* dFilter);

}  // namespace resnet::RESNET_ISA
