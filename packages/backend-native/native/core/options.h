// Options of the process that kernels read. Set under the kernel mutex, so never during a kernel.
#pragma once

namespace resnet {

// kFast may trade rounding error for speed (Winograd); kDirect sums products one by one.
enum class ConvolutionAlgorithm { kFast, kDirect };

// Read when a kernel plans its work, on the calling thread.
ConvolutionAlgorithm convolutionAlgorithm();
void setConvolutionAlgorithm(ConvolutionAlgorithm algorithm);

}  // namespace resnet
