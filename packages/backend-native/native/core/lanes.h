// Loops over an array in vectors, with a partial one at the end.
#pragma once

#include "core/vector.h"

namespace resnet::RESNET_ISA {

// Every lane, as a type: a body that takes `auto lanes` is compiled once for whole vectors, without the checks and
// copies of the partial one.
struct AllLanes {};

// Calls body(i, lanes) for i = 0, kLanes, … ; lanes is AllLanes, or their number at the end.
template <class Body>
RESNET_INLINE void forEachVector(int64_t size, const Body& body) {
  int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) body(i, AllLanes{});
  if (i < size) body(i, static_cast<int>(size - i));
}

RESNET_INLINE Vector loadLanes(const float* p, AllLanes) { return load(p); }
RESNET_INLINE Vector loadLanes(const float* p, int lanes) { return loadPartial(p, lanes); }
RESNET_INLINE void storeLanes(float* p, Vector v, AllLanes) { store(p, v); }
RESNET_INLINE void storeLanes(float* p, Vector v, int lanes) { storePartial(p, v, lanes); }

// Lanes summed pairwise, always in the same order.
RESNET_INLINE float sumLanes(Vector v) {
  float lanes[kLanes];
  store(lanes, v);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

// max(0, v); NaN stays NaN, so that a diverged run is seen.
RESNET_INLINE Vector rectify(Vector v) { return maximum(Vector{}, v); }

}  // namespace resnet::RESNET_ISA
