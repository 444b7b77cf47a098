// Arguments of the batch-norm kernels: x is [pixels, channels] with pixels = N·H·W, float32 and dense.
#pragma once

#include <cstdint>

#include "convolution/convolution.h"

namespace resnet {

struct BatchNormArguments {
  int64_t pixels;
  int channels;
  const float *x, *gamma, *beta, *runningMean, *runningVariance;
  const float* residual;  // null when there is none
  float* y;
  BatchNormTrainingOutputs statistics;
  float epsilon, runningFraction;
  bool relu;
};

struct BatchNormGradientArguments {
  int64_t pixels;
  int channels;
  const float *dy, *y, *x, *gamma, *beta, *mean, *variance;  // y null unless residual and relu
  float *dx, *dGamma, *dBeta;
  float* dResidual;  // null when there is no residual
  float epsilon;
  bool relu;
};

struct BatchNormInferenceArguments {
  int64_t pixels;
  int channels;
  const float *x, *gamma, *beta, *mean, *variance;
  const float* residual;
  float* y;
  float epsilon;
  bool relu;
};

struct BatchNormKernels {
  void (*forward)(const BatchNormArguments&);
  void (*gradient)(const BatchNormGradientArguments&);
  void (*inference)(const BatchNormInferenceArguments&);
};

}  // namespace resnet
