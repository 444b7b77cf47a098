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

struct ImageSlice {
  int64_t image;
  int firstChannel, channels;
};

// Zeroes the slice's channels of input rows [from, to).
inline void zeroRows(const PoolingShape& s, const ImageSlice& slice, float* gradient, int from, int to) {
  for (int64_t pixel = int64_t{from} * s.inputWidth; pixel < int64_t{to} * s.inputWidth; ++pixel) {
    std::memset(gradient + pixel * s.channels, 0, static_cast<size_t>(slice.channels) * sizeof(float));
  }
}

// Writes the gradient of a slice: calls scatter(window, dy of that window, slice of dx) for every window, row by row.
// Rows are zeroed just before the first window reaches them, while they are about to be in cache anyway.
template <class Scatter>
inline void scatterWindows(const PoolingShape& s, const ImageSlice& slice, const float* dy, float* dx,
                           const Scatter& scatter) {
  const float* in = dy + slice.image * s.outputHeight * s.outputWidth * s.channels + slice.firstChannel;
  float* gradient = dx + slice.image * imageSize(s) + slice.firstChannel;
  int zeroed = 0;
  for (int oh = 0; oh < s.outputHeight; ++oh) {
    const int bottom = windowOf(s, oh, 0).bottom;
    zeroRows(s, slice, gradient, zeroed, bottom);
    zeroed = bottom;
    for (int ow = 0; ow < s.outputWidth; ++ow, in += s.channels) scatter(windowOf(s, oh, ow), in, gradient);
  }
  zeroRows(s, slice, gradient, zeroed, s.inputHeight);
}

template <class Body>
inline void forEachImageSlice(const PoolingShape& s, const Body& body) {
  const int64_t slices = (s.channels + kChannelsPerTask - 1) / kChannelsPerTask;
  parallel(s.batch * slices, [&](int64_t task, int) {
    const int first = static_cast<int>(task % slices) * kChannelsPerTask, left = s.channels - first;
    body(ImageSlice{task / slices, first, left < kChannelsPerTask ? left : kChannelsPerTask});
  });
}

}  // namespace resnet::RESNET_ISA
