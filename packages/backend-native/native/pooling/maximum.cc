// Maximum pooling. Forward: one task an output row. Gradient: the argument of each maximum is found again from x
// (cheaper than storing it: a 3×3 window reads nine values that are in cache) and dy added there.
#include "core/lanes.h"
#include "core/parallel.h"
#include "pooling/kernels.h"
#include "pooling/windows.h"

namespace resnet::RESNET_ISA {

void maximumPool(const PoolingShape& s, const float* x, float* y) {
  parallel(int64_t{s.batch} * s.outputHeight, [&](int64_t row, int) {
    const float* image = x + row / s.outputHeight * imageSize(s);
    const int oh = static_cast<int>(row % s.outputHeight);
    float* out = y + row * s.outputWidth * s.channels;
    for (int ow = 0; ow < s.outputWidth; ++ow, out += s.channels) {
      const Window window = windowOf(s, oh, ow);
      const float* first = image + (int64_t{window.top} * s.inputWidth + window.left) * s.channels;
      forEachVector(s.channels, [&](int64_t c, auto lanes) {
        Vector best = loadLanes(first + c, lanes);
        forEachPixel(s, window, [&](int64_t pixel) {
          const Vector v = loadLanes(image + pixel * s.channels + c, lanes);
          best = ((v > best) | (v != v)) ? v : best;  // NaN wins, so that it is seen
        });
        storeLanes(out + c, best, lanes);
      });
    }
  });
}

namespace {

// Which pixel of the window holds the maximum, lane by lane: the first of equals, the first NaN.
RESNET_INLINE IntVector argument(const PoolingShape& s, const Window& window, const float* image, int64_t c,
                                 auto lanes) {
  const float* first = image + (int64_t{window.top} * s.inputWidth + window.left) * s.channels;
  Vector best = loadLanes(first + c, lanes);
  IntVector where{};
  int32_t position = 0;
  forEachPixel(s, window, [&](int64_t pixel) {
    const Vector v = loadLanes(image + pixel * s.channels + c, lanes);
    const IntVector better = (v > best) | ((v != v) & (best == best));
    best = better ? v : best;
    where = better ? position - IntVector{} : where;
    ++position;
  });
  return where;
}

}  // namespace

void maximumPoolGradient(const PoolingShape& s, const float* dy, const float* x, float* dx) {
  forEachImageSlice(s, [&](const ImageSlice& slice) {
    const float* image = x + slice.image * imageSize(s) + slice.firstChannel;
    scatterWindows(s, slice, dy, dx, [&](const Window& window, const float* in, float* gradient) {
      forEachVector(slice.channels, [&](int64_t c, auto lanes) {
        const IntVector where = argument(s, window, image, c, lanes);
        const Vector g = loadLanes(in + c, lanes);
        int32_t position = 0;
        forEachPixel(s, window, [&](int64_t pixel) {
          float* target = gradient + pixel * s.channels + c;
          const Vector share = where == position - IntVector{} ? g : Vector{};
          storeLanes(target, loadLanes(target, lanes) + share, lanes);
          ++position;
        });
      });
    });
  });
}

}  // namespace resnet::RESNET_ISA
