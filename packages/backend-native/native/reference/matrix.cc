// Scalar reference of the matrix products.
#include "matrix/matrix.h"

namespace resnet::reference {

namespace {

void multiply(const MatrixShape& s, const float* a, const float* b, const float* bias, float* c) {
  for (int n = 0; n < s.batch; ++n, a += s.batchStrideA, b += s.batchStrideB, c += int64_t{s.rows} * s.columns) {
    for (int64_t i = 0; i < s.rows; ++i) {
      for (int64_t j = 0; j < s.columns; ++j) {
        double sum = bias == nullptr ? 0.0 : bias[j];
        for (int64_t k = 0; k < s.inner; ++k) {
          sum += double{s.transposeA ? a[k * s.rows + i] : a[i * s.inner + k]} *
                 (s.transposeB ? b[j * s.inner + k] : b[k * s.columns + j]);
        }
        c[i * s.columns + j] = static_cast<float>(sum);
      }
    }
  }
}

void linear(const LinearShape& s, const float* x, const float* weight, const float* bias, float* y) {
  multiply({1, s.batch, s.outputs, s.inputs, false, false, 0, 0}, x, weight, bias, y);
}

void linearGradient(const LinearShape& s, const float* dy, const float* x, const float* weight, float* dx,
                    float* dWeight, float* dBias) {
  multiply({1, s.batch, s.inputs, s.outputs, false, true, 0, 0}, dy, weight, nullptr, dx);
  multiply({1, s.inputs, s.outputs, s.batch, true, false, 0, 0}, x, dy, nullptr, dWeight);
  for (int j = 0; j < s.outputs; ++j) {
    double sum = 0;
    for (int64_t n = 0; n < s.batch; ++n) sum += dy[n * s.outputs + j];
    dBias[j] = static_cast<float>(sum);
  }
}

}  // namespace

const MatrixKernels& matrixKernels() {
  static const MatrixKernels table{multiply, linear, linearGradient};
  return table;
}

}  // namespace resnet::reference
