// The register tile of the matrix product: kTileRows × kTileVectors vectors of sums stay in registers while a packed
// column of A and a packed row of B go by.
#pragma once

#include "core/lanes.h"

namespace resnet::RESNET_ISA {

#if defined(RESNET_ISA_AVX512)
constexpr int kTileRows = 14, kTileVectors = 2;  // 28 sums of 32 registers
#elif defined(RESNET_ISA_NEON)
constexpr int kTileRows = 8, kTileVectors = 3;  // 24 sums of 32 registers
#elif defined(RESNET_ISA_AVX2)
constexpr int kTileRows = 6, kTileVectors = 2;  // 12 sums of 16 registers
#else
constexpr int kTileRows = 4, kTileVectors = 2;  // 8 sums of 16 registers: without FMA each product needs one too
#endif
constexpr int kTileColumns = kTileVectors * kLanes;

// sums = A·B over `inner` steps: a is [inner, kTileRows], b [inner, kTileColumns], both packed.
RESNET_INLINE void multiplyTile(const float* a, const float* b, int inner, Vector sums[kTileRows][kTileVectors]) {
  for (int k = 0; k < inner; ++k, a += kTileRows, b += kTileColumns) {
    Vector right[kTileVectors];
    for (int v = 0; v < kTileVectors; ++v) right[v] = load(b + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kTileRows; ++r) {
      const Vector left = broadcast(a[r]);
#pragma GCC unroll 4
      for (int v = 0; v < kTileVectors; ++v) sums[r][v] += left * right[v];
    }
  }
}

}  // namespace resnet::RESNET_ISA
