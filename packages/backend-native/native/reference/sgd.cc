// Scalar reference of the SGD step, in float32 like the fast one: these few operations are the definition.
#include "sgd/sgd.h"

namespace resnet::reference {

namespace {

void update(const SgdArguments& a) {
  const float rate = a.learningRate, m = a.momentum;
  for (int t = 0; t < a.count; ++t) {
    const SgdTensor& tensor = a.tensors[t];
    for (int64_t i = 0; i < tensor.size; ++i) {
      const float w = tensor.parameter[i];
      const float g = tensor.gradient[i] + tensor.weightDecay * w;
      const float step = a.caffe ? rate * g : g;
      const float v = m * tensor.velocity[i] + step;
      const float move = a.nesterov ? step + m * v : v;
      tensor.newVelocity[i] = v;
      tensor.newParameter[i] = w - (a.caffe ? move : rate * move);
    }
  }
}

}  // namespace

const SgdKernels& sgdKernels() {
  static const SgdKernels table{update};
  return table;
}

}  // namespace resnet::reference
