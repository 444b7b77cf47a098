// How kernels cut their work: into chunks that depend on the shape alone, so that any number of threads computes
// the same partial results.
#pragma once

#include <cstdint>

// Internal linkage: compiled once per instruction set.
namespace {

// 32 KiB of float32: a chunk read twice stays in a first-level cache, and one costs several microseconds, which
// hides the 0.1 µs of taking a task.
constexpr int64_t kChunkFloats = 8192;

struct Chunks {
  int64_t size;  // items in a chunk; the last may have fewer
  int64_t count;
  int64_t total;
  int64_t begin(int64_t i) const { return i * size; }
  int64_t end(int64_t i) const { return (i + 1) * size < total ? (i + 1) * size : total; }
};

// Chunks of `total` items of `floatsPerItem` floats each.
inline Chunks chunksOf(int64_t total, int64_t floatsPerItem) {
  int64_t size = kChunkFloats / (floatsPerItem > 0 ? floatsPerItem : 1);
  if (size < 1) size = 1;
  return {size, (total + size - 1) / size, total};
}

}  // namespace
