// Scalar reference of the reductions.
#include "reduction/reduction.h"

namespace resnet::reference {

namespace {

void sum(const ReductionShape& s, float scale, const float* x, float* y) {
  for (int64_t o = 0; o < s.outer; ++o)
    for (int64_t i = 0; i < s.inner; ++i) {
      double total = 0;
      for (int64_t r = 0; r < s.reduced; ++r) total += x[(o * s.reduced + r) * s.inner + i];
      y[o * s.inner + i] = static_cast<float>(total * scale);
    }
}

float largest(const float* row, int64_t size) {
  float best = row[0];
  for (int64_t i = 1; i < size; ++i) {
    if (row[i] > best || row[i] != row[i]) best = row[i];
  }
  return best;
}

// As tfjs defines it: a NaN is never greater.
int64_t argument(const float* row, int64_t size) {
  int64_t best = 0;
  for (int64_t i = 1; i < size; ++i) best = row[i] > row[best] ? i : best;
  return best;
}

void maximum(const ReductionShape& s, const float* x, float* y) {
  for (int64_t o = 0; o < s.outer; ++o) y[o] = largest(x + o * s.reduced, s.reduced);
}

void argumentOfMaximum(const ReductionShape& s, const float* x, int32_t* y) {
  for (int64_t o = 0; o < s.outer; ++o) y[o] = static_cast<int32_t>(argument(x + o * s.reduced, s.reduced));
}

}  // namespace

const ReductionKernels& reductionKernels() {
  static const ReductionKernels table{sum, maximum, argumentOfMaximum};
  return table;
}

}  // namespace resnet::reference
