// Shortcut option A: every stride-th pixel, zeros for the new channels.
#pragma once

namespace resnet {

struct ZeroPadShape {
  int batch, inputHeight, inputWidth, inputChannels;
  int stride, channelsBefore;
  int outputHeight, outputWidth, outputChannels;
};

struct ZeroPadKernels {
  void (*forward)(const ZeroPadShape&, const float* x, float* y);
  void (*gradient)(const ZeroPadShape&, const float* dy, float* dx);
};

}  // namespace resnet
