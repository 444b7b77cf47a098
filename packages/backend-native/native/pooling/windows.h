// The part of a pooling window that lies inside the image.
#pragma once

#include <cstdint>

#include "core/parallel.h"
#include "core/vector.h"
#include "pooling/pooling.h"

namespace resnet::RESNET_ISA {

struct Window {
  int top, bottom, left, right;  // half-open, in input pixels
  int pixels() const { return (bottom - top) * (right - left); }
};

RESNET_INLINE Window windowOf(const PoolingShape& s, int oh, int ow) {
  const int top = oh * s.stride - s.padTop, left = ow * s.stride - s.padLeft;
  const int bottom = top + s.windowSize, right = left + s.windowSize;
  return {top < 0 ? 0 : top, bottom < s.inputHeight ? bottom : s.inputHeight, left < 0 ? 0 : left,
          right < s.inputWidth ? right : s.inputWidth};
}

// What a window's sum is divided by.
RESNET_INLINE float windowShare(const PoolingShape& s, const Window& window, bool countPadding) {
  return 1.0f / static_cast<float>(countPadding ? s.windowSize * s.windowSize : window.pixels());
}

RESNET_INLINE int64_t imageSize(const PoolingShape& s) { return int64_t{s.inputHeight} * s.inputWidth * s.channels; }

// Calls body(pixel) for every pixel of the window, row by row.
template <class Body>
RESNET_INLINE void forEachPixel(const PoolingShape& s, const Window& window, const Body& body) {
  for (int h = window.top; h < window.bottom; ++h) {
    for (int w = window.left; w < window.right; ++w) body(int64_t{h} * s.inputWidth + w);
  }
}

// Gradients scatter into overlapping windows, so a task owns some channels of one image: a few vectors wide, enough
// that the rows it touches fill cache lines, and every sum is made in row-major order.
constexpr int kChannelsPerTask = 64;

template <class Body>
inline void forEachImageSlice(const PoolingShape& s, const Body& body) {
  const int64_t slices = (s.channels + kChannelsPerTask - 1) / kChannelsPerTask;
  parallel(s.batch * slices, [&](int64_t task, int) {
    const int first = static_cast<int>(task % slices) * kChannelsPerTask, left = s.channels - first;
    body(task / slices, first, left < kChannelsPerTask ? left : kChannelsPerTask);
  });
}

}  // namespace resnet::RESNET_ISA
