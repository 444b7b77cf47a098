// The zero-pad shortcut: copies of channel rows between zeros, one task an image row.
#include "zero_pad/zero_pad.h"

#include <cstdint>
#include <cstring>

#include "core/parallel.h"
#include "core/vector.h"

namespace resnet::RESNET_ISA {

namespace {

void copyFloats(float* to, const float* from, int64_t n) { std::memcpy(to, from, static_cast<size_t>(n) * sizeof(float)); }
void zeroFloats(float* to, int64_t n) { std::memset(to, 0, static_cast<size_t>(n) * sizeof(float)); }

void forward(const ZeroPadShape& s, const float* x, float* y) {
  const int after = s.outputChannels - s.channelsBefore - s.inputChannels;
  parallel(int64_t{s.batch} * s.outputHeight, [&](int64_t row, int) {
    const int64_t n = row / s.outputHeight, h = row % s.outputHeight;
    const float* in = x + (n * s.inputHeight + h * s.stride) * s.inputWidth * s.inputChannels;
    float* out = y + row * s.outputWidth * s.outputChannels;
    for (int w = 0; w < s.outputWidth; ++w, in += int64_t{s.stride} * s.inputChannels, out += s.outputChannels) {
      zeroFloats(out, s.channelsBefore);
      copyFloats(out + s.channelsBefore, in, s.inputChannels);
      zeroFloats(out + s.channelsBefore + s.inputChannels, after);
    }
  });
}

void gradient(const ZeroPadShape& s, const float* dy, float* dx) {
  const int64_t rowSize = int64_t{s.inputWidth} * s.inputChannels;
  parallel(int64_t{s.batch} * s.inputHeight, [&](int64_t row, int) {
    float* out = dx + row * rowSize;
    zeroFloats(out, rowSize);
    const int64_t n = row / s.inputHeight, h = row % s.inputHeight;
    if (h % s.stride != 0) return;
    const float* in = dy + (n * s.outputHeight + h / s.stride) * s.outputWidth * s.outputChannels + s.channelsBefore;
    for (int64_t w = 0; w < s.outputWidth; ++w) {
      copyFloats(out + w * s.stride * s.inputChannels, in + w * s.outputChannels, s.inputChannels);
    }
  });
}

}  // namespace

const ZeroPadKernels& zeroPadKernels() {
  static constexpr ZeroPadKernels table{forward, gradient};
  return table;
}

}  // namespace resnet::RESNET_ISA
