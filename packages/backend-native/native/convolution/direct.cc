// Direct convolution on NHWC rows, without im2col.
//
// In an image with its zero border, the kW·Cin inputs under one filter row are contiguous, and so are they in the
// filter: a register tile walks kH segments of kW·Cin steps for several neighbouring pixels at once, whatever the
// stride. Where there is no border and no stride the whole image is one long row of pixels (1×1 convolutions).
//
// The data gradient of stride S is S² stride-1 convolutions of dy, one for each phase of the input pixel, each with
// the filter taps that reach that phase. The filter gradient is an outer product over the pixels of an image.
#include "direct.h"

#include "phase.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr size_t kGradientFloats = 4096;  // of dy: half of a first-level cache

void zeroFill(float* p, size_t n) { std::memset(p, 0, n * sizeof(float)); }

// Copies [height, rowLength] into the middle of a zero frame.
void addBorder(const float* image, int height, size_t rowLength, int top, int bottom, size_t left, size_t right,
               float* out) {
  const size_t row = left + rowLength + right;
  zeroFill(out, top * row);
  out += top * row;
  for (int y = 0; y < height; ++y, out += row) {
    zeroFill(out, left);
    std::memcpy(out + left, image + y * rowLength, rowLength * sizeof(float));
    zeroFill(out + left + rowLength, right);
  }
  zeroFill(out, bottom * row);
}

// Zero border of dy that every phase stays inside.
struct GradientBorder {
  int before, after;
};
GradientBorder gradientBorder(int input, int output, int stride, int pad, int filter) {
  GradientBorder border{0, 0};
  for (int p = 0; p < stride && p < input; ++p) {
    const Phase phase = phaseOf(p, stride, pad, filter);
    if (phase.taps == 0) continue;
    const int pixels = pixelsOfPhase(input, p, stride);
    const int last = phase.start + pixels - 1 + phase.taps - 1;
    if (-phase.start > border.before) border.before = -phase.start;
    if (last - (output - 1) > border.after) border.after = last - (output - 1);
  }
  return border;
}

}  // namespace

size_t borderedInputSize(const ConvolutionShape& s) {
  if (needsNoBorder(s)) return 0;
  return static_cast<size_t>(s.inputHeight + s.padTop + s.padBottom) * (s.inputWidth + s.padLeft + s.padRight) *
         s.inputChannels;
}

BorderedImage borderedInput(const ConvolutionShape& s, const float* image, float* scratch) {
  return borderedRows(s, image, 0, s.outputHeight, scratch);
}

BorderedImage borderedRows(const ConvolutionShape& s, const float* image, int first, int count, float* scratch) {
  const ptrdiff_t channels = s.inputChannels, row = s.inputWidth * channels;
  const int begin = first * s.stride - s.padTop;
  if (needsNoBorder(s)) return {image + begin * row, row};
  // All rows of the border belong to the image when all rows are asked for.
  const int end =
      count == s.outputHeight ? s.inputHeight + s.padBottom : begin + (count - 1) * s.stride + s.filterHeight;
  const int top = begin < 0 ? -begin : 0, bottom = end > s.inputHeight ? end - s.inputHeight : 0;
  addBorder(image + (begin + top) * row, end - bottom - begin - top, row, top, bottom, s.padLeft * channels,
            s.padRight * channels, scratch);
  return {scratch, (s.inputWidth + s.padLeft + s.padRight) * channels};
}

size_t directFilterSize(const ConvolutionShape& s) {
  return static_cast<size_t>(s.filterHeight) * s.filterWidth * s.inputChannels * roundUpToLanes(s.outputChannels);
}

const float* directFilter(const ConvolutionShape& s, const float* filter, float* packed) {
  const int columns = s.outputChannels, row = roundUpToLanes(columns);
  if (row == columns) return filter;
  const int rows = s.filterHeight * s.filterWidth * s.inputChannels;
  for (int i = 0; i < rows; ++i) {
    std::memcpy(packed + static_cast<size_t>(i) * row, filter + static_cast<size_t>(i) * columns,
                columns * sizeof(float));
    zeroFill(packed + static_cast<size_t>(i) * row + columns, row - columns);
  }
  return packed;
}

void directForwardRows(const ConvolutionShape& s, const BorderedImage& x, int rows, const float* packedFilter,
                       const Epilogue& epilogue, float* y) {
  const int channels = s.outputChannels;
  // One long row where rows follow one another without a gap.
  const bool flat = needsNoBorder(s) && s.stride == 1 && s.filterHeight == 1 && s.filterWidth == 1;
  const int walks = flat ? 1 : rows, pixels = flat ? rows * s.outputWidth : s.outputWidth;
  const RowSplit split(pixels);
  DotOperands t{};
  t.aRow = static_cast<ptrdiff_t>(s.stride) * s.inputChannels;
  t.aSegment = x.row;
  t.segments = s.filterHeight;
  t.depth = s.filterWidth * s.inputChannels;
  t.bStep = roundUpToLanes(channels);
  t.outRow = channels;
  for (int k = 0; k < channels; k += kTileColumns) {
    const int columns = channels - k < kTileColumns ? channels - k : kTileColumns;
    t.b = packedFilter + k;
    for (int row = 0; row < walks; ++row) {
      const size_t at = static_cast<size_t>(row) * pixels * channels + k;
      t.a = x.data + row * s.stride * x.row;
      t.out = y + at;
      if (epilogue.active()) {
        t.epilogue = {epilogue.shift + k, epilogue.residual == nullptr ? nullptr : epilogue.residual + at,
                      epilogue.floor};
      }
      dotRows(split, columns, t);
    }
  }
}

size_t directGradientFilterSize(const ConvolutionShape& s) {
  return static_cast<size_t>(s.filterHeight) * s.filterWidth * s.outputChannels * roundUpToLanes(s.inputChannels);
}

void directGradientFilter(const ConvolutionShape& s, const float* filter, float* packed) {
  const int row = roundUpToLanes(s.inputChannels);
  for (int py = 0; py < s.stride; ++py) {
    const Phase vertical = phaseOf(py, s.stride, s.padTop, s.filterHeight);
    for (int px = 0; px < s.stride; ++px) {
      const Phase horizontal = phaseOf(px, s.stride, s.padLeft, s.filterWidth);
      for (int i = vertical.taps - 1; i >= 0; --i) {
        for (int j = horizontal.taps - 1; j >= 0; --j) {
          const int kh = vertical.tap + i * s.stride, kw = horizontal.tap + j * s.stride;
          const float* tap = filter + static_cast<size_t>(kh * s.filterWidth + kw) * s.inputChannels * s.outputChannels;
          for (int k = 0; k < s.outputChannels; ++k, packed += row) {
            for (int c = 0; c < s.inputChannels; ++c) packed[c] = tap[static_cast<size_t>(c) * s.outputChannels + k];
            zeroFill(packed + s.inputChannels, row - s.inputChannels);
          }
        }
      }
    }
  }
}

size_t directInputGradientScratchSize(const ConvolutionShape& s) {
  const GradientBorder v = gradientBorder(s.inputHeight, s.outputHeight, s.stride, s.padTop, s.filterHeight);
  const GradientBorder h = gradientBorder(s.inputWidth, s.outputWidth, s.stride, s.padLeft, s.filterWidth);
  return static_cast<size_t>(s.outputHeight + v.before + v.after) * (s.outputWidth + h.before + h.after) *
         s.outputChannels;
}

void directInputGradientImage(const ConvolutionShape& s, const float* dy, const float* packedFilter, bool add,
                              float* dx, float* scratch) {
  const ptrdiff_t channels = s.outputChannels;
  const GradientBorder v = gradientBorder(s.inputHeight, s.outputHeight, s.stride, s.padTop, s.filterHeight);
  const GradientBorder h = gradientBorder(s.inputWidth, s.outputWidth, s.stride, s.padLeft, s.filterWidth);
  const float* bordered = dy;
  if (v.before != 0 || v.after != 0 || h.before != 0 || h.after != 0) {
    addBorder(dy, s.outputHeight, s.outputWidth * channels, v.before, v.after, h.before * channels, h.after * channels,
              scratch);
    bordered = scratch;
  }
  const ptrdiff_t row = (s.outputWidth + h.before + h.after) * channels;
  const int width = roundUpToLanes(s.inputChannels);
  for (int py = 0; py < s.stride; ++py) {
    const Phase vertical = phaseOf(py, s.stride, s.padTop, s.filterHeight);
    for (int px = 0; px < s.stride; ++px) {
      const Phase horizontal = phaseOf(px, s.stride, s.padLeft, s.filterWidth);
      const int pixels = pixelsOfPhase(s.inputWidth, px, s.stride);
      const RowSplit split(pixels);
      DotOperands t{};
      t.aRow = channels;
      t.aSegment = row;
      t.segments = vertical.taps;
      t.depth = static_cast<int>(horizontal.taps * channels);
      t.bStep = width;
      t.outRow = static_cast<ptrdiff_t>(s.stride) * s.inputChannels;
      t.accumulate = add;
      if (t.depth == 0) t.segments = 0;  // no tap reaches this phase: zeros
      for (int c = 0; c < s.inputChannels; c += kTileColumns) {
        const int columns = s.inputChannels - c < kTileColumns ? s.inputChannels - c : kTileColumns;
        t.b = packedFilter + c;
        for (int y = py, i = 0; y < s.inputHeight; y += s.stride, ++i) {
          t.a = bordered;
          if (t.segments != 0) t.a += (v.before + vertical.start + i) * row + (h.before + horizontal.start) * channels;
          t.out = dx + (static_cast<size_t>(y) * s.inputWidth + px) * s.inputChannels + c;
          dotRows(split, columns, t);
        }
      }
      packedFilter += static_cast<size_t>(vertical.taps) * horizontal.taps * channels * width;
    }
  }
}

size_t directAccumulatorSize(const ConvolutionShape& s) { return directFilterSize(s); }

void directFilterGradientImage(const ConvolutionShape& s, const BorderedImage& x, const float* dy, float* accumulator) {
  const int steps = s.filterWidth * s.inputChannels, width = roundUpToLanes(s.outputChannels);
  const size_t dyRow = static_cast<size_t>(s.outputWidth) * s.outputChannels;
  // As many rows of dy as stay in the first-level cache while all filter rows pass over them.
  const int rows = dyRow < kGradientFloats ? static_cast<int>(kGradientFloats / dyRow) : 1;
  const RowSplit split(steps);
  OuterOperands t{};
  t.aStep = static_cast<ptrdiff_t>(s.stride) * s.inputChannels;
  t.aSegment = s.stride * x.row;
  t.bStep = s.outputChannels;
  t.bSegment = static_cast<ptrdiff_t>(dyRow);
  t.depth = s.outputWidth;
  t.outRow = width;
  for (int row = 0; row < s.outputHeight; row += rows) {
    t.b = dy + row * dyRow;
    t.segments = s.outputHeight - row < rows ? s.outputHeight - row : rows;
    for (int kh = 0; kh < s.filterHeight; ++kh) {
      t.a = x.data + (static_cast<ptrdiff_t>(row) * s.stride + kh) * x.row;
      t.out = accumulator + static_cast<size_t>(kh) * steps * width;
      outerProduct(split, width, t);
    }
  }
}

void directUnpackAccumulator(const ConvolutionShape& s, const float* accumulator, float* dFilter) {
  const int columns = s.outputChannels, row = roundUpToLanes(columns);
  const size_t rows = static_cast<size_t>(s.filterHeight) * s.filterWidth * s.inputChannels;
  for (size_t i = 0; i < rows; ++i) std::memcpy(dFilter + i * columns, accumulator + i * row, columns * sizeof(float));
}

}  // namespace resnet::RESNET_ISA
