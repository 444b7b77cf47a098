// The data gradient of stride S is S² stride-1 convolutions of dy, one for each phase of the input pixel, each with the
// filter taps that reach that phase.
#pragma once

#include "../core/vector.h"
#include "convolution.h"
#include "patches.h"

namespace resnet::RESNET_ISA {

// The filter taps that reach input pixels of one phase along one axis, and where they start in dy.
struct Phase {
  int first;  // first pixel of this phase, in pixels of the input
  int tap;    // smallest filter index that reaches it
  int taps;   // tap, tap + stride, …
  int start;  // dy index reached by the largest tap from pixel `first`
};
RESNET_INLINE Phase phaseOf(int phase, int stride, int pad, int filter) {
  const int tap = (phase + pad) % stride;
  const int taps = tap < filter ? (filter - tap + stride - 1) / stride : 0;
  return {phase, tap, taps, (phase + pad - tap) / stride - (taps - 1)};
}

// Input pixels of one phase along an axis of `input` pixels.
RESNET_INLINE int pixelsOfPhase(int input, int phase, int stride) {
  return phase < input ? (input - phase + stride - 1) / stride : 0;
}

// What the input pixels of a phase, (py, px) along the axes, meet in dy.
RESNET_INLINE Patches phasePatches(const ConvolutionShape& s, int py, int px, const Phase& vertical,
                                   const Phase& horizontal) {
  return {s.outputHeight,
          s.outputWidth,
          s.outputChannels,
          pixelsOfPhase(s.inputHeight, py, s.stride),
          pixelsOfPhase(s.inputWidth, px, s.stride),
          1,
          vertical.start,
          horizontal.start,
          vertical.taps,
          horizontal.taps};
}

}  // namespace resnet::RESNET_ISA
