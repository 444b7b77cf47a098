// Softmax cross-entropy. A thousand classes at batch 16 are 16,000 exponentials, 0.2 ms of a step of 1,600: scalar
// double keeps them exact, and rows are spread over the threads. The batch is summed in order, in double.
#include "softmax/softmax.h"

#include <cmath>

#include "core/lanes.h"
#include "core/parallel.h"

namespace resnet::RESNET_ISA {

namespace {

// Writes the probabilities of one row and returns its loss −Σ target·log p.
double rowLoss(const SoftmaxShape& s, const float* logits, int label, float* probabilities) {
  double largest = logits[0], sum = 0, sumOfLogits = 0;
  for (int k = 1; k < s.classes; ++k) largest = logits[k] > largest ? logits[k] : largest;
  for (int k = 0; k < s.classes; ++k) {
    const double e = std::exp(logits[k] - largest);
    probabilities[k] = static_cast<float>(e);
    sum += e;
    sumOfLogits += logits[k] - largest;
  }
  const float inverse = static_cast<float>(1.0 / sum);
  for (int k = 0; k < s.classes; ++k) probabilities[k] *= inverse;
  const double logSum = std::log(sum), smoothing = s.labelSmoothing;
  const double hard = (1 - smoothing) * (logSum - (logits[label] - largest));
  return smoothing == 0 ? hard : hard + smoothing * (logSum - sumOfLogits / s.classes);
}

void crossEntropy(const SoftmaxShape& s, const float* logits, const int32_t* labels, float* loss,
                  float* probabilities) {
  auto* rows = reinterpret_cast<double*>(sharedScratch(SharedScratch::kPartialSums, static_cast<size_t>(s.batch) * 2));
  parallel(s.batch, [&](int64_t n, int) {
    rows[n] = rowLoss(s, logits + n * s.classes, labels[n], probabilities + n * s.classes);
  });
  double total = 0;
  for (int n = 0; n < s.batch; ++n) total += rows[n];
  *loss = static_cast<float>(total / s.batch);
}

void crossEntropyGradient(const SoftmaxShape& s, const float* dy, const float* probabilities, const int32_t* labels,
                          float* dLogits) {
  const float scale = *dy / static_cast<float>(s.batch), rest = s.labelSmoothing / static_cast<float>(s.classes);
  parallel(s.batch, [&](int64_t n, int) {
    const float* p = probabilities + n * s.classes;
    float* out = dLogits + n * s.classes;
    forEachVector(s.classes, [&](int64_t k, auto lanes) {
      storeLanes(out + k, (loadLanes(p + k, lanes) - broadcast(rest)) * broadcast(scale), lanes);
    });
    const int label = labels[n];
    out[label] = (p[label] - rest - (1.0f - s.labelSmoothing)) * scale;
  });
}

}  // namespace

const SoftmaxKernels& softmaxKernels() {
  static constexpr SoftmaxKernels table{crossEntropy, crossEntropyGradient};
  return table;
}

}  // namespace resnet::RESNET_ISA
