// Winograd F(4×4, 3×3) in blocks of tiles that stay in the second-level cache.
//
// A block of up to kBlockTiles tiles is transformed into V[36][tile][C]; for each of the 36 positions one small
// matrix product with the transformed filter U[36][C][K], in panels, gives M[36][tile][K]; M is transformed back. The
// filter gradient transforms the output gradient instead and sums outer products into panels of [36][C][K]. A
// position's row is padded by one cache line: its natural length is a multiple of 2 KiB for the usual channel counts,
// which would put all 36 positions of a tile into the same two cache sets.
//
// Two cores of an AMD Zen 3 (AVX2, multiply-add peak 204 GFLOP/s), batch 128, GFLOP/s of direct work, best of nine:
// forward, data gradient, filter gradient 297, 289, 261 at 32²×16; 411, 404, 359 at 16²×32; 484, 453, 360 at 8²×64.
// Asking for memory ahead (class Ahead) took the first from 221, 203, 229.
#include "winograd.h"

#include "winograd_tiles.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kBlockTiles = 24;  // at most; a multiple of the register tile's 6 rows
constexpr int kRowPadding = 16;  // floats: one cache line

// Tiles [begin(i), begin(i + 1)) of block i: sizes differ by at most one, so that no block is too small to be fast.
struct Blocks {
  int first, tiles, count;
  Blocks(int first, int tiles) : first(first), tiles(tiles), count((tiles + kBlockTiles - 1) / kBlockTiles) {}
  int begin(int i) const { return first + static_cast<int>(static_cast<int64_t>(tiles) * i / count); }
};

// Memory that will be needed soon, asked for a few lines at a time between the matrix products: there the processor
// waits for arithmetic, in the transforms it would wait for memory.
class Ahead {
 public:
  Ahead(const float* begin, const float* end, int steps)
      : at_(reinterpret_cast<const char*>(begin)),
        end_(reinterpret_cast<const char*>(end)),
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

// The input of block `block`, or nothing past the last.
Ahead inputAhead(const WinogradShape& s, const TileGrid& grid, const float* x, const Blocks& blocks, int block) {
  if (block >= blocks.count) return {x, x, 1};
  return imagesAhead(x, s.height, s.width, s.channels, grid.at(blocks.begin(block)),
                     grid.at(blocks.begin(block + 1) - 1), kPatch);
}

}  // namespace

bool winogradApplies(const WinogradShape& s) { return s.channels % kLanes == 0 && s.outputChannels % kLanes == 0; }

size_t winogradScratchSize(const WinogradShape& s) {
  return kPositions * (positionStride(s.channels) + positionStride(panelCount(s.outputChannels) * kTileColumns)) +
         zeroRowSize(s);
}

int winogradTiles(const WinogradShape& s) { return TileGrid(s).perImage(); }

void winogradForward(const WinogradShape& s, int firstTile, int tiles, const float* x, const float* transformedFilter,
                     bool add, const Epilogue& epilogue, float* y, float* scratch) {
  const TileGrid grid(s);
  const Blocks blocks(firstTile, tiles);
  const size_t vPosition = positionStride(s.channels), mPosition = positionStride(s.outputChannels);
  const size_t matrix = matrixStride(s.channels, s.outputChannels), panel = panelFloats(s.channels);
  float* v = scratch;
  float* m = v + kPositions * vPosition;
  float* zeros = zeroRow(m + kPositions * mPosition, s);
  for (int block = 0; block < blocks.count; ++block) {
    const int first = blocks.begin(block), next = blocks.begin(block + 1), count = next - first;
    transformImageTiles(s, grid, x, first, count, v, s.channels, TileLayout::rows(vPosition), zeros);
    const RowSplit split(count);
    Ahead input = inputAhead(s, grid, x, blocks, block + 1);
    Ahead output =
        imagesAhead(y, s.outputHeight, s.outputWidth, s.outputChannels, grid.at(first), grid.at(next - 1), kTile);
    for (int position = 0; position < kPositions; ++position) {
      input.step<false>();
      output.step<true>();
      DotOperands operands{};
      operands.a = v + position * vPosition;
      operands.aRow = s.channels;
      operands.segments = 1;
      operands.depth = s.channels;
      operands.bStep = kTileColumns;
      operands.outRow = s.outputChannels;
      for (int k = 0; k < s.outputChannels; k += kTileColumns) {
        operands.b = transformedFilter + position * matrix + k / kTileColumns * panel;
        operands.out = m + position * mPosition + k;
        const int columns = s.outputChannels - k < kTileColumns ? s.outputChannels - k : kTileColumns;
        dotRows(split, columns, operands);
      }
    }
    transformProductTiles(s, grid, m, s.outputChannels, mPosition, first, count, {y, add, epilogue});
  }
}

void winogradFilterGradient(const WinogradShape& s, int images, const float* x, const float* dy, float* accumulator,
                            float* scratch) {
  const TileGrid grid(s);
  const Blocks blocks(0, images * grid.perImage());
  const size_t vPosition = positionStride(s.channels),
               gPosition = positionStride(panelCount(s.outputChannels) * kTileColumns);
  const size_t matrix = matrixStride(s.channels, s.outputChannels), panel = panelFloats(s.channels);
  float* v = scratch;
  float* g = v + kPositions * vPosition;
  float* zeros = zeroRow(g + kPositions * gPosition, s);
  for (int block = 0; block < blocks.count; ++block) {
    const int first = blocks.begin(block), next = blocks.begin(block + 1), count = next - first;
    transformImageTiles(s, grid, x, first, count, v, s.channels, TileLayout::rows(vPosition), zeros);
    transformGradientTiles(s, grid, dy, first, count, g, kTileColumns, {gPosition, panelFloats(count)}, zeros);
    const RowSplit split(s.channels);
    Ahead input = inputAhead(s, grid, x, blocks, block + 1);
    for (int position = 0; position < kPositions; ++position) {
      input.step<false>();
      OuterOperands operands{};
      operands.a = v + position * vPosition;
      operands.aStep = s.channels;
      operands.bStep = kTileColumns;
      operands.outRow = kTileColumns;
      operands.segments = 1;
      operands.depth = count;
      for (int k = 0; k < s.outputChannels; k += kTileColumns) {
        operands.b = g + position * gPosition + k / kTileColumns * panelFloats(count);
        operands.out = accumulator + position * matrix + k / kTileColumns * panel;
        outerProduct(split, s.outputChannels - k < kTileColumns ? s.outputChannels - k : kTileColumns, operands);
      }
    }
  }
}

}  // namespace resnet::RESNET_ISA
