// Convolution alone: forward, data gradient and filter gradient over groups of images.
#include "convolution_kernels.h"

#include "../core/parallel.h"
#include "direct.h"
#include "inference.h"
#include "plans.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {

void convolutionForward(const ConvolutionShape& s, const float* x, const float* filter, float* y) {
  const ForwardPlan plan = planForward(s);
  const float* prepared = prepareForward(plan, filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats));
  runForward(plan, prepared, x, y, kNothingToDo);
}

void convolutionInputGradient(const ConvolutionShape& s, const float* dy, const float* filter, float* dx) {
  const InputGradientPlan plan = planInputGradient(s);
  const float* prepared =
      prepareInputGradient(plan, filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats));
  runInputGradient(plan, prepared, dy, false, dx);
}

void convolutionFilterGradient(const ConvolutionShape& s, const float* x, const float* dy, float* dFilter) {
  // Kernels read whole vectors of dy; only a copy may be read past its end.
  if (s.outputChannels % kLanes != 0) {
    const size_t floats = s.batch * outputImageSize(s);
    float* copy = sharedScratch(SharedScratch::kPackedFilter, floats + kLanes);
    std::memcpy(copy, dy, floats * sizeof(float));
    std::memset(copy + floats, 0, kLanes * sizeof(float));
    dy = copy;
  }
  runFilterGradient(planFilterGradient(s), x, dy, dFilter);
}

ConvolutionAlgorithms convolutionAlgorithms(const ConvolutionShape& s) {
  return {static_cast<int>(planForward(s).algorithm), static_cast<int>(planInputGradient(s).algorithm),
          static_cast<int>(planFilterGradient(s).algorithm)};
}

const ConvolutionKernels& convolutionKernels() {
  static constexpr ConvolutionKernels kernels{
      convolutionForward,          convolutionInputGradient,     convolutionFilterGradient,
      convolutionBatchNormForward, convolutionBatchNormGradient, convolutionAlgorithms,
      preparedConvolutionSize,     prepareConvolution,           runPreparedConvolution,
  };
  return kernels;
}

}  // namespace resnet::RESNET_ISA
