// Matrix products and the linear layer from JavaScript.
#include "addon/call.h"
#include "core/kernel_table.h"

namespace resnet {

namespace {

// integers: batch, rows, columns, inner, transposeA, transposeB; numbers: batch strides of A and B; a, b, bias | null, c
void multiply(const Call& c) {
  kernels().matrix().multiply({c.integer(0), c.integer(1), c.integer(2), c.integer(3), c.flag(4), c.flag(5), c.size(0), c.size(1)},
                              c.floats(0), c.floats(1), c.floats(2), c.floats(3));
}

LinearShape linearShape(const Call& c) { return {c.integer(0), c.integer(1), c.integer(2)}; }

// integers: batch, inputs, outputs; x, weight, bias, y
void linear(const Call& c) {
  kernels().matrix().linear(linearShape(c), c.floats(0), c.floats(1), c.floats(2), c.floats(3));
}

// dy, x, weight, dx, dWeight, dBias
void linearGradient(const Call& c) {
  kernels().matrix().linearGradient(linearShape(c), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.floats(4),
                                    c.floats(5));
}

}  // namespace

void exportMatrix(Napi::Env env, Napi::Object exports) {
  exports.Set("matrixMultiply", Napi::Function::New<bind<multiply>>(env));
  exports.Set("linear", Napi::Function::New<bind<linear>>(env));
  exports.Set("linearGradient", Napi::Function::New<bind<linearGradient>>(env));
}

}  // namespace resnet
