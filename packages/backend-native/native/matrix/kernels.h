// The matrix kernels of one instruction set.
#pragma once

#include "core/vector.h"
#include "matrix/matrix.h"

namespace resnet::RESNET_ISA {

// Inner steps that are added up in registers; such sums are added to C one after another.
constexpr int kInnerBlock = 256;

void multiply(const MatrixShape&, const float* a, const float* b, const float* bias, float* c);

// One product of the batch, for few rows of A as it is stored.
bool hasFewRows(const MatrixShape&);
void multiplyFewRows(const MatrixShape&, const float* a, const float* b, const float* bias, float* c);

void linear(const LinearShape&, const float* x, const float* weight, const float* bias, float* y);
void linearGradient(const LinearShape&, const float* dy, const float* x, const float* weight, float* dx, float* dWeight,
                    float* dBias);

}  // namespace resnet::RESNET_ISA
