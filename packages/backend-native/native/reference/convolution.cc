// Scalar reference of the convolutions: the definition, seven loops, sums in double. The fused forms are
// compositions of this convolution and the reference batch norm.
#include "convolution/convolution.h"

#include <cmath>
#include <cstddef>

#include "batch_norm/batch_norm.h"

namespace resnet::reference {

const BatchNormKernels& batchNormKernels();

namespace {

// Calls body(inputPixel, filterTap) for every tap of one output pixel that lies inside the image.
template <class Body>
void forEachTap(const ConvolutionShape& s, int n, int oh, int ow, const Body& body) {
  for (int kh = 0; kh < s.filterHeight; ++kh) {
    const int h = oh * s.stride - s.padTop + kh;
    if (h < 0 || h >= s.inputHeight) continue;
    for (int kw = 0; kw < s.filterWidth; ++kw) {
      const int w = ow * s.stride - s.padLeft + kw;
      if (w < 0 || w >= s.inputWidth) continue;
      body((int64_t{n} * s.inputHeight + h) * s.inputWidth + w, kh * s.filterWidth + kw);
    }
  }
}

// Calls body(n, outputPixel, oh, ow) for every output pixel.
template <class Body>
void forEachOutput(const ConvolutionShape& s, const Body& body) {
  int64_t pixel = 0;
  for (int n = 0; n < s.batch; ++n) {
    for (int oh = 0; oh < s.outputHeight; ++oh) {
      for (int ow = 0; ow < s.outputWidth; ++ow) body(n, pixel++, oh, ow);
    }
  }
}

int64_t filterSize(const ConvolutionShape& s) {
  return int64_t{s.filterHeight} * s.filterWidth * s.inputChannels * s.outputChannels;
}

void forward(const ConvolutionShape& s, const float* x, const float* filter, float* y) {
  forEachOutput(s, [&](int n, int64_t pixel, int oh, int ow) {
    for (int k = 0; k < s.outputChannels; ++k) {
      double sum = 0;
      forEachTap(s, n, oh, ow, [&](int64_t input, int tap) {
        for (int c = 0; c < s.inputChannels; ++c) {
          sum += double{x[input * s.inputChannels + c]} *
                 filter[(int64_t{tap} * s.inputChannels + c) * s.outputChannels + k];
        }
      });
      y[pixel * s.outputChannels + k] = static_cast<float>(sum);
    }
  });
}

void inputGradient(const ConvolutionShape& s, const float* dy, const float* filter, float* dx) {
  const int64_t size = int64_t{s.batch} * s.inputHeight * s.inputWidth * s.inputChannels;
  auto* sums = new double[static_cast<size_t>(size)]();
  forEachOutput(s, [&](int n, int64_t pixel, int oh, int ow) {
    forEachTap(s, n, oh, ow, [&](int64_t input, int tap) {
      for (int c = 0; c < s.inputChannels; ++c) {
        for (int k = 0; k < s.outputChannels; ++k) {
          sums[input * s.inputChannels + c] += double{dy[pixel * s.outputChannels + k]} *
                                               filter[(int64_t{tap} * s.inputChannels + c) * s.outputChannels + k];
        }
      }
    });
  });
  for (int64_t i = 0; i < size; ++i) dx[i] = static_cast<float>(sums[i]);
  delete[] sums;
}

void filterGradient(const ConvolutionShape& s, const float* x, const float* dy, float* dFilter) {
  const int64_t size = filterSize(s);
  auto* sums = new double[static_cast<size_t>(size)]();
  forEachOutput(s, [&](int n, int64_t pixel, int oh, int ow) {
    forEachTap(s, n, oh, ow, [&](int64_t input, int tap) {
      for (int c = 0; c < s.inputChannels; ++c) {
        for (int k = 0; k < s.outputChannels; ++k) {
          sums[(int64_t{tap} * s.inputChannels + c) * s.outputChannels + k] +=
              double{x[input * s.inputChannels + c]} * dy[pixel * s.outputChannels + k];
        }
      }
    });
  });
  for (int64_t i = 0; i < size; ++i) dFilter[i] = static_cast<float>(sums[i]);
  delete[] sums;
}

int64_t outputPixels(const ConvolutionShape& s) { return int64_t{s.batch} * s.outputHeight * s.outputWidth; }

void batchNormForward(const ConvolutionBatchNormArguments& a) {
  forward(a.shape, a.x, a.filter, a.z);
  batchNormKernels().forward({outputPixels(a.shape), a.shape.outputChannels, a.z, a.gamma, a.beta, a.runningMean,
                              a.runningVariance, a.residual, a.y, a.statistics, a.epsilon, a.runningFraction, a.relu});
}

void addInputGradient(const ConvolutionBatchNormGradientArguments& a, const float* dz) {
  if (a.dxSum == nullptr) return inputGradient(a.shape, dz, a.filter, a.dx);
  const ConvolutionShape& s = a.shape;
  const int64_t size = int64_t{s.batch} * s.inputHeight * s.inputWidth * s.inputChannels;
  auto* own = new float[static_cast<size_t>(size)];
  inputGradient(s, dz, a.filter, own);
  for (int64_t i = 0; i < size; ++i) a.dx[i] = a.dxSum[i] + own[i];
  delete[] own;
}

void batchNormGradient(const ConvolutionBatchNormGradientArguments& a) {
  const int64_t pixels = outputPixels(a.shape);
  auto* dz = new float[static_cast<size_t>(pixels * a.shape.outputChannels)];
  batchNormKernels().gradient({pixels, a.shape.outputChannels, a.dy, a.y, a.z, a.gamma, a.beta, a.mean, a.variance, dz,
                               a.dGamma, a.dBeta, a.dResidual, a.epsilon, a.relu});
  filterGradient(a.shape, a.x, dz, a.dFilter);
  if (a.dx != nullptr) addInputGradient(a, dz);
  delete[] dz;
}

ConvolutionAlgorithms algorithms(const ConvolutionShape&) { return {0, 0, 0}; }  // direct

// Prepared: [shift per output channel][scaled filter]
PreparedSize preparedSize(const ConvolutionShape& s) {
  return {static_cast<size_t>(s.outputChannels + filterSize(s)), 0};
}

void prepare(const PrepareConvolutionArguments& a) {
  const int channels = a.shape.outputChannels;
  for (int k = 0; k < channels; ++k) {
    const double scale = a.gamma[k] / std::sqrt(double{a.variance[k]} + a.epsilon);
    a.prepared[k] = static_cast<float>(a.beta[k] - a.mean[k] * scale);
    for (int64_t i = k; i < filterSize(a.shape); i += channels)
      a.prepared[channels + i] = static_cast<float>(a.filter[i] * scale);
  }
}

void runPrepared(const RunPreparedConvolutionArguments& a) {
  const int channels = a.shape.outputChannels;
  forward(a.shape, a.x, a.prepared + channels, a.y);
  for (int64_t i = 0; i < outputPixels(a.shape) * channels; ++i) {
    const float sum = a.y[i] + a.prepared[i % channels] + (a.residual == nullptr ? 0 : a.residual[i]);
    a.y[i] = a.relu && sum < 0 ? 0 : sum;  // NaN stays NaN
  }
}

}  // namespace

const ConvolutionKernels& convolutionKernels() {
  static const ConvolutionKernels table{forward,    inputGradient, filterGradient, batchNormForward, batchNormGradient,
                                        algorithms, preparedSize,  prepare,        runPrepared};
  return table;
}

}  // namespace resnet::reference
