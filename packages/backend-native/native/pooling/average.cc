// Average pooling over windows.
#include "core/lanes.h"
#include "core/parallel.h"
#include "pooling/kernels.h"
#include "pooling/windows.h"

namespace resnet::RESNET_ISA {

void averagePool(const PoolingShape& s, bool countPadding, const float* x, float* y) {
  parallel(int64_t{s.batch} * s.outputHeight, [&](int64_t row, int) {
    const float* image = x + row / s.outputHeight * imageSize(s);
    const int oh = static_cast<int>(row % s.outputHeight);
    float* out = y + row * s.outputWidth * s.channels;
    for (int ow = 0; ow < s.outputWidth; ++ow, out += s.channels) {
      const Window window = windowOf(s, oh, ow);
      const Vector share = broadcast(windowShare(s, window, countPadding));
      forEachVector(s.channels, [&](int64_t c, auto lanes) {
        Vector sum{};
        forEachPixel(s, window, [&](int64_t pixel) { sum += loadLanes(image + pixel * s.channels + c, lanes); });
        storeLanes(out + c, sum * share, lanes);
      });
    }
  });
}

void averagePoolGradient(const PoolingShape& s, bool countPadding, const float* dy, float* dx) {
  forEachImageSlice(s, [&](const ImageSlice& slice) {
    scatterWindows(s, slice, dy, dx, [&](const Window& window, const float* in, float* gradient) {
      const Vector share = broadcast(windowShare(s, window, countPadding));
      forEachVector(slice.channels, [&](int64_t c, auto lanes) {
        const Vector g = loadLanes(in + c, lanes) * share;
        forEachPixel(s, window, [&](int64_t pixel) {
          float* target = gradient + pixel * s.channels + c;
          storeLanes(target, loadLanes(target, lanes) + g, lanes);
        });
      });
    });
  });
}

}  // namespace resnet::RESNET_ISA
