// Winograd F(4×4, 3×3) in blocks of tiles that stay in the second-level cache.
//
// A block of up to kBlockTiles tiles is transformed into V[36][tile][C]; for each of the 36 positions one small
// matrix product with the transformed filter U[36][C][K] gives M[36][tile][K]; M is transformed back. The filter
// gradient transforms the output gradient instead and sums outer products into [36][C][K].
// A position's row is padded by one cache line: its natural length is a multiple of 2 KiB for the usual channel
// counts, which would put all 36 positions of a tile into the same two cache sets.
#include "winograd.h"

#include "register_tile.h"
#include "winograd_transform.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kBlockTiles = 24;  // a multiple of the register tile's 6 rows
constexpr int kRowPadding = 16;  // floats: one cache line

struct TilePosition {
  int image, y, x;  // y, x: first output pixel
};

struct TileGrid {
  int rows, columns;
  explicit TileGrid(const WinogradShape& s)
      : rows((s.outputHeight + kTile - 1) / kTile), columns((s.outputWidth + kTile - 1) / kTile) {}
  int perImage() const { return rows * columns; }
  TilePosition at(int tile) const {
    const int image = tile / perImage(), rest = tile % perImage();
    return {image, rest / columns * kTile, rest % columns * kTile};
  }
};

size_t positionStride(int channels) { return static_cast<size_t>(kBlockTiles) * channels + kRowPadding; }

// Copies a window that overlaps the border into `patch`, zeros outside the image.
void gatherPatch(const float* image, int height, int width, int channels, int top, int left, int size, float* patch) {
  for (int i = 0; i < size; ++i) {
    const int y = top + i;
    for (int j = 0; j < size; ++j, patch += channels) {
      const int x = left + j;
      if (y >= 0 && y < height && x >= 0 && x < width) {
        const float* source = image + (static_cast<size_t>(y) * width + x) * channels;
        for (int c = 0; c < channels; c += kLanes) store(patch + c, load(source + c));
      } else {
        for (int c = 0; c < channels; c += kLanes) store(patch + c, Vector{});
      }
    }
  }
}

// A window of `size`² pixels: the image itself where it lies inside, a zero-filled copy where it does not.
struct Window {
  const float* data;
  ptrdiff_t row;
};
Window windowAt(const float* image, int height, int width, int channels, int top, int left, int size, float* patch) {
  if (top >= 0 && left >= 0 && top + size <= height && left + size <= width) {
    return {image + (static_cast<size_t>(top) * width + left) * channels, static_cast<ptrdiff_t>(width) * channels};
  }
  gatherPatch(image, height, width, channels, top, left, size, patch);
  return {patch, static_cast<ptrdiff_t>(size) * channels};
}

// Bᵀ d B of one patch, all channels, into v (one row of each of the 36 positions).
void transformPatches(const Window& window, int channels, float* v, size_t position) {
  for (int c = 0; c < channels; c += kLanes) {
    Vector e[kPositions];
#pragma GCC unroll 6
    for (int j = 0; j < kPatch; ++j) {
      Vector d[kPatch];
#pragma GCC unroll 6
      for (int i = 0; i < kPatch; ++i) d[i] = load(window.data + i * window.row + j * channels + c);
      transformPatch(d, 1, e + j, kPatch);
    }
#pragma GCC unroll 6
    for (int i = 0; i < kPatch; ++i) {
      Vector o[kPatch];
      transformPatch(e + i * kPatch, 1, o, 1);
#pragma GCC unroll 6
      for (int j = 0; j < kPatch; ++j) store(v + (i * kPatch + j) * position + c, o[j]);
    }
  }
}

// A dy Aᵀ of one 4×4 tile of the output gradient.
void transformGradients(const Window& window, int channels, float* v, size_t position) {
  for (int c = 0; c < channels; c += kLanes) {
    Vector e[kPatch * kTile];
#pragma GCC unroll 4
    for (int j = 0; j < kTile; ++j) {
      Vector d[kTile];
#pragma GCC unroll 4
      for (int i = 0; i < kTile; ++i) d[i] = load(window.data + i * window.row + j * channels + c);
      transformGradient(d, 1, e + j, kTile);
    }
#pragma GCC unroll 6
    for (int i = 0; i < kPatch; ++i) {
      Vector o[kPatch];
      transformGradient(e + i * kTile, 1, o, 1);
#pragma GCC unroll 6
      for (int j = 0; j < kPatch; ++j) store(v + (i * kPatch + j) * position + c, o[j]);
    }
  }
}

// Aᵀ m A of one tile into the output image; rows and columns outside it are dropped.
void transformProducts(const float* m, size_t position, int channels, float* image, const WinogradShape& s, int y,
                       int x) {
  const int rows = s.outputHeight - y < kTile ? s.outputHeight - y : kTile;
  const int columns = s.outputWidth - x < kTile ? s.outputWidth - x : kTile;
  const ptrdiff_t row = static_cast<ptrdiff_t>(s.outputWidth) * channels;
  float* out = image + (static_cast<size_t>(y) * s.outputWidth + x) * channels;
  for (int c = 0; c < channels; c += kLanes) {
    Vector e[kTile * kPatch];
#pragma GCC unroll 6
    for (int j = 0; j < kPatch; ++j) {
      Vector d[kPatch];
#pragma GCC unroll 6
      for (int i = 0; i < kPatch; ++i) d[i] = load(m + (i * kPatch + j) * position + c);
      transformProduct(d, 1, e + j, kPatch);
    }
    if (rows == kTile && columns == kTile) {
#pragma GCC unroll 4
      for (int i = 0; i < kTile; ++i) {
        Vector o[kTile];
        transformProduct(e + i * kPatch, 1, o, 1);
#pragma GCC unroll 4
        for (int j = 0; j < kTile; ++j) store(out + i * row + j * channels + c, o[j]);
      }
    } else {
      for (int i = 0; i < rows; ++i) {
        Vector o[kTile];
        transformProduct(e + i * kPatch, 1, o, 1);
        for (int j = 0; j < columns; ++j) store(out + i * row + j * channels + c, o[j]);
      }
    }
  }
}

void transformImageTiles(const WinogradShape& s, const TileGrid& grid, const float* x, int first, int count, float* v,
                         float* patch) {
  const size_t position = positionStride(s.channels);
  for (int t = 0; t < count; ++t) {
    const TilePosition tile = grid.at(first + t);
    const float* image = x + static_cast<size_t>(tile.image) * s.height * s.width * s.channels;
    const Window window = windowAt(image, s.height, s.width, s.channels, tile.y - s.padTop, tile.x - s.padLeft, kPatch, patch);
    transformPatches(window, s.channels, v + static_cast<size_t>(t) * s.channels, position);
  }
}

}  // namespace

bool winogradApplies(const WinogradShape& s) {
  return s.channels % kLanes == 0 && s.outputChannels % kLanes == 0;
}

size_t winogradFilterSize(const WinogradShape& s) {
  return static_cast<size_t>(kPositions) * s.channels * s.outputChannels;
}

static size_t widestPatch(const WinogradShape& s) {
  return static_cast<size_t>(kPositions) * (s.channels > s.outputChannels ? s.channels : s.outputChannels);
}

size_t winogradScratchSize(const WinogradShape& s) {
  return kPositions * (positionStride(s.channels) + positionStride(s.outputChannels)) + widestPatch(s);
}

size_t winogradGradientScratchSize(const WinogradShape& s) { return winogradScratchSize(s); }

void winogradTransformFilter(const float* filter, int channels, int outputChannels, float* transformed) {
  const size_t plane = static_cast<size_t>(channels) * outputChannels;
  for (size_t at = 0; at < plane; at += kLanes) {
    Vector g[9], e[18], o[kPatch];
    for (int i = 0; i < 9; ++i) g[i] = load(filter + i * plane + at);
    for (int j = 0; j < 3; ++j) transformFilterRow(g + j, 3, e + j, 3);
    for (int i = 0; i < kPatch; ++i) {
      transformFilterRow(e + i * 3, 1, o, 1);
      for (int j = 0; j < kPatch; ++j) store(transformed + (i * kPatch + j) * plane + at, o[j]);
    }
  }
}

void winogradTransformRotatedFilter(const float* filter, int channels, int outputChannels, float* transformed,
                                    float* scratch) {
  const size_t plane = static_cast<size_t>(channels) * outputChannels;
  for (int tap = 0; tap < 9; ++tap) {
    const float* from = filter + (8 - tap) * plane;
    float* to = scratch + tap * plane;
    for (int c = 0; c < channels; ++c)
      for (int k = 0; k < outputChannels; ++k) to[static_cast<size_t>(k) * channels + c] = from[static_cast<size_t>(c) * outputChannels + k];
  }
  winogradTransformFilter(scratch, outputChannels, channels, transformed);
}

void winogradForward(const WinogradShape& s, int images, const float* x, const float* transformedFilter, float* y,
                     float* scratch) {
  const TileGrid grid(s);
  const int tiles = images * grid.perImage();
  const size_t vPosition = positionStride(s.channels), mPosition = positionStride(s.outputChannels);
  const size_t plane = static_cast<size_t>(s.channels) * s.outputChannels;
  float* v = scratch;
  float* m = v + kPositions * vPosition;
  float* patch = m + kPositions * mPosition;
  for (int first = 0; first < tiles; first += kBlockTiles) {
    const int count = tiles - first < kBlockTiles ? tiles - first : kBlockTiles;
    transformImageTiles(s, grid, x, first, count, v, patch);
    for (int position = 0; position < kPositions; ++position) {
      DotOperands operands{};
      operands.a = v + position * vPosition;
      operands.aRow = s.channels;
      operands.segments = 1;
      operands.depth = s.channels;
      operands.bStep = operands.outRow = s.outputChannels;
      for (int k = 0; k < s.outputChannels; k += kTileColumns) {
        operands.b = transformedFilter + position * plane + k;
        operands.out = m + position * mPosition + k;
        const int columns = s.outputChannels - k < kTileColumns ? s.outputChannels - k : kTileColumns;
        dotRows(count, columns, operands);
      }
    }
    for (int t = 0; t < count; ++t) {
      const TilePosition tile = grid.at(first + t);
      float* image = y + static_cast<size_t>(tile.image) * s.outputHeight * s.outputWidth * s.outputChannels;
      transformProducts(m + static_cast<size_t>(t) * s.outputChannels, mPosition, s.outputChannels, image, s, tile.y, tile.x);
    }
  }
}

void winogradFilterGradient(const WinogradShape& s, int images, const float* x, const float* dy, float* accumulator,
                            float* scratch) {
  const TileGrid grid(s);
  const int tiles = images * grid.perImage();
  const size_t vPosition = positionStride(s.channels), gPosition = positionStride(s.outputChannels);
  const size_t plane = static_cast<size_t>(s.channels) * s.outputChannels;
  float* v = scratch;
  float* g = v + kPositions * vPosition;
  float* patch = g + kPositions * gPosition;
  for (int first = 0; first < tiles; first += kBlockTiles) {
    const int count = tiles - first < kBlockTiles ? tiles - first : kBlockTiles;
    transformImageTiles(s, grid, x, first, count, v, patch);
    for (int t = 0; t < count; ++t) {
      const TilePosition tile = grid.at(first + t);
      const float* image = dy + static_cast<size_t>(tile.image) * s.outputHeight * s.outputWidth * s.outputChannels;
      const Window window = windowAt(image, s.outputHeight, s.outputWidth, s.outputChannels, tile.y, tile.x, kTile, patch);
      transformGradients(window, s.outputChannels, g + static_cast<size_t>(t) * s.outputChannels, gPosition);
    }
    for (int position = 0; position < kPositions; ++position) {
      OuterOperands operands{};
      operands.a = v + position * vPosition;
      operands.aStep = s.channels;
      operands.b = g + position * gPosition;
      operands.bStep = operands.outRow = s.outputChannels;
      operands.segments = 1;
      operands.depth = count;
      operands.out = accumulator + position * plane;
      outerProduct(s.channels, s.outputChannels, operands);
    }
  }
}

void winogradFinishFilterGradient(const float* accumulator, int channels, int outputChannels, float* dFilter) {
  const size_t plane = static_cast<size_t>(channels) * outputChannels;
  for (size_t at = 0; at < plane; at += kLanes) {
    Vector e[3 * kPatch], o[3];
    for (int j = 0; j < kPatch; ++j) {
      Vector m[kPatch];
      for (int i = 0; i < kPatch; ++i) m[i] = load(accumulator + (i * kPatch + j) * plane + at);
      transformFilterGradient(m, 1, e + j, kPatch);
    }
    for (int i = 0; i < 3; ++i) {
      transformFilterGradient(e + i * kPatch, 1, o, 1);
      for (int j = 0; j < 3; ++j) store(dFilter + (i * 3 + j) * plane + at, o[j]);
    }
  }
}

}  // namespace resnet::RESNET_ISA
