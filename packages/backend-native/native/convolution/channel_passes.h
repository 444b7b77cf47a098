// Passes over the pixels of an image with one value per channel: statistics, normalisation and their gradients.
//
// A channel vector is repeated until its length is a whole number of vectors (a period), so that the passes are
// plain loops for any channel count. Reductions run over regions of at most kRegionFloats (they stay in the
// second-level cache) and are combined by the caller in region order, in double.
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

constexpr int kRegionFloats = 16384;

struct Period {
  int pixels;  // pixels in one period
  int floats;  // pixels · channels, a whole number of vectors
};
Period periodOf(int channels);
int regionPixels(int channels);

// values [channels] → out [period.floats]; may be done in place
void repeatChannels(const float* values, int channels, const Period& period, float* out);

// Mean and sum of squared deviations of each channel over `pixels` pixels. scratch: 2 periods.
void regionStatistics(const float* z, int pixels, int channels, const Period& period, float* mean, float* deviations,
                      float* scratch);

// y = z · scale + shift [+ residual] [relu]; scale and shift are periods. `streamed`: y goes past the caches.
void normalisePixels(const float* z, const float* scale, const float* shift, const float* residual, bool relu,
                     size_t floats, const Period& period, bool streamed, float* y);

// What the backward pass of batch norm needs, each a period.
struct GradientPeriods {
  const float *scale, *shift, *mean;
  const float *gradient, *centred, *constant;  // dz = gradient·g + centred·(z − mean) + constant
};

// g = dy masked by the ReLU. The mask comes from y when there is a residual (which is in y but not in z) and is
// recomputed from z otherwise, which saves reading y. Writes g to dResidual when it is wanted.
enum class Mask { kNone, kOutput, kRecomputed };

// Sums of g and of g·(z − mean) per channel. scratch: 2 periods. `streamed`: dResidual goes past the caches.
void regionGradientSums(const float* dy, const float* y, const float* z, const GradientPeriods& periods, Mask mask,
                        int pixels, int channels, const Period& period, bool streamed, float* dResidual, float* sum,
                        float* productSum, float* scratch);

// dz; mask kNone or kRecomputed.
void normalisationGradient(const float* g, const float* z, const GradientPeriods& periods, Mask mask, size_t floats,
                           const Period& period, float* dz);

}  // namespace resnet::RESNET_ISA
