// Pooling and the zero-pad shortcut from JavaScript.
// integers: the fields of PoolingShape in order, then countPadding; or those of ZeroPadShape.
#include "addon/call.h"
#include "core/kernel_table.h"

namespace resnet {

namespace {

constexpr int kCountPadding = 10;

PoolingShape poolingShape(const Call& c) {
  return {c.integer(0), c.integer(1), c.integer(2), c.integer(3), c.integer(4),
          c.integer(5), c.integer(6), c.integer(7), c.integer(8), c.integer(9)};
}

// x, y
void maxPool(const Call& c) { kernels().pooling().maximum(poolingShape(c), c.floats(0), c.floats(1)); }

// dy, x, dx
void maxPoolGradient(const Call& c) {
  kernels().pooling().maximumGradient(poolingShape(c), c.floats(0), c.floats(1), c.floats(2));
}

// x, y
void averagePool(const Call& c) {
  kernels().pooling().average(poolingShape(c), c.flag(kCountPadding), c.floats(0), c.floats(1));
}

// dy, dx
void averagePoolGradient(const Call& c) {
  kernels().pooling().averageGradient(poolingShape(c), c.flag(kCountPadding), c.floats(0), c.floats(1));
}

// integers: batch, pixels, channels; x, y
void globalAveragePool(const Call& c) {
  kernels().pooling().globalAverage(c.integer(0), c.integer(1), c.integer(2), c.floats(0), c.floats(1));
}

// integers: batch, pixels, channels; dy, dx
void globalAveragePoolGradient(const Call& c) {
  kernels().pooling().globalAverageGradient(c.integer(0), c.integer(1), c.integer(2), c.floats(0), c.floats(1));
}

ZeroPadShape zeroPadShape(const Call& c) {
  return {c.integer(0), c.integer(1), c.integer(2), c.integer(3), c.integer(4),
          c.integer(5), c.integer(6), c.integer(7), c.integer(8)};
}

// x, y
void zeroPadShortcut(const Call& c) { kernels().zeroPad().forward(zeroPadShape(c), c.floats(0), c.floats(1)); }

// dy, dx
void zeroPadShortcutGradient(const Call& c) { kernels().zeroPad().gradient(zeroPadShape(c), c.floats(0), c.floats(1)); }

}  // namespace

void exportPooling(Napi::Env env, Napi::Object exports) {
  exports.Set("maxPool", Napi::Function::New<bind<maxPool>>(env));
  exports.Set("maxPoolGradient", Napi::Function::New<bind<maxPoolGradient>>(env));
  exports.Set("averagePool", Napi::Function::New<bind<averagePool>>(env));
  exports.Set("averagePoolGradient", Napi::Function::New<bind<averagePoolGradient>>(env));
  exports.Set("globalAveragePool", Napi::Function::New<bind<globalAveragePool>>(env));
  exports.Set("globalAveragePoolGradient", Napi::Function::New<bind<globalAveragePoolGradient>>(env));
  exports.Set("zeroPadShortcut", Napi::Function::New<bind<zeroPadShortcut>>(env));
  exports.Set("zeroPadShortcutGradient", Napi::Function::New<bind<zeroPadShortcutGradient>>(env));
}

}  // namespace resnet
