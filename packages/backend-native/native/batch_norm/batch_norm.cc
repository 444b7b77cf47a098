// Batch norm on its own, [pixels, channels]: the passes and steps of the fused form, over one long image.
//
// Forward: (1) every region of pixels, read twice while it lies in the cache, gives its mean and its sum of squared
// deviations; (2) regions are merged in order, in double; (3) one pass writes y.
// Gradient: (1) per region the ReLU mask and both sums, merged in order in double; (2) one pass writes dx.
// The ReLU mask of the gradient is y <= 0: a NaN lets the gradient through, as in PyTorch, and is seen in it.
#include "batch_norm/batch_norm.h"

#include "batch_norm/batch_norm_steps.h"

namespace resnet::RESNET_ISA {

namespace {

void forward(const BatchNormArguments& a) {
  const Period period = periodOf(a.channels);
  const Regions regions = regionsOf(1, a.pixels, a.channels);
  const size_t rows = static_cast<size_t>(regions.count()) * a.channels;
  float* means = sharedScratch(SharedScratch::kStatistics, 2 * rows + 2 * period.floats);
  float* deviations = means + rows;
  float *scale = deviations + rows, *shift = scale + period.floats;
  parallel(regions.count(), [&](int64_t r, int thread) {
    regionStatistics(a.x + regions.begin(r), regions.pixelsOf(r), a.channels, period, means + r * a.channels,
                     deviations + r * a.channels, threadScratch(thread, 2 * period.floats));
  });
  auto* sums = reinterpret_cast<double*>(sharedScratch(SharedScratch::kOther, 4 * static_cast<size_t>(a.channels)));
  finishStatistics(a, regions, means, deviations, sums);
  const auto& [mean, variance, newMean, newVariance] = a.statistics;
  scaleAndShift(a.gamma, a.beta, mean, variance, a.epsilon, a.channels, period, scale, shift);
  normaliseAll(a.x, scale, shift, a.residual, a.relu, regions.floats(), period, a.y);
}

void gradient(const BatchNormGradientArguments& a) {
  const Period period = periodOf(a.channels);
  const Regions regions = regionsOf(1, a.pixels, a.channels);
  const GradientSums sums = sumGradients(a, regions, period);
  sweep(regions.floats(), period, [&](size_t begin, size_t floats) {
    normalisationGradient(sums.g + begin, a.x + begin, sums.periods, sums.mask, floats, period, a.dx + begin);
  });
}

void inference(const BatchNormInferenceArguments& a) {
  const Period period = periodOf(a.channels);
  float* scale = sharedScratch(SharedScratch::kStatistics, 2 * period.floats);
  float* shift = scale + period.floats;
  scaleAndShift(a.gamma, a.beta, a.mean, a.variance, a.epsilon, a.channels, period, scale, shift);
  normaliseAll(a.x, scale, shift, a.residual, a.relu, static_cast<size_t>(a.pixels) * a.channels, period, a.y);
}

}  // namespace

const BatchNormKernels& batchNormKernels() {
  static constexpr BatchNormKernels table{forward, gradient, inference};
  return table;
}

}  // namespace resnet::RESNET_ISA
