// Arguments of the pooling kernels: images [N, H, W, C] float32, explicit zero padding on top and left
// (bottom and right follow from the output size).
#pragma once

namespace resnet {

struct PoolingShape {
  int batch, inputHeight, inputWidth, channels;
  int windowSize, stride;
  int padTop, padLeft;
  int outputHeight, outputWidth;
};

struct PoolingKernels {
  // Padding never wins; NaN does.
  void (*maximum)(const PoolingShape&, const float* x, float* y);
  // A tie goes to the first pixel in row-major order.
  void (*maximumGradient)(const PoolingShape&, const float* dy, const float* x, float* dx);
  // Divides by the whole window, or by its pixels inside the image when countPadding is false.
  void (*average)(const PoolingShape&, bool countPadding, const float* x, float* y);
  void (*averageGradient)(const PoolingShape&, bool countPadding, const float* dy, float* dx);
  // [N, pixels, C] → [N, C] and back.
  void (*globalAverage)(int batch, int pixels, int channels, const float* x, float* y);
  void (*globalAverageGradient)(int batch, int pixels, int channels, const float* dy, float* dx);
};

}  // namespace resnet
