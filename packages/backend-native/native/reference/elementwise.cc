// Scalar reference of the elementwise kernels.
#include "elementwise/elementwise.h"

namespace resnet::reference {

namespace {

float apply(BinaryOperation operation, float a, float b) {
  switch (operation) {
    case BinaryOperation::kAdd: return a + b;
    case BinaryOperation::kSubtract: return a - b;
    case BinaryOperation::kMultiply: return a * b;
    case BinaryOperation::kDivide: return a / b;
    default: return a != a || b != b ? a + b : (a > b ? a : b);
  }
}

void binary(BinaryOperation operation, int64_t size, const float* a, bool scalarA, const float* b, bool scalarB,
            float* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = apply(operation, a[scalarA ? 0 : i], b[scalarB ? 0 : i]);
}

void relu(int64_t size, const float* x, float* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = x[i] < 0 ? 0 : x[i];
}

void step(int64_t size, float alpha, const float* x, float* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = x[i] != x[i] ? x[i] : (x[i] > 0 ? 1 : alpha);
}

void addBias(int64_t pixels, int channels, const float* x, const float* bias, float* y) {
  for (int64_t i = 0; i < pixels * channels; ++i) y[i] = x[i] + bias[i % channels];
}

}  // namespace

const ElementwiseKernels& elementwiseKernels() {
  static const ElementwiseKernels table{binary, relu, step, addBias};
  return table;
}

}  // namespace resnet::reference
