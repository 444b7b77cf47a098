// Arguments of the convolution kernels. Plain structs: TypeScript has validated everything.
// Images are [N, H, W, C], filters [kH, kW, Cin, Cout], all float32 and dense.
#pragma once

#include <cstddef>
#include <cstdint>

namespace resnet {

struct ConvolutionShape {
  int batch, inputHeight, inputWidth, inputChannels;
  int filterHeight, filterWidth, stride;
  int padTop, padBottom, padLeft, padRight;
  int outputHeight, outputWidth, outputChannels;
};

struct BatchNormTrainingOutputs {
  float* mean;               // [C]
  float* variance;           // [C], biased
  float* newRunningMean;     // [C]
  float* newRunningVariance; // [C], from the unbiased variance
};

struct ConvolutionBatchNormArguments {
  ConvolutionShape shape;
  const float *x, *filter, *gamma, *beta, *runningMean, *runningVariance;
  const float* residual;  // null when there is none
  float *y, *z;
  BatchNormTrainingOutputs statistics;
  float epsilon, runningFraction;
  bool relu;
};

struct ConvolutionBatchNormGradientArguments {
  ConvolutionShape shape;
  const float *dy, *y, *z, *x, *filter, *gamma, *beta, *mean, *variance;  // y null unless residual and relu
  float *dFilter, *dGamma, *dBeta;
  float* dx;           // null when not wanted
  const float* dxSum;  // gradient that x has already, which dx includes then; null when there is none, dx when in place
  float* dResidual;  // null when there is no residual
  float epsilon;
  bool relu;
};

struct ConvolutionBatchNormInferenceArguments {
  ConvolutionShape shape;
  const float *x, *filter, *gamma, *beta, *mean, *variance;
  const float* residual;
  float* y;
  float epsilon;
  bool relu;
};

// A prepared convolution, see inference.h: its floats, and a number that differs where the layout does.
struct PreparedSize {
  size_t floats;
  int layout;
};

// What each instruction set offers; one instance per variant, see core/kernel_table.h.
struct ConvolutionKernels {
  void (*forward)(const ConvolutionShape&, const float* x, const float* filter, float* y);
  void (*inputGradient)(const ConvolutionShape&, const float* dy, const float* filter, float* dx);
  void (*filterGradient)(const ConvolutionShape&, const float* x, const float* dy, float* dFilter);
  void (*batchNormForward)(const ConvolutionBatchNormArguments&);
  void (*batchNormGradient)(const ConvolutionBatchNormGradientArguments&);
  void (*batchNormInference)(const ConvolutionBatchNormInferenceArguments&);
  PreparedSize (*inferencePreparedSize)(const ConvolutionShape&);
  void (*prepareInference)(const ConvolutionBatchNormInferenceArguments&, float* prepared);
  void (*runPreparedInference)(const ConvolutionBatchNormInferenceArguments&, const float* prepared);
};

}  // namespace resnet
