#include "patches.h"

namespace resnet::RESNET_ISA {
namespace {

// memcpy for lengths that are mostly a few vectors.
RESNET_INLINE void copyFloats(float* to, const float* from, int count) {
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, load(from + i));
  for (; i < count; ++i) to[i] = from[i];
}
RESNET_INLINE void zeroFloats(float* to, int count) {
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, Vector{});
  for (; i < count; ++i) to[i] = 0;
}

}  // namespace

void gatherPatches(const Patches& s, const float* images, int first, int count, int begin, int end, float* out,
                   ptrdiff_t outRow) {
  const int segment = s.tapsWide * s.channels;  // contiguous in the image and in the patch
  const int rowLength = s.width * s.channels;
  const int firstTap = begin / segment, lastTap = (end + segment - 1) / segment;
  int image = first / s.pixels(), y = first % s.pixels() / s.columns, x = first % s.columns;
  for (int p = 0; p < count; ++p, out += outRow) {
    const float* base = images + image * s.imageSize();
    const int start = (x * s.stride + s.left) * s.channels;  // of the patch in a row of the image
    for (int tap = firstTap; tap < lastTap; ++tap) {
      const int lo = tap * segment > begin ? 0 : begin - tap * segment;
      const int hi = (tap + 1) * segment < end ? segment : end - tap * segment;
      float* to = out + tap * segment - begin;
      const int row = y * s.stride + s.top + tap;
      if (row < 0 || row >= s.height) {
        zeroFloats(to + lo, hi - lo);
        continue;
      }
      int inside = -start > lo ? -start : lo;
      int outside = rowLength - start < hi ? rowLength - start : hi;
      if (inside > hi) inside = hi;
      if (outside < inside) outside = inside;
      zeroFloats(to + lo, inside - lo);
      copyFloats(to + inside, base + static_cast<ptrdiff_t>(row) * rowLength + start + inside, outside - inside);
      zeroFloats(to + outside, hi - outside);
    }
    if (++x == s.columns) {
      x = 0;
      if (++y == s.rows) y = 0, ++image;
    }
  }
}

}  // namespace resnet::RESNET_ISA
