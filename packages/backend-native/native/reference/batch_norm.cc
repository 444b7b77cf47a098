// Scalar reference of batch norm: two passes for the statistics, everything in double.
#include "batch_norm/batch_norm.h"

#include <cmath>

namespace resnet::reference {

namespace {

struct Moments {
  double mean, variance;
};

Moments channelMoments(const float* x, int64_t pixels, int channels, int c) {
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < pixels; ++i) sum += x[i * channels + c];
  const double mean = sum / static_cast<double>(pixels);
  for (int64_t i = 0; i < pixels; ++i) squares += (x[i * channels + c] - mean) * (x[i * channels + c] - mean);
  return {mean, squares / static_cast<double>(pixels)};
}

struct Normalise {
  double scale, shift;
  float operator()(float x, const float* residual, int64_t i, bool relu) const {
    const double y = x * scale + shift + (residual == nullptr ? 0.0 : residual[i]);
    return static_cast<float>(relu && y < 0 ? 0.0 : y);
  }
};

Normalise normalisation(float gamma, float beta, float mean, float variance, float epsilon) {
  const double scale = gamma / std::sqrt(double{variance} + epsilon);
  return {scale, beta - mean * scale};
}

void forward(const BatchNormArguments& a) {
  for (int c = 0; c < a.channels; ++c) {
    const auto [mean, variance] = channelMoments(a.x, a.pixels, a.channels, c);
    const double unbiased = a.pixels > 1 ? variance * a.pixels / static_cast<double>(a.pixels - 1) : variance;
    a.statistics.mean[c] = static_cast<float>(mean);
    a.statistics.variance[c] = static_cast<float>(variance);
    a.statistics.newRunningMean[c] =
        static_cast<float>((1.0 - a.runningFraction) * a.runningMean[c] + a.runningFraction * mean);
    a.statistics.newRunningVariance[c] =
        static_cast<float>((1.0 - a.runningFraction) * a.runningVariance[c] + a.runningFraction * unbiased);
    // From the statistics that are returned, so that normalising again with those gives the same bits.
    const Normalise normalise =
        normalisation(a.gamma[c], a.beta[c], a.statistics.mean[c], a.statistics.variance[c], a.epsilon);
    for (int64_t i = c; i < a.pixels * a.channels; i += a.channels) a.y[i] = normalise(a.x[i], a.residual, i, a.relu);
  }
}

void gradient(const BatchNormGradientArguments& a) {
  for (int c = 0; c < a.channels; ++c) {
    const double inverse = 1.0 / std::sqrt(double{a.variance[c]} + a.epsilon), mean = a.mean[c];
    const Normalise normalise = normalisation(a.gamma[c], a.beta[c], a.mean[c], a.variance[c], a.epsilon);
    // Without a residual y follows from x. NaN lets the gradient through, as in PyTorch.
    const auto output = [&](int64_t i) {
      return a.dResidual != nullptr ? a.y[i] : normalise(a.x[i], nullptr, i, false);
    };
    const auto masked = [&](int64_t i) { return a.relu && output(i) <= 0 ? 0.0 : double{a.dy[i]}; };
    double dBeta = 0, dGamma = 0;
    for (int64_t i = c; i < a.pixels * a.channels; i += a.channels) {
      dBeta += masked(i);
      dGamma += masked(i) * (a.x[i] - mean) * inverse;
    }
    a.dBeta[c] = static_cast<float>(dBeta);
    a.dGamma[c] = static_cast<float>(dGamma);
    for (int64_t i = c; i < a.pixels * a.channels; i += a.channels) {
      const double g = masked(i), normalised = (a.x[i] - mean) * inverse;
      if (a.dResidual != nullptr) a.dResidual[i] = static_cast<float>(g);
      a.dx[i] = static_cast<float>(a.gamma[c] * inverse *
                                   (g - (dBeta + normalised * dGamma) / static_cast<double>(a.pixels)));
    }
  }
}

void inference(const BatchNormInferenceArguments& a) {
  for (int c = 0; c < a.channels; ++c) {
    const Normalise normalise = normalisation(a.gamma[c], a.beta[c], a.mean[c], a.variance[c], a.epsilon);
    for (int64_t i = c; i < a.pixels * a.channels; i += a.channels) a.y[i] = normalise(a.x[i], a.residual, i, a.relu);
  }
}

}  // namespace

const BatchNormKernels& batchNormKernels() {
  static const BatchNormKernels table{forward, gradient, inference};
  return table;
}

}  // namespace resnet::reference
