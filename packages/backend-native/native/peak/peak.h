// The multiply-add rate of the registers, as the yardstick for every other kernel.
#pragma once

#include <cstdint>

namespace resnet {

struct PeakKernels {
  // Runs `rounds` rounds of independent multiply-adds in registers; returns how many floating-point operations
  // one round makes. `sink` receives a value that keeps the loop alive.
  int (*run)(int64_t rounds, float* sink);
};

}  // namespace resnet
