// The filter gradient of a grouped convolution: an outer product over pixels, band by band; see bands.h.
//
// Chunks of images sum into accumulators of their own, laid out as the packed filter, which are added up in chunk
// order. Where accumulators are large (many channels) the bands are shared out as well, and there are fewer chunks.
#include "../core/parallel.h"
#include "group_tile.h"
#include "grouped_convolution_kernels.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kTasks = 16;                  // enough for sixteen threads
constexpr ptrdiff_t kPassFloats = 1 << 12;  // of a strip that all filter rows pass over: half of a first-level cache

// Adds `count` rows of a strip, from result row `row` on, times dy to the accumulator of a band.
void accumulateRows(const Bands& bands, const Patches& s, int band, const Strip& strip, int row, int count,
                    const float* dy, float* accumulator) {
  const int steps = s.tapsWide * bands.inputs, lanes = smaller(bands.end(band) - bands.begin(band), kLanes);
  const ptrdiff_t pixel = static_cast<ptrdiff_t>(s.stride) * bands.stripPixel(), next = s.stride * strip.row;
  const ptrdiff_t dyRow = static_cast<ptrdiff_t>(s.columns) * bands.channels;
  const RowSplit split(steps);
  for (int k = 0; k < bands.columns; k += bands.tileColumns) {
    for (int kh = 0; kh < s.tapsHigh; ++kh, accumulator += steps * bands.tileColumns) {
      const float* a = strip.at(row * s.stride + kh);
      if (bands.tileColumns == kLanes) {
        groupOuter(bands.spread, steps,
                   {a, pixel, next, dy + k, bands.channels, dyRow, count, s.columns, accumulator, lanes});
        continue;
      }
      OuterOperands t{};
      t.a = a;
      t.aStep = pixel;
      t.aSegment = next;
      t.b = dy + k;
      t.bStep = bands.channels;
      t.bSegment = dyRow;
      t.segments = count;
      t.depth = s.columns;
      t.out = accumulator;
      t.outRow = kTileColumns;
      outerProduct(split, kTileColumns, t);
    }
  }
}

// Result rows that all filter rows pass over in turn: those that the strip has in memory and a first-level cache holds.
int rowsOfPass(const Patches& s, const Strip& strip) {
  if (strip.kept == s.tapsHigh) return 1;
  const ptrdiff_t rows = kPassFloats / (s.stride * strip.row);
  return rows < 1 ? 1 : static_cast<int>(rows < strip.rows ? rows : strip.rows);
}

// Adds up the accumulators of a band, `next` floats apart, and writes its weights.
void finishBand(const Bands& bands, int band, int taps, const float* accumulator, int chunks, size_t next,
                float* dFilter) {
  const int end = bands.end(band), width = bands.tileColumns;
  for (int tile = bands.begin(band); tile < bands.begin(band) + bands.columns; tile += width) {
    for (int step = 0; step < taps * bands.inputs; ++step, accumulator += width) {
      for (int k = 0; k < width && tile + k < end; ++k) {
        float sum = accumulator[k];
        for (int chunk = 1; chunk < chunks; ++chunk) sum += accumulator[chunk * next + k];
        dFilter[static_cast<size_t>(step) * bands.channels + tile + k] = sum;
      }
    }
  }
}

}  // namespace

void groupedConvolutionFilterGradient(const GroupedConvolutionShape& shape, const float* x, const float* dy,
                                      float* dFilter) {
  const ConvolutionShape& whole = shape.whole;
  const Bands bands(shape.groups, shape.groupInputs(), shape.groupOutputs());
  const Patches s = groupedForwardSource(whole);
  const int taps = s.tapsHigh * s.tapsWide, batch = whole.batch;
  const size_t bandFilter = bandFilterFloats(bands, taps), floats = bandFilter * bands.count;
  const int blocks = bandBlocks(bands, floats), chunks = smaller(batch, (kTasks + blocks - 1) / blocks);
  const int rows = stripRows(s, bands.channels);
  const Strip plan = planStrip(bands, s, rows);
  const int pass = rowsOfPass(s, plan);
  const size_t dyRow = static_cast<size_t>(s.columns) * bands.channels;
  float* accumulators = sharedScratch(SharedScratch::kPartialSums, floats * chunks);
  parallel(int64_t{blocks} * chunks, [&](int64_t task, int thread) {
    const int block = static_cast<int>(task / chunks), chunk = static_cast<int>(task % chunks);
    const int begin = firstOfBlock(bands, block, blocks), end = firstOfBlock(bands, block + 1, blocks);
    float* accumulator = accumulators + chunk * floats;
    std::memset(accumulator + begin * bandFilter, 0, (end - begin) * bandFilter * sizeof(float));
    float* scratch = threadScratch(thread, stripSize(plan));
    const int64_t lastImage = int64_t{batch} * (chunk + 1) / chunks;
    for (int64_t image = int64_t{batch} * chunk / chunks; image < lastImage; ++image) {
      for (int first = 0; first < s.rows; first += rows) {
        const int count = smaller(rows, s.rows - first);
        const float* gradient = dy + (image * s.rows + first) * dyRow;
        for (int band = begin; band < end; ++band) {
          Strip strip = plan;
          strip.data = scratch;
          for (int row = 0; row < count; row += pass) {
            const int passRows = smaller(pass, count - row);
            gatherRows(bands, s, band, x + image * s.imageSize(), first, (row + passRows - 1) * s.stride + s.tapsHigh,
                       strip);
            accumulateRows(bands, s, band, strip, row, passRows, gradient + row * dyRow + bands.begin(band),
                           accumulator + band * bandFilter);
          }
        }
      }
    }
  });
  parallel(bands.count, [&](int64_t band, int) {
    finishBand(bands, static_cast<int>(band), taps, accumulators + band * bandFilter, chunks, floats, dFilter);
  });
}

}  // namespace resnet::RESNET_ISA
