// Convolution with batch norm folded in, for inference: prepared once, run many times.
#pragma once

#include "../core/vector.h"
#include "convolution.h"

namespace resnet::RESNET_ISA {

// Floats of a prepared convolution. Filters of the same shape may be prepared differently for another batch or image
// size: the layout says which.
PreparedSize inferencePreparedSize(const ConvolutionShape& shape);
void prepareInference(const ConvolutionBatchNormInferenceArguments& arguments, float* prepared);
// y = [relu](convolution [+ residual]); reads shape, x, residual, relu and y of the arguments.
void runPreparedInference(const ConvolutionBatchNormInferenceArguments& arguments, const float* prepared);

}  // namespace resnet::RESNET_ISA
