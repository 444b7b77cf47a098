// Which algorithm runs a convolution, decided from its shape alone, and one interface over all of them:
//   Winograd        3×3 stride 1 on whole vectors of channels; by block while the filter fits the second-level cache,
//                   by position beyond that
//   patch product   1×1 and strided convolutions with many channels
//   direct          the rest: few channels
//
// Most plans work on groups of neighbouring images, each group on one thread, so that what follows a convolution finds
// its output in the cache and what precedes it need not go through memory. The size of a group depends only on the
// shape, so that the arithmetic, and its order, is the same for any number of threads.
#pragma once

#include "../core/vector.h"
#include "convolution.h"
#include "epilogue.h"
#include "group_done.h"
#include "patches.h"
#include "winograd.h"

namespace resnet::RESNET_ISA {

// In the order of CONVOLUTION_ALGORITHMS in src/addon.ts.
enum class Algorithm { kDirect, kPatches, kWinograd, kWinogradBatch };

struct ForwardPlan {
  ConvolutionShape shape;
  Algorithm algorithm;
  WinogradShape tile;
  Patches patches;
  int group;             // images in a group
  size_t filterFloats;   // of the prepared filter
  size_t scratchFloats;  // of a thread
};
ForwardPlan planForward(const ConvolutionShape& shape);
// In parallel; `prepared` has plan.filterFloats. May return the filter itself.
const float* prepareForward(const ForwardPlan& plan, const float* filter, float* prepared);
// The whole batch, in parallel, group by group; `done` is called with each.
void runForward(const ForwardPlan& plan, const float* prepared, const float* x, float* y, const GroupDone& done);
// The whole batch, in parallel, in parts small enough that one image keeps all threads busy: a sum does not depend on
// the part that it is in.
void runInference(const ForwardPlan& plan, const float* prepared, const float* x, const Epilogue& epilogue, float* y);

struct InputGradientPlan {
  ConvolutionShape shape;
  Algorithm algorithm;
  WinogradShape tile;  // of the convolution of dy
  int group;
  size_t filterFloats;
  size_t scratchFloats;
  bool grouped() const { return algorithm != Algorithm::kWinogradBatch; }
};
InputGradientPlan planInputGradient(const ConvolutionShape& shape);
const float* prepareInputGradient(const InputGradientPlan& plan, const float* filter, float* prepared);
// dx = [dx +] the gradient. One group on one thread; only where grouped().
void inputGradientGroup(const InputGradientPlan& plan, const float* prepared, int images, const float* dy, bool add,
                        float* dx, float* scratch);
// The whole batch, in parallel.
void runInputGradient(const InputGradientPlan& plan, const float* prepared, const float* dy, bool add, float* dx);

// Small filters: every chunk of images sums into an accumulator of its own, added up in chunk order.
// Large filters: the filter is cut into parts, each summed over all images by one task.
struct FilterGradientPlan {
  ConvolutionShape shape;
  Algorithm algorithm;
  WinogradShape tile;
  Patches patches;
  int group;
  size_t accumulatorFloats;
  size_t scratchFloats;
  int chunks;  // accumulators; 0 for large filters
  bool grouped() const { return chunks > 0; }
};
FilterGradientPlan planFilterGradient(const ConvolutionShape& shape);
int chunkBegin(const FilterGradientPlan& plan, int chunk);  // first image of a chunk
// One group on one thread; only where grouped(). dy must be readable for one vector past its end.
void filterGradientGroup(const FilterGradientPlan& plan, int images, const float* x, const float* dy,
                         float* accumulator, float* scratch);
// Adds up the accumulators of all chunks (in place, into the first) and writes dFilter; in parallel.
void finishFilterGradient(const FilterGradientPlan& plan, float* accumulators, float* dFilter);
// The whole batch, in parallel. dy must be readable for one vector past its end.
void runFilterGradient(const FilterGradientPlan& plan, const float* x, const float* dy, float* dFilter);

}  // namespace resnet::RESNET_ISA
