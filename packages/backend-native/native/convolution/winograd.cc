// Winograd F(4×4, 3×3) in blocks of tiles that stay in the second-level cache.
//
// A block of up to kBlockTiles tiles is transformed into V[36][tile][C]; for each of the 36 positions one small
// matrix product with the transformed filter U[36][C][K] gives M[36][tile][K]; M is transformed back. The filter
// gradient transforms the output gradient instead and sums outer products into [36][C][K].
// A position's row is padded by one cache line: its natural length is a multiple of 2 KiB for the usual channel
// counts, which would put all 36 positions of a tile into the same two cache sets.
//
// Two cores of an AMD Zen 3 (AVX2, multiply-add peak 204 GFLOP/s), batch 128, GFLOP/s of direct work, best of nine:
// forward, data gradient, filter gradient 297, 289, 261 at 32²×16; 411, 404, 359 at 16²×32; 484, 453, 360 at 8²×64.
// Asking for memory ahead (class Ahead) took the first from 221, 203, 229.
#include "winograd.h"

#include "register_tile.h"
#include "winograd_transform.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kBlockTiles = 24;  // at most; a multiple of the register tile's 6 rows
constexpr int kRowPadding = 16;  // floats: one cache line

// Tiles [begin(i), begin(i + 1)) of block i: sizes differ by at most one, so that no block is too small to be fast.
struct Blocks {
  int tiles, count;
  explicit Blocks(int tiles) : tiles(tiles), count((tiles + kBlockTiles - 1) / kBlockTiles) {}
  int begin(int i) const { return static_cast<int>(static_cast<int64_t>(tiles) * i / count); }
};

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

// Memory that will be needed soon, asked for a few lines at a time between the matrix products: there the processor
// waits for arithmetic, in the transforms it would wait for memory.
class Ahead {
 public:
  Ahead(const float* begin, const float* end, int steps)
      : at_(reinterpret_cast<const char*>(begin)), end_(reinterpret_cast<const char*>(end)),
        stride_(end > begin ? ((end_ - at_) / steps + kLine) / kLine * kLine : 0) {}
  template <bool kWrite>
  void step() {
    const char* stop = end_ - at_ > stride_ ? at_ + stride_ : end_;
    for (; at_ < stop; at_ += kLine) __builtin_prefetch(at_, kWrite, kWrite ? 3 : 2);
  }

 private:
  static constexpr ptrdiff_t kLine = 64;
  const char *at_, *end_;
  ptrdiff_t stride_;
};

// The images under tiles [first, last], as one stretch of memory.
Ahead imagesAhead(const float* images, int height, int width, int channels, TilePosition first, TilePosition last,
                  int tileHeight) {
  const ptrdiff_t row = static_cast<ptrdiff_t>(width) * channels;
  const int bottom = last.y + tileHeight < height ? last.y + tileHeight : height;
  return {images + (static_cast<ptrdiff_t>(first.image) * height + first.y) * row,
          images + (static_cast<ptrdiff_t>(last.image) * height + bottom) * row, kPositions};
}

size_t positionStride(int channels) { return static_cast<size_t>(kBlockTiles) * channels + kRowPadding; }

// A window of `size`² pixels of an image that may overlap its border: rows outside point at zeros, columns outside
// are told by the range of those inside. No pixel is copied.
struct Window {
  const float* rows[kPatch];
  int firstColumn, lastColumn;
};
Window windowAt(const float* image, int height, int width, int channels, int top, int left, int size,
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
RESNET_INLINE void transformWindow(const Window& window, int channels, float* v, size_t position, Transform transform) {
  for (int c = 0; c < channels; c += kLanes) {
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
      for (int j = 0; j < kPatch; ++j) store(v + (i * kPatch + j) * position + c, o[j]);
    }
  }
}

template <int kSize, class Transform>
RESNET_INLINE void transformAnyWindow(const Window& window, int channels, float* v, size_t position,
                                      Transform transform) {
  if (window.firstColumn == 0 && window.lastColumn == kSize) {
    transformWindow<kSize, true>(window, channels, v, position, transform);
  } else {
    transformWindow<kSize, false>(window, channels, v, position, transform);
  }
}

// Bᵀ d B of one patch.
void transformPatches(const Window& window, int channels, float* v, size_t position) {
  transformAnyWindow<kPatch>(window, channels, v, position,
                             [](const Vector* d, Vector* o, int stride) { transformPatch(d, 1, o, stride); });
}

// A dy Aᵀ of one 4×4 tile of the output gradient.
void transformGradients(const Window& window, int channels, float* v, size_t position) {
  transformAnyWindow<kTile>(window, channels, v, position,
                            [](const Vector* d, Vector* o, int stride) { transformGradient(d, 1, o, stride); });
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
                         const float* zeros) {
  const size_t position = positionStride(s.channels);
  TilePosition tile = grid.at(first);
  for (int t = 0; t < count; ++t, tile = grid.next(tile)) {
    const float* image = x + static_cast<size_t>(tile.image) * s.height * s.width * s.channels;
    const Window window = windowAt(image, s.height, s.width, s.channels, tile.y - s.padTop, tile.x - s.padLeft, kPatch, zeros);
    transformPatches(window, s.channels, v + static_cast<size_t>(t) * s.channels, position);
  }
}

// The input of block `block`, or nothing past the last.
Ahead inputAhead(const WinogradShape& s, const TileGrid& grid, const float* x, const Blocks& blocks, int block) {
  if (block >= blocks.count) return {x, x, 1};
  return imagesAhead(x, s.height, s.width, s.channels, grid.at(blocks.begin(block)), grid.at(blocks.begin(block + 1) - 1),
                     kPatch);
}

}  // namespace

bool winogradApplies(const WinogradShape& s) {
  return s.channels % kLanes == 0 && s.outputChannels % kLanes == 0;
}

size_t winogradFilterSize(const WinogradShape& s) {
  return static_cast<size_t>(kPositions) * s.channels * s.outputChannels;
}

// One row of a window of either image.
static size_t zeroRowSize(const WinogradShape& s) {
  return static_cast<size_t>(kPatch) * (s.channels > s.outputChannels ? s.channels : s.outputChannels);
}
static float* zeroRow(float* scratch, const WinogradShape& s) {
  std::memset(scratch, 0, zeroRowSize(s) * sizeof(float));
  return scratch;
}

size_t winogradScratchSize(const WinogradShape& s) {
  return kPositions * (positionStride(s.channels) + positionStride(s.outputChannels)) + zeroRowSize(s);
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
  const Blocks blocks(images * grid.perImage());
  const size_t vPosition = positionStride(s.channels), mPosition = positionStride(s.outputChannels);
  const size_t plane = static_cast<size_t>(s.channels) * s.outputChannels;
  float* v = scratch;
  float* m = v + kPositions * vPosition;
  float* zeros = zeroRow(m + kPositions * mPosition, s);
  for (int block = 0; block < blocks.count; ++block) {
    const int first = blocks.begin(block), next = blocks.begin(block + 1), count = next - first;
    transformImageTiles(s, grid, x, first, count, v, zeros);
    const RowSplit split(count);
    Ahead input = inputAhead(s, grid, x, blocks, block + 1);
    Ahead output = imagesAhead(y, s.outputHeight, s.outputWidth, s.outputChannels, grid.at(first), grid.at(next - 1), kTile);
    for (int position = 0; position < kPositions; ++position) {
      input.step<false>();
      output.step<true>();
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
        dotRows(split, columns, operands);
      }
    }
    TilePosition tile = grid.at(first);
    for (int t = 0; t < count; ++t, tile = grid.next(tile)) {
      float* image = y + static_cast<size_t>(tile.image) * s.outputHeight * s.outputWidth * s.outputChannels;
      transformProducts(m + static_cast<size_t>(t) * s.outputChannels, mPosition, s.outputChannels, image, s, tile.y, tile.x);
    }
  }
}

void winogradFilterGradient(const WinogradShape& s, int images, const float* x, const float* dy, float* accumulator,
                            float* scratch) {
  const TileGrid grid(s);
  const Blocks blocks(images * grid.perImage());
  const size_t vPosition = positionStride(s.channels), gPosition = positionStride(s.outputChannels);
  const size_t plane = static_cast<size_t>(s.channels) * s.outputChannels;
  float* v = scratch;
  float* g = v + kPositions * vPosition;
  float* zeros = zeroRow(g + kPositions * gPosition, s);
  for (int block = 0; block < blocks.count; ++block) {
    const int first = blocks.begin(block), next = blocks.begin(block + 1), count = next - first;
    transformImageTiles(s, grid, x, first, count, v, zeros);
    TilePosition tile = grid.at(first);
    for (int t = 0; t < count; ++t, tile = grid.next(tile)) {
      const float* image = dy + static_cast<size_t>(tile.image) * s.outputHeight * s.outputWidth * s.outputChannels;
      const Window window = windowAt(image, s.outputHeight, s.outputWidth, s.outputChannels, tile.y, tile.x, kTile, zeros);
      transformGradients(window, s.outputChannels, g + static_cast<size_t>(t) * s.outputChannels, gPosition);
    }
    const RowSplit split(s.channels);
    Ahead input = inputAhead(s, grid, x, blocks, block + 1);
    for (int position = 0; position < kPositions; ++position) {
      input.step<false>();
      OuterOperands operands{};
      operands.a = v + position * vPosition;
      operands.aStep = s.channels;
      operands.b = g + position * gPosition;
      operands.bStep = operands.outRow = s.outputChannels;
      operands.segments = 1;
      operands.depth = count;
      operands.out = accumulator + position * plane;
      outerProduct(split, s.outputChannels, operands);
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
