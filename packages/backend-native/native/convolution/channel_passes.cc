#include "channel_passes.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kBlockVectors = 4;  // vectors summed side by side; hides the latency of an add

int greatestCommonDivisor(int a, int b) { return b == 0 ? a : greatestCommonDivisor(b, a % b); }

void foldPeriod(const float* sums, int channels, const Period& period, float* out) {
  for (int c = 0; c < channels; ++c) {
    float sum = 0;
    for (int at = c; at < period.floats; at += channels) sum += sums[at];
    out[c] = sum;
  }
}

// As in PyTorch, NaN lets the gradient through: a diverged run is seen in its gradients too.
RESNET_INLINE Vector masked(Vector dy, Vector y) { return y <= Vector{} ? Vector{} : dy; }

template <int V>
void sumBlock(const float* z, int periods, int stride, float* sums) {
  Vector sum[V];
  for (int v = 0; v < V; ++v) sum[v] = Vector{};
  for (int i = 0; i < periods; ++i, z += stride)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) sum[v] += load(z + v * kLanes);
  for (int v = 0; v < V; ++v) store(sums + v * kLanes, sum[v]);
}

template <int V>
void deviationBlock(const float* z, const float* mean, int periods, int stride, float* sums) {
  Vector sum[V], centre[V];
  for (int v = 0; v < V; ++v) sum[v] = Vector{}, centre[v] = load(mean + v * kLanes);
  for (int i = 0; i < periods; ++i, z += stride)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      const Vector d = load(z + v * kLanes) - centre[v];
      sum[v] += d * d;
    }
  for (int v = 0; v < V; ++v) store(sums + v * kLanes, sum[v]);
}

template <int V, Mask kMask, bool kStream>
void gradientBlock(const float* dy, const float* y, const float* z, const GradientPeriods& p, int at, int periods,
                   int stride, float* dResidual, float* sums, float* productSums) {
  Vector sum[V], product[V];
  for (int v = 0; v < V; ++v) sum[v] = product[v] = Vector{};
  for (int i = 0; i < periods; ++i) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      const ptrdiff_t j = static_cast<ptrdiff_t>(i) * stride + v * kLanes;
      const int c = at + v * kLanes;
      const Vector value = load(z + j);
      Vector g = load(dy + j);
      if constexpr (kMask == Mask::kOutput) g = masked(g, load(y + j));
      if constexpr (kMask == Mask::kRecomputed) g = masked(g, value * load(p.scale + c) + load(p.shift + c));
      if constexpr (kStream) {
        stream(dResidual + j, g);
      } else if (dResidual != nullptr) {
        store(dResidual + j, g);
      }
      sum[v] += g;
      product[v] += g * (value - load(p.mean + c));
    }
  }
  for (int v = 0; v < V; ++v) store(sums + v * kLanes, sum[v]), store(productSums + v * kLanes, product[v]);
}

// Calls block<V>(offset) over a period, four vectors at a time and then one.
template <class Wide, class Narrow>
RESNET_INLINE void overPeriod(const Period& period, const Wide& wide, const Narrow& narrow) {
  int at = 0;
  for (; at + kBlockVectors * kLanes <= period.floats; at += kBlockVectors * kLanes) wide(at);
  for (; at < period.floats; at += kLanes) narrow(at);
}

template <Mask kMask, bool kStream>
void gradientSums(const float* dy, const float* y, const float* z, const GradientPeriods& p, int pixels, int channels,
                  const Period& period, float* dResidual, float* sum, float* productSum, float* scratch) {
  const int periods = pixels / period.pixels, stride = period.floats;
  float *sums = scratch, *productSums = scratch + stride;
  const auto offset = [](const float* base, int at) { return base == nullptr ? nullptr : base + at; };
  overPeriod(
      period,
      [&](int at) {
        gradientBlock<kBlockVectors, kMask, kStream>(dy + at, offset(y, at), z + at, p, at, periods, stride,
                                                     dResidual == nullptr ? nullptr : dResidual + at, sums + at,
                                                     productSums + at);
      },
      [&](int at) {
        gradientBlock<1, kMask, kStream>(dy + at, offset(y, at), z + at, p, at, periods, stride,
                                         dResidual == nullptr ? nullptr : dResidual + at, sums + at, productSums + at);
      });
  foldPeriod(sums, channels, period, sum);
  foldPeriod(productSums, channels, period, productSum);
  const int rest = (pixels - periods * period.pixels) * channels;
  for (int i = 0; i < rest; ++i) {  // pixels after the last whole period
    const ptrdiff_t j = static_cast<ptrdiff_t>(periods) * stride + i;
    float g = dy[j];
    if constexpr (kMask == Mask::kOutput) g = y[j] <= 0 ? 0 : g;
    if constexpr (kMask == Mask::kRecomputed) g = z[j] * p.scale[i] + p.shift[i] <= 0 ? 0 : g;
    if (dResidual != nullptr) dResidual[j] = g;
    sum[i % channels] += g;
    productSum[i % channels] += g * (z[j] - p.mean[i]);
  }
}

template <bool kValue>
struct Constant {
  static constexpr bool value = kValue;
};

template <bool kResidual, bool kRelu, bool kStream>
void normalise(const float* z, const float* scale, const float* shift, const float* residual, size_t floats, int period,
               float* y) {
  size_t base = 0;
  for (; base + period <= floats; base += period)
    for (int at = 0; at < period; at += kLanes) {
      Vector v = load(z + base + at) * load(scale + at) + load(shift + at);
      if constexpr (kResidual) v += load(residual + base + at);
      if constexpr (kRelu) v = maximum(Vector{}, v);  // keeps NaN
      if constexpr (kStream) {
        stream(y + base + at, v);
      } else {
        store(y + base + at, v);
      }
    }
  for (int at = 0; base + at < floats; at += kLanes) {
    const int lanes = floats - base - at < kLanes ? static_cast<int>(floats - base - at) : kLanes;
    Vector v = loadPartial(z + base + at, lanes) * load(scale + at) + load(shift + at);
    if constexpr (kResidual) v += loadPartial(residual + base + at, lanes);
    if constexpr (kRelu) v = maximum(Vector{}, v);  // keeps NaN
    storePartial(y + base + at, v, lanes);
  }
}

template <bool kMasked>
void gradient(const float* g, const float* z, const GradientPeriods& p, size_t floats, int period, float* dz) {
  const auto one = [&](Vector value, Vector v, int at) {
    if constexpr (kMasked) v = masked(v, value * load(p.scale + at) + load(p.shift + at));
    return v * load(p.gradient + at) + ((value - load(p.mean + at)) * load(p.centred + at) + load(p.constant + at));
  };
  size_t base = 0;
  for (; base + period <= floats; base += period)
    for (int at = 0; at < period; at += kLanes)
      store(dz + base + at, one(load(z + base + at), load(g + base + at), at));
  for (int at = 0; base + at < floats; at += kLanes) {
    const int lanes = floats - base - at < kLanes ? static_cast<int>(floats - base - at) : kLanes;
    storePartial(dz + base + at, one(loadPartial(z + base + at, lanes), loadPartial(g + base + at, lanes), at), lanes);
  }
}

}  // namespace

Period periodOf(int channels) {
  int pixels = kLanes / greatestCommonDivisor(channels, kLanes);
  while (pixels * channels < 2 * kBlockVectors * kLanes) pixels *= 2;
  return {pixels, pixels * channels};
}

int regionPixels(int channels) {
  const int period = periodOf(channels).pixels;
  const int periods = kRegionFloats / channels / period;
  return (periods < 1 ? 1 : periods) * period;
}

void repeatChannels(const float* values, int channels, const Period& period, float* out) {
  if (out != values) std::memcpy(out, values, channels * sizeof(float));
  for (int at = channels; at < period.floats; at += channels) std::memcpy(out + at, out, channels * sizeof(float));
}

void regionStatistics(const float* z, int pixels, int channels, const Period& period, float* mean, float* deviations,
                      float* scratch) {
  const int periods = pixels / period.pixels, stride = period.floats;
  const int rest = (pixels - periods * period.pixels) * channels;
  const float* tail = z + static_cast<ptrdiff_t>(periods) * stride;
  float *sums = scratch, *means = scratch + stride;
  overPeriod(
      period, [&](int at) { sumBlock<kBlockVectors>(z + at, periods, stride, sums + at); },
      [&](int at) { sumBlock<1>(z + at, periods, stride, sums + at); });
  foldPeriod(sums, channels, period, mean);
  for (int i = 0; i < rest; ++i) mean[i % channels] += tail[i];
  for (int c = 0; c < channels; ++c) mean[c] /= static_cast<float>(pixels);
  repeatChannels(mean, channels, period, means);
  overPeriod(
      period, [&](int at) { deviationBlock<kBlockVectors>(z + at, means + at, periods, stride, sums + at); },
      [&](int at) { deviationBlock<1>(z + at, means + at, periods, stride, sums + at); });
  foldPeriod(sums, channels, period, deviations);
  for (int i = 0; i < rest; ++i) {
    const float d = tail[i] - means[i];
    deviations[i % channels] += d * d;
  }
}

void normalisePixels(const float* z, const float* scale, const float* shift, const float* residual, bool relu,
                     size_t floats, const Period& period, bool streamed, float* y) {
  const auto run = [&](auto withResidual, auto withRelu) {
    if (streamed) {
      normalise<decltype(withResidual)::value, decltype(withRelu)::value, true>(z, scale, shift, residual, floats,
                                                                                period.floats, y);
      finishStreams();
    } else {
      normalise<decltype(withResidual)::value, decltype(withRelu)::value, false>(z, scale, shift, residual, floats,
                                                                                 period.floats, y);
    }
  };
  if (residual != nullptr) {
    relu ? run(Constant<true>{}, Constant<true>{}) : run(Constant<true>{}, Constant<false>{});
  } else {
    relu ? run(Constant<false>{}, Constant<true>{}) : run(Constant<false>{}, Constant<false>{});
  }
}

void regionGradientSums(const float* dy, const float* y, const float* z, const GradientPeriods& periods, Mask mask,
                        int pixels, int channels, const Period& period, bool streamed, float* dResidual, float* sum,
                        float* productSum, float* scratch) {
  const auto run = mask == Mask::kNone ? streamed ? gradientSums<Mask::kNone, true> : gradientSums<Mask::kNone, false>
                   : mask == Mask::kOutput
                       ? streamed ? gradientSums<Mask::kOutput, true> : gradientSums<Mask::kOutput, false>
                       : gradientSums<Mask::kRecomputed, false>;
  run(dy, y, z, periods, pixels, channels, period, dResidual, sum, productSum, scratch);
  if (streamed) finishStreams();
}

void normalisationGradient(const float* g, const float* z, const GradientPeriods& periods, Mask mask, size_t floats,
                           const Period& period, float* dz) {
  if (mask == Mask::kRecomputed) {
    gradient<true>(g, z, periods, floats, period.floats, dz);
  } else {
    gradient<false>(g, z, periods, floats, period.floats, dz);
  }
}

}  // namespace resnet::RESNET_ISA
