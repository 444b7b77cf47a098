// Matrix product of a few rows: B is read once, in place, and nothing is packed, which would cost more than the
// product. A task takes a strip of columns; its sums stay in registers while 256 rows of the strip go by. Every element
// is added up in the order of the packed product, so that the bits of a row do not depend on how many others come with
// it.
//
// Two cores of an AMD Zen 3 (AVX2), one row, 2048 inner steps, 1000 columns (the last layer of ResNet-50): 0.4 ms,
// most of it for reading 8 MB; packed 1.3 ms.
#include "core/lanes.h"
#include "core/parallel.h"
#include "matrix/kernels.h"

namespace resnet::RESNET_ISA {

namespace {

constexpr int kMostRows = 4;
constexpr int kStripVectors = 8;
constexpr int kStripColumns = kStripVectors * kLanes;

// kVectors whole vectors of one row of C over `inner` steps, added to `start`.
template <int kVectors>
RESNET_INLINE void addVectors(const float* a, const float* b, int columns, int inner, const float* start, float* c) {
  Vector sums[kVectors]{};
  for (int k = 0; k < inner; ++k, b += columns) {
    const Vector left = broadcast(a[k]);
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sums[v] += left * load(b + v * kLanes);
  }
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v) {
    store(c + v * kLanes, start == nullptr ? sums[v] : sums[v] + load(start + v * kLanes));
  }
}

// The same for the last, partial vector.
RESNET_INLINE void addPartial(const float* a, const float* b, int columns, int inner, const float* start, float* c,
                              int lanes) {
  Vector sum{};
  for (int k = 0; k < inner; ++k, b += columns) sum += broadcast(a[k]) * loadPartial(b, lanes);
  storePartial(c, start == nullptr ? sum : sum + loadPartial(start, lanes), lanes);
}

}  // namespace

bool hasFewRows(const MatrixShape& s) { return s.rows <= kMostRows && !s.transposeA && !s.transposeB; }

void multiplyFewRows(const MatrixShape& s, const float* a, const float* b, const float* bias, float* c) {
  const int columns = s.columns;
  parallel((columns + kStripColumns - 1) / kStripColumns, [&](int64_t strip, int) {
    const int first = static_cast<int>(strip) * kStripColumns, last = smaller(first + kStripColumns, columns);
    for (int begin = 0; begin < s.inner; begin += kInnerBlock) {
      const int inner = smaller(kInnerBlock, s.inner - begin);
      const float* right = b + int64_t{begin} * columns;
      for (int row = 0; row < s.rows; ++row) {
        const float* left = a + int64_t{row} * s.inner + begin;
        float* out = c + int64_t{row} * columns;
        const float* start = begin > 0 ? out : bias;
        const auto at = [&](int column) { return start == nullptr ? nullptr : start + column; };
        int column = first;
        if (last - first == kStripColumns) {
          addVectors<kStripVectors>(left, right + column, columns, inner, at(column), out + column);
          continue;
        }
        for (; column + kLanes <= last; column += kLanes) {
          addVectors<1>(left, right + column, columns, inner, at(column), out + column);
        }
        if (column < last) {
          addPartial(left, right + column, columns, inner, at(column), out + column, last - column);
        }
      }
    }
  });
}

}  // namespace resnet::RESNET_ISA
