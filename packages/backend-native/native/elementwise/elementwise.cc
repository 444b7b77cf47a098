// Elementwise kernels: one pass, bound by memory, in chunks of 32 KiB.
#include "elementwise/elementwise.h"

#include "core/chunks.h"
#include "core/lanes.h"
#include "core/parallel.h"

namespace resnet::RESNET_ISA {

namespace {

RESNET_INLINE Vector maximumOrNan(Vector a, Vector b) {
  const Vector larger = maximum(a, b);  // b where either is NaN
  return a != a ? a : larger;
}

template <class Combine>
RESNET_INLINE void combine(int64_t size, const float* a, bool scalarA, const float* b, bool scalarB, float* y,
                           const Combine& f) {
  const Chunks chunks = chunksOf(size, 1);
  parallel(chunks.count, [&](int64_t i, int) {
    const int64_t begin = chunks.begin(i), n = chunks.end(i) - begin;
    float* out = y + begin;
    if (scalarA) {
      const Vector left = broadcast(*a);
      forEachVector(
          n, [&](int64_t j, auto lanes) { storeLanes(out + j, f(left, loadLanes(b + begin + j, lanes)), lanes); });
    } else if (scalarB) {
      const Vector right = broadcast(*b);
      forEachVector(
          n, [&](int64_t j, auto lanes) { storeLanes(out + j, f(loadLanes(a + begin + j, lanes), right), lanes); });
    } else {
      forEachVector(n, [&](int64_t j, auto lanes) {
        storeLanes(out + j, f(loadLanes(a + begin + j, lanes), loadLanes(b + begin + j, lanes)), lanes);
      });
    }
  });
}

void binary(BinaryOperation operation, int64_t size, const float* a, bool scalarA, const float* b, bool scalarB,
            float* y) {
  switch (operation) {
    case BinaryOperation::kAdd:
      return combine(size, a, scalarA, b, scalarB, y, [](Vector p, Vector q) { return p + q; });
    case BinaryOperation::kSubtract:
      return combine(size, a, scalarA, b, scalarB, y, [](Vector p, Vector q) { return p - q; });
    case BinaryOperation::kMultiply:
      return combine(size, a, scalarA, b, scalarB, y, [](Vector p, Vector q) { return p * q; });
    case BinaryOperation::kDivide:
      return combine(size, a, scalarA, b, scalarB, y, [](Vector p, Vector q) { return p / q; });
    default: return combine(size, a, scalarA, b, scalarB, y, [](Vector p, Vector q) { return maximumOrNan(p, q); });
  }
}

template <class Map>
RESNET_INLINE void map(int64_t size, const float* x, float* y, const Map& f) {
  const Chunks chunks = chunksOf(size, 1);
  parallel(chunks.count, [&](int64_t i, int) {
    const int64_t begin = chunks.begin(i);
    forEachVector(chunks.end(i) - begin,
                  [&](int64_t j, auto lanes) { storeLanes(y + begin + j, f(loadLanes(x + begin + j, lanes)), lanes); });
  });
}

void relu(int64_t size, const float* x, float* y) {
  map(size, x, y, [](Vector v) { return rectify(v); });
}

void step(int64_t size, float alpha, const float* x, float* y) {
  const Vector one = broadcast(1.0f), below = broadcast(alpha);
  map(size, x, y, [&](Vector v) {
    const Vector stepped = v > Vector{} ? one : below;
    return v != v ? v : stepped;
  });
}

void addBias(int64_t pixels, int channels, const float* x, const float* bias, float* y) {
  const Chunks chunks = chunksOf(pixels, channels);
  parallel(chunks.count, [&](int64_t i, int) {
    for (int64_t pixel = chunks.begin(i); pixel < chunks.end(i); ++pixel) {
      const float* in = x + pixel * channels;
      float* out = y + pixel * channels;
      forEachVector(channels, [&](int64_t c, auto lanes) {
        storeLanes(out + c, loadLanes(in + c, lanes) + loadLanes(bias + c, lanes), lanes);
      });
    }
  });
}

}  // namespace

const ElementwiseKernels& elementwiseKernels() {
  static constexpr ElementwiseKernels table{binary, relu, step, addBias};
  return table;
}

}  // namespace resnet::RESNET_ISA
