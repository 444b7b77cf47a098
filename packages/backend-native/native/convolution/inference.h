// Convolution with batch norm folded in, for inference: prepared once, run many times; see inference.cc.
#pragma once

#include "../core/vector.h"
#include "convolution.h"

namespace resnet::RESNET_ISA {

PreparedSize preparedConvolutionSize(const ConvolutionShape& shape);
void prepareConvolution(const PrepareConvolutionArguments& arguments);
// y = [relu](convolution [+ residual])
void runPreparedConvolution(const RunPreparedConvolutionArguments& arguments);

}  // namespace resnet::RESNET_ISA
