// Elementwise kernels over dense float32 arrays.
#pragma once

#include <cstdint>

namespace resnet {

enum class BinaryOperation : int { kAdd, kSubtract, kMultiply, kDivide, kMaximum, kCount };

struct ElementwiseKernels {
  // A scalar operand is one number used for every element.
  void (*binary)(BinaryOperation, int64_t size, const float* a, bool scalarA, const float* b, bool scalarB, float* y);
  // max(0, x); NaN stays NaN.
  void (*relu)(int64_t size, const float* x, float* y);
  // x > 0 ? 1 : alpha; NaN stays NaN.
  void (*step)(int64_t size, float alpha, const float* x, float* y);
  // y[pixel, c] = x[pixel, c] + bias[c]
  void (*addBias)(int64_t pixels, int channels, const float* x, const float* bias, float* y);
};

}  // namespace resnet
