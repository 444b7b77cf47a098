// Elementwise kernels and reductions from JavaScript.
#include "addon/call.h"
#include "core/kernel_table.h"

namespace resnet {

namespace {

// integers: operation, scalarA, scalarB; numbers: size; a, b, y
void binary(const Call& c) {
  kernels().elementwise().binary(static_cast<BinaryOperation>(c.integer(0)), c.size(0), c.floats(0), c.flag(1), c.floats(1),
                                 c.flag(2), c.floats(2));
}

// numbers: size; x, y
void relu(const Call& c) { kernels().elementwise().relu(c.size(0), c.floats(0), c.floats(1)); }

// numbers: size, alpha; x, y
void step(const Call& c) {
  kernels().elementwise().step(c.size(0), static_cast<float>(c.number(1)), c.floats(0), c.floats(1));
}

// integers: channels; numbers: pixels; x, bias, y
void addBias(const Call& c) {
  kernels().elementwise().addBias(c.size(0), c.integer(0), c.floats(0), c.floats(1), c.floats(2));
}

ReductionShape reductionShape(const Call& c) { return {c.size(0), c.size(1), c.size(2)}; }

// numbers: outer, reduced, inner, scale; x, y
void sum(const Call& c) {
  kernels().reduction().sum(reductionShape(c), static_cast<float>(c.number(3)), c.floats(0), c.floats(1));
}

// numbers: outer, reduced, 1; x, y
void maximum(const Call& c) { kernels().reduction().maximum(reductionShape(c), c.floats(0), c.floats(1)); }
void argumentOfMaximum(const Call& c) {
  kernels().reduction().argumentOfMaximum(reductionShape(c), c.floats(0), c.ints(1));
}

}  // namespace

void exportElementwise(Napi::Env env, Napi::Object exports) {
  exports.Set("binary", Napi::Function::New<bind<binary>>(env));
  exports.Set("relu", Napi::Function::New<bind<relu>>(env));
  exports.Set("step", Napi::Function::New<bind<step>>(env));
  exports.Set("addBias", Napi::Function::New<bind<addBias>>(env));
  exports.Set("sum", Napi::Function::New<bind<sum>>(env));
  exports.Set("maximum", Napi::Function::New<bind<maximum>>(env));
  exports.Set("argumentOfMaximum", Napi::Function::New<bind<argumentOfMaximum>>(env));
}

}  // namespace resnet
