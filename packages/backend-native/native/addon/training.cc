// The loss and the SGD step from JavaScript.
#include <vector>

#include "addon/call.h"
#include "core/kernel_table.h"

namespace resnet {

namespace {

SoftmaxShape softmaxShape(const Call& c) { return {c.integer(0), c.integer(1), static_cast<float>(c.number(0))}; }

// integers: batch, classes; numbers: labelSmoothing; logits, labels, loss, probabilities
void softmaxCrossEntropy(const Call& c) {
  kernels().softmax().crossEntropy(softmaxShape(c), c.floats(0), c.ints(1), c.floats(2), c.floats(3));
}

// dy, probabilities, labels, dLogits
void softmaxCrossEntropyGradient(const Call& c) {
  kernels().softmax().crossEntropyGradient(softmaxShape(c), c.floats(0), c.floats(1), c.ints(2), c.floats(3));
}

// integers: count, nesterov, caffe; numbers: learningRate, momentum, sizes[count], weightDecay[count];
// one array: parameters, gradients, velocities, new parameters, new velocities, `count` of each
void sgdUpdate(const Call& c) {
  const int count = c.integer(0);
  const auto list = c.list();
  const auto tensor = [&](int group, int i) { return c.listed(list, static_cast<uint32_t>(group * count + i)); };
  std::vector<SgdTensor> tensors(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    tensors[static_cast<size_t>(i)] = {c.size(2 + i), static_cast<float>(c.number(2 + count + i)), tensor(0, i),
                                       tensor(1, i),  tensor(2, i), tensor(3, i), tensor(4, i)};
  }
  kernels().sgd().update({count, tensors.data(), static_cast<float>(c.number(0)), static_cast<float>(c.number(1)), c.flag(1),
                          c.flag(2)});
}

}  // namespace

void exportTraining(Napi::Env env, Napi::Object exports) {
  exports.Set("softmaxCrossEntropy", Napi::Function::New<bind<softmaxCrossEntropy>>(env));
  exports.Set("softmaxCrossEntropyGradient", Napi::Function::New<bind<softmaxCrossEntropyGradient>>(env));
  exports.Set("sgdUpdate", Napi::Function::New<bind<sgdUpdate>>(env));
}

}  // namespace resnet
