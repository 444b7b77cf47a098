// Convolution alone: forward, data gradient and filter gradient over groups of images.
#include "convolution_kernels.h"

#include "../core/parallel.h"
#include "direct.h"
#include "plans.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {

void convolutionForward(const ConvolutionShape& s, const float* x, const float* filter, float* y) {
  const ForwardPlan plan = planForward(s);
  const float* prepared =
      prepareForward(plan, filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats));
  parallel((s.batch + plan.group - 1) / plan.group, [&](int64_t group, int thread) {
    const int first = static_cast<int>(group) * plan.group;
    const int images = s.batch - first < plan.group ? s.batch - first : plan.group;
    forwardGroup(plan, prepared, images, x + first * inputImageSize(s), y + first * outputImageSize(s),
                 threadScratch(thread, plan.scratchFloats));
  });
}

void convolutionInputGradient(const ConvolutionShape& s, const float* dy, const float* filter, float* dx) {
  const InputGradientPlan plan = planInputGradient(s);
  const float* prepared =
      prepareInputGradient(plan, filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats));
  parallel((s.batch + plan.group - 1) / plan.group, [&](int64_t group, int thread) {
    const int first = static_cast<int>(group) * plan.group;
    const int images = s.batch - first < plan.group ? s.batch - first : plan.group;
    inputGradientGroup(plan, prepared, images, dy + first * outputImageSize(s), dx + first * inputImageSize(s),
                       threadScratch(thread, plan.scratchFloats));
  });
}

void convolutionFilterGradient(const ConvolutionShape& s, const float* x, const float* dy, float* dFilter) {
  const FilterGradientPlan plan = planFilterGradient(s);
  // Kernels read whole vectors of dy; only a copy may be read past its end.
  if (s.outputChannels % kLanes != 0) {
    const size_t floats = s.batch * outputImageSize(s);
    float* copy = sharedScratch(SharedScratch::kPackedFilter, floats + kLanes);
    std::memcpy(copy, dy, floats * sizeof(float));
    std::memset(copy + floats, 0, kLanes * sizeof(float));
    dy = copy;
  }
  if (plan.chunks == 0) {
    filterGradientByColumns(plan, x, dy, dFilter);
    return;
  }
  float* accumulators = sharedScratch(SharedScratch::kPartialSums, plan.accumulatorFloats * plan.chunks);
  parallel(plan.chunks, [&](int64_t chunk, int thread) {
    float* accumulator = accumulators + chunk * plan.accumulatorFloats;
    std::memset(accumulator, 0, plan.accumulatorFloats * sizeof(float));
    float* scratch = threadScratch(thread, plan.scratchFloats);
    const int end = chunkBegin(plan, static_cast<int>(chunk) + 1);
    for (int first = chunkBegin(plan, static_cast<int>(chunk)); first < end; first += plan.group) {
      const int images = end - first < plan.group ? end - first : plan.group;
      filterGradientGroup(plan, images, x + first * inputImageSize(s), dy + first * outputImageSize(s), accumulator, scratch);
    }
  });
  finishFilterGradient(plan, accumulators, dFilter);
}

const ConvolutionKernels& convolutionKernels() {
  static constexpr ConvolutionKernels kernels{
      convolutionForward,          convolutionInputGradient,     convolutionFilterGradient,
      convolutionBatchNormForward, convolutionBatchNormGradient, convolutionBatchNormInference,
  };
  return kernels;
}

}  // namespace resnet::RESNET_ISA
