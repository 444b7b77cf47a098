// Convolution + batch norm [+ residual] [+ ReLU]: training forward, its gradient, and inference.
//
// Forward, two sweeps: (1) convolve a group of images into z and take its statistics while it is in the cache;
// (2) normalise, add and rectify. Backward, two sweeps: (1) the ReLU mask and both reductions of batch norm,
// writing the residual's gradient on the way; (2) per group of images, form dz in cache and feed it to the data
// gradient and the filter gradient at once, so that dz never goes to memory (unless the filter is too large for
// per-chunk accumulators, see plans.h).
#include "../core/parallel.h"
#include "channel_passes.h"
#include "convolution_kernels.h"
#include "direct.h"
#include "plans.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kSweepFloats = 65536;  // of one task of a sweep over memory

// Regions of an image over which statistics are taken; the last may be smaller.
struct Regions {
  int pixels, perImage;
  Regions(int imagePixels, int channels)
      : pixels(regionPixels(channels)), perImage((imagePixels + pixels - 1) / pixels) {}
  int count(int imagePixels, int region) const {
    const int begin = region % perImage * pixels;
    return imagePixels - begin < pixels ? imagePixels - begin : pixels;
  }
};

// Combines region means and squared deviations (Chan et al. 1979) in double, in region order.
void combineStatistics(const float* means, const float* deviations, int regionCount, const Regions& regions,
                       int imagePixels, int channels, double* mean, double* variance) {
  double total = 0;
  for (int c = 0; c < channels; ++c) mean[c] = variance[c] = 0;
  for (int r = 0; r < regionCount; ++r) {
    const double n = regions.count(imagePixels, r);
    total += n;
    const float* m = means + static_cast<size_t>(r) * channels;
    for (int c = 0; c < channels; ++c) mean[c] += n * m[c];
  }
  for (int c = 0; c < channels; ++c) mean[c] /= total;
  for (int r = 0; r < regionCount; ++r) {
    const double n = regions.count(imagePixels, r);
    const float* m = means + static_cast<size_t>(r) * channels;
    const float* d = deviations + static_cast<size_t>(r) * channels;
    for (int c = 0; c < channels; ++c) {
      const double shift = m[c] - mean[c];
      variance[c] += d[c] + n * shift * shift;
    }
  }
  for (int c = 0; c < channels; ++c) variance[c] /= total;
}

// Runs body(begin, floats) over [0, total) in pieces of whole periods.
template <class Body>
void sweep(size_t total, const Period& period, const Body& body) {
  const size_t piece = static_cast<size_t>((kSweepFloats + period.floats - 1) / period.floats) * period.floats;
  parallel(static_cast<int64_t>((total + piece - 1) / piece), [&](int64_t i, int) {
    const size_t begin = i * piece;
    body(begin, total - begin < piece ? total - begin : piece);
  });
}

float inverseDeviation(float variance, float epsilon) {
  return 1.0f / __builtin_sqrtf(variance + epsilon);
}

}  // namespace

void convolutionBatchNormForward(const ConvolutionBatchNormArguments& a) {
  const ConvolutionShape& s = a.shape;
  const int channels = s.outputChannels, imagePixels = s.outputHeight * s.outputWidth;
  const Period period = periodOf(channels);
  const Regions regions(imagePixels, channels);
  const int regionCount = s.batch * regions.perImage;
  const size_t rows = static_cast<size_t>(regionCount) * channels;

  const ForwardPlan plan = planForward(s);
  const float* prepared =
      prepareForward(plan, a.filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats));
  float* means = sharedScratch(SharedScratch::kStatistics, 2 * rows + 2 * period.floats + 4 * channels + 32);
  float* deviations = means + rows;
  parallel((s.batch + plan.group - 1) / plan.group, [&](int64_t group, int thread) {
    const int first = static_cast<int>(group) * plan.group;
    const int images = s.batch - first < plan.group ? s.batch - first : plan.group;
    float* scratch = threadScratch(thread, plan.scratchFloats + 2 * period.floats);
    float* z = a.z + first * outputImageSize(s);
    forwardGroup(plan, prepared, images, a.x + first * inputImageSize(s), z, scratch);
    for (int r = 0; r < images * regions.perImage; ++r) {
      const int region = first * regions.perImage + r;
      const size_t pixel = static_cast<size_t>(r / regions.perImage) * imagePixels + r % regions.perImage * regions.pixels;
      regionStatistics(z + pixel * channels, regions.count(imagePixels, region), channels, period,
                       means + static_cast<size_t>(region) * channels, deviations + static_cast<size_t>(region) * channels,
                       scratch + plan.scratchFloats);
    }
  });

  float* scale = deviations + rows;
  float* shift = scale + period.floats;
  double* mean = reinterpret_cast<double*>((reinterpret_cast<uintptr_t>(shift + period.floats) + 63) & ~uintptr_t{63});
  double* variance = mean + channels;
  combineStatistics(means, deviations, regionCount, regions, imagePixels, channels, mean, variance);
  const double pixels = static_cast<double>(s.batch) * imagePixels, unbiased = pixels / (pixels - 1);
  const float kept = 1.0f - a.runningFraction;
  for (int c = 0; c < channels; ++c) {
    a.statistics.mean[c] = static_cast<float>(mean[c]);
    a.statistics.variance[c] = static_cast<float>(variance[c]);
    a.statistics.newRunningMean[c] = kept * a.runningMean[c] + a.runningFraction * static_cast<float>(mean[c]);
    a.statistics.newRunningVariance[c] =
        kept * a.runningVariance[c] + a.runningFraction * static_cast<float>(variance[c] * unbiased);
    scale[c] = a.gamma[c] * inverseDeviation(a.statistics.variance[c], a.epsilon);
    shift[c] = a.beta[c] - a.statistics.mean[c] * scale[c];
  }
  repeatChannels(scale, channels, period, scale);
  repeatChannels(shift, channels, period, shift);
  sweep(s.batch * outputImageSize(s), period, [&](size_t begin, size_t floats) {
    normalisePixels(a.z + begin, scale, shift, a.residual == nullptr ? nullptr : a.residual + begin, a.relu, floats,
                    period, a.y + begin);
  });
}

void convolutionBatchNormGradient(const ConvolutionBatchNormGradientArguments& a) {
  const ConvolutionShape& s = a.shape;
  const int channels = s.outputChannels, imagePixels = s.outputHeight * s.outputWidth;
  const Period period = periodOf(channels);
  const Regions regions(imagePixels, channels);
  const int regionCount = s.batch * regions.perImage;
  const size_t rows = static_cast<size_t>(regionCount) * channels;
  const bool hasResidual = a.dResidual != nullptr;

  float* sums = sharedScratch(SharedScratch::kStatistics, 2 * rows + 6 * period.floats);
  float* productSums = sums + rows;
  float* scale = productSums + rows;
  float *shift = scale + period.floats, *mean = shift + period.floats;
  float *gradient = mean + period.floats, *centred = gradient + period.floats, *constant = centred + period.floats;
  for (int c = 0; c < channels; ++c) {
    scale[c] = a.gamma[c] * inverseDeviation(a.variance[c], a.epsilon);
    shift[c] = a.beta[c] - a.mean[c] * scale[c];
    mean[c] = a.mean[c];
  }
  float* const known[] = {scale, shift, mean};
  for (float* values : known) repeatChannels(values, channels, period, values);
  const GradientPeriods periods{scale, shift, mean, gradient, centred, constant};

  const Mask mask = !a.relu ? Mask::kNone : hasResidual ? Mask::kOutput : Mask::kRecomputed;
  parallel(regionCount, [&](int64_t r, int thread) {
    const int region = static_cast<int>(r), image = region / regions.perImage;
    const size_t at = (static_cast<size_t>(image) * imagePixels + region % regions.perImage * regions.pixels) * channels;
    regionGradientSums(a.dy + at, a.y + at, a.z + at, periods, mask, regions.count(imagePixels, region), channels, period,
                       hasResidual ? a.dResidual + at : nullptr, sums + static_cast<size_t>(region) * channels,
                       productSums + static_cast<size_t>(region) * channels, threadScratch(thread, 2 * period.floats));
  });
  const double pixels = static_cast<double>(s.batch) * imagePixels;
  for (int c = 0; c < channels; ++c) {
    double sum = 0, product = 0;
    for (int r = 0; r < regionCount; ++r) {
      sum += sums[static_cast<size_t>(r) * channels + c];
      product += productSums[static_cast<size_t>(r) * channels + c];
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

  const float* g = hasResidual ? a.dResidual : a.dy;
  const Mask gradientMask = hasResidual ? Mask::kNone : mask;
  const FilterGradientPlan filterPlan = planFilterGradient(s);
  if (filterPlan.chunks == 0) {
    const size_t floats = s.batch * outputImageSize(s);
    float* dz = sharedScratch(SharedScratch::kGradient, floats + kLanes);
    sweep(floats, period, [&](size_t begin, size_t count) {
      normalisationGradient(g + begin, a.z + begin, periods, gradientMask, count, period, dz + begin);
    });
    filterGradientByColumns(filterPlan, a.x, dz, a.dFilter);
    if (a.dx != nullptr) convolutionInputGradient(s, dz, a.filter, a.dx);
    return;
  }

  const InputGradientPlan inputPlan = planInputGradient(s);
  const float* prepared =
      a.dx == nullptr
          ? nullptr
          : prepareInputGradient(inputPlan, a.filter, sharedScratch(SharedScratch::kPackedFilter, inputPlan.filterFloats));
  float* accumulators =
      sharedScratch(SharedScratch::kPartialSums, filterPlan.accumulatorFloats * filterPlan.chunks);
  const size_t imageSize = outputImageSize(s);
  const size_t working = filterPlan.scratchFloats > inputPlan.scratchFloats ? filterPlan.scratchFloats : inputPlan.scratchFloats;
  parallel(filterPlan.chunks, [&](int64_t chunk, int thread) {
    float* accumulator = accumulators + chunk * filterPlan.accumulatorFloats;
    std::memset(accumulator, 0, filterPlan.accumulatorFloats * sizeof(float));
    float* scratch = threadScratch(thread, working + filterPlan.group * imageSize + 2 * kLanes);
    float* dz = scratch + roundUpToLanes(static_cast<int>(working));
    const int end = chunkBegin(filterPlan, static_cast<int>(chunk) + 1);
    for (int first = chunkBegin(filterPlan, static_cast<int>(chunk)); first < end; first += filterPlan.group) {
      const int images = end - first < filterPlan.group ? end - first : filterPlan.group;
      const size_t at = first * imageSize;
      normalisationGradient(g + at, a.z + at, periods, gradientMask, images * imageSize, period, dz);
      std::memset(dz + images * imageSize, 0, kLanes * sizeof(float));
      filterGradientGroup(filterPlan, images, a.x + first * inputImageSize(s), dz, accumulator, scratch);
      if (prepared != nullptr)
        inputGradientGroup(inputPlan, prepared, images, dz, a.dx + first * inputImageSize(s), scratch);
    }
  });
  finishFilterGradient(filterPlan, accumulators, a.dFilter);
}

void convolutionBatchNormInference(const ConvolutionBatchNormInferenceArguments& a) {
  const ConvolutionShape& s = a.shape;
  const int channels = s.outputChannels;
  const Period period = periodOf(channels);
  const ForwardPlan plan = planForward(s);
  const float* prepared =
      prepareForward(plan, a.filter, sharedScratch(SharedScratch::kPackedFilter, plan.filterFloats));
  float* scale = sharedScratch(SharedScratch::kStatistics, 2 * period.floats);
  float* shift = scale + period.floats;
  for (int c = 0; c < channels; ++c) {
    scale[c] = a.gamma[c] * inverseDeviation(a.variance[c], a.epsilon);
    shift[c] = a.beta[c] - a.mean[c] * scale[c];
  }
  repeatChannels(scale, channels, period, scale);
  repeatChannels(shift, channels, period, shift);
  parallel((s.batch + plan.group - 1) / plan.group, [&](int64_t group, int thread) {
    const int first = static_cast<int>(group) * plan.group;
    const int images = s.batch - first < plan.group ? s.batch - first : plan.group;
    const size_t at = first * outputImageSize(s);
    forwardGroup(plan, prepared, images, a.x + first * inputImageSize(s), a.y + at,
                 threadScratch(thread, plan.scratchFloats));
    normalisePixels(a.y + at, scale, shift, a.residual == nullptr ? nullptr : a.residual + at, a.relu,
                    images * outputImageSize(s), period, a.y + at);
  });
}

}  // namespace resnet::RESNET_ISA
