// Matrix product: op(B) is packed once per 256 inner steps and shared; a task takes a block of rows × columns,
// packs its rows of op(A), and runs register tiles. C gathers the blocks of inner steps in order.
#include "core/lanes.h"
#include "core/parallel.h"
#include "matrix/kernels.h"
#include "matrix/pack.h"

namespace resnet::RESNET_ISA {

namespace {

// A panel of B, kInnerBlock × kTileColumns floats, is 16 KiB with AVX2: half of a first-level cache. A block of 96 rows
// of A is 96 KiB, within the second level.
constexpr int kRowBlock = 96 / kTileRows * kTileRows;
constexpr int kPanelsPerBlock = 16;

int tilesOf(int size, int tile) { return (size + tile - 1) / tile; }

// One step of one product: inner steps [begin, begin + inner).
struct Step {
  const MatrixShape& s;
  const float *a, *b, *bias;
  float* c;
  int begin, inner;
  float* packedB;

  void packB(int panel) const {
    packColumns(s, b, panel * kTileColumns, begin, inner, packedB + int64_t{panel} * inner * kTileColumns);
  }

  // A tile is added to what is there, or in the first step to the bias.
  void storeTile(int row, int column, const Vector sums[kTileRows][kTileVectors]) const {
    const int rows = smaller(kTileRows, s.rows - row);
    for (int r = 0; r < rows; ++r) {
      float* out = c + (int64_t{row} + r) * s.columns + column;
      const float* start = begin > 0 ? out : (bias == nullptr ? nullptr : bias + column);
      for (int v = 0; v < kTileVectors; ++v) {
        const int at = v * kLanes, lanes = s.columns - column - at;
        if (lanes >= kLanes) {
          storeVector(out + at, sums[r][v], start == nullptr ? nullptr : start + at, AllLanes{});
        } else if (lanes > 0) {
          storeVector(out + at, sums[r][v], start == nullptr ? nullptr : start + at, lanes);
        }
      }
    }
  }

  template <class Lanes>
  static void storeVector(float* out, Vector sum, const float* start, Lanes lanes) {
    storeLanes(out, start == nullptr ? sum : sum + loadLanes(start, lanes), lanes);
  }

  void block(int firstRow, int firstPanel, float* packedA) const {
    const int lastRow = smaller(firstRow + kRowBlock, s.rows);
    const int lastPanel = smaller(firstPanel + kPanelsPerBlock, tilesOf(s.columns, kTileColumns));
    for (int row = firstRow; row < lastRow; row += kTileRows) {
      packRows(s, a, row, begin, inner, packedA + int64_t{row - firstRow} * inner);
    }
    for (int panel = firstPanel; panel < lastPanel; ++panel) {
      const float* columns = packedB + int64_t{panel} * inner * kTileColumns;
      for (int row = firstRow; row < lastRow; row += kTileRows) {
        Vector sums[kTileRows][kTileVectors]{};
        multiplyTile(packedA + int64_t{row - firstRow} * inner, columns, inner, sums);
        storeTile(row, panel * kTileColumns, sums);
      }
    }
  }
};

void zeroOrBias(const MatrixShape& s, const float* bias, float* c) {
  for (int64_t i = 0; i < int64_t{s.rows} * s.columns; ++i) c[i] = bias == nullptr ? 0.0f : bias[i % s.columns];
}

void multiplyOne(const MatrixShape& s, const float* a, const float* b, const float* bias, float* c) {
  if (s.inner == 0) return zeroOrBias(s, bias, c);
  if (hasFewRows(s)) return multiplyFewRows(s, a, b, bias, c);
  const int panels = tilesOf(s.columns, kTileColumns);
  const int panelBlocks = tilesOf(panels, kPanelsPerBlock), rowBlocks = tilesOf(s.rows, kRowBlock);
  const size_t panelFloats = size_t{kTileColumns} * kInnerBlock;
  float* packedB = sharedScratch(SharedScratch::kPackedFilter, static_cast<size_t>(panels) * panelFloats);
  for (int begin = 0; begin < s.inner; begin += kInnerBlock) {
    const Step step{s, a, b, bias, c, begin, smaller(kInnerBlock, s.inner - begin), packedB};
    parallel(panels, [&](int64_t panel, int) { step.packB(static_cast<int>(panel)); });
    parallel(int64_t{rowBlocks} * panelBlocks, [&](int64_t task, int thread) {
      float* packedA = threadScratch(thread, size_t{kRowBlock} * kInnerBlock);
      step.block(static_cast<int>(task / panelBlocks) * kRowBlock,
                 static_cast<int>(task % panelBlocks) * kPanelsPerBlock, packedA);
    });
  }
}

}  // namespace

void multiply(const MatrixShape& s, const float* a, const float* b, const float* bias, float* c) {
  const int64_t size = int64_t{s.rows} * s.columns;
  for (int n = 0; n < s.batch; ++n) multiplyOne(s, a + n * s.batchStrideA, b + n * s.batchStrideB, bias, c + n * size);
}

}  // namespace resnet::RESNET_ISA
