// Softmax cross-entropy with label smoothing, mean over the batch. logits [N, K], labels [N] in [0, K).
#pragma once

#include <cstdint>

namespace resnet {

struct SoftmaxShape {
  int batch, classes;
  float labelSmoothing;
};

struct SoftmaxKernels {
  void (*crossEntropy)(const SoftmaxShape&, const float* logits, const int32_t* labels, float* loss,
                       float* probabilities);
  // dy is one number.
  void (*crossEntropyGradient)(const SoftmaxShape&, const float* dy, const float* probabilities, const int32_t* labels,
                               float* dLogits);
};

}  // namespace resnet
