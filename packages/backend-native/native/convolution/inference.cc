// γ·(conv(x) − μ)/√(σ² + ε) + β is a convolution with the filter scaled by γ/√(σ² + ε), and a shift: the epilogue adds
// the shift and the residual and rectifies while the sums are still in registers.
//
// Prepared: the shift, readable in whole register tiles, then the scaled filter as its plan lays it out.
#include "inference.h"

#include "../core/parallel.h"
#include "plans.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kRowsPerTask = 64;

size_t shiftFloats(const ConvolutionShape& s) {
  return static_cast<size_t>(panelCount(s.outputChannels)) * kTileColumns;
}

}  // namespace

PreparedSize preparedConvolutionSize(const ConvolutionShape& s) {
  const ForwardPlan plan = planForward(s);
  // Both forms of Winograd read one layout; another instruction set has other panels.
  const int form = plan.algorithm == Algorithm::kDirect ? 0 : plan.algorithm == Algorithm::kPatches ? 1 : 2;
  return {shiftFloats(s) + plan.filterFloats, 4 * kTileColumns + form};
}

void prepareConvolution(const PrepareConvolutionArguments& a) {
  const ConvolutionShape& s = a.shape;
  const int channels = s.outputChannels, rows = s.filterHeight * s.filterWidth * s.inputChannels;
  float* scale = sharedScratch(SharedScratch::kStatistics, shiftFloats(s));
  std::memset(a.prepared, 0, shiftFloats(s) * sizeof(float));
  for (int c = 0; c < channels; ++c) {
    scale[c] = a.gamma[c] / __builtin_sqrtf(a.variance[c] + a.epsilon);
    a.prepared[c] = a.beta[c] - a.mean[c] * scale[c];
  }
  float* scaled = sharedScratch(SharedScratch::kGradient, static_cast<size_t>(rows) * channels);
  parallel((rows + kRowsPerTask - 1) / kRowsPerTask, [&](int64_t task, int) {
    const int begin = static_cast<int>(task) * kRowsPerTask, end = smaller(begin + kRowsPerTask, rows);
    for (int row = begin; row < end; ++row) {
      const size_t at = static_cast<size_t>(row) * channels;
      for (int c = 0; c < channels; ++c) scaled[at + c] = a.filter[at + c] * scale[c];
    }
  });
  const ForwardPlan plan = planForward(s);
  float* filter = a.prepared + shiftFloats(s);
  const float* result = prepareForward(plan, scaled, filter);
  if (result != filter) std::memcpy(filter, result, plan.filterFloats * sizeof(float));
}

void runPreparedConvolution(const RunPreparedConvolutionArguments& a) {
  const Epilogue epilogue{a.prepared, a.residual, a.relu ? 0.0f : -__builtin_inff()};
  runInference(planForward(a.shape), a.prepared + shiftFloats(a.shape), a.x, epilogue, a.y);
}

}  // namespace resnet::RESNET_ISA
