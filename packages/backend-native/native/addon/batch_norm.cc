// Batch norm from JavaScript. integers: channels, relu. numbers: pixels, epsilon, runningFraction.
#include "addon/call.h"
#include "core/kernel_table.h"

namespace resnet {

namespace {

// x, gamma, beta, runningMean, runningVariance, residual | null, y, mean, variance, newMean, newVariance
void forward(const Call& c) {
  kernels().batchNorm().forward({c.size(0), c.integer(0), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.floats(4),
                                 c.floats(5), c.floats(6), {c.floats(7), c.floats(8), c.floats(9), c.floats(10)},
                                 static_cast<float>(c.number(1)), static_cast<float>(c.number(2)), c.flag(1)});
}

// dy, y | null, x, gamma, beta, mean, variance, dx, dGamma, dBeta, dResidual | null
void gradient(const Call& c) {
  kernels().batchNorm().gradient({c.size(0), c.integer(0), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.floats(4),
                                  c.floats(5), c.floats(6), c.floats(7), c.floats(8), c.floats(9), c.floats(10),
                                  static_cast<float>(c.number(1)), c.flag(1)});
}

// x, gamma, beta, mean, variance, residual | null, y
void inference(const Call& c) {
  kernels().batchNorm().inference({c.size(0), c.integer(0), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.floats(4),
                                   c.floats(5), c.floats(6), static_cast<float>(c.number(1)), c.flag(1)});
}

}  // namespace

void exportBatchNorm(Napi::Env env, Napi::Object exports) {
  exports.Set("batchNorm", Napi::Function::New<bind<forward>>(env));
  exports.Set("batchNormGradient", Napi::Function::New<bind<gradient>>(env));
  exports.Set("batchNormInference", Napi::Function::New<bind<inference>>(env));
}

}  // namespace resnet
