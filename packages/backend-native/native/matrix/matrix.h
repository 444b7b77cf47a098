// Matrix products: C[rows, columns] = op(A)[rows, inner] · op(B)[inner, columns], row-major float32, a batch of them.
#pragma once

#include <cstdint>

namespace resnet {

struct MatrixShape {
  int batch, rows, columns, inner;
  bool transposeA, transposeB;         // A is stored [inner, rows] / B is stored [columns, inner]
  int64_t batchStrideA, batchStrideB;  // 0 when one matrix serves the whole batch
};

struct LinearShape {
  int batch, inputs, outputs;
};

struct MatrixKernels {
  // bias is [columns], added to every row, or null.
  void (*multiply)(const MatrixShape&, const float* a, const float* b, const float* bias, float* c);
  // y = x·weight + bias: x [N, in], weight [in, out], bias [out].
  void (*linear)(const LinearShape&, const float* x, const float* weight, const float* bias, float* y);
  void (*linearGradient)(const LinearShape&, const float* dy, const float* x, const float* weight, float* dx,
                         float* dWeight, float* dBias);
};

}  // namespace resnet
