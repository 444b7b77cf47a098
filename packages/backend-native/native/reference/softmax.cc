// Scalar reference of softmax cross-entropy.
#include "softmax/softmax.h"

#include <cmath>

namespace resnet::reference {

namespace {

double target(const SoftmaxShape& s, int k, int label) {
  return (k == label ? 1.0 - s.labelSmoothing : 0.0) + double{s.labelSmoothing} / s.classes;
}

void crossEntropy(const SoftmaxShape& s, const float* logits, const int32_t* labels, float* loss,
                  float* probabilities) {
  double total = 0;
  for (int64_t n = 0; n < s.batch; ++n) {
    const float* row = logits + n * s.classes;
    double largest = row[0], sum = 0;
    for (int k = 1; k < s.classes; ++k) largest = row[k] > largest ? row[k] : largest;
    for (int k = 0; k < s.classes; ++k) sum += std::exp(row[k] - largest);
    for (int k = 0; k < s.classes; ++k) {
      const double logProbability = row[k] - largest - std::log(sum);
      probabilities[n * s.classes + k] = static_cast<float>(std::exp(logProbability));
      const double weight = target(s, k, labels[n]);
      if (weight != 0) total -= weight * logProbability;
    }
  }
  *loss = static_cast<float>(total / s.batch);
}

void crossEntropyGradient(const SoftmaxShape& s, const float* dy, const float* probabilities, const int32_t* labels,
                          float* dLogits) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int k = 0; k < s.classes; ++k)
      dLogits[n * s.classes + k] =
          static_cast<float>((probabilities[n * s.classes + k] - target(s, k, labels[n])) * *dy / s.batch);
}

}  // namespace

const SoftmaxKernels& softmaxKernels() {
  static const SoftmaxKernels table{crossEntropy, crossEntropyGradient};
  return table;
}

}  // namespace resnet::reference
