// Convolution from JavaScript. integers: the 14 fields of ConvolutionShape in order, then relu.
// numbers: epsilon, runningFraction.
#include "addon/call.h"
#include "core/kernel_table.h"

namespace resnet {

namespace {

constexpr int kRelu = 14;

ConvolutionShape shapeOf(const Call& c) {
  return {c.integer(0), c.integer(1), c.integer(2), c.integer(3),  c.integer(4),  c.integer(5),  c.integer(6), c.integer(7),
          c.integer(8), c.integer(9), c.integer(10), c.integer(11), c.integer(12), c.integer(13)};
}

// x, filter, y
void forward(const Call& c) { kernels().convolution().forward(shapeOf(c), c.floats(0), c.floats(1), c.floats(2)); }

// dy, filter, dx
void inputGradient(const Call& c) {
  kernels().convolution().inputGradient(shapeOf(c), c.floats(0), c.floats(1), c.floats(2));
}

// x, dy, dFilter
void filterGradient(const Call& c) {
  kernels().convolution().filterGradient(shapeOf(c), c.floats(0), c.floats(1), c.floats(2));
}

// x, filter, gamma, beta, runningMean, runningVariance, residual | null, y, z, mean, variance, newMean, newVariance
void batchNorm(const Call& c) {
  kernels().convolution().batchNormForward(
      {shapeOf(c), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.floats(4), c.floats(5), c.floats(6), c.floats(7),
       c.floats(8), {c.floats(9), c.floats(10), c.floats(11), c.floats(12)}, static_cast<float>(c.number(0)),
       static_cast<float>(c.number(1)), c.flag(kRelu)});
}

// dy, y | null, z, x, filter, gamma, beta, mean, variance, dFilter, dGamma, dBeta, dx | null, dxSum | null,
// dResidual | null
void batchNormGradient(const Call& c) {
  kernels().convolution().batchNormGradient(
      {shapeOf(c), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.floats(4), c.floats(5), c.floats(6), c.floats(7),
       c.floats(8), c.floats(9), c.floats(10), c.floats(11), c.floats(12), c.floats(13), c.floats(14),
       static_cast<float>(c.number(0)), c.flag(kRelu)});
}

// → int32 [forward, data gradient, filter gradient]
void algorithms(const Call& c) {
  const ConvolutionAlgorithms used = kernels().convolution().algorithms(shapeOf(c));
  c.ints(0)[0] = used.forward;
  c.ints(0)[1] = used.inputGradient;
  c.ints(0)[2] = used.filterGradient;
}

// → int32 [floats, layout]
void preparedSize(const Call& c) {
  const PreparedSize size = kernels().convolution().preparedSize(shapeOf(c));
  c.ints(0)[0] = static_cast<int32_t>(size.floats);
  c.ints(0)[1] = size.layout;
}

// filter, gamma, beta, mean, variance, prepared
void prepare(const Call& c) {
  kernels().convolution().prepare({shapeOf(c), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.floats(4),
                                   static_cast<float>(c.number(0)), c.floats(5)});
}

// x, prepared, residual | null, y
void runPrepared(const Call& c) {
  kernels().convolution().runPrepared({shapeOf(c), c.floats(0), c.floats(1), c.floats(2), c.floats(3), c.flag(kRelu)});
}

}  // namespace

void exportConvolution(Napi::Env env, Napi::Object exports) {
  exports.Set("convolution", Napi::Function::New<bind<forward>>(env));
  exports.Set("convolutionInputGradient", Napi::Function::New<bind<inputGradient>>(env));
  exports.Set("convolutionFilterGradient", Napi::Function::New<bind<filterGradient>>(env));
  exports.Set("convolutionBatchNorm", Napi::Function::New<bind<batchNorm>>(env));
  exports.Set("convolutionBatchNormGradient", Napi::Function::New<bind<batchNormGradient>>(env));
  exports.Set("convolutionAlgorithms", Napi::Function::New<bind<algorithms>>(env));
  exports.Set("preparedConvolutionSize", Napi::Function::New<bind<preparedSize>>(env));
  exports.Set("prepareConvolution", Napi::Function::New<bind<prepare>>(env));
  exports.Set("runPreparedConvolution", Napi::Function::New<bind<runPrepared>>(env));
}

}  // namespace resnet
