// γ·(conv(x) − μ)/√(σ² + ε) + β is a convolution with the filter scaled by γ/√(σ² + ε), and a shift: the epilogue adds
// the shift and the residual and rectifies while the sums are still in registers.
#include "inference.h"

#include "../core/parallel.h"
#include "convolution_kernels.h"
#include "plans.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {
namespace {

// The shift comes first, readable in whole register tiles.
size_t shiftFloats(const ConvolutionShape& s) {
  return static_cast<size_t>(s.outputChannels + kTileColumns - 1) / kTileColumns * kTileColumns;
}

}  // namespace

PreparedSize inferencePreparedSize(const ConvolutionShape& s) {
  const ForwardPlan plan = planForward(s);
  // One layout of filters serves both forms of Winograd.
  const bool winograd = plan.algorithm == Algorithm::kWinograd || plan.algorithm == Algorithm::kWinogradBatch;
  return {shiftFloats(s) + plan.filterFloats, winograd ? 2 : plan.algorithm == Algorithm::kPatches ? 1 : 0};
}

void prepareInference(const ConvolutionBatchNormInferenceArguments& a, float* prepared) {
  const ConvolutionShape& s = a.shape;
  const int channels = s.outputChannels, rows = s.filterHeight * s.filterWidth * s.inputChannels;
  float* scale = sharedScratch(SharedScratch::kStatistics, shiftFloats(s));
  std::memset(prepared, 0, shiftFloats(s) * sizeof(float));
  for (int c = 0; c < channels; ++c) {
    scale[c] = a.gamma[c] / __builtin_sqrtf(a.variance[c] + a.epsilon);
    prepared[c] = a.beta[c] - a.mean[c] * scale[c];
  }
  float* scaled = sharedScratch(SharedScratch::kGradient, static_cast<size_t>(rows) * channels);
  constexpr int kRows = 64;
  parallel((rows + kRows - 1) / kRows, [&](int64_t task, int) {
    for (int row = static_cast<int>(task) * kRows; row < (task + 1) * kRows && row < rows; ++row)
      for (int c = 0; c < channels; ++c) scaled[static_cast<size_t>(row) * channels + c] = a.filter[static_cast<size_t>(row) * channels + c] * scale[c];
  });
  const ForwardPlan plan = planForward(s);
  float* filter = prepared + shiftFloats(s);
  const float* result = prepareForward(plan, scaled, filter);
  if (result != filter) std::memcpy(filter, result, plan.filterFloats * sizeof(float));
}

void runPreparedInference(const ConvolutionBatchNormInferenceArguments& a, const float* prepared) {
  const float floor = a.relu ? 0.0f : -__builtin_inff();
  runInference(planForward(a.shape), prepared + shiftFloats(a.shape), a.x, {prepared, a.residual, floor}, a.y);
}

void convolutionBatchNormInference(const ConvolutionBatchNormInferenceArguments& a) {
  float* prepared = sharedScratch(SharedScratch::kPackedFilter, inferencePreparedSize(a.shape).floats);
  prepareInference(a, prepared);
  runPreparedInference(a, prepared);
}

}  // namespace resnet::RESNET_ISA
