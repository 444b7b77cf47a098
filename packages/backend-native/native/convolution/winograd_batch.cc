// Winograd F(4×4, 3×3) of a whole batch in three sweeps: transform all tiles, multiply position by position, transform
// back. A filter of 256 or 512 channels takes 9 or 38 MB when it is transformed: block by block (winograd.cc) it would
// come from memory for every block, position by position it comes once.
//
// A batch with more tiles than kWorkingFloats holds runs in rounds of whole images.
//
// Two cores of an AMD Zen 3 (AVX2, multiply-add peak 204 GFLOP/s), batch 16, GFLOP/s of direct work: forward, data
// gradient, filter gradient 420, 416, 377 at 14²×256; 342, 329, 355 at 7²×512.
#include "winograd_batch.h"

#include "../core/parallel.h"
#include "winograd_tiles.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr size_t kWorkingFloats = size_t{1} << 23;  // of transformed tiles, input and output each: 32 MiB
constexpr int kRowPadding = 16;                     // floats: one cache line
constexpr int kTilesPerTask = 16;                   // of a transform
constexpr int kRowsPerTask = 16 * kTileRows;        // of a product
constexpr int kDepthPerTask = 128;                  // input channels of a filter gradient

// Images in each round and in each task of a transform.
struct Rounds {
  int images, group;
  Rounds(const WinogradShape& s, const TileGrid& grid, int batch) {
    const int channels = s.channels > s.outputChannels ? s.channels : s.outputChannels;
    const int tiles = static_cast<int>(kWorkingFloats / (static_cast<size_t>(kPositions) * channels));
    images = smaller(batch, tiles / grid.perImage() > 1 ? tiles / grid.perImage() : 1);
    group = smaller(images, (kTilesPerTask + grid.perImage() - 1) / grid.perImage());
  }
  int groups(int count) const { return (count + group - 1) / group; }
};

// Rows of `channels` floats, one a tile, in each of the 36 positions.
struct RowMatrix {
  size_t row, position;
  RowMatrix(int tiles, int channels) : row(channels + kRowPadding), position(tiles * row + kRowPadding) {}
  size_t size() const { return kPositions * position; }
};

float* alignedTo64(float* p) {
  return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(p) + 63) & ~uintptr_t{63});
}

}  // namespace

void winogradBatchForward(const WinogradShape& s, int batch, const float* x, const float* transformedFilter, bool add,
                          const Epilogue& epilogue, float* y, const GroupDone& done) {
  const TileGrid grid(s);
  const Rounds rounds(s, grid, batch);
  const size_t matrix = matrixStride(s.channels, s.outputChannels), panel = panelFloats(s.channels);
  const size_t inputImage = static_cast<size_t>(s.height) * s.width * s.channels;
  const size_t outputImage = static_cast<size_t>(s.outputHeight) * s.outputWidth * s.outputChannels;
  const int mostTiles = rounds.images * grid.perImage();
  const RowMatrix largestV(mostTiles, s.channels), largestM(mostTiles, s.outputChannels);
  float* v = sharedScratch(SharedScratch::kOther, largestV.size() + largestM.size() + zeroRowSize(s) + 16);
  float* m = v + largestV.size();
  const float* zeros = zeroRow(m + largestM.size(), s);
  for (int firstImage = 0; firstImage < batch; firstImage += rounds.images) {
    const int images = smaller(rounds.images, batch - firstImage), tiles = images * grid.perImage();
    const RowMatrix V(tiles, s.channels), M(tiles, s.outputChannels);
    parallel(rounds.groups(images), [&](int64_t group, int) {
      const int first = static_cast<int>(group) * rounds.group, count = smaller(rounds.group, images - first);
      const int tile = first * grid.perImage();
      transformImageTiles(s, grid, x + firstImage * inputImage, tile, count * grid.perImage(), v + tile * V.row, V.row,
                          TileLayout::rows(V.position), zeros);
    });
    const int parts = (tiles + kRowsPerTask - 1) / kRowsPerTask;
    parallel(kPositions * parts, [&](int64_t task, int) {
      const int position = static_cast<int>(task / parts), part = static_cast<int>(task % parts);
      const int begin = tiles * part / parts, end = tiles * (part + 1) / parts;
      const RowSplit split(end - begin);
      DotOperands operands{};
      operands.a = v + position * V.position + begin * V.row;
      operands.aRow = static_cast<ptrdiff_t>(V.row);
      operands.segments = 1;
      operands.depth = s.channels;
      operands.bStep = kTileColumns;
      operands.outRow = static_cast<ptrdiff_t>(M.row);
      for (int k = 0; k < s.outputChannels; k += kTileColumns) {
        operands.b = transformedFilter + position * matrix + k / kTileColumns * panel;
        operands.out = m + position * M.position + begin * M.row + k;
        dotRows(split, smaller(kTileColumns, s.outputChannels - k), operands);
      }
    });
    parallel(rounds.groups(images), [&](int64_t group, int thread) {
      const int first = static_cast<int>(group) * rounds.group, count = smaller(rounds.group, images - first);
      const int tile = first * grid.perImage();
      Epilogue own = epilogue;
      if (own.residual != nullptr) own.residual += firstImage * outputImage;
      transformProductTiles(s, grid, m + tile * M.row, M.row, M.position, tile, count * grid.perImage(),
                            {y + firstImage * outputImage, add, own});
      done(firstImage + first, count, thread);
    });
  }
}

void winogradBatchFilterGradient(const WinogradShape& s, int batch, const float* x, const float* dy, float* dFilter) {
  const TileGrid grid(s);
  const Rounds rounds(s, grid, batch);
  const int width = panelCount(s.outputChannels) * kTileColumns;
  const size_t matrix = matrixStride(s.channels, s.outputChannels), panel = panelFloats(s.channels);
  const size_t inputImage = static_cast<size_t>(s.height) * s.width * s.channels;
  const size_t outputImage = static_cast<size_t>(s.outputHeight) * s.outputWidth * s.outputChannels;
  const int mostTiles = rounds.images * grid.perImage();
  const RowMatrix largestV(mostTiles, s.channels);
  const size_t largestG = kPositions * (static_cast<size_t>(mostTiles) * width + kRowPadding);
  float* v = sharedScratch(SharedScratch::kOther, largestV.size() + largestG + zeroRowSize(s) + 16);
  float* g = alignedTo64(v + largestV.size());
  const float* zeros = zeroRow(g + largestG, s);
  float* accumulator = sharedScratch(SharedScratch::kPartialSums, winogradFilterSize(s));
  for (int firstImage = 0; firstImage < batch; firstImage += rounds.images) {
    const int images = smaller(rounds.images, batch - firstImage), tiles = images * grid.perImage();
    const RowMatrix V(tiles, s.channels);
    const size_t gPanel = panelFloats(tiles), gPosition = static_cast<size_t>(tiles) * width + kRowPadding;
    parallel(rounds.groups(images), [&](int64_t group, int) {
      const int first = static_cast<int>(group) * rounds.group, count = smaller(rounds.group, images - first);
      const int tile = first * grid.perImage();
      transformImageTiles(s, grid, x + firstImage * inputImage, tile, count * grid.perImage(), v + tile * V.row, V.row,
                          TileLayout::rows(V.position), zeros);
      transformGradientTiles(s, grid, dy + firstImage * outputImage, tile, count * grid.perImage(),
                             g + tile * kTileColumns, kTileColumns, {gPosition, gPanel}, zeros);
    });
    const int parts = (s.channels + kDepthPerTask - 1) / kDepthPerTask;
    parallel(kPositions * parts, [&](int64_t task, int) {
      const int position = static_cast<int>(task / parts), part = static_cast<int>(task % parts);
      const int begin = s.channels * part / parts, end = s.channels * (part + 1) / parts;
      const RowSplit split(end - begin);
      OuterOperands operands{};
      operands.a = v + position * V.position + begin;
      operands.aStep = static_cast<ptrdiff_t>(V.row);
      operands.bStep = operands.outRow = kTileColumns;
      operands.segments = 1;
      operands.depth = tiles;
      operands.fresh = firstImage == 0;
      for (int k = 0; k < s.outputChannels; k += kTileColumns) {
        operands.b = g + position * gPosition + k / kTileColumns * gPanel;
        operands.out = accumulator + position * matrix + k / kTileColumns * panel + begin * kTileColumns;
        const int columns = smaller(kTileColumns, s.outputChannels - k);
        outerProduct(split, (columns + kLanes - 1) / kLanes * kLanes, operands);
      }
    });
  }
  winogradFinishFilterGradient(accumulator, s.channels, s.outputChannels, dFilter);
}

}  // namespace resnet::RESNET_ISA
