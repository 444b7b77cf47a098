// The grouped convolution kernels of one instruction set, and the size of the work they cut.
#pragma once

#include "../convolution/patches.h"
#include "bands.h"
#include "grouped_convolution.h"

namespace resnet::RESNET_ISA {

void groupedConvolutionForward(const GroupedConvolutionShape& s, const float* x, const float* filter, float* y);
void groupedConvolutionInputGradient(const GroupedConvolutionShape& s, const float* dy, const float* filter, float* dx);
void groupedConvolutionFilterGradient(const GroupedConvolutionShape& s, const float* x, const float* dy,
                                      float* dFilter);

const GroupedConvolutionKernels& groupedConvolutionKernels();

// The walk of the forward pass over an image.
RESNET_INLINE Patches groupedForwardSource(const ConvolutionShape& s) {
  return {s.inputHeight, s.inputWidth, s.inputChannels, s.outputHeight, s.outputWidth,
          s.stride,      -s.padTop,    -s.padLeft,      s.filterHeight, s.filterWidth};
}

// Rows of results in a strip: what all bands read and write of them stays in the second-level cache.
RESNET_INLINE int stripRows(const Patches& s, int resultChannels) {
  constexpr int kStripFloats = 1 << 16;
  const int rows = kStripFloats / (s.columns * resultChannels + s.stride * s.width * s.channels);
  return rows < 1 ? 1 : smaller(rows, s.rows);
}

// Bands fall into blocks whose filters stay in the second-level cache too, and which threads may share out.
RESNET_INLINE int bandBlocks(const Bands& bands, size_t filterFloats) {
  constexpr size_t kBlockFilterFloats = 1 << 15;
  const int blocks = static_cast<int>((filterFloats + kBlockFilterFloats - 1) / kBlockFilterFloats);
  return smaller(blocks, bands.count);
}
RESNET_INLINE int firstOfBlock(const Bands& bands, int block, int blocks) {
  return static_cast<int>(static_cast<int64_t>(bands.count) * block / blocks);
}

// Floats of a band's packed filter, [column tiles][steps][tileColumns], for `taps` taps.
RESNET_INLINE size_t bandFilterFloats(const Bands& bands, int taps) {
  return static_cast<size_t>(taps) * bands.inputs * bands.columns;
}

}  // namespace resnet::RESNET_ISA
