// Scalar reference of the zero-pad shortcut.
#include "zero_pad/zero_pad.h"

#include <cstdint>
#include <cstring>

namespace resnet::reference {

namespace {

// Calls body(input index, output index) for every element that the shortcut keeps.
template <class Body>
void forEachKept(const ZeroPadShape& s, const Body& body) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t h = 0; h < s.outputHeight; ++h)
      for (int64_t w = 0; w < s.outputWidth; ++w)
        for (int64_t c = 0; c < s.inputChannels; ++c)
          body(((n * s.inputHeight + h * s.stride) * s.inputWidth + w * s.stride) * s.inputChannels + c,
               ((n * s.outputHeight + h) * s.outputWidth + w) * s.outputChannels + s.channelsBefore + c);
}

void forward(const ZeroPadShape& s, const float* x, float* y) {
  std::memset(y, 0, sizeof(float) * s.batch * s.outputHeight * s.outputWidth * s.outputChannels);
  forEachKept(s, [&](int64_t input, int64_t output) { y[output] = x[input]; });
}

void gradient(const ZeroPadShape& s, const float* dy, float* dx) {
  std::memset(dx, 0, sizeof(float) * s.batch * s.inputHeight * s.inputWidth * s.inputChannels);
  forEachKept(s, [&](int64_t input, int64_t output) { dx[input] = dy[output]; });
}

}  // namespace

const ZeroPadKernels& zeroPadKernels() {
  static const ZeroPadKernels table{forward, gradient};
  return table;
}

}  // namespace resnet::reference
