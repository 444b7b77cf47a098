// The zero-pad shortcut: copies of channel rows between zeros, one task an image.
#include "zero_pad/zero_pad.h"

#include <cstdint>
#include <cstring>

#include "core/lanes.h"
#include "core/parallel.h"
#include "core/vector.h"

namespace resnet::RESNET_ISA {

namespace {

// A pixel has few channels: calls of memcpy and memset would cost more than the copies.
RESNET_INLINE void copyFloats(float* to, const float* from, int n) {
  forEachVector(n, [&](int64_t i, auto lanes) { storeLanes(to + i, loadLanes(from + i, lanes), lanes); });
}
RESNET_INLINE void zeroFloats(float* to, int n) {
  forEachVector(n, [&](int64_t i, auto lanes) { storeLanes(to + i, Vector{}, lanes); });
}

void forward(const ZeroPadShape& s, const float* x, float* y) {
  const int after = s.outputChannels - s.channelsBefore - s.inputChannels;
  parallel(s.batch, [&](int64_t image, int) {
    float* out = y + image * s.outputHeight * s.outputWidth * s.outputChannels;
    for (int h = 0; h < s.outputHeight; ++h) {
      const float* in = x + (image * s.inputHeight + h * s.stride) * s.inputWidth * s.inputChannels;
      for (int w = 0; w < s.outputWidth; ++w, in += int64_t{s.stride} * s.inputChannels, out += s.outputChannels) {
        zeroFloats(out, s.channelsBefore);
        copyFloats(out + s.channelsBefore, in, s.inputChannels);
        zeroFloats(out + s.channelsBefore + s.inputChannels, after);
      }
    }
  });
}

void gradient(const ZeroPadShape& s, const float* dy, float* dx) {
  const int64_t rowSize = int64_t{s.inputWidth} * s.inputChannels;
  parallel(s.batch, [&](int64_t image, int) {
    for (int h = 0; h < s.inputHeight; ++h) {
      float* out = dx + (image * s.inputHeight + h) * rowSize;
      std::memset(out, 0, static_cast<size_t>(rowSize) * sizeof(float));
      if (h % s.stride != 0) continue;
      const float* in =
          dy + (image * s.outputHeight + h / s.stride) * s.outputWidth * s.outputChannels + s.channelsBefore;
      for (int w = 0; w < s.outputWidth; ++w, in += s.outputChannels, out += int64_t{s.stride} * s.inputChannels) {
        copyFloats(out, in, s.inputChannels);
      }
    }
  });
}

}  // namespace

const ZeroPadKernels& zeroPadKernels() {
  static constexpr ZeroPadKernels table{forward, gradient};
  return table;
}

}  // namespace resnet::RESNET_ISA
