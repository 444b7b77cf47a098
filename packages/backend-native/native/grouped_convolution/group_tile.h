// Register tiles one vector wide, for bands of that width: wider ones use those of convolution/register_tile.h.
//
//   dot    out[p] = Σ_d a[p][d] · b[d]      P pixels
//   outer  out[p] += Σ_d a[d][p] · b[d]     P steps of the filter
//
// Twelve sums hide the latency of a multiply-add (4 cycles, two a cycle: eight are needed) and leave registers for b.
// Values of a are vectors in spread strips (kSpread) and scalars in broad ones.
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

constexpr int kGroupTileRows = 12;

template <bool kSpread>
RESNET_INLINE Vector stripValue(const float* p) {
  if constexpr (kSpread) {
    return load(p);
  } else {
    return broadcast(*p);
  }
}

struct GroupDot {
  const float* a;  // rows of a strip, of which `segments` from row `first` on meet the filter; after the last the first
  ptrdiff_t aPixel;     // floats from one pixel to the next
  ptrdiff_t aRow;       // floats from one row to the next
  int first, kept;      // rows
  int segments, depth;  // steps of a segment follow one another
  const float* b;       // [segments · depth][kLanes]
  float* out;
  ptrdiff_t outPixel;
  int lanes;  // of a result, if not all
};

template <int P, bool kSpread, bool kPartial>
static __attribute__((noinline)) void groupDotTiles(const GroupDot& t, int tiles) {
  constexpr int kStep = kSpread ? kLanes : 1;
  const ptrdiff_t aPixel = t.aPixel, outPixel = t.outPixel;
  const float* tile = t.a;
  float* out = t.out;
  for (; tiles > 0; --tiles, tile += P * aPixel, out += P * outPixel) {
    Vector sum[P];
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) sum[p] = Vector{};
    const float* b = t.b;
    for (int s = 0, row = t.first; s < t.segments; ++s, row = row + 1 == t.kept ? 0 : row + 1) {
      const float* a = tile + row * t.aRow;
      for (int d = 0; d < t.depth; ++d, a += kStep, b += kLanes) {
        const Vector bv = load(b);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sum[p] += stripValue<kSpread>(a + p * aPixel) * bv;
      }
    }
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
      if constexpr (kPartial) {
        storePartial(out + p * outPixel, sum[p], t.lanes);
      } else {
        store(out + p * outPixel, sum[p]);
      }
    }
  }
}

struct GroupOuter {
  const float* a;
  ptrdiff_t aPixel, aRow;
  const float* b;
  ptrdiff_t bPixel, bRow;
  int rows, pixels;
  float* out;  // [steps][kLanes]
  int lanes;   // of a vector of b, if not all
};

template <int P, bool kSpread, bool kPartial>
static __attribute__((noinline)) void groupOuterTiles(const GroupOuter& t, int tiles) {
  constexpr int kStep = kSpread ? kLanes : 1;
  const ptrdiff_t aPixel = t.aPixel, bPixel = t.bPixel;
  const float* tile = t.a;
  float* out = t.out;
  for (; tiles > 0; --tiles, tile += P * kStep, out += P * kLanes) {
    Vector sum[P];
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) sum[p] = load(out + p * kLanes);
    for (int row = 0; row < t.rows; ++row) {
      const float* a = tile + row * t.aRow;
      const float* b = t.b + row * t.bRow;
      for (int i = 0; i < t.pixels; ++i, a += aPixel, b += bPixel) {
        const Vector bv = kPartial ? loadPartial(b, t.lanes) : load(b);
#pragma GCC unroll 16
        for (int p = 0; p < P; ++p) sum[p] += stripValue<kSpread>(a + p * kStep) * bv;
      }
    }
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) store(out + p * kLanes, sum[p]);
  }
}

template <bool kSpread, bool kPartial, int P = kGroupTileRows>
static inline void groupDotOfRows(int rows, const GroupDot& t, int tiles) {
  if (rows == P) {
    groupDotTiles<P, kSpread, kPartial>(t, tiles);
  } else if constexpr (P > 1) {
    groupDotOfRows<kSpread, kPartial, P - 1>(rows, t, tiles);
  }
}

template <bool kSpread, bool kPartial, int P = kGroupTileRows>
static inline void groupOuterOfRows(int rows, const GroupOuter& t, int tiles) {
  if (rows == P) {
    groupOuterTiles<P, kSpread, kPartial>(t, tiles);
  } else if constexpr (P > 1) {
    groupOuterOfRows<kSpread, kPartial, P - 1>(rows, t, tiles);
  }
}

// Calls run(first row, rows of a tile, tiles) for tiles whose heights differ by at most one.
template <class Run>
RESNET_INLINE void splitGroupRows(int rows, const Run& run) {
  const int tiles = (rows + kGroupTileRows - 1) / kGroupTileRows, size = rows / tiles, more = rows - tiles * size;
  if (more > 0) run(0, size + 1, more);
  if (tiles > more) run(more * (size + 1), size, tiles - more);
}

// The three kinds there are: a broad band has whole vectors.
static inline void groupDot(bool spread, int pixels, const GroupDot& operands) {
  splitGroupRows(pixels, [&](int first, int rows, int tiles) {
    GroupDot t = operands;
    t.a += first * t.aPixel;
    t.out += first * t.outPixel;
    if (!spread) return groupDotOfRows<false, false>(rows, t, tiles);
    t.lanes == kLanes ? groupDotOfRows<true, false>(rows, t, tiles) : groupDotOfRows<true, true>(rows, t, tiles);
  });
}

static inline void groupOuter(bool spread, int steps, const GroupOuter& operands) {
  splitGroupRows(steps, [&](int first, int rows, int tiles) {
    GroupOuter t = operands;
    t.a += first * (spread ? kLanes : 1);
    t.out += first * kLanes;
    if (!spread) return groupOuterOfRows<false, false>(rows, t, tiles);
    t.lanes == kLanes ? groupOuterOfRows<true, false>(rows, t, tiles) : groupOuterOfRows<true, true>(rows, t, tiles);
  });
}

}  // namespace resnet::RESNET_ISA
