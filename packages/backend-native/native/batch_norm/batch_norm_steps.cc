#include "batch_norm_steps.h"

namespace resnet::RESNET_ISA {
namespace {

double inverseDeviation(float variance, float epsilon) {
  return 1.0 / __builtin_sqrt(static_cast<double>(variance) + epsilon);
}

}  // namespace

Regions regionsOf(int64_t images, int64_t imagePixels, int channels) {
  const int pixels = regionPixels(channels);
  return {imagePixels, images, channels, pixels, (imagePixels + pixels - 1) / pixels};
}

void scaleAndShift(const float* gamma, const float* beta, const float* mean, const float* variance, float epsilon,
                   int channels, const Period& period, float* scale, float* shift) {
  for (int c = 0; c < channels; ++c) {
    scale[c] = static_cast<float>(gamma[c] * inverseDeviation(variance[c], epsilon));
    shift[c] = static_cast<float>(beta[c] - static_cast<double>(mean[c]) * scale[c]);
  }
  repeatChannels(scale, channels, period, scale);
  repeatChannels(shift, channels, period, shift);
}

void finishStatistics(const BatchNormArguments& a, const Regions& regions, const float* means, const float* deviations,
                      double* scratch) {
  const int channels = regions.channels;
  double *mean = scratch, *variance = scratch + channels;
  for (int c = 0; c < channels; ++c) mean[c] = variance[c] = 0;
  for (int64_t r = 0; r < regions.count(); ++r) {
    const double n = regions.pixelsOf(r);
    const float* m = means + r * channels;
    for (int c = 0; c < channels; ++c) mean[c] += n * m[c];
  }
  const double total = static_cast<double>(regions.images * regions.imagePixels);
  for (int c = 0; c < channels; ++c) mean[c] /= total;
  for (int64_t r = 0; r < regions.count(); ++r) {
    const double n = regions.pixelsOf(r);
    const float *m = means + r * channels, *d = deviations + r * channels;
    for (int c = 0; c < channels; ++c) {
      const double shift = m[c] - mean[c];
      variance[c] += d[c] + n * shift * shift;
    }
  }
  const double fraction = a.runningFraction, kept = 1 - fraction;
  for (int c = 0; c < channels; ++c) {
    a.statistics.mean[c] = static_cast<float>(mean[c]);
    a.statistics.variance[c] = static_cast<float>(variance[c] / total);
    a.statistics.newRunningMean[c] = static_cast<float>(kept * a.runningMean[c] + fraction * mean[c]);
    a.statistics.newRunningVariance[c] =
        static_cast<float>(kept * a.runningVariance[c] + fraction * variance[c] / (total - 1));
  }
}

void normaliseAll(const float* z, const float* scale, const float* shift, const float* residual, bool relu,
                  size_t floats, const Period& period, float* y) {
  const bool streamed = y != z && y != residual && worthStreaming(y, floats);
  sweep(floats, period, [&](size_t begin, size_t count) {
    normalisePixels(z + begin, scale, shift, residual == nullptr ? nullptr : residual + begin, relu, count, period,
                    streamed, y + begin);
  });
}

GradientSums sumGradients(const BatchNormGradientArguments& a, const Regions& regions, const Period& period) {
  const int channels = regions.channels;
  const size_t rows = static_cast<size_t>(regions.count()) * channels;
  float* sums = sharedScratch(SharedScratch::kStatistics, 2 * rows + 6 * period.floats);
  float* productSums = sums + rows;
  float *scale = productSums + rows, *shift = scale + period.floats, *mean = shift + period.floats;
  float *gradient = mean + period.floats, *centred = gradient + period.floats, *constant = centred + period.floats;
  scaleAndShift(a.gamma, a.beta, a.mean, a.variance, a.epsilon, channels, period, scale, shift);
  repeatChannels(a.mean, channels, period, mean);
  const GradientPeriods periods{scale, shift, mean, gradient, centred, constant};

  const bool hasResidual = a.dResidual != nullptr;
  const Mask mask = !a.relu ? Mask::kNone : hasResidual ? Mask::kOutput : Mask::kRecomputed;
  // Regions begin at whole periods only where an image is a whole number of them.
  const bool streamed = hasResidual && a.dResidual != a.dy && regions.imagePixels % period.pixels == 0 &&
                        worthStreaming(a.dResidual, regions.floats());
  parallel(regions.count(), [&](int64_t r, int thread) {
    const size_t at = regions.begin(r);
    regionGradientSums(a.dy + at, hasResidual ? a.y + at : nullptr, a.x + at, periods, mask, regions.pixelsOf(r),
                       channels, period, streamed, hasResidual ? a.dResidual + at : nullptr, sums + r * channels,
                       productSums + r * channels, threadScratch(thread, 2 * period.floats));
  });

  const double pixels = static_cast<double>(regions.images * regions.imagePixels);
  for (int c = 0; c < channels; ++c) {
    double sum = 0, product = 0;
    for (int64_t r = 0; r < regions.count(); ++r) {
      sum += sums[r * channels + c];
      product += productSums[r * channels + c];
    }
    const double inverse = inverseDeviation(a.variance[c], a.epsilon);
    a.dBeta[c] = static_cast<float>(sum);
    a.dGamma[c] = static_cast<float>(product * inverse);
    // dz = γ/σ · (g − Σg/n − (z − μ)/σ² · Σg(z − μ)/n), equation (7) ff. of Ioffe & Szegedy 2015
    gradient[c] = scale[c];
    centred[c] = static_cast<float>(-scale[c] * inverse * inverse * product / pixels);
    constant[c] = static_cast<float>(-scale[c] * sum / pixels);
  }
  float* const derived[] = {gradient, centred, constant};
  for (float* values : derived) repeatChannels(values, channels, period, values);
  return hasResidual ? GradientSums{periods, a.dResidual, Mask::kNone} : GradientSums{periods, a.dy, mask};
}

}  // namespace resnet::RESNET_ISA
