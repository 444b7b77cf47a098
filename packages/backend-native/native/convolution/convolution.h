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
  float* mean;                // [C]
  float* variance;            // [C], biased
  float* newRunningMean;      // [C]
  float* newRunningVariance;  // [C], from the unbiased variance
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
  float* dResidual;    // null when there is no residual
  float epsilon;
  bool relu;
};

// A convolution prepared for inference, batch norm folded in: see inference.h.
struct PreparedSize {
  size_t floats;
  int layout;  // filters of one shape may be laid out in several ways, for other images or another batch
};

struct PrepareConvolutionArguments {
  ConvolutionShape shape;
  const float *filter, *gamma, *beta, *mean, *variance;
  float epsilon;
  float* prepared;
};

struct RunPreparedConvolutionArguments {
  ConvolutionShape shape;
  const float *x, *prepared;
  const float* residual;  // null when there is none
  float* y;
  bool relu;
};

// The algorithms a convolution and its gradients run by, each an Algorithm of plans.h.
struct ConvolutionAlgorithms {
  int forward, inputGradient, filterGradient;
};

// What each instruction set offers; one instance per variant, see core/kernel_table.h.
struct ConvolutionKernels {
  void (*forward)(const ConvolutionShape&, const float* x, const float* filter, float* y);
  void (*inputGradient)(const ConvolutionShape&, const float* dy, const float* filter, float* dx);
  void (*filterGradient)(const ConvolutionShape&, const float* x, const float* dy, float* dFilter);
  void (*batchNormForward)(const ConvolutionBatchNormArguments&);
  void (*batchNormGradient)(const ConvolutionBatchNormGradientArguments&);
  ConvolutionAlgorithms (*algorithms)(const ConvolutionShape&);
  PreparedSize (*preparedSize)(const ConvolutionShape&);
  void (*prepare)(const PrepareConvolutionArguments&);
  void (*runPrepared)(const RunPreparedConvolutionArguments&);
};

}  // namespace resnet
