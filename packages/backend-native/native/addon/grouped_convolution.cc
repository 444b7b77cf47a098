// Grouped convolution from JavaScript. integers: the 14 fields of ConvolutionShape in order, then groups.
#include "addon/call.h"
#include "core/kernel_table.h"

namespace resnet {

namespace {

GroupedConvolutionShape shapeOf(const Call& c) {
  return {{c.integer(0), c.integer(1), c.integer(2), c.integer(3), c.integer(4), c.integer(5), c.integer(6),
           c.integer(7), c.integer(8), c.integer(9), c.integer(10), c.integer(11), c.integer(12), c.integer(13)},
          c.integer(14)};
}

// x, filter, y
void forward(const Call& c) {
  kernels().groupedConvolution().forward(shapeOf(c), c.floats(0), c.floats(1), c.floats(2));
}

// dy, filter, dx
void inputGradient(const Call& c) {
  kernels().groupedConvolution().inputGradient(shapeOf(c), c.floats(0), c.floats(1), c.floats(2));
}

// x, dy, dFilter
void filterGradient(const Call& c) {
  kernels().groupedConvolution().filterGradient(shapeOf(c), c.floats(0), c.floats(1), c.floats(2));
}

}  // namespace

void exportGroupedConvolution(Napi::Env env, Napi::Object exports) {
  exports.Set("groupedConvolution", Napi::Function::New<bind<forward>>(env));
  exports.Set("groupedConvolutionInputGradient", Napi::Function::New<bind<inputGradient>>(env));
  exports.Set("groupedConvolutionFilterGradient", Napi::Function::New<bind<filterGradient>>(env));
}

}  // namespace resnet
