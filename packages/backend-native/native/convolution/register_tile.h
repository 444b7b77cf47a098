// The two register tiles every convolution here is made of.
//
// dotTile:   out[p][q] = Σ_d a[p][d] · b[d][q]      P rows (pixels) × Q vectors of columns (output channels)
// outerTile: out[p][q] += Σ_d a[d][p] · b[d][q]     P rows (input channels) × Q vectors of columns
//
// Both hold P·Q accumulators in registers, load Q vectors of b and broadcast P scalars of a from memory per step:
// 6 × 2 fills the 16 registers of AVX2 and SSE, 14 × 2 the 32 of AVX-512. `segments` lets a walk non-contiguous
// memory (the rows of a filter window, the rows of an image) without packing it first.
// Ragged edges run narrower tiles; rows are split evenly (32 pixels run as 6+6+5+5+5+5, not 6·5+2).
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

#if defined(RESNET_ISA_AVX512)
constexpr int kTileRows = 14;
#else
constexpr int kTileRows = 6;
#endif
constexpr int kTileVectors = 2;
constexpr int kTileColumns = kTileVectors * kLanes;

struct DotOperands {
  const float* a;
  ptrdiff_t aRow;      // floats from one row of a to the next
  ptrdiff_t aSegment;  // floats from one segment of a to the next
  int segments;
  int depth;  // steps per segment; contiguous in a
  const float* b;
  ptrdiff_t bStep;  // floats from one step of b to the next; segments follow one another
  float* out;
  ptrdiff_t outRow;
};

template <int P, int Q>
static __attribute__((noinline)) void dotTile(const DotOperands& t, int lastLanes) {
  Vector sum[P][Q];
  for (int p = 0; p < P; ++p)
    for (int q = 0; q < Q; ++q) sum[p][q] = Vector{};
  const float* b = t.b;
  const ptrdiff_t aRow = t.aRow, bStep = t.bStep;
  const int depth = t.depth;
  for (int s = 0; s < t.segments; ++s) {
    const float* a = t.a + s * t.aSegment;
    for (int d = 0; d < depth; ++d, b += bStep) {
      Vector bv[Q];
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) bv[q] = load(b + q * kLanes);
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p) {
        const float scalar = a[p * aRow + d];
#pragma GCC unroll 2
        for (int q = 0; q < Q; ++q) sum[p][q] += scalar * bv[q];
      }
    }
  }
  if (lastLanes == kLanes) {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) store(t.out + p * t.outRow + q * kLanes, sum[p][q]);
  } else {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 2
      for (int q = 0; q + 1 < Q; ++q) store(t.out + p * t.outRow + q * kLanes, sum[p][q]);
      storePartial(t.out + p * t.outRow + (Q - 1) * kLanes, sum[p][Q - 1], lastLanes);
    }
  }
}

template <int Q, int P = kTileRows>
static inline void dotTileOfRows(int rows, const DotOperands& t, int lastLanes) {
  if (rows == P) {
    dotTile<P, Q>(t, lastLanes);
  } else if constexpr (P > 1) {
    dotTileOfRows<Q, P - 1>(rows, t, lastLanes);
  }
}

// `rows` rows of `columns` (at most kTileColumns) columns. b must be readable in whole vectors.
static inline void dotRows(int rows, int columns, DotOperands t) {
  const int tiles = (rows + kTileRows - 1) / kTileRows;
  const int lastLanes = columns % kLanes == 0 ? kLanes : columns % kLanes;
  const float* a = t.a;
  float* out = t.out;
  for (int i = 0, row = 0; i < tiles; ++i) {
    const int next = static_cast<int>(static_cast<int64_t>(rows) * (i + 1) / tiles);
    t.a = a + row * t.aRow;
    t.out = out + row * t.outRow;
    if (columns > kLanes) {
      dotTileOfRows<2>(next - row, t, lastLanes);
    } else {
      dotTileOfRows<1>(next - row, t, lastLanes);
    }
    row = next;
  }
}

struct OuterOperands {
  const float* a;  // one float per row, contiguous
  ptrdiff_t aStep, aSegment;
  const float* b;
  ptrdiff_t bStep, bSegment;
  int segments;
  int depth;
  float* out;  // accumulated into; rows of whole vectors
  ptrdiff_t outRow;
};

template <int P, int Q>
static __attribute__((noinline)) void outerTile(const OuterOperands& t) {
  Vector sum[P][Q];
#pragma GCC unroll 16
  for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
    for (int q = 0; q < Q; ++q) sum[p][q] = load(t.out + p * t.outRow + q * kLanes);
  const ptrdiff_t aStep = t.aStep, bStep = t.bStep;
  const int depth = t.depth;
  for (int s = 0; s < t.segments; ++s) {
    const float* a = t.a + s * t.aSegment;
    const float* b = t.b + s * t.bSegment;
    for (int d = 0; d < depth; ++d, a += aStep, b += bStep) {
      Vector bv[Q];
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) bv[q] = load(b + q * kLanes);
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p) {
        const float scalar = a[p];
#pragma GCC unroll 2
        for (int q = 0; q < Q; ++q) sum[p][q] += scalar * bv[q];
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
    for (int q = 0; q < Q; ++q) store(t.out + p * t.outRow + q * kLanes, sum[p][q]);
}

template <int Q, int P = kTileRows>
static inline void outerTileOfRows(int rows, const OuterOperands& t) {
  if (rows == P) {
    outerTile<P, Q>(t);
  } else if constexpr (P > 1) {
    outerTileOfRows<Q, P - 1>(rows, t);
  }
}

// The whole outer product: `rows` × `columns`, columns a multiple of kLanes.
static inline void outerProduct(int rows, int columns, OuterOperands t) {
  const int tiles = (rows + kTileRows - 1) / kTileRows;
  const float *a = t.a, *b = t.b;
  float* out = t.out;
  for (int column = 0; column < columns; column += kTileColumns) {
    t.b = b + column;
    for (int i = 0, row = 0; i < tiles; ++i) {
      const int next = static_cast<int>(static_cast<int64_t>(rows) * (i + 1) / tiles);
      t.a = a + row;
      t.out = out + row * t.outRow + column;
      if (columns - column > kLanes) {
        outerTileOfRows<2>(next - row, t);
      } else {
        outerTileOfRows<1>(next - row, t);
      }
      row = next;
    }
  }
}

RESNET_INLINE int roundUpToLanes(int n) { return (n + kLanes - 1) / kLanes * kLanes; }

}  // namespace resnet::RESNET_ISA
