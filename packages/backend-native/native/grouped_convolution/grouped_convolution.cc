// Grouped convolution, forward and data gradient: images strip by strip, the bands of a strip in turn; see bands.h.
//
// GFLOP/s of forward, data and filter gradient of ResNeXt-50 32×4d's 3×3 at batch 16, AVX2, two threads of a Zen 3 that
// others had slowed, and PyTorch 2.13 at the better of its memory formats just before (medians). Group by group on the
// plain kernels they took 90 to 760 times as long, most of it to split and join channels:
//
//   56²×128            47 44 42   PyTorch 20 20 15      14²×512            91 85 84   PyTorch 74 92 81
//   56²×256, stride 2  38 31 41           35 32 33      14²×1024, stride 2 58 43 47           51 58 50
//   28²×256            62 66 65           49 49 49      7²×1024            77 68 75           71 69 68
//   28²×512, stride 2  71 64 53           53 29 43
//
// Memory bounds the first stage: an image without a product (depthwise) takes half of the time. Asking for the next
// strip ahead gave nothing that could be told from noise.
#include "../core/parallel.h"
#include "../convolution/phase.h"
#include "group_tile.h"
#include "grouped_convolution_kernels.h"

namespace resnet::RESNET_ISA {
namespace {

// Where the results of an image go: pixel (y, x) to y·row + x·pixel.
struct Results {
  float* data;
  size_t image;
  ptrdiff_t row, pixel;
};

// Packs the filter of every band, in parallel: pack(tap, first result channel, result channels, out) writes the weights
// of one column tile, [inputs][tileColumns], where they are not zero.
template <class Pack>
void packBands(const Bands& bands, int taps, float* packed, const Pack& pack) {
  const size_t floats = bandFilterFloats(bands, taps);
  const int width = bands.tileColumns, block = bands.inputs * width;
  parallel(bands.count, [&](int64_t task, int) {
    const int band = static_cast<int>(task), begin = bands.begin(band);
    float* out = packed + band * floats;
    for (int tile = begin; tile < begin + bands.columns; tile += width) {
      const int channels = smaller(width, bands.end(band) - tile);
      for (int tap = 0; tap < taps; ++tap, out += block) {
        if (channels < width) std::memset(out, 0, block * sizeof(float));
        pack(tap, tile, channels, out);
      }
    }
  });
}

// One row of results of one band, from source rows of its strip from row `first` on.
void multiplyRow(const Bands& bands, const Patches& s, int band, const Strip& strip, int first, const float* filter,
                 float* out, ptrdiff_t outPixel) {
  const int depth = s.tapsWide * bands.inputs, lanes = smaller(bands.end(band) - bands.begin(band), kLanes);
  const ptrdiff_t pixel = static_cast<ptrdiff_t>(s.stride) * bands.stripPixel();
  if (bands.tileColumns == kLanes) {
    for (int k = 0; k < bands.columns; k += kLanes, filter += s.tapsHigh * depth * kLanes) {
      groupDot(bands.spread, s.columns,
               {strip.data, pixel, strip.row, first % strip.kept, strip.kept, s.tapsHigh, depth, filter, out + k,
                outPixel, lanes});
    }
    return;
  }
  const RowSplit split(s.columns);
  DotOperands t{};
  t.a = strip.at(first);  // a broad strip is kept whole
  t.aRow = pixel;
  t.aSegment = strip.row;
  t.segments = s.tapsHigh;
  t.depth = depth;
  t.bStep = kTileColumns;
  t.outRow = outPixel;
  for (int k = 0; k < bands.columns; k += kTileColumns, filter += s.tapsHigh * depth * kTileColumns) {
    t.b = filter;
    t.out = out + k;
    dotRows(split, kTileColumns, t);
  }
}

// No tap reaches these results.
void zeroResults(const Bands& bands, const Patches& s, int batch, const Results& results) {
  parallel(static_cast<int64_t>(batch) * s.rows, [&](int64_t task, int) {
    float* row = results.data + task / s.rows * results.image + task % s.rows * results.row;
    for (int x = 0; x < s.columns; ++x) std::memset(row + x * results.pixel, 0, bands.channels * sizeof(float));
  });
}

void convolveBands(const Bands& bands, const Patches& s, int batch, const float* images, const float* filter,
                   const Results& results) {
  const int taps = s.tapsHigh * s.tapsWide;
  if (s.rows == 0 || s.columns == 0) return;
  if (taps == 0) return zeroResults(bands, s, batch, results);
  const size_t bandFilter = bandFilterFloats(bands, taps);
  const int blocks = bandBlocks(bands, bandFilter * bands.count);
  const int rows = stripRows(s, bands.channels), strips = (s.rows + rows - 1) / rows;
  const Strip plan = planStrip(bands, s, rows);
  parallel(int64_t{blocks} * batch * strips, [&](int64_t task, int thread) {
    const int block = static_cast<int>(task / (int64_t{batch} * strips)), strip = static_cast<int>(task % strips);
    const int64_t image = task / strips % batch;
    const int first = strip * rows, count = smaller(rows, s.rows - first);
    float* scratch = threadScratch(thread, stripSize(plan));
    float* out = results.data + image * results.image + first * results.row;
    for (int band = firstOfBlock(bands, block, blocks); band < firstOfBlock(bands, block + 1, blocks); ++band) {
      Strip source = plan;
      source.data = scratch;
      for (int row = 0; row < count; ++row) {
        gatherRows(bands, s, band, images + image * s.imageSize(), first, row * s.stride + s.tapsHigh, source);
        multiplyRow(bands, s, band, source, row * s.stride, filter + band * bandFilter,
                    out + row * results.row + bands.begin(band), results.pixel);
      }
    }
  });
}

}  // namespace

void groupedConvolutionForward(const GroupedConvolutionShape& shape, const float* x, const float* filter, float* y) {
  const ConvolutionShape& s = shape.whole;
  const Bands bands(shape.groups, shape.groupInputs(), shape.groupOutputs());
  const int taps = s.filterHeight * s.filterWidth, inputs = bands.inputs, channels = s.outputChannels;
  float* packed = sharedScratch(SharedScratch::kPackedFilter, bandFilterFloats(bands, taps) * bands.count);
  packBands(bands, taps, packed, [&](int tap, int tile, int count, float* out) {
    const float* from = filter + static_cast<size_t>(tap) * inputs * channels + tile;
    for (int c = 0; c < inputs; ++c, from += channels, out += bands.tileColumns) {
      for (int k = 0; k < count; ++k) out[k] = from[k];
    }
  });
  const ptrdiff_t row = static_cast<ptrdiff_t>(s.outputWidth) * channels;
  convolveBands(bands, groupedForwardSource(s), s.batch, x, packed,
                {y, static_cast<size_t>(s.outputHeight) * row, row, channels});
}

void groupedConvolutionInputGradient(const GroupedConvolutionShape& shape, const float* dy, const float* filter,
                                     float* dx) {
  const ConvolutionShape& s = shape.whole;
  const int inputs = shape.groupInputs(), outputs = shape.groupOutputs(), channels = s.inputChannels;
  const Bands bands(shape.groups, outputs, inputs);  // from dy to dx
  float* packed = sharedScratch(SharedScratch::kPackedFilter,
                                bandFilterFloats(bands, s.filterHeight * s.filterWidth) * bands.count);
  const ptrdiff_t row = static_cast<ptrdiff_t>(s.inputWidth) * channels;
  for (int py = 0; py < smaller(s.stride, s.inputHeight); ++py) {
    const Phase vertical = phaseOf(py, s.stride, s.padTop, s.filterHeight);
    for (int px = 0; px < smaller(s.stride, s.inputWidth); ++px) {
      const Phase horizontal = phaseOf(px, s.stride, s.padLeft, s.filterWidth);
      const Patches source = phasePatches(s, py, px, vertical, horizontal);
      packBands(bands, vertical.taps * horizontal.taps, packed, [&](int tap, int tile, int count, float* out) {
        // The largest tap meets the first pixel of dy.
        const int kh = vertical.tap + (vertical.taps - 1 - tap / horizontal.taps) * s.stride;
        const int kw = horizontal.tap + (horizontal.taps - 1 - tap % horizontal.taps) * s.stride;
        const float* weights = filter + static_cast<size_t>(kh * s.filterWidth + kw) * inputs * s.outputChannels;
        for (int c = 0; c < count; ++c) {
          const float* from = weights + (tile + c) % inputs * s.outputChannels + (tile + c) / inputs * outputs;
          for (int k = 0; k < outputs; ++k) out[k * bands.tileColumns + c] = from[k];
        }
      });
      convolveBands(bands, source, s.batch, dy, packed,
                    {dx + py * row + px * channels, static_cast<size_t>(s.inputHeight) * row, s.stride * row,
                     static_cast<ptrdiff_t>(s.stride) * channels});
    }
  }
}

const GroupedConvolutionKernels& groupedConvolutionKernels() {
  static constexpr GroupedConvolutionKernels kernels{groupedConvolutionForward, groupedConvolutionInputGradient,
                                                     groupedConvolutionFilterGradient};
  return kernels;
}

}  // namespace resnet::RESNET_ISA
