// Arguments of the grouped convolution kernels. Channels of images fall into groups of neighbours; output channels see
// the inputs of their own group alone. Images are [N, H, W, C], filters [kH, kW, Cin / groups, Cout].
#pragma once

#include "../convolution/convolution.h"

namespace resnet {

struct GroupedConvolutionShape {
  ConvolutionShape whole;  // inputChannels and outputChannels of all groups
  int groups;
  int groupInputs() const { return whole.inputChannels / groups; }
  int groupOutputs() const { return whole.outputChannels / groups; }
};

// What each instruction set offers; one instance per variant, see core/kernel_table.h.
struct GroupedConvolutionKernels {
  void (*forward)(const GroupedConvolutionShape&, const float* x, const float* filter, float* y);
  void (*inputGradient)(const GroupedConvolutionShape&, const float* dy, const float* filter, float* dx);
  void (*filterGradient)(const GroupedConvolutionShape&, const float* x, const float* dy, float* dFilter);
};

}  // namespace resnet
