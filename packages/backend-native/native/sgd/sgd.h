// One step of SGD with momentum over many tensors. With g' = g + decay·w:
//   torch: v ← m·v + g';      w ← w − lr·(nesterov ? g' + m·v : v)
//   caffe: v ← m·v + lr·g';   w ← w − (nesterov ? m·v + lr·g' : v)
#pragma once

#include <cstdint>

namespace resnet {

struct SgdTensor {
  int64_t size;
  float weightDecay;
  const float *parameter, *gradient, *velocity;
  float *newParameter, *newVelocity;
};

struct SgdArguments {
  int count;
  const SgdTensor* tensors;
  float learningRate, momentum;
  bool nesterov, caffe;
};

struct SgdKernels {
  void (*update)(const SgdArguments&);
};

}  // namespace resnet
