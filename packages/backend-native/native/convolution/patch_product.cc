// Convolution as a matrix product, for what Winograd does not do: 1×1 and strided convolutions with many channels.
//
// Forward and data gradient: a block of about kBlockPixels patches, kDepth steps of them at a time, is copied into
// rows that do not share cache sets (a pixel of 1024 channels is 4 KiB), and multiplied with every panel of the
// filter. Filter gradient: a block of patches and the same pixels of dy, packed into panels, give outer products.
//
// Two cores of an AMD Zen 3 (AVX2, multiply-add peak 204 GFLOP/s), batch 16, GFLOP/s of forward, data gradient, filter
// gradient: 160, 148, 140 for 56²×64 → 256; 180, 170, 162 for 14²×256 → 1024; 174, 184, 142 for 7²×2048 → 512; 179,
// 167, 163 for 3×3 of stride 2 on 56²×128. Unpacked, walking the image and the filter in place, they ran at half of it.
#include "patch_product.h"

#include "../core/parallel.h"
#include "phase.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kBlockPixels = 16 * kTileRows;
constexpr int kMostPixels = kBlockPixels * 3 / 2 + 1;  // of a block: blocks are balanced around kBlockPixels
constexpr int kDepth = 512;                            // steps of a patch at once: a panel of them is 32 KiB with AVX2
constexpr int kGradientPixels = 128;
constexpr int kGradientDepth = 256;
constexpr int kRowPadding = 16;  // floats: one cache line
// At least, where an image can be cut so small: with 33 tasks of equal size one of two threads waits 3 % of the time.
constexpr int kInferenceTasks = 48;

// [0, total) in `count` parts whose sizes differ by at most one.
struct Parts {
  int total, count;
  int begin(int i) const { return static_cast<int>(static_cast<int64_t>(total) * i / count); }
};
Parts blocksOf(int pixels) {
  const int count = (pixels + kBlockPixels / 2) / kBlockPixels;
  return {pixels, count < 1 ? 1 : count};
}
Parts slicesOf(int depth) { return {depth, (depth + kDepth - 1) / kDepth}; }

// Pixels in place share cache sets when one is a multiple of 4 KiB long.
bool readInPlace(const Patches& s) { return s.isImage() && s.channels % 1024 != 0; }

bool isDense(const Patches& s, int columns, const Placement& place) {
  return place.pixel == columns && place.row == s.columns * place.pixel &&
         place.image == static_cast<size_t>(s.rows) * place.row;
}

// Rows [first, first + count) of the product to their places.
void placeRows(const Patches& s, const Placement& place, int first, int count, const float* rows, int columns, bool add,
               float* out) {
  int image = first / s.pixels(), y = first % s.pixels() / s.columns, x = first % s.columns;
  for (int p = 0; p < count; ++p, rows += columns) {
    float* to = out + image * place.image + y * place.row + x * place.pixel;
    if (add) {
      for (int c = 0; c < columns; ++c) to[c] += rows[c];
    } else {
      std::memcpy(to, rows, columns * sizeof(float));
    }
    if (++x == s.columns) {
      x = 0;
      if (++y == s.rows) y = 0, ++image;
    }
  }
}

// The next register tiles' memory: rows far apart, which the processor does not foresee.
template <bool kWrite>
void askForColumns(const float* p, ptrdiff_t row, int rows) {
  for (int i = 0; i < rows; ++i, p += row) __builtin_prefetch(p, kWrite, 3);
}

void zeroPlaces(const Patches& s, int images, const Placement& place, int columns, float* out) {
  for (int image = 0; image < images; ++image)
    for (int y = 0; y < s.rows; ++y)
      for (int x = 0; x < s.columns; ++x) {
        std::memset(out + image * place.image + y * place.row + x * place.pixel, 0, columns * sizeof(float));
      }
}

// Pixel by pixel, because dy comes from far away and is read in order only so.
void packPixels(const float* dy, int row, int pixels, int columns, float* panels) {
  const int whole = columns / kTileColumns * kTileColumns, rest = columns - whole;
  const size_t panel = static_cast<size_t>(pixels) * kTileColumns;
  for (int p = 0; p < pixels; ++p, dy += row, panels += kTileColumns) {
    float* to = panels;
    for (int k = 0; k < whole; k += kTileColumns, to += panel)
      for (int q = 0; q < kTileVectors; ++q) store(to + q * kLanes, load(dy + k + q * kLanes));
    if (rest == 0) continue;
    std::memcpy(to, dy + whole, rest * sizeof(float));
    std::memset(to + rest, 0, (kTileColumns - rest) * sizeof(float));
  }
}

}  // namespace

size_t panelsSize(int depth, int columns) { return static_cast<size_t>(panelCount(columns)) * depth * kTileColumns; }

void packPanels(const float* matrix, int depth, int columns, float* panels) {
  const Parts slices = slicesOf(depth);
  parallel(static_cast<int64_t>(panelCount(columns)) * slices.count, [&](int64_t task, int) {
    const int panel = static_cast<int>(task / slices.count), slice = static_cast<int>(task % slices.count);
    const int first = panel * kTileColumns, width = smaller(kTileColumns, columns - first);
    float* to = panels + (static_cast<size_t>(panel) * depth + slices.begin(slice)) * kTileColumns;
    const float* from = matrix + static_cast<size_t>(slices.begin(slice)) * columns + first;
    for (int d = slices.begin(slice); d < slices.begin(slice + 1); ++d, from += columns, to += kTileColumns) {
      if (width == kTileColumns) {
        for (int q = 0; q < kTileVectors; ++q) store(to + q * kLanes, load(from + q * kLanes));
      } else {
        std::memcpy(to, from, width * sizeof(float));
        std::memset(to + width, 0, (kTileColumns - width) * sizeof(float));
      }
    }
  });
}

void unpackPanels(const float* panels, int depth, int columns, float* matrix) {
  parallel(panelCount(columns), [&](int64_t panel, int) {
    const int first = static_cast<int>(panel) * kTileColumns, width = smaller(kTileColumns, columns - first);
    const float* from = panels + static_cast<size_t>(panel) * depth * kTileColumns;
    for (int d = 0; d < depth; ++d) {
      std::memcpy(matrix + static_cast<size_t>(d) * columns + first, from + d * kTileColumns, width * sizeof(float));
    }
  });
}

void packGradientPanels(const ConvolutionShape& s, const float* filter, float* panels) {
  const int channels = s.outputChannels, columns = s.inputChannels;
  for (int py = 0; py < s.stride; ++py) {
    const Phase vertical = phaseOf(py, s.stride, s.padTop, s.filterHeight);
    for (int px = 0; px < s.stride; ++px) {
      const Phase horizontal = phaseOf(px, s.stride, s.padLeft, s.filterWidth);
      const int taps = vertical.taps * horizontal.taps, depth = taps * channels;
      parallel(static_cast<int64_t>(panelCount(columns)) * taps, [&](int64_t task, int) {
        const int panel = static_cast<int>(task / taps), tap = static_cast<int>(task % taps);
        const int kh = vertical.tap + (vertical.taps - 1 - tap / horizontal.taps) * s.stride;
        const int kw = horizontal.tap + (horizontal.taps - 1 - tap % horizontal.taps) * s.stride;
        const int first = panel * kTileColumns, width = smaller(kTileColumns, columns - first);
        const float* from = filter + (static_cast<size_t>(kh * s.filterWidth + kw) * columns + first) * channels;
        float* to = panels + (static_cast<size_t>(panel) * depth + tap * channels) * kTileColumns;
        for (int d = 0; d < channels; d += kLanes) {
          const int steps = smaller(kLanes, channels - d);
          for (int c = 0; c < width; ++c)
            for (int i = 0; i < steps; ++i)
              to[(d + i) * kTileColumns + c] = from[static_cast<size_t>(c) * channels + d + i];
          for (int i = 0; i < steps; ++i)
            for (int c = width; c < kTileColumns; ++c) to[(d + i) * kTileColumns + c] = 0;
        }
      });
      panels += panelsSize(depth, columns);
    }
  }
}

size_t patchProductScratchSize(int columns) {
  return static_cast<size_t>(kMostPixels) * (kDepth + kRowPadding + columns);
}

void patchProduct(const Patches& s, const ProductPart& part, const float* x, const float* panels, int columns, bool add,
                  const Epilogue& epilogue, float* out, const Placement& place, float* scratch,
                  const PatchRows& gathered) {
  const int depth = s.depth();
  const Parts blocks = blocksOf(part.count), slices = slicesOf(depth);
  const bool inPlace = readInPlace(s);
  // The whole sum is added at once, so that adding in place gives the bits of adding afterwards.
  const bool dense = isDense(s, columns, place) && !(add && slices.count > 1);
  float* rows = scratch;
  float* product = rows + static_cast<size_t>(kMostPixels) * (kDepth + kRowPadding);
  for (int block = 0; block < blocks.count; ++block) {
    const int first = part.first + blocks.begin(block), count = part.first + blocks.begin(block + 1) - first;
    const RowSplit split(count);
    float* to = dense ? out + static_cast<size_t>(first) * columns : product;
    for (int slice = 0; slice < slices.count; ++slice) {
      const int begin = slices.begin(slice), end = slices.begin(slice + 1);
      DotOperands t{};
      if (gathered.first != nullptr) {
        t.a = gathered.first + first * gathered.row + begin;
        t.aRow = gathered.row;
      } else if (inPlace) {
        t.a = x + static_cast<size_t>(first) * depth + begin;
        t.aRow = depth;
      } else {
        t.aRow = end - begin + kRowPadding;
        gatherPatches(s, x, first, count, begin, end, rows, t.aRow);
        t.a = rows;
      }
      t.segments = 1;
      t.depth = end - begin;
      t.bStep = kTileColumns;
      t.outRow = columns;
      t.accumulate = slice > 0 || (add && dense);
      const bool finishes = epilogue.active() && slice == slices.count - 1;
      const float* residual = finishes ? epilogue.residual : nullptr;
      for (int k = part.columnBegin; k < part.columnEnd; k += kTileColumns) {
        t.b = panels + (static_cast<size_t>(k / kTileColumns) * depth + begin) * kTileColumns;
        t.out = to + k;
        if (finishes)
          t.epilogue = {epilogue.shift + k, residual == nullptr ? nullptr : residual + (t.out - out), epilogue.floor};
        if (k + kTileColumns < part.columnEnd) {
          askForColumns<true>(t.out + kTileColumns, columns, count);
          if (residual != nullptr) askForColumns<false>(t.epilogue.residual + kTileColumns, columns, count);
        }
        dotRows(split, smaller(kTileColumns, part.columnEnd - k), t);
      }
    }
    if (!dense) placeRows(s, place, first, count, product, columns, add, out);
  }
}

// The rows of all images, gathered once where several parts of the columns would each gather them again.
static PatchRows gatherRows(const Patches& s, int pixels, const float* x) {
  const ptrdiff_t row = s.depth() + kRowPadding;
  float* rows = sharedScratch(SharedScratch::kOther, static_cast<size_t>(pixels) * row);
  parallel((pixels + kTileRows - 1) / kTileRows, [&](int64_t tile, int) {
    const int first = static_cast<int>(tile) * kTileRows, count = smaller(kTileRows, pixels - first);
    gatherPatches(s, x, first, count, 0, s.depth(), rows + first * row, row);
  });
  return {rows, row};
}

void patchInference(const Patches& s, int images, const float* x, const float* panels, int columns,
                    const Epilogue& epilogue, float* out) {
  const int pixels = images * s.pixels(), allPanels = panelCount(columns);
  const int blocks = (pixels + kBlockPixels - 1) / kBlockPixels;
  const int parts = smaller(allPanels, (kInferenceTasks + blocks - 1) / blocks);
  const PatchRows gathered = parts > 1 && !readInPlace(s) ? gatherRows(s, pixels, x) : PatchRows{};
  // Whole register tiles but for the last: a tile of one row takes the time of five.
  const Parts tiles{(pixels + kTileRows - 1) / kTileRows, blocks};
  const Parts panelsOfPart{allPanels, parts};
  const Placement place = Placement::dense(s.rows, s.columns, columns);
  parallel(static_cast<int64_t>(blocks) * parts, [&](int64_t task, int thread) {
    const int block = static_cast<int>(task / parts), part = static_cast<int>(task % parts);
    const int first = tiles.begin(block) * kTileRows, last = smaller(tiles.begin(block + 1) * kTileRows, pixels);
    const int begin = panelsOfPart.begin(part) * kTileColumns, end = panelsOfPart.begin(part + 1) * kTileColumns;
    patchProduct(s, {first, last - first, begin, smaller(end, columns)}, x, panels, columns, false, epilogue, out,
                 place, threadScratch(thread, patchProductScratchSize(columns)), gathered);
  });
}

void patchInputGradient(const ConvolutionShape& s, int images, const float* dy, const float* panels, bool add,
                        float* dx, float* scratch) {
  const int channels = s.inputChannels;
  const ptrdiff_t row = static_cast<ptrdiff_t>(s.inputWidth) * channels;
  for (int py = 0; py < s.stride && py < s.inputHeight; ++py) {
    const Phase vertical = phaseOf(py, s.stride, s.padTop, s.filterHeight);
    for (int px = 0; px < s.stride; ++px) {
      const Phase horizontal = phaseOf(px, s.stride, s.padLeft, s.filterWidth);
      const Patches patches = phasePatches(s, py, px, vertical, horizontal);
      const Placement place{s.stride * row, static_cast<ptrdiff_t>(s.stride) * channels,
                            s.inputHeight * static_cast<size_t>(row)};
      float* out = dx + py * row + px * channels;
      if (patches.pixels() == 0) {
        // narrower than the stride
      } else if (patches.depth() > 0) {
        patchProduct(patches, {0, images * patches.pixels(), 0, channels}, dy, panels, channels, add, kStoreSum, out,
                     place, scratch);
      } else if (!add) {
        zeroPlaces(patches, images, place, channels, out);  // no tap reaches this phase
      }
      panels += panelsSize(patches.depth(), channels);
    }
  }
}

size_t patchGradientScratchSize(int depth, int columns) {
  return static_cast<size_t>(kGradientPixels) *
         (smaller(depth, kGradientDepth) + kRowPadding + panelCount(columns) * kTileColumns);
}

void patchFilterGradient(const Patches& s, int images, const float* x, const float* dy, int columns,
                         const GradientPart& part, float* accumulator, float* scratch) {
  const int pixels = images * s.pixels();
  const Parts blocks{pixels, (pixels + kGradientPixels - 1) / kGradientPixels};
  const int depth = part.depthEnd - part.depthBegin, width = part.columnEnd - part.columnBegin;
  const Parts slices{depth, (depth + kGradientDepth - 1) / kGradientDepth};
  float* panels = scratch;
  float* rows = panels + static_cast<size_t>(kGradientPixels) * panelCount(width) * kTileColumns;
  for (int block = 0; block < blocks.count; ++block) {
    const int first = blocks.begin(block), count = blocks.begin(block + 1) - first;
    packPixels(dy + static_cast<size_t>(first) * columns + part.columnBegin, columns, count, width, panels);
    for (int slice = 0; slice < slices.count; ++slice) {
      const int begin = part.depthBegin + slices.begin(slice), end = part.depthBegin + slices.begin(slice + 1);
      OuterOperands t{};
      t.aStep = end - begin + kRowPadding;
      gatherPatches(s, x, first, count, begin, end, rows, t.aStep);
      t.a = rows;
      t.segments = 1;
      t.depth = count;
      t.bStep = kTileColumns;
      t.outRow = kTileColumns;
      const RowSplit split(end - begin);
      for (int k = 0; k < width; k += kTileColumns) {
        t.b = panels + static_cast<size_t>(k) * count;
        t.out = accumulator +
                (static_cast<size_t>((part.columnBegin + k) / kTileColumns) * s.depth() + begin) * kTileColumns;
        outerProduct(split, kTileColumns, t);
      }
    }
  }
}

}  // namespace resnet::RESNET_ISA
