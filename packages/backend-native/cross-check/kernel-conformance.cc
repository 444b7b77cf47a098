// The kernels of the fastest instruction set against the scalar reference over
// odd shapes, without Node: for processors that are only emulated here. Prints
// the largest error of each kernel; exits with 1 above the tolerance.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/kernel_table.h"
#include "core/options.h"
#include "core/parallel.h"

namespace {

using resnet::ConvolutionShape;
using Floats = std::vector<float>;

// Uniform in [−1, 1), the same everywhere; `spare` more floats at the end may
// be read but are no values.
Floats randomFloats(size_t size, uint32_t seed, size_t spare = 64) {
  Floats values(size + spare);
  uint32_t state = seed * 2654435761u + 1;
  for (float &value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
  }
  return values;
}

// Largest difference over the largest wanted value; infinite where a value is
// NaN.
double errorOf(const Floats &actual, const Floats &wanted, size_t size) {
  double scale = 0, largest = 0;
  for (size_t i = 0; i < size; ++i) {
    const double difference = std::fabs(double{actual[i]} - wanted[i]);
    if (std::isnan(difference))
      return INFINITY;
    scale = std::fmax(scale, std::fabs(double{wanted[i]}));
    largest = std::fmax(largest, difference);
  }
  return scale > 0 ? largest / scale : largest;
}

// As the conformance suite of tensor-ops; Winograd is a few times less exact,
// see winograd-error.test.ts.
double tolerance(double terms, double factor) {
  return factor * std::ldexp(1.0, -23) * (16 + std::sqrt(terms));
}

class Report {
public:
  explicit Report(const char *kernel) : kernel_(kernel) {}
  void add(const Floats &actual, const Floats &wanted, size_t size,
           double terms, double factor = 1) {
    const double share =
        errorOf(actual, wanted, size) / tolerance(terms, factor);
    largest_ = share > largest_ ? share : largest_;
  }
  bool print() const {
    std::printf("%-44s %.2f of the tolerance\n", kernel_, largest_);
    return largest_ <= 1;
  }

private:
  const char *kernel_;
  double largest_ = 0;
};

// Runs `body` with the kernels of a set.
template <class Body> void with(const char *set, const Body &body) {
  if (!resnet::selectKernels(set))
    std::printf("%s cannot run here\n", set), std::exit(1);
  body(resnet::kernels());
}

ConvolutionShape shapeOf(int batch, int height, int width, int inputs,
                         int outputs, int window, int stride, int pad) {
  const auto size = [&](int length) {
    return (length + 2 * pad - window) / stride + 1;
  };
  return {batch, height, width, inputs, window,       window,      stride,
          pad,   pad,    pad,   pad,    size(height), size(width), outputs};
}

bool checkConvolutions(const char *set,
                       resnet::ConvolutionAlgorithm algorithm) {
  const bool fast = algorithm == resnet::ConvolutionAlgorithm::kFast;
  const double factor = fast ? 4 : 1;
  const ConvolutionShape shapes[] = {
      shapeOf(1, 1, 1, 1, 1, 1, 1, 0),     shapeOf(1, 1, 1, 3, 5, 3, 1, 1),
      shapeOf(2, 5, 7, 3, 16, 3, 1, 1),    shapeOf(1, 9, 8, 2, 17, 3, 2, 1),
      shapeOf(3, 7, 5, 17, 17, 3, 1, 1),   shapeOf(2, 7, 9, 17, 33, 3, 2, 1),
      shapeOf(2, 9, 17, 16, 16, 3, 1, 1),  shapeOf(9, 8, 8, 64, 48, 3, 1, 1),
      shapeOf(1, 13, 11, 32, 16, 3, 1, 0), shapeOf(2, 5, 5, 17, 31, 1, 1, 0),
      shapeOf(3, 7, 5, 16, 64, 1, 2, 0),   shapeOf(1, 15, 17, 3, 8, 7, 2, 3),
      shapeOf(5, 1, 1, 32, 32, 3, 1, 1),   shapeOf(1, 4, 4, 256, 256, 3, 1, 1),
      shapeOf(2, 6, 5, 3, 17, 7, 1, 3),
  };
  Report forward(fast ? "convolution, fast" : "convolution, direct"),
      data("  data gradient"), filter("  filter gradient");
  for (const ConvolutionShape &s : shapes) {
    const size_t xSize = static_cast<size_t>(s.batch) * s.inputHeight *
                         s.inputWidth * s.inputChannels;
    const size_t ySize = static_cast<size_t>(s.batch) * s.outputHeight *
                         s.outputWidth * s.outputChannels;
    const int taps = s.filterHeight * s.filterWidth;
    const size_t fSize =
        static_cast<size_t>(taps) * s.inputChannels * s.outputChannels;
    const Floats x = randomFloats(xSize, 1), f = randomFloats(fSize, 2),
                 dy = randomFloats(ySize, 3);
    Floats y[2], dx[2], df[2];
    const char *sets[] = {set, "reference"};
    for (int i = 0; i < 2; ++i) {
      y[i].assign(ySize, NAN), dx[i].assign(xSize, NAN),
          df[i].assign(fSize, NAN);
      with(sets[i], [&](const resnet::KernelTable &kernels) {
        resnet::setConvolutionAlgorithm(algorithm);
        kernels.convolution().forward(s, x.data(), f.data(), y[i].data());
        kernels.convolution().inputGradient(s, dy.data(), f.data(),
                                            dx[i].data());
        kernels.convolution().filterGradient(s, x.data(), dy.data(),
                                             df[i].data());
      });
    }
    forward.add(y[0], y[1], ySize, taps * s.inputChannels, factor);
    data.add(dx[0], dx[1], xSize, taps * s.outputChannels, factor);
    filter.add(df[0], df[1], fSize, s.batch * s.outputHeight * s.outputWidth,
               factor);
  }
  // All three are printed whether or not the first fails.
  const bool results[] = {forward.print(), data.print(), filter.print()};
  return results[0] && results[1] && results[2];
}

bool checkGroupedConvolutions(const char *set) {
  Report forward("grouped convolution"), data("  data gradient"),
      filter("  filter gradient");
  const struct {
    int groups;
    ConvolutionShape whole;
  } shapes[] = {
      {1, shapeOf(1, 1, 1, 1, 1, 1, 1, 0)},
      {5, shapeOf(2, 9, 8, 20, 20, 3, 2, 1)},
      {9, shapeOf(1, 7, 15, 18, 18, 3, 1, 1)},
      {19, shapeOf(2, 9, 27, 19, 19, 3, 1, 1)},
      {3, shapeOf(2, 6, 14, 24, 24, 3, 1, 1)},
      {2, shapeOf(2, 7, 7, 64, 64, 3, 2, 1)},
      {2, shapeOf(1, 6, 5, 6, 48, 3, 1, 1)},
      {4, shapeOf(1, 8, 9, 12, 8, 5, 3, 2)},
  };
  for (const auto &[groups, s] : shapes) {
    const size_t xSize = static_cast<size_t>(s.batch) * s.inputHeight *
                         s.inputWidth * s.inputChannels;
    const size_t ySize = static_cast<size_t>(s.batch) * s.outputHeight *
                         s.outputWidth * s.outputChannels;
    const int taps = s.filterHeight * s.filterWidth;
    const size_t fSize =
        static_cast<size_t>(taps) * s.inputChannels / groups * s.outputChannels;
    // Nothing may be read past the last value.
    const Floats x = randomFloats(xSize, 8, 0), f = randomFloats(fSize, 9, 0),
                 dy = randomFloats(ySize, 10, 0);
    Floats y[2], dx[2], df[2];
    const char *sets[] = {set, "reference"};
    for (int i = 0; i < 2; ++i) {
      y[i].assign(ySize, NAN), dx[i].assign(xSize, NAN),
          df[i].assign(fSize, NAN);
      const resnet::GroupedConvolutionShape shape{s, groups};
      with(sets[i], [&](const resnet::KernelTable &kernels) {
        const auto &grouped = kernels.groupedConvolution();
        grouped.forward(shape, x.data(), f.data(), y[i].data());
        grouped.inputGradient(shape, dy.data(), f.data(), dx[i].data());
        grouped.filterGradient(shape, x.data(), dy.data(), df[i].data());
      });
    }
    forward.add(y[0], y[1], ySize, taps * s.inputChannels / groups);
    data.add(dx[0], dx[1], xSize, taps * s.outputChannels / groups);
    filter.add(df[0], df[1], fSize, s.batch * s.outputHeight * s.outputWidth);
  }
  const bool results[] = {forward.print(), data.print(), filter.print()};
  return results[0] && results[1] && results[2];
}

bool checkMatrices(const char *set) {
  Report report("matrix product");
  for (const int rows : {1, 7, 33}) {
    for (const int columns : {1, 10, 37}) {
      for (const int inner : {1, 64, 129}) {
        for (int transposed = 0; transposed < 4; ++transposed) {
          const Floats a = randomFloats(static_cast<size_t>(rows) * inner, 4);
          const Floats b =
              randomFloats(static_cast<size_t>(inner) * columns, 5);
          const size_t size = static_cast<size_t>(rows) * columns;
          Floats c[2] = {Floats(size, NAN), Floats(size, NAN)};
          const char *sets[] = {set, "reference"};
          for (int i = 0; i < 2; ++i) {
            with(sets[i], [&](const resnet::KernelTable &kernels) {
              kernels.matrix().multiply(
                  {1, rows, columns, inner, (transposed & 1) != 0,
                   (transposed & 2) != 0, 0, 0},
                  a.data(), b.data(), nullptr, c[i].data());
            });
          }
          report.add(c[0], c[1], size, inner);
        }
      }
    }
  }
  return report.print();
}

bool checkPooling(const char *set) {
  Report report("pooling");
  for (const int channels : {1, 3, 17, 64}) {
    const resnet::PoolingShape s{2, 9, 7, channels, 3, 2, 1, 1, 5, 4};
    const size_t xSize = static_cast<size_t>(2 * 9 * 7) * channels,
                 ySize = static_cast<size_t>(2 * 5 * 4) * channels;
    const Floats x = randomFloats(xSize, 6), dy = randomFloats(ySize, 7);
    Floats y[2], dx[2], means[2];
    const char *sets[] = {set, "reference"};
    for (int i = 0; i < 2; ++i) {
      y[i].assign(ySize, NAN), dx[i].assign(xSize, NAN),
          means[i].assign(2 * static_cast<size_t>(channels), NAN);
      with(sets[i], [&](const resnet::KernelTable &kernels) {
        kernels.pooling().maximum(s, x.data(), y[i].data());
        kernels.pooling().maximumGradient(s, dy.data(), x.data(), dx[i].data());
        kernels.pooling().globalAverage(2, 63, channels, x.data(),
                                        means[i].data());
      });
    }
    report.add(y[0], y[1], ySize, 1), report.add(dx[0], dx[1], xSize, 9);
    report.add(means[0], means[1], means[0].size(), 63);
  }
  return report.print();
}

} // namespace

int main() {
  const char *set = resnet::kernels().name;
  resnet::setThreadCount(2);
  std::printf("%s against reference\n", set);
  const bool results[] = {
      checkConvolutions(set, resnet::ConvolutionAlgorithm::kFast),
      checkConvolutions(set, resnet::ConvolutionAlgorithm::kDirect),
      checkGroupedConvolutions(set),
      checkMatrices(set),
      checkPooling(set),
  };
  for (const bool result : results) {
    if (!result)
      return 1;
  }
  return 0;
}
