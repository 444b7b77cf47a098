// Global average pooling, [N, pixels, C] → [N, C]: one task an image.
#include "core/lanes.h"
#include "core/parallel.h"
#include "pooling/kernels.h"

namespace resnet::RESNET_ISA {

void globalAveragePool(int batch, int pixels, int channels, const float* x, float* y) {
  const Vector share = broadcast(1.0f / static_cast<float>(pixels));
  parallel(batch, [&](int64_t n, int) {
    const float* image = x + n * pixels * channels;
    forEachVector(channels, [&](int64_t c, auto lanes) {
      Vector sums[2]{};
      for (int64_t p = 0; p < pixels; ++p) sums[p & 1] += loadLanes(image + p * channels + c, lanes);
      storeLanes(y + n * channels + c, (sums[0] + sums[1]) * share, lanes);
    });
  });
}

void globalAveragePoolGradient(int batch, int pixels, int channels, const float* dy, float* dx) {
  const Vector share = broadcast(1.0f / static_cast<float>(pixels));
  parallel(batch, [&](int64_t n, int) {
    float* image = dx + n * pixels * channels;
    for (int64_t p = 0; p < pixels; ++p) {
      forEachVector(channels, [&](int64_t c, auto lanes) {
        storeLanes(image + p * channels + c, loadLanes(dy + n * channels + c, lanes) * share, lanes);
      });
    }
  });
}

}  // namespace resnet::RESNET_ISA
