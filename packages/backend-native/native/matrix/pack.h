// Packing for the matrix product: panels that the register tile reads front to back, padded with zeros to whole tiles.
#pragma once

#include "matrix/matrix.h"
#include "matrix/tile.h"

namespace resnet::RESNET_ISA {

// Columns [first, first + kTileColumns) of op(B), steps [begin, begin + inner) → [inner, kTileColumns].
inline void packColumns(const MatrixShape& s, const float* b, int first, int begin, int inner, float* panel) {
  const int columns = s.columns - first < kTileColumns ? s.columns - first : kTileColumns;
  for (int k = 0; k < inner; ++k, panel += kTileColumns) {
    if (s.transposeB) {
      const float* from = b + int64_t{first} * s.inner + begin + k;
      for (int j = 0; j < columns; ++j) panel[j] = from[int64_t{j} * s.inner];
    } else {
      std::memcpy(panel, b + (int64_t{begin} + k) * s.columns + first, static_cast<size_t>(columns) * sizeof(float));
    }
    for (int j = columns; j < kTileColumns; ++j) panel[j] = 0;
  }
}

// Rows [first, first + kTileRows) of op(A) → [inner, kTileRows].
inline void packRows(const MatrixShape& s, const float* a, int first, int begin, int inner, float* panel) {
  const int rows = s.rows - first < kTileRows ? s.rows - first : kTileRows;
  for (int k = 0; k < inner; ++k, panel += kTileRows) {
    const int64_t step = int64_t{begin} + k;
    for (int r = 0; r < rows; ++r)
      panel[r] = s.transposeA ? a[step * s.rows + first + r] : a[(int64_t{first} + r) * s.inner + step];
    for (int r = rows; r < kTileRows; ++r) panel[r] = 0;
  }
}

}  // namespace resnet::RESNET_ISA
