// Independent multiply-adds in registers. An FMA has a latency of 4 cycles and two are issued a cycle, so at least
// eight chains are needed; the count leaves room for the two operands in each register file.
#include "peak/peak.h"

#include "core/vector.h"

namespace resnet::RESNET_ISA {

namespace {

#if defined(RESNET_ISA_AVX512) || defined(RESNET_ISA_NEON)
constexpr int kChains = 24;  // of 32 registers
#else
constexpr int kChains = 12;  // of 16 registers
#endif

int run(int64_t rounds, float* sink) {
  Vector sums[kChains];
  for (int i = 0; i < kChains; ++i) sums[i] = broadcast(*sink + static_cast<float>(i));
  const Vector factor = broadcast(0.999f + *sink), addend = broadcast(0.001f + *sink);
  for (int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 32
    for (int i = 0; i < kChains; ++i) sums[i] = sums[i] * factor + addend;
  }
  Vector total{};
  for (int i = 0; i < kChains; ++i) total += sums[i];
  *sink = total[0];
  return kChains * kLanes * 2;
}

}  // namespace

const PeakKernels& peakKernels() {
  static constexpr PeakKernels table{run};
  return table;
}

}  // namespace resnet::RESNET_ISA
