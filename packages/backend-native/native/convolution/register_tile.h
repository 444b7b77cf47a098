// The two register tiles every convolution here is made of.
//
// dotTiles:   out[p][q] = Σ_d a[p][d] · b[d][q]      P rows (pixels) × Q vectors of columns (output channels)
// outerTiles: out[p][q] += Σ_d a[d][p] · b[d][q]     P rows (input channels) × Q vectors of columns
//
// Both hold P·Q accumulators in registers, load Q vectors of b and broadcast P scalars of a from memory per step:
// 6 × 2 fills the 16 registers of AVX2 and SSE, 14 × 2 the 32 of AVX-512. `segments` lets a walk non-contiguous
// memory (the rows of a filter window, the rows of an image) without packing it first.
// Ragged edges run narrower tiles; rows are split evenly (32 pixels run as 6+6+5+5+5+5, not 6·5+2).
#pragma once

#include "../core/vector.h"
#include "epilogue.h"

namespace resnet::RESNET_ISA {

#if defined(RESNET_ISA_AVX512)
constexpr int kTileRows = 14;
#else
constexpr int kTileRows = 6;
#endif
constexpr int kTileVectors = 2;
constexpr int kTileColumns = kTileVectors * kLanes;

// Panels, each one register tile wide, that hold `columns` columns.
RESNET_INLINE int panelCount(int columns) { return (columns + kTileColumns - 1) / kTileColumns; }

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
  bool accumulate;    // add the sum to what out holds
  Epilogue epilogue;  // shift and residual of the first element of out
};

// The epilogue of a tile `offset` floats behind the first.
template <int P, int Q, bool kPartial>
RESNET_INLINE void finishTile(const DotOperands& t, ptrdiff_t offset, int lastLanes, Vector (&sum)[P][Q]) {
  const Epilogue& e = t.epilogue;
  if (e.residual != nullptr) {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) {
        const float* from = e.residual + offset + p * t.outRow + q * kLanes;
        sum[p][q] += kPartial && q == Q - 1 ? loadPartial(from, lastLanes) : load(from);
      }
  }
#pragma GCC unroll 2
  for (int q = 0; q < Q; ++q) {
    const Vector shift = load(e.shift + q * kLanes);
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) sum[p][q] = finish(sum[p][q], shift, e.floor);
  }
}

// `tiles` tiles of P rows, one below the other. kPartial: the last vector of a row has only `lastLanes` columns.
template <int P, int Q, bool kPartial>
static __attribute__((noinline)) void dotTiles(const DotOperands& t, int tiles, int lastLanes) {
  const ptrdiff_t aRow = t.aRow, bStep = t.bStep, outRow = t.outRow, aSegment = t.aSegment;
  const int depth = t.depth, segments = t.segments;
  const float* tile = t.a;
  float* out = t.out;
  for (; tiles > 0; --tiles, tile += P * aRow, out += P * outRow) {
    Vector sum[P][Q];
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) sum[p][q] = Vector{};
    const float* b = t.b;
    const float* row = tile;
    for (int s = 0; s < segments; ++s, row += aSegment) {
      const float* a = row;
      for (int d = 0; d < depth; ++d, ++a, b += bStep) {
        Vector bv[Q];
#pragma GCC unroll 2
        for (int q = 0; q < Q; ++q) bv[q] = load(b + q * kLanes);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) {
          const float scalar = a[p * aRow];
#pragma GCC unroll 2
          for (int q = 0; q < Q; ++q) sum[p][q] += scalar * bv[q];
        }
      }
    }
    if (t.accumulate) {
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
        for (int q = 0; q < Q; ++q) {
          const float* from = out + p * outRow + q * kLanes;
          sum[p][q] += kPartial && q == Q - 1 ? loadPartial(from, lastLanes) : load(from);
        }
    }
    if (t.epilogue.active()) finishTile<P, Q, kPartial>(t, out - t.out, lastLanes, sum);
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) {
        if (kPartial && q == Q - 1) {
          storePartial(out + p * outRow + q * kLanes, sum[p][q], lastLanes);
        } else {
          store(out + p * outRow + q * kLanes, sum[p][q]);
        }
      }
    }
  }
}

template <int Q, bool kPartial, int P = kTileRows>
static inline void dotTilesOfRows(int rows, const DotOperands& t, int tiles, int lastLanes) {
  if (rows == P) {
    dotTiles<P, Q, kPartial>(t, tiles, lastLanes);
  } else if constexpr (P > 1) {
    dotTilesOfRows<Q, kPartial, P - 1>(rows, t, tiles, lastLanes);
  }
}

// `rows` rows split into tiles whose sizes differ by at most one: `more` tiles of `size + 1` rows, then the rest.
struct RowSplit {
  int tiles, size, more;
  explicit RowSplit(int rows)
      : tiles((rows + kTileRows - 1) / kTileRows), size(tiles == 0 ? 0 : rows / tiles), more(rows - tiles * size) {}
};

// `rows` rows of `columns` (at most kTileColumns) columns. b must be readable in whole vectors.
static inline void dotRows(const RowSplit& split, int columns, DotOperands t) {
  const int lastLanes = columns % kLanes;
  const auto run = [&](int rows, int tiles) {
    if (columns > kLanes) {
      lastLanes == 0 ? dotTilesOfRows<2, false>(rows, t, tiles, 0) : dotTilesOfRows<2, true>(rows, t, tiles, lastLanes);
    } else {
      lastLanes == 0 ? dotTilesOfRows<1, false>(rows, t, tiles, 0) : dotTilesOfRows<1, true>(rows, t, tiles, lastLanes);
    }
  };
  if (split.more > 0) {
    run(split.size + 1, split.more);
    t.a += split.more * (split.size + 1) * t.aRow;
    t.out += split.more * (split.size + 1) * t.outRow;
    if (t.epilogue.residual != nullptr) t.epilogue.residual += split.more * (split.size + 1) * t.outRow;
  }
  if (split.tiles > split.more) run(split.size, split.tiles - split.more);
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
  bool fresh;  // start from zero, whatever out holds
};

template <int P, int Q>
static __attribute__((noinline)) void outerTiles(const OuterOperands& t, int tiles) {
  const ptrdiff_t aStep = t.aStep, bStep = t.bStep, aSegment = t.aSegment, bSegment = t.bSegment, outRow = t.outRow;
  const int depth = t.depth, segments = t.segments;
  const float* tile = t.a;
  float* out = t.out;
  for (; tiles > 0; --tiles, tile += P, out += P * outRow) {
    Vector sum[P][Q];
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p)
#pragma GCC unroll 2
      for (int q = 0; q < Q; ++q) sum[p][q] = t.fresh ? Vector{} : load(out + p * outRow + q * kLanes);
    for (int s = 0; s < segments; ++s) {
      const float* a = tile + s * aSegment;
      const float* b = t.b + s * bSegment;
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
      for (int q = 0; q < Q; ++q) store(out + p * outRow + q * kLanes, sum[p][q]);
  }
}

template <int Q, int P = kTileRows>
static inline void outerTilesOfRows(int rows, const OuterOperands& t, int tiles) {
  if (rows == P) {
    outerTiles<P, Q>(t, tiles);
  } else if constexpr (P > 1) {
    outerTilesOfRows<Q, P - 1>(rows, t, tiles);
  }
}

// The whole outer product: `rows` × `columns`, columns a multiple of kLanes.
static inline void outerProduct(const RowSplit& split, int columns, const OuterOperands& operands) {
  for (int column = 0; column < columns; column += kTileColumns) {
    OuterOperands t = operands;
    t.b += column;
    t.out += column;
    const auto run = [&](int rows, int tiles) {
      columns - column > kLanes ? outerTilesOfRows<2>(rows, t, tiles) : outerTilesOfRows<1>(rows, t, tiles);
    };
    if (split.more > 0) {
      run(split.size + 1, split.more);
      t.a += split.more * (split.size + 1);
      t.out += split.more * (split.size + 1) * t.outRow;
    }
    if (split.tiles > split.more) run(split.size, split.tiles - split.more);
  }
}

RESNET_INLINE int roundUpToLanes(int n) { return (n + kLanes - 1) / kLanes * kLanes; }

}  // namespace resnet::RESNET_ISA
