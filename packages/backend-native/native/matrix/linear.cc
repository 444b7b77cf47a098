// The linear layer, as matrix products: y = x·W + b; dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ dy over the batch.
#include "core/chunks.h"
#include "core/lanes.h"
#include "core/parallel.h"
#include "matrix/kernels.h"

namespace resnet::RESNET_ISA {

void linear(const LinearShape& s, const float* x, const float* weight, const float* bias, float* y) {
  multiply({1, s.batch, s.outputs, s.inputs, false, false, 0, 0}, x, weight, bias, y);
}

void linearGradient(const LinearShape& s, const float* dy, const float* x, const float* weight, float* dx,
                    float* dWeight, float* dBias) {
  multiply({1, s.batch, s.inputs, s.outputs, false, true, 0, 0}, dy, weight, nullptr, dx);
  multiply({1, s.inputs, s.outputs, s.batch, true, false, 0, 0}, x, dy, nullptr, dWeight);
  const Chunks chunks = chunksOf(s.outputs, s.batch);
  parallel(chunks.count, [&](int64_t task, int) {
    for (int64_t j = chunks.begin(task); j < chunks.end(task); ++j) {
      double sum = 0;
      for (int64_t n = 0; n < s.batch; ++n) sum += dy[n * s.outputs + j];
      dBias[j] = static_cast<float>(sum);
    }
  });
}

}  // namespace resnet::RESNET_ISA
