// Winograd F(4×4, 3×3): the one-dimensional transforms, applied to rows and then columns.
// Lavin & Gray 2016, with the interpolation points 0, ±1, ±2, ∞.
//
//   y  = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A        forward: 4×4 outputs from a 6×6 patch, 36 products instead of 144
//   dg = Gᵀ [ (Bᵀ d B) ⊙ (A dy Aᵀ) ] G       filter gradient, summed over tiles before the outer transform
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

constexpr int kPatch = 6;  // pixels of a patch along one axis
constexpr int kTile = 4;   // outputs of a tile along one axis
constexpr int kPositions = kPatch * kPatch;

// Bᵀ: 6 → 6
RESNET_INLINE void transformPatch(const Vector* d, int stride, Vector* o, int outStride) {
  const Vector d0 = d[0], d1 = d[stride], d2 = d[2 * stride], d3 = d[3 * stride], d4 = d[4 * stride],
               d5 = d[5 * stride];
  const Vector a = d4 - 4.0f * d2, b = d3 - 4.0f * d1, c = d4 - d2, e = 2.0f * (d3 - d1);
  o[0] = 4.0f * d0 + (d4 - 5.0f * d2);
  o[outStride] = a + b;
  o[2 * outStride] = a - b;
  o[3 * outStride] = c + e;
  o[4 * outStride] = c - e;
  o[5 * outStride] = 4.0f * d1 + (d5 - 5.0f * d3);
}

// Aᵀ: 6 → 4
RESNET_INLINE void transformProduct(const Vector* m, int stride, Vector* o, int outStride) {
  const Vector p = m[stride] + m[2 * stride], q = m[stride] - m[2 * stride];
  const Vector r = m[3 * stride] + m[4 * stride], u = m[3 * stride] - m[4 * stride];
  o[0] = m[0] + p + r;
  o[outStride] = q + 2.0f * u;
  o[2 * outStride] = p + 4.0f * r;
  o[3 * outStride] = q + 8.0f * u + m[5 * stride];
}

// A: 4 → 6
RESNET_INLINE void transformGradient(const Vector* d, int stride, Vector* o, int outStride) {
  const Vector d0 = d[0], d1 = d[stride], d2 = d[2 * stride], d3 = d[3 * stride];
  const Vector even = d0 + d2, odd = d1 + d3, even2 = d0 + 4.0f * d2, odd2 = 2.0f * d1 + 8.0f * d3;
  o[0] = d0;
  o[outStride] = even + odd;
  o[2 * outStride] = even - odd;
  o[3 * outStride] = even2 + odd2;
  o[4 * outStride] = even2 - odd2;
  o[5 * outStride] = d3;
}

// G: 3 → 6
RESNET_INLINE void transformFilterRow(const Vector* g, int stride, Vector* o, int outStride) {
  const Vector g0 = g[0], g1 = g[stride], g2 = g[2 * stride];
  const Vector even = (g0 + g2) * (-1.0f / 6.0f), odd = g1 * (1.0f / 6.0f);
  const Vector even2 = g0 * (1.0f / 24.0f) + g2 * (1.0f / 6.0f), odd2 = g1 * (1.0f / 12.0f);
  o[0] = 0.25f * g0;
  o[outStride] = even - odd;
  o[2 * outStride] = even + odd;
  o[3 * outStride] = even2 + odd2;
  o[4 * outStride] = even2 - odd2;
  o[5 * outStride] = g2;
}

// Gᵀ: 6 → 3
RESNET_INLINE void transformFilterGradient(const Vector* m, int stride, Vector* o, int outStride) {
  const Vector p = m[stride] + m[2 * stride], q = m[2 * stride] - m[stride];
  const Vector r = m[3 * stride] + m[4 * stride], u = m[3 * stride] - m[4 * stride];
  o[0] = 0.25f * m[0] - p * (1.0f / 6.0f) + r * (1.0f / 24.0f);
  o[outStride] = q * (1.0f / 6.0f) + u * (1.0f / 12.0f);
  o[2 * outStride] = (r - p) * (1.0f / 6.0f) + m[5 * stride];
}

}  // namespace resnet::RESNET_ISA
