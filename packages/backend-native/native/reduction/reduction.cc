// Sums and maxima over one run of axes, [outer, reduced, inner] → [outer, inner].
//
// A sum is cut into chunks of rows whose size depends on the shape alone; a chunk adds in float32 on two levels
// (32 rows, then the sums of 32 rows), so its rounding error grows with 32 + rows/32 and not with rows; chunks are
// added in order, in double.
#include "reduction/reduction.h"

#include "core/chunks.h"
#include "core/lanes.h"
#include "core/parallel.h"

namespace resnet::RESNET_ISA {

namespace {

constexpr int64_t kRowsPerLevel = 32;

// Σ of `rows` rows of width `inner`, row by row.
void sumRows(const float* x, int64_t rows, int64_t inner, float* sums) {
  forEachVector(inner, [&](int64_t i, auto lanes) {
    Vector total{};
    for (int64_t r = 0; r < rows;) {
      const int64_t end = r + kRowsPerLevel < rows ? r + kRowsPerLevel : rows;
      Vector level{};
      for (; r < end; ++r) level += loadLanes(x + r * inner + i, lanes);
      total += level;
    }
    storeLanes(sums + i, total, lanes);
  });
}

// Σ of `size` consecutive numbers: as rows of four vectors.
float sumRun(const float* x, int64_t size) {
  Vector totals[4]{};
  int64_t i = 0;
  while (i + 4 * kLanes <= size) {
    Vector level[4]{};
    for (int64_t r = 0; r < kRowsPerLevel && i + 4 * kLanes <= size; ++r, i += 4 * kLanes) {
      for (int j = 0; j < 4; ++j) level[j] += load(x + i + j * kLanes);
    }
    for (int j = 0; j < 4; ++j) totals[j] += level[j];
  }
  forEachVector(size - i, [&](int64_t j, auto lanes) { totals[0] += loadLanes(x + i + j, lanes); });
  return sumLanes((totals[0] + totals[1]) + (totals[2] + totals[3]));
}

void sum(const ReductionShape& s, float scale, const float* x, float* y) {
  const Chunks chunks = chunksOf(s.reduced, s.inner);
  float* partial = sharedScratch(SharedScratch::kPartialSums, static_cast<size_t>(s.outer * chunks.count * s.inner));
  // Many short rows would make many tiny tasks, so one task takes a fixed run of (outer, chunk) pairs.
  const int64_t floatsPerPair = (chunks.count > 1 ? chunks.size : s.reduced) * s.inner;
  const Chunks pairs = chunksOf(s.outer * chunks.count, floatsPerPair);
  parallel(pairs.count, [&](int64_t task, int) {
    for (int64_t pair = pairs.begin(task); pair < pairs.end(task); ++pair) {
      const int64_t o = pair / chunks.count, i = pair % chunks.count;
      const float* from = x + (o * s.reduced + chunks.begin(i)) * s.inner;
      const int64_t rows = chunks.end(i) - chunks.begin(i);
      if (s.inner == 1) {
        partial[pair] = sumRun(from, rows);
      } else {
        sumRows(from, rows, s.inner, partial + pair * s.inner);
      }
    }
  });
  const Chunks outputs = chunksOf(s.outer * s.inner, chunks.count);
  parallel(outputs.count, [&](int64_t task, int) {
    for (int64_t at = outputs.begin(task); at < outputs.end(task); ++at) {
      const float* first = partial + at / s.inner * chunks.count * s.inner + at % s.inner;
      double total = 0;
      for (int64_t i = 0; i < chunks.count; ++i) total += first[i * s.inner];
      y[at] = static_cast<float>(total * scale);
    }
  });
}

float largest(const float* row, int64_t size) {
  Vector best = broadcast(row[0]);
  IntVector sawNan{};
  int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    const Vector v = load(row + i);
    sawNan |= v != v;
    best = maximum(best, v);
  }
  float result = best[0];
  bool nan = false;
  for (int j = 0; j < kLanes; ++j) {
    nan |= sawNan[j] != 0;
    result = best[j] > result ? best[j] : result;
  }
  for (; i < size; ++i) {
    nan |= row[i] != row[i];
    result = row[i] > result ? row[i] : result;
  }
  return nan ? __builtin_nanf("") : result;
}

template <class Body>
void forEachRow(const ReductionShape& s, const Body& body) {
  const Chunks chunks = chunksOf(s.outer, s.reduced);
  parallel(chunks.count, [&](int64_t task, int) {
    for (int64_t o = chunks.begin(task); o < chunks.end(task); ++o) body(o, o * s.reduced);
  });
}

void maximumOfRows(const ReductionShape& s, const float* x, float* y) {
  forEachRow(s, [&](int64_t o, int64_t first) { y[o] = largest(x + first, s.reduced); });
}

void argumentOfMaximum(const ReductionShape& s, const float* x, int32_t* y) {
  forEachRow(s, [&](int64_t o, int64_t first) {
    int64_t best = 0;
    for (int64_t i = 1; i < s.reduced; ++i) best = x[first + i] > x[first + best] ? i : best;
    y[o] = static_cast<int32_t>(best);
  });
}

}  // namespace

const ReductionKernels& reductionKernels() {
  static constexpr ReductionKernels table{sum, maximumOfRows, argumentOfMaximum};
  return table;
}

}  // namespace resnet::RESNET_ISA
