// Convolution + batch norm [+ residual] [+ ReLU] in training: forward and its gradient.
//
// Forward, two sweeps: (1) convolve a group of images into z and take its statistics while it is in the cache;
// (2) normalise, add and rectify. Backward, two sweeps: (1) the ReLU mask and both reductions of batch norm,
// writing the residual's gradient on the way; (2) per group of images, form dz in cache and feed it to the data
// gradient and the filter gradient at once, so that dz never goes to memory (unless the filter is too large for
// per-chunk accumulators, see plans.h). A gradient that x has already is added where dx is stored.
#include "../batch_norm/batch_norm_steps.h"
#include "../core/parallel.h"
#include "channel_passes.h"
#include "convolution_kernels.h"
#include "direct.h"
#include "plans.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {
namespace {

// The data gradient, written to dx or added to what x has already.
struct InputGradient {
  const ConvolutionBatchNormGradientArguments& a;
  InputGradientPlan plan;
  const float* prepared;
  bool add;

  explicit InputGradient(const ConvolutionBatchNormGradientArguments& arguments)
      : a(arguments),
        plan(planInputGradient(arguments.shape)),
        prepared(a.dx == nullptr ? nullptr
                                 : prepareInputGradient(
                                       plan, a.filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats))),
        add(a.dxSum != nullptr) {}

  void group(int first, int images, const float* dz, float* scratch) const {
    if (prepared == nullptr) return;
    const size_t at = first * inputImageSize(a.shape);
    if (add && a.dxSum != a.dx) std::memcpy(a.dx + at, a.dxSum + at, images * inputImageSize(a.shape) * sizeof(float));
    inputGradientGroup(plan, prepared, images, dz, add, a.dx + at, scratch);
  }

  void batch(const float* dz) const {
    if (prepared == nullptr) return;
    if (add && a.dxSum != a.dx) std::memcpy(a.dx, a.dxSum, a.shape.batch * inputImageSize(a.shape) * sizeof(float));
    runInputGradient(plan, prepared, dz, add, a.dx);
  }
};

}  // namespace

void convolutionBatchNormForward(const ConvolutionBatchNormArguments& a) {
  const ConvolutionShape& s = a.shape;
  const int channels = s.outputChannels;
  const Period period = periodOf(channels);
  const Regions regions = regionsOf(s.batch, int64_t{s.outputHeight} * s.outputWidth, channels);
  const size_t rows = static_cast<size_t>(regions.count()) * channels;

  const ForwardPlan plan = planForward(s);
  const float* prepared =
      prepareForward(plan, a.filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats));
  float* means = sharedScratch(SharedScratch::kStatistics, 2 * rows + 2 * period.floats);
  float* deviations = means + rows;
  float *scale = deviations + rows, *shift = scale + period.floats;
  const auto takeStatistics = [&](int first, int images, int thread) {
    float* scratch = threadScratch(thread, 2 * period.floats);
    for (int64_t r = first * regions.perImage; r < (first + images) * regions.perImage; ++r) {
      regionStatistics(a.z + regions.begin(r), regions.pixelsOf(r), channels, period, means + r * channels,
                       deviations + r * channels, scratch);
    }
  };
  runForward(plan, prepared, a.x, a.z, groupDone(takeStatistics));

  const BatchNormArguments norm{regions.images * regions.imagePixels,
                                channels,
                                a.z,
                                a.gamma,
                                a.beta,
                                a.runningMean,
                                a.runningVariance,
                                a.residual,
                                a.y,
                                a.statistics,
                                a.epsilon,
                                a.runningFraction,
                                a.relu};
  auto* sums = reinterpret_cast<double*>(sharedScratch(SharedScratch::kOther, 4 * static_cast<size_t>(channels)));
  finishStatistics(norm, regions, means, deviations, sums);
  scaleAndShift(a.gamma, a.beta, a.statistics.mean, a.statistics.variance, a.epsilon, channels, period, scale, shift);
  normaliseAll(a.z, scale, shift, a.residual, a.relu, regions.floats(), period, a.y);
}

void convolutionBatchNormGradient(const ConvolutionBatchNormGradientArguments& a) {
  const ConvolutionShape& s = a.shape;
  const int channels = s.outputChannels;
  const Period period = periodOf(channels);
  const Regions regions = regionsOf(s.batch, int64_t{s.outputHeight} * s.outputWidth, channels);
  const GradientSums sums =
      sumGradients({regions.images * regions.imagePixels, channels, a.dy, a.y, a.z, a.gamma, a.beta, a.mean, a.variance,
                    nullptr, a.dGamma, a.dBeta, a.dResidual, a.epsilon, a.relu},
                   regions, period);
  const FilterGradientPlan filterPlan = planFilterGradient(s);
  const size_t imageSize = outputImageSize(s);
  const InputGradient inputGradient(a);
  if (!filterPlan.grouped() || (a.dx != nullptr && !inputGradient.plan.grouped())) {
    float* dz = sharedScratch(SharedScratch::kGradient, regions.floats() + kLanes);
    sweep(regions.floats(), period, [&](size_t begin, size_t count) {
      normalisationGradient(sums.g + begin, a.z + begin, sums.periods, sums.mask, count, period, dz + begin);
    });
    std::memset(dz + regions.floats(), 0, kLanes * sizeof(float));
    runFilterGradient(filterPlan, a.x, dz, a.dFilter);
    inputGradient.batch(dz);
    return;
  }

  float* accumulators = sharedScratch(SharedScratch::kPartialSums, filterPlan.accumulatorFloats * filterPlan.chunks);
  const size_t inputFloats = inputGradient.plan.scratchFloats;
  const size_t working = filterPlan.scratchFloats > inputFloats ? filterPlan.scratchFloats : inputFloats;
  parallel(filterPlan.chunks, [&](int64_t chunk, int thread) {
    float* accumulator = accumulators + chunk * filterPlan.accumulatorFloats;
    std::memset(accumulator, 0, filterPlan.accumulatorFloats * sizeof(float));
    float* scratch = threadScratch(thread, working + filterPlan.group * imageSize + 2 * kLanes);
    float* dz = scratch + roundUpToLanes(static_cast<int>(working));
    const int end = chunkBegin(filterPlan, static_cast<int>(chunk) + 1);
    for (int first = chunkBegin(filterPlan, static_cast<int>(chunk)); first < end; first += filterPlan.group) {
      const int images = end - first < filterPlan.group ? end - first : filterPlan.group;
      const size_t at = first * imageSize;
      normalisationGradient(sums.g + at, a.z + at, sums.periods, sums.mask, images * imageSize, period, dz);
      std::memset(dz + images * imageSize, 0, kLanes * sizeof(float));
      filterGradientGroup(filterPlan, images, a.x + first * inputImageSize(s), dz, accumulator, scratch);
      inputGradient.group(first, images, dz, scratch);
    }
  });
  finishFilterGradient(filterPlan, accumulators, a.dFilter);
}

}  // namespace resnet::RESNET_ISA
