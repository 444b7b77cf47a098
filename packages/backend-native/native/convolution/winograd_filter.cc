// Filters under Winograd: G g Gᵀ into panels, and Gᵀ m G of their gradients back.
#include "../core/parallel.h"
#include "winograd_tiles.h"

namespace resnet::RESNET_ISA {
namespace {

// G g Gᵀ of one vector of filters, g[9], to out + p·position.
RESNET_INLINE void transformFilter(const Vector* g, float* out, size_t position) {
  Vector e[kPatch * 3], o[kPatch];
  for (int j = 0; j < 3; ++j) transformFilterRow(g + j, 3, e + j, 3);
  for (int i = 0; i < kPatch; ++i) {
    transformFilterRow(e + i * 3, 1, o, 1);
    for (int j = 0; j < kPatch; ++j) store(out + (i * kPatch + j) * position, o[j]);
  }
}

}  // namespace

size_t winogradFilterSize(const WinogradShape& s) { return kPositions * matrixStride(s.channels, s.outputChannels); }

void winogradTransformFilter(const float* filter, int channels, int outputChannels, float* transformed) {
  const size_t plane = static_cast<size_t>(channels) * outputChannels;
  const size_t position = matrixStride(channels, outputChannels);
  parallel(panelCount(outputChannels), [&](int64_t panel, int) {
    const int first = static_cast<int>(panel) * kTileColumns;
    for (int c = 0; c < channels; ++c)
      for (int q = 0; q < kTileVectors; ++q) {
        const int k = first + q * kLanes;
        Vector g[9];
        for (int tap = 0; tap < 9; ++tap)
          g[tap] =
              k < outputChannels ? load(filter + tap * plane + static_cast<size_t>(c) * outputChannels + k) : Vector{};
        transformFilter(g, transformed + panel * panelFloats(channels) + c * kTileColumns + q * kLanes, position);
      }
  });
}

void winogradTransformRotatedFilter(const float* filter, int channels, int outputChannels, float* transformed) {
  const size_t plane = static_cast<size_t>(channels) * outputChannels;
  const size_t position = matrixStride(outputChannels, channels);
  parallel(panelCount(channels), [&](int64_t panel, int) {
    const int first = static_cast<int>(panel) * kTileColumns;
    const int width = channels - first < kTileColumns ? channels - first : kTileColumns;
    float rows[9][kLanes][kTileColumns] __attribute__((aligned(64))) = {};
    for (int k = 0; k < outputChannels; k += kLanes) {
      for (int tap = 0; tap < 9; ++tap)
        for (int c = 0; c < width; ++c) {
          const float* from = filter + (8 - tap) * plane + static_cast<size_t>(first + c) * outputChannels + k;
          for (int i = 0; i < kLanes; ++i) rows[tap][i][c] = from[i];
        }
      for (int i = 0; i < kLanes; ++i)
        for (int q = 0; q < kTileVectors; ++q) {
          Vector g[9];
          for (int tap = 0; tap < 9; ++tap) g[tap] = load(&rows[tap][i][q * kLanes]);
          transformFilter(g, transformed + panel * panelFloats(outputChannels) + (k + i) * kTileColumns + q * kLanes,
                          position);
        }
    }
  });
}

void winogradFinishFilterGradient(const float* accumulator, int channels, int outputChannels, float* dFilter) {
  const size_t plane = static_cast<size_t>(channels) * outputChannels;
  const size_t position = matrixStride(channels, outputChannels);
  parallel(panelCount(outputChannels), [&](int64_t panel, int) {
    const int first = static_cast<int>(panel) * kTileColumns;
    for (int c = 0; c < channels; ++c)
      for (int q = 0; q < kTileVectors && first + q * kLanes < outputChannels; ++q) {
        const float* from = accumulator + panel * panelFloats(channels) + c * kTileColumns + q * kLanes;
        float* to = dFilter + static_cast<size_t>(c) * outputChannels + first + q * kLanes;
        Vector e[3 * kPatch], o[3];
        for (int j = 0; j < kPatch; ++j) {
          Vector m[kPatch];
          for (int i = 0; i < kPatch; ++i) m[i] = load(from + (i * kPatch + j) * position);
          transformFilterGradient(m, 1, e + j, kPatch);
        }
        for (int i = 0; i < 3; ++i) {
          transformFilterGradient(e + i * kPatch, 1, o, 1);
          for (int j = 0; j < 3; ++j) store(to + (i * 3 + j) * plane, o[j]);
        }
      }
  });
}

}  // namespace resnet::RESNET_ISA
