// The convolution kernels of one instruction set.
#pragma once

#include "../core/vector.h"
#include "convolution.h"

namespace resnet::RESNET_ISA {

void convolutionForward(const ConvolutionShape& shape, const float* x, const float* filter, float* y);
void convolutionInputGradient(const ConvolutionShape& shape, const float* dy, const float* filter, float* dx);
void convolutionFilterGradient(const ConvolutionShape& shape, const float* x, const float* dy, float* dFilter);
void convolutionBatchNormForward(const ConvolutionBatchNormArguments& arguments);
void convolutionBatchNormGradient(const ConvolutionBatchNormGradientArguments& arguments);

ConvolutionAlgorithms convolutionAlgorithms(const ConvolutionShape& shape);

const ConvolutionKernels& convolutionKernels();

}  // namespace resnet::RESNET_ISA
