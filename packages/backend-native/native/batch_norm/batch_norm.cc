// Batch norm on its own, [pixels, channels].
//
// Forward: (1) every chunk of pixels, read twice while it lies in the first-level cache, gives its mean and the sum
// of squares around that mean (M2) per channel; (2) chunks are merged in order, in double, by Chan's rule, so a mean
// far from zero costs no digits; (3) one pass writes relu(x·scale + shift + residual).
// Gradient: (1) per chunk Σ g and Σ g·(x − mean), g = dy masked by y > 0, merged in order in double; (2) one pass
// writes dx = γ·s·(g − Σg/n − x̂·Σ(g·x̂)/n), as k₁·g + k₂·(x − mean) + k₃ with constants per channel.
#include "batch_norm/batch_norm.h"

#include <cmath>

#include "core/chunks.h"
#include "core/lanes.h"
#include "core/parallel.h"

namespace resnet::RESNET_ISA {

namespace {

// mean[c] and m2[c] of `pixels` pixels.
void chunkMoments(const float* x, int64_t pixels, int channels, float* mean, float* m2) {
  const Vector inverse = broadcast(1.0f / static_cast<float>(pixels));
  forEachVector(channels, [&](int64_t c, auto lanes) {
    Vector sums[4]{};  // four chains hide the latency of the additions
    int64_t i = 0;
    for (; i + 4 <= pixels; i += 4) {
      for (int j = 0; j < 4; ++j) sums[j] += loadLanes(x + (i + j) * channels + c, lanes);
    }
    for (; i < pixels; ++i) sums[0] += loadLanes(x + i * channels + c, lanes);
    const Vector average = ((sums[0] + sums[1]) + (sums[2] + sums[3])) * inverse;
    Vector squares[4]{};
    for (i = 0; i + 4 <= pixels; i += 4) {
      for (int j = 0; j < 4; ++j) {
        const Vector d = loadLanes(x + (i + j) * channels + c, lanes) - average;
        squares[j] += d * d;
      }
    }
    for (; i < pixels; ++i) {
      const Vector d = loadLanes(x + i * channels + c, lanes) - average;
      squares[0] += d * d;
    }
    storeLanes(mean + c, average, lanes);
    storeLanes(m2 + c, (squares[0] + squares[1]) + (squares[2] + squares[3]), lanes);
  });
}

struct Moments {
  double count = 0, mean = 0, m2 = 0;

  void merge(double otherCount, double otherMean, double otherM2) {
    const double total = count + otherCount, delta = otherMean - mean;
    mean += delta * otherCount / total;
    m2 += otherM2 + delta * delta * count * otherCount / total;
    count = total;
  }
};

void finishStatistics(const BatchNormArguments& a, int c, const Moments& moments, float* scale, float* shift) {
  const double variance = moments.m2 / moments.count;
  const double unbiased = moments.count > 1 ? moments.m2 / (moments.count - 1) : variance;
  const double fraction = a.runningFraction;
  a.statistics.mean[c] = static_cast<float>(moments.mean);
  a.statistics.variance[c] = static_cast<float>(variance);
  a.statistics.newRunningMean[c] = static_cast<float>((1 - fraction) * a.runningMean[c] + fraction * moments.mean);
  a.statistics.newRunningVariance[c] = static_cast<float>((1 - fraction) * a.runningVariance[c] + fraction * unbiased);
  const double s = a.gamma[c] / std::sqrt(variance + a.epsilon);
  scale[c] = static_cast<float>(s);
  shift[c] = static_cast<float>(a.beta[c] - moments.mean * s);
}

template <bool relu, bool residual>
void normaliseChunk(const float* x, const float* r, int64_t pixels, int channels, const float* scale, const float* shift,
                    float* y) {
  for (int64_t i = 0; i < pixels; ++i, x += channels, r += residual ? channels : 0, y += channels) {
    forEachVector(channels, [&](int64_t c, auto lanes) {
      Vector v = loadLanes(x + c, lanes) * loadLanes(scale + c, lanes) + loadLanes(shift + c, lanes);
      if (residual) v += loadLanes(r + c, lanes);
      storeLanes(y + c, relu ? rectify(v) : v, lanes);
    });
  }
}

void normalise(const float* x, const float* residual, int64_t pixels, int channels, const float* scale, const float* shift,
               bool relu, float* y) {
  const auto body = relu ? (residual != nullptr ? normaliseChunk<true, true> : normaliseChunk<true, false>)
                         : (residual != nullptr ? normaliseChunk<false, true> : normaliseChunk<false, false>);
  const Chunks chunks = chunksOf(pixels, channels);
  parallel(chunks.count, [&](int64_t i, int) {
    const int64_t offset = chunks.begin(i) * channels;
    body(x + offset, residual == nullptr ? nullptr : residual + offset, chunks.end(i) - chunks.begin(i), channels, scale,
         shift, y + offset);
  });
}

void forward(const BatchNormArguments& a) {
  const Chunks chunks = chunksOf(a.pixels, a.channels);
  const int64_t C = a.channels;
  float* partial = sharedScratch(SharedScratch::kPartialSums, static_cast<size_t>(chunks.count * 2 * C));
  float* scale = sharedScratch(SharedScratch::kStatistics, static_cast<size_t>(2 * C));
  parallel(chunks.count, [&](int64_t i, int) {
    float* mean = partial + i * 2 * C;
    chunkMoments(a.x + chunks.begin(i) * C, chunks.end(i) - chunks.begin(i), a.channels, mean, mean + C);
  });
  parallel(a.channels, [&](int64_t c, int) {
    Moments moments;
    for (int64_t i = 0; i < chunks.count; ++i) {
      moments.merge(static_cast<double>(chunks.end(i) - chunks.begin(i)), partial[i * 2 * C + c], partial[i * 2 * C + C + c]);
    }
    finishStatistics(a, static_cast<int>(c), moments, scale, scale + C);
  });
  normalise(a.x, a.residual, a.pixels, a.channels, scale, scale + C, a.relu, a.y);
}

void inference(const BatchNormInferenceArguments& a) {
  float* scale = sharedScratch(SharedScratch::kStatistics, static_cast<size_t>(2 * a.channels));
  float* shift = scale + a.channels;
  for (int c = 0; c < a.channels; ++c) {
    const double s = a.gamma[c] / std::sqrt(double{a.variance[c]} + a.epsilon);
    scale[c] = static_cast<float>(s);
    shift[c] = static_cast<float>(a.beta[c] - a.mean[c] * s);
  }
  normalise(a.x, a.residual, a.pixels, a.channels, scale, shift, a.relu, a.y);
}

template <bool relu, class Lanes>
RESNET_INLINE Vector masked(const float* dy, const float* y, Lanes lanes) {
  const Vector g = loadLanes(dy, lanes);
  return relu ? (loadLanes(y, lanes) <= Vector{} ? Vector{} : g) : g;
}

// Σ g and Σ g·(x − mean) of one chunk.
template <bool relu>
void chunkSums(const BatchNormGradientArguments& a, int64_t begin, int64_t end, float* sumG, float* sumGx) {
  const int64_t C = a.channels;
  forEachVector(C, [&](int64_t c, auto lanes) {
    const Vector mean = loadLanes(a.mean + c, lanes);
    Vector g2[2]{}, gx2[2]{};
    for (int64_t i = begin; i < end; ++i) {
      const int64_t at = i * C + c;
      const Vector g = masked<relu>(a.dy + at, a.y + at, lanes);
      g2[i & 1] += g;
      gx2[i & 1] += g * (loadLanes(a.x + at, lanes) - mean);
    }
    storeLanes(sumG + c, g2[0] + g2[1], lanes);
    storeLanes(sumGx + c, gx2[0] + gx2[1], lanes);
  });
}

struct GradientConstants {
  float *ofG, *ofX, *constant;  // dx = ofG·g + ofX·(x − mean) + constant
};

void finishSums(const BatchNormGradientArguments& a, int c, double sumG, double sumGx, const GradientConstants& k) {
  const double n = static_cast<double>(a.pixels);
  const double inverse = 1.0 / std::sqrt(double{a.variance[c]} + a.epsilon);
  a.dBeta[c] = static_cast<float>(sumG);
  a.dGamma[c] = static_cast<float>(sumGx * inverse);
  const double ofG = a.gamma[c] * inverse, ofX = -ofG * inverse * inverse * sumGx / n;
  k.ofG[c] = static_cast<float>(ofG);
  k.ofX[c] = static_cast<float>(ofX);
  k.constant[c] = static_cast<float>(-ofG * sumG / n);
}

template <bool relu, bool residual>
void inputGradientChunk(const BatchNormGradientArguments& a, int64_t begin, int64_t end, const GradientConstants& k) {
  const int64_t C = a.channels;
  for (int64_t i = begin; i < end; ++i) {
    forEachVector(C, [&](int64_t c, auto lanes) {
      const int64_t at = i * C + c;
      const Vector g = masked<relu>(a.dy + at, a.y + at, lanes);
      if (residual) storeLanes(a.dResidual + at, g, lanes);
      const Vector centred = loadLanes(a.x + at, lanes) - loadLanes(a.mean + c, lanes);
      const Vector affine = loadLanes(k.ofX + c, lanes) * centred + loadLanes(k.constant + c, lanes);
      storeLanes(a.dx + at, loadLanes(k.ofG + c, lanes) * g + affine, lanes);
    });
  }
}

void gradient(const BatchNormGradientArguments& a) {
  const Chunks chunks = chunksOf(a.pixels, a.channels);
  const int64_t C = a.channels;
  float* partial = sharedScratch(SharedScratch::kPartialSums, static_cast<size_t>(chunks.count * 2 * C));
  float* constants = sharedScratch(SharedScratch::kStatistics, static_cast<size_t>(3 * C));
  const GradientConstants k{constants, constants + C, constants + 2 * C};
  const auto sums = a.relu ? chunkSums<true> : chunkSums<false>;
  parallel(chunks.count, [&](int64_t i, int) {
    float* out = partial + i * 2 * C;
    sums(a, chunks.begin(i), chunks.end(i), out, out + C);
  });
  parallel(a.channels, [&](int64_t c, int) {
    double sumG = 0, sumGx = 0;
    for (int64_t i = 0; i < chunks.count; ++i) {
      sumG += partial[i * 2 * C + c];
      sumGx += partial[i * 2 * C + C + c];
    }
    finishSums(a, static_cast<int>(c), sumG, sumGx, k);
  });
  const auto write = a.relu ? (a.dResidual != nullptr ? inputGradientChunk<true, true> : inputGradientChunk<true, false>)
                            : (a.dResidual != nullptr ? inputGradientChunk<false, true> : inputGradientChunk<false, false>);
  parallel(chunks.count, [&](int64_t i, int) { write(a, chunks.begin(i), chunks.end(i), k); });
}

}  // namespace

const BatchNormKernels& batchNormKernels() {
  static constexpr BatchNormKernels table{forward, gradient, inference};
  return table;
}

}  // namespace resnet::RESNET_ISA
