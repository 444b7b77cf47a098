// Scalar reference of the grouped convolutions: the definition, sums in double.
#include "grouped_convolution/grouped_convolution.h"

#include <cstddef>
#include <cstdint>

namespace resnet::reference {

namespace {

// Calls body(x index, filter index, y index) for every product of the definition.
template <class Body>
void forEachProduct(const GroupedConvolutionShape& shape, const Body& body) {
  const ConvolutionShape& s = shape.whole;
  const int inputs = shape.groupInputs(), outputs = shape.groupOutputs();
  int64_t y = 0;
  for (int n = 0; n < s.batch; ++n) {
    for (int oh = 0; oh < s.outputHeight; ++oh) {
      for (int ow = 0; ow < s.outputWidth; ++ow) {
        for (int k = 0; k < s.outputChannels; ++k, ++y) {
          for (int kh = 0; kh < s.filterHeight; ++kh) {
            const int h = oh * s.stride - s.padTop + kh;
            if (h < 0 || h >= s.inputHeight) continue;
            for (int kw = 0; kw < s.filterWidth; ++kw) {
              const int w = ow * s.stride - s.padLeft + kw;
              if (w < 0 || w >= s.inputWidth) continue;
              const int64_t pixel = (int64_t{n} * s.inputHeight + h) * s.inputWidth + w;
              for (int c = 0; c < inputs; ++c) {
                body(pixel * s.inputChannels + k / outputs * inputs + c,
                     (int64_t{kh * s.filterWidth + kw} * inputs + c) * s.outputChannels + k, y);
              }
            }
          }
        }
      }
    }
  }
}

// Sums in double, rounded once.
class Sums {
 public:
  Sums(int64_t size, float* out) : size_(size), out_(out), sums_(new double[static_cast<size_t>(size)]()) {}
  Sums(const Sums&) = delete;
  ~Sums() {
    for (int64_t i = 0; i < size_; ++i) out_[i] = static_cast<float>(sums_[i]);
    delete[] sums_;
  }
  double& operator[](int64_t i) { return sums_[i]; }

 private:
  int64_t size_;
  float* out_;
  double* sums_;
};

void forward(const GroupedConvolutionShape& shape, const float* x, const float* filter, float* y) {
  const ConvolutionShape& s = shape.whole;
  Sums sums(int64_t{s.batch} * s.outputHeight * s.outputWidth * s.outputChannels, y);
  forEachProduct(shape, [&](int64_t in, int64_t weight, int64_t out) { sums[out] += double{x[in]} * filter[weight]; });
}

void inputGradient(const GroupedConvolutionShape& shape, const float* dy, const float* filter, float* dx) {
  const ConvolutionShape& s = shape.whole;
  Sums sums(int64_t{s.batch} * s.inputHeight * s.inputWidth * s.inputChannels, dx);
  forEachProduct(shape, [&](int64_t in, int64_t weight, int64_t out) { sums[in] += double{dy[out]} * filter[weight]; });
}

void filterGradient(const GroupedConvolutionShape& shape, const float* x, const float* dy, float* dFilter) {
  const ConvolutionShape& s = shape.whole;
  Sums sums(int64_t{s.filterHeight} * s.filterWidth * shape.groupInputs() * s.outputChannels, dFilter);
  forEachProduct(shape, [&](int64_t in, int64_t weight, int64_t out) { sums[weight] += double{x[in]} * dy[out]; });
}

}  // namespace

const GroupedConvolutionKernels& groupedConvolutionKernels() {
  static constexpr GroupedConvolutionKernels table{forward, inputGradient, filterGradient};
  return table;
}

}  // namespace resnet::reference
