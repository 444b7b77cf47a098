// Reductions of one run of axes: x seen as [outer, reduced, inner].
#pragma once

#include <cstdint>

namespace resnet {

struct ReductionShape {
  int64_t outer, reduced, inner;
};

struct ReductionKernels {
  // y[outer, inner] = scale · Σ x over the middle axis.
  void (*sum)(const ReductionShape&, float scale, const float* x, float* y);
  // Over the last axis (inner = 1). NaN wins the maximum; the argument is the first of equal maxima and ignores NaN.
  void (*maximum)(const ReductionShape&, const float* x, float* y);
  void (*argumentOfMaximum)(const ReductionShape&, const float* x, int32_t* y);
};

}  // namespace resnet
