// The steps of batch norm that its two forms share, alone and behind a convolution: what becomes of the sums that the
// channel passes take over regions of pixels. The arithmetic is the same in both, to the bit, and so is that of
// normalising again in the backward pass.
#pragma once

#include "../convolution/channel_passes.h"
#include "../core/parallel.h"
#include "batch_norm.h"

namespace resnet::RESNET_ISA {

// Pieces of images over which sums are taken; the last of an image may be smaller.
struct Regions {
  int64_t imagePixels, images;
  int channels, pixels;
  int64_t perImage;

  int64_t count() const { return images * perImage; }
  int pixelsOf(int64_t region) const {
    const int64_t rest = imagePixels - region % perImage * pixels;
    return rest < pixels ? static_cast<int>(rest) : pixels;
  }
  // First value of a region, in floats.
  size_t begin(int64_t region) const {
    return static_cast<size_t>(region / perImage * imagePixels + region % perImage * pixels) * channels;
  }
  size_t floats() const { return static_cast<size_t>(images * imagePixels) * channels; }
};
Regions regionsOf(int64_t images, int64_t imagePixels, int channels);

// y = z · scale + shift: γ/√(σ² + ε) and β − μ·scale, in double, rounded once. Each a period.
void scaleAndShift(const float* gamma, const float* beta, const float* mean, const float* variance, float epsilon,
                   int channels, const Period& period, float* scale, float* shift);

// From means and sums of squared deviations per region, [regions][channels], to the statistics of the batch and the new
// running statistics (Chan et al. 1979, in double, in region order). scratch: 2 · channels doubles.
void finishStatistics(const BatchNormArguments& arguments, const Regions& regions, const float* means,
                      const float* deviations, double* scratch);

// Writes y in parallel.
void normaliseAll(const float* z, const float* scale, const float* shift, const float* residual, bool relu,
                  size_t floats, const Period& period, float* y);

// First half of the backward pass: dGamma, dBeta, dResidual, and what the second half, normalisationGradient, takes.
struct GradientSums {
  GradientPeriods periods;
  const float* g;  // dy, or dResidual where that was written
  Mask mask;       // still to be applied to g
};
GradientSums sumGradients(const BatchNormGradientArguments& arguments, const Regions& regions, const Period& period);

// Runs body(begin, floats) in parallel over [0, total) in pieces of whole periods.
template <class Body>
RESNET_INLINE void sweep(size_t total, const Period& period, const Body& body) {
  constexpr int kSweepFloats = 65536;  // of one task
  const size_t piece = static_cast<size_t>((kSweepFloats + period.floats - 1) / period.floats) * period.floats;
  parallel(static_cast<int64_t>((total + piece - 1) / piece), [&](int64_t i, int) {
    const size_t begin = i * piece;
    body(begin, total - begin < piece ? total - begin : piece);
  });
}

}  // namespace resnet::RESNET_ISA
