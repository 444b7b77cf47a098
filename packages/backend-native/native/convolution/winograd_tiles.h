// The tiles of images under Winograd: where they are, and the transforms of one of them for all channels.
#pragma once

#include "register_tile.h"
#include "winograd.h"
#include "winograd_transform.h"

namespace resnet::RESNET_ISA {

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
  // The tile after this one; cheaper than `at`, whose divisions cost as much as a transform of eight channels.
  TilePosition next(TilePosition tile) const {
    tile.x += kTile;
    if (tile.x >= columns * kTile) tile.x = 0, tile.y += kTile;
    if (tile.y >= rows * kTile) tile.y = 0, ++tile.image;
    return tile;
  }
};

// Where a transformed tile goes: channel c of position p to p·position + (c / block)·panel + c % block. Rows of all
// channels have one block; panels have one for every kTileColumns channels.
struct TileLayout {
  size_t position, panel;
  static TileLayout rows(size_t position) { return {position, kTileColumns}; }
  size_t channel(int c) const { return c / kTileColumns * panel + c % kTileColumns; }
};

// A window of `size`² pixels of an image that may overlap its border: rows outside point at zeros, columns outside
// are told by the range of those inside. No pixel is copied.
struct Window {
  const float* rows[kPatch];
  int firstColumn, lastColumn;
};
static inline Window windowAt(const float* image, int height, int width, int channels, int top, int left, int size,
                              const float* zeros) {
  Window window;
  for (int i = 0; i < size; ++i) {
    const int y = top + i;
    window.rows[i] = y >= 0 && y < height ? image + (static_cast<ptrdiff_t>(y) * width + left) * channels : zeros;
  }
  window.firstColumn = left < 0 ? -left : 0;
  window.lastColumn = left + size <= width ? size : width - left;
  return window;
}

// One window, all channels, into one row of each of the 36 positions: Transform along columns, then along rows.
template <int kSize, bool kInside, class Transform>
RESNET_INLINE void transformWindow(const Window& window, int channels, float* v, TileLayout layout,
                                   Transform transform) {
  for (int c = 0; c < channels; c += kLanes) {
    float* to = v + layout.channel(c);
    Vector e[kPatch * kSize];
#pragma GCC unroll 6
    for (int j = 0; j < kSize; ++j) {
      if (!kInside && (j < window.firstColumn || j >= window.lastColumn)) {
        for (int i = 0; i < kPatch; ++i) e[i * kSize + j] = Vector{};
        continue;
      }
      Vector d[kSize];
#pragma GCC unroll 6
      for (int i = 0; i < kSize; ++i) d[i] = load(window.rows[i] + j * channels + c);
      transform(d, e + j, kSize);
    }
#pragma GCC unroll 6
    for (int i = 0; i < kPatch; ++i) {
      Vector o[kPatch];
      transform(e + i * kSize, o, 1);
#pragma GCC unroll 6
      for (int j = 0; j < kPatch; ++j) store(to + (i * kPatch + j) * layout.position, o[j]);
    }
  }
}

template <int kSize, class Transform>
RESNET_INLINE void transformAnyWindow(const Window& window, int channels, float* v, TileLayout layout,
                                      Transform transform) {
  if (window.firstColumn == 0 && window.lastColumn == kSize) {
    transformWindow<kSize, true>(window, channels, v, layout, transform);
  } else {
    transformWindow<kSize, false>(window, channels, v, layout, transform);
  }
}

// Bᵀ d B of one patch.
static inline void transformPatches(const Window& window, int channels, float* v, TileLayout layout) {
  transformAnyWindow<kPatch>(window, channels, v, layout,
                             [](const Vector* d, Vector* o, int stride) { transformPatch(d, 1, o, stride); });
}

// A dy Aᵀ of one 4×4 tile of the output gradient.
static inline void transformGradients(const Window& window, int channels, float* v, TileLayout layout) {
  transformAnyWindow<kTile>(window, channels, v, layout,
                            [](const Vector* d, Vector* o, int stride) { transformGradient(d, 1, o, stride); });
}

// How an output vector is stored.
struct StoreSum {
  RESNET_MEMBER void operator()(float* p, Vector v, int) const { store(p, v); }
};
struct AddSum {
  RESNET_MEMBER void operator()(float* p, Vector v, int) const { store(p, load(p) + v); }
};
struct FinishSum {
  Epilogue epilogue;
  const float* out;  // where the output begins, as the residual does
  RESNET_MEMBER void operator()(float* p, Vector v, int channel) const {
    if (epilogue.residual != nullptr) v += load(epilogue.residual + (p - out));
    store(p, finish(v, load(epilogue.shift + channel), epilogue.floor));
  }
};

// Aᵀ m A of one tile into the output image; rows and columns outside it are dropped.
template <class Put>
static void transformProducts(const float* m, size_t position, int channels, float* image, const WinogradShape& s,
                              int y, int x, const Put& put) {
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
        for (int j = 0; j < kTile; ++j) put(out + i * row + j * channels + c, o[j], c);
      }
    } else {
      for (int i = 0; i < rows; ++i) {
        Vector o[kTile];
        transformProduct(e + i * kPatch, 1, o, 1);
        for (int j = 0; j < columns; ++j) put(out + i * row + j * channels + c, o[j], c);
      }
    }
  }
}

// Tiles [first, first + count) of x, tile t to v + t·tileStep.
static inline void transformImageTiles(const WinogradShape& s, const TileGrid& grid, const float* x, int first,
                                       int count, float* v, size_t tileStep, TileLayout layout, const float* zeros) {
  TilePosition tile = grid.at(first);
  for (int t = 0; t < count; ++t, tile = grid.next(tile)) {
    const float* image = x + static_cast<size_t>(tile.image) * s.height * s.width * s.channels;
    const Window window =
        windowAt(image, s.height, s.width, s.channels, tile.y - s.padTop, tile.x - s.padLeft, kPatch, zeros);
    transformPatches(window, s.channels, v + t * tileStep, layout);
  }
}

static inline void transformGradientTiles(const WinogradShape& s, const TileGrid& grid, const float* dy, int first,
                                          int count, float* v, size_t tileStep, TileLayout layout, const float* zeros) {
  TilePosition tile = grid.at(first);
  for (int t = 0; t < count; ++t, tile = grid.next(tile)) {
    const float* image = dy + static_cast<size_t>(tile.image) * s.outputHeight * s.outputWidth * s.outputChannels;
    const Window window =
        windowAt(image, s.outputHeight, s.outputWidth, s.outputChannels, tile.y, tile.x, kTile, zeros);
    transformGradients(window, s.outputChannels, v + t * tileStep, layout);
  }
}

// What becomes of the outputs of a stretch of tiles.
struct TileOutput {
  float* y;
  bool add;
  Epilogue epilogue;
};

// Tiles [first, first + count) of the output, tile t from m + t·tileStep.
static inline void transformProductTiles(const WinogradShape& s, const TileGrid& grid, const float* m, size_t tileStep,
                                         size_t position, int first, int count, const TileOutput& to) {
  const auto all = [&](const auto& put) {
    TilePosition tile = grid.at(first);
    for (int t = 0; t < count; ++t, tile = grid.next(tile)) {
      float* image = to.y + static_cast<size_t>(tile.image) * s.outputHeight * s.outputWidth * s.outputChannels;
      transformProducts(m + t * tileStep, position, s.outputChannels, image, s, tile.y, tile.x, put);
    }
  };
  if (to.epilogue.active()) {
    all(FinishSum{to.epilogue, to.y});
  } else if (to.add) {
    all(AddSum{});
  } else {
    all(StoreSum{});
  }
}

// One row of a window of either image, all zeros.
RESNET_INLINE size_t zeroRowSize(const WinogradShape& s) {
  return static_cast<size_t>(kPatch) * (s.channels > s.outputChannels ? s.channels : s.outputChannels);
}
static inline float* zeroRow(float* scratch, const WinogradShape& s) {
  std::memset(scratch, 0, zeroRowSize(s) * sizeof(float));
  return scratch;
}

// Transformed filters and their gradients: 36 matrices [C][K] in panels of kTileColumns columns, K rounded up. A matrix
// is padded by one cache line, or all 36 lines of an element would share one cache set.
RESNET_INLINE size_t panelFloats(int depth) { return static_cast<size_t>(depth) * kTileColumns; }
RESNET_INLINE size_t matrixStride(int depth, int columns) { return panelCount(columns) * panelFloats(depth) + 16; }

}  // namespace resnet::RESNET_ISA
