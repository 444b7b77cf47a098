// Scalar reference of pooling.
#include "pooling/pooling.h"

#include <cstdint>
#include <cstring>

namespace resnet::reference {

namespace {

int64_t inputSize(const PoolingShape& s) { return int64_t{s.batch} * s.inputHeight * s.inputWidth * s.channels; }

// Calls body(output index, c, n, oh, ow) for every output element.
template <class Body>
void forEachOutput(const PoolingShape& s, const Body& body) {
  int64_t output = 0;
  for (int n = 0; n < s.batch; ++n)
    for (int oh = 0; oh < s.outputHeight; ++oh)
      for (int ow = 0; ow < s.outputWidth; ++ow)
        for (int c = 0; c < s.channels; ++c) body(output++, c, n, oh, ow);
}

// Calls body(input index) for every pixel of the window that lies inside the image, in row-major order.
template <class Body>
void forEachInput(const PoolingShape& s, int c, int n, int oh, int ow, const Body& body) {
  for (int i = 0; i < s.windowSize; ++i) {
    const int h = oh * s.stride - s.padTop + i;
    if (h < 0 || h >= s.inputHeight) continue;
    for (int j = 0; j < s.windowSize; ++j) {
      const int w = ow * s.stride - s.padLeft + j;
      if (w >= 0 && w < s.inputWidth) body(((int64_t{n} * s.inputHeight + h) * s.inputWidth + w) * s.channels + c);
    }
  }
}

int64_t argument(const PoolingShape& s, const float* x, int c, int n, int oh, int ow) {
  int64_t best = -1;
  forEachInput(s, c, n, oh, ow, [&](int64_t i) {
    if (best < 0 || x[i] > x[best] || (x[i] != x[i] && x[best] == x[best])) best = i;
  });
  return best;
}

void maximum(const PoolingShape& s, const float* x, float* y) {
  forEachOutput(s, [&](int64_t output, int c, int n, int oh, int ow) { y[output] = x[argument(s, x, c, n, oh, ow)]; });
}

void maximumGradient(const PoolingShape& s, const float* dy, const float* x, float* dx) {
  std::memset(dx, 0, static_cast<size_t>(inputSize(s)) * sizeof(float));
  forEachOutput(s,
                [&](int64_t output, int c, int n, int oh, int ow) { dx[argument(s, x, c, n, oh, ow)] += dy[output]; });
}

int divisor(const PoolingShape& s, bool countPadding, int c, int n, int oh, int ow) {
  if (countPadding) return s.windowSize * s.windowSize;
  int inside = 0;
  forEachInput(s, c, n, oh, ow, [&](int64_t) { ++inside; });
  return inside;
}

void average(const PoolingShape& s, bool countPadding, const float* x, float* y) {
  forEachOutput(s, [&](int64_t output, int c, int n, int oh, int ow) {
    double sum = 0;
    forEachInput(s, c, n, oh, ow, [&](int64_t i) { sum += x[i]; });
    y[output] = static_cast<float>(sum / divisor(s, countPadding, c, n, oh, ow));
  });
}

void averageGradient(const PoolingShape& s, bool countPadding, const float* dy, float* dx) {
  std::memset(dx, 0, static_cast<size_t>(inputSize(s)) * sizeof(float));
  forEachOutput(s, [&](int64_t output, int c, int n, int oh, int ow) {
    const float share = dy[output] / static_cast<float>(divisor(s, countPadding, c, n, oh, ow));
    forEachInput(s, c, n, oh, ow, [&](int64_t i) { dx[i] += share; });
  });
}

void globalAverage(int batch, int pixels, int channels, const float* x, float* y) {
  for (int n = 0; n < batch; ++n)
    for (int c = 0; c < channels; ++c) {
      double sum = 0;
      for (int p = 0; p < pixels; ++p) sum += x[(int64_t{n} * pixels + p) * channels + c];
      y[int64_t{n} * channels + c] = static_cast<float>(sum / pixels);
    }
}

void globalAverageGradient(int batch, int pixels, int channels, const float* dy, float* dx) {
  for (int n = 0; n < batch; ++n)
    for (int p = 0; p < pixels; ++p)
      for (int c = 0; c < channels; ++c)
        dx[(int64_t{n} * pixels + p) * channels + c] = dy[int64_t{n} * channels + c] / static_cast<float>(pixels);
}

}  // namespace

const PoolingKernels& poolingKernels() {
  static const PoolingKernels table{maximum,         maximumGradient, average,
                                    averageGradient, globalAverage,   globalAverageGradient};
  return table;
}

}  // namespace resnet::reference
