// What happens to a sum before it is stored: y = max(floor, sum + shift [+ residual]). Inference folds batch norm so.
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

struct Epilogue {
  const float* shift;     // one a channel, readable in whole register tiles; null: store the sum
  const float* residual;  // laid out as the output; may be null
  float floor;            // 0 for ReLU, −∞ for none

  bool active() const { return shift != nullptr; }
};
constexpr Epilogue kStoreSum{nullptr, nullptr, 0};

// NaN stays NaN, so that a broken network is seen.
RESNET_INLINE Vector finish(Vector sum, Vector shift, float floor) { return maximum(broadcast(floor), sum + shift); }

}  // namespace resnet::RESNET_ISA
