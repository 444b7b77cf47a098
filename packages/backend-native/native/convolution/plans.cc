#include "plans.h"

#include "../core/options.h"
#include "../core/parallel.h"
#include "direct.h"
#include "register_tile.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kTilesPerGroup = 24;                       // Winograd tiles that fill a block
constexpr int kMinimumChunks = 8;                        // accumulators of a filter gradient: enough for eight threads,
constexpr int kMaximumChunks = 16;                       // and more where adding them up costs little
constexpr size_t kAccumulatorLimit = size_t{1} << 20;    // floats; above it filters are split by output channel
constexpr size_t kAccumulatorsTarget = size_t{1} << 20;  // floats of all chunks together

bool isWinogradSize(const ConvolutionShape& s) {
  return convolutionAlgorithm() == ConvolutionAlgorithm::kFast && s.filterHeight == 3 && s.filterWidth == 3 && s.stride == 1 && s.padTop <= 2 && s.padLeft <= 2 &&
         s.padBottom <= 2 && s.padRight <= 2;
}

int tilesPerImage(const WinogradShape& s) { return ((s.outputHeight + 3) / 4) * ((s.outputWidth + 3) / 4); }

int groupOf(const WinogradShape& s, int batch) {
  const int group = (kTilesPerGroup + tilesPerImage(s) - 1) / tilesPerImage(s);
  return group < batch ? group : batch;
}

WinogradShape forwardTile(const ConvolutionShape& s) {
  return {s.inputHeight,  s.inputWidth,     s.inputChannels, s.outputHeight,
          s.outputWidth, s.outputChannels, s.padTop,        s.padLeft};
}

WinogradShape gradientTile(const ConvolutionShape& s) {
  return {s.outputHeight, s.outputWidth,   s.outputChannels, s.inputHeight,
          s.inputWidth,   s.inputChannels, 2 - s.padTop,     2 - s.padLeft};
}

size_t larger(size_t a, size_t b) { return a > b ? a : b; }

}  // namespace

ForwardPlan planForward(const ConvolutionShape& s) {
  ForwardPlan plan{s, false, forwardTile(s), 1, directFilterSize(s), borderedInputSize(s)};
  if (isWinogradSize(s) && winogradApplies(plan.tile)) {
    plan.winograd = true;
    plan.group = groupOf(plan.tile, s.batch);
    plan.filterFloats = winogradFilterSize(plan.tile);
    plan.scratchFloats = winogradScratchSize(plan.tile);
  }
  return plan;
}

const float* prepareForward(const ForwardPlan& plan, const float* filter, float* prepared) {
  if (!plan.winograd) return directFilter(plan.shape, filter, prepared);
  winogradTransformFilter(filter, plan.shape.inputChannels, plan.shape.outputChannels, prepared);
  return prepared;
}

void forwardGroup(const ForwardPlan& plan, const float* prepared, int images, const float* x, float* y,
                  float* scratch) {
  if (plan.winograd) {
    winogradForward(plan.tile, images, x, prepared, y, scratch);
    return;
  }
  for (int i = 0; i < images; ++i) {
    const BorderedImage image = borderedInput(plan.shape, x + i * inputImageSize(plan.shape), scratch);
    directForwardImage(plan.shape, image, prepared, y + i * outputImageSize(plan.shape));
  }
}

InputGradientPlan planInputGradient(const ConvolutionShape& s) {
  InputGradientPlan plan{s, false, gradientTile(s), 1, directGradientFilterSize(s), directInputGradientScratchSize(s)};
  if (isWinogradSize(s) && winogradApplies(plan.tile)) {
    plan.winograd = true;
    plan.group = groupOf(plan.tile, s.batch);
    plan.filterFloats = winogradFilterSize(plan.tile) + filterSize(s);
    plan.scratchFloats = winogradScratchSize(plan.tile);
  }
  return plan;
}

const float* prepareInputGradient(const InputGradientPlan& plan, const float* filter, float* prepared) {
  const ConvolutionShape& s = plan.shape;
  if (plan.winograd) {
    float* working = prepared + winogradFilterSize(plan.tile);
    winogradTransformRotatedFilter(filter, s.inputChannels, s.outputChannels, prepared, working);
  } else {
    directGradientFilter(s, filter, prepared);
  }
  return prepared;
}

void inputGradientGroup(const InputGradientPlan& plan, const float* prepared, int images, const float* dy, float* dx,
                        float* scratch) {
  if (plan.winograd) {
    winogradForward(plan.tile, images, dy, prepared, dx, scratch);
    return;
  }
  for (int i = 0; i < images; ++i) {
    directInputGradientImage(plan.shape, dy + i * outputImageSize(plan.shape), prepared,
                             dx + i * inputImageSize(plan.shape), scratch);
  }
}

FilterGradientPlan planFilterGradient(const ConvolutionShape& s) {
  FilterGradientPlan plan{s, false, forwardTile(s), 1, directAccumulatorSize(s), borderedInputSize(s), 0};
  if (isWinogradSize(s) && winogradApplies(plan.tile) && winogradFilterSize(plan.tile) <= kAccumulatorLimit) {
    plan.winograd = true;
    plan.group = groupOf(plan.tile, s.batch);
    plan.accumulatorFloats = winogradFilterSize(plan.tile);
    plan.scratchFloats = winogradGradientScratchSize(plan.tile);
  }
  if (plan.accumulatorFloats <= kAccumulatorLimit) {
    const int groups = (s.batch + plan.group - 1) / plan.group;
    const int fitting = static_cast<int>(kAccumulatorsTarget / plan.accumulatorFloats);
    plan.chunks = fitting < kMinimumChunks ? kMinimumChunks : fitting > kMaximumChunks ? kMaximumChunks : fitting;
    if (plan.chunks > groups) plan.chunks = groups;
  }
  return plan;
}

int chunkBegin(const FilterGradientPlan& plan, int chunk) {
  return static_cast<int>(static_cast<int64_t>(plan.shape.batch) * chunk / plan.chunks);
}

void filterGradientGroup(const FilterGradientPlan& plan, int images, const float* x, const float* dy,
                         float* accumulator, float* scratch) {
  if (plan.winograd) {
    winogradFilterGradient(plan.tile, images, x, dy, accumulator, scratch);
    return;
  }
  for (int i = 0; i < images; ++i) {
    const BorderedImage image = borderedInput(plan.shape, x + i * inputImageSize(plan.shape), scratch);
    directFilterGradientImage(plan.shape, image, dy + i * outputImageSize(plan.shape), accumulator, 0,
                              roundUpToLanes(plan.shape.outputChannels));
  }
}

namespace {

// accumulator rows of whole vectors → dFilter rows
void unpackAccumulator(const ConvolutionShape& s, const float* accumulator, float* dFilter) {
  const int columns = s.outputChannels, row = roundUpToLanes(columns);
  const size_t rows = static_cast<size_t>(s.filterHeight) * s.filterWidth * s.inputChannels;
  for (size_t i = 0; i < rows; ++i) std::memcpy(dFilter + i * columns, accumulator + i * row, columns * sizeof(float));
}

}  // namespace

void finishFilterGradient(const FilterGradientPlan& plan, float* accumulators, float* dFilter) {
  constexpr size_t kPiece = 4096;
  const size_t floats = plan.accumulatorFloats;
  parallel(static_cast<int64_t>((floats + kPiece - 1) / kPiece), [&](int64_t piece, int) {
    const size_t begin = piece * kPiece, end = begin + kPiece < floats ? begin + kPiece : floats;
    for (int chunk = 1; chunk < plan.chunks; ++chunk) {
      const float* from = accumulators + chunk * floats;
      for (size_t i = begin; i < end; i += kLanes) store(accumulators + i, load(accumulators + i) + load(from + i));
    }
  });
  if (plan.winograd) {
    winogradFinishFilterGradient(accumulators, plan.shape.inputChannels, plan.shape.outputChannels, dFilter);
  } else {
    unpackAccumulator(plan.shape, accumulators, dFilter);
  }
}

void filterGradientByColumns(const FilterGradientPlan& plan, const float* x, const float* dy, float* dFilter) {
  constexpr int kImagesAtOnce = 16;
  const ConvolutionShape& s = plan.shape;
  const int width = roundUpToLanes(s.outputChannels);
  const size_t bordered = larger(borderedInputSize(s), 1);
  const bool copies = !needsNoBorder(s);
  float* accumulator = sharedScratch(SharedScratch::kPartialSums, plan.accumulatorFloats);
  std::memset(accumulator, 0, plan.accumulatorFloats * sizeof(float));
  float* images = copies ? sharedScratch(SharedScratch::kOther, bordered * kImagesAtOnce) : nullptr;
  BorderedImage walks[kImagesAtOnce];
  for (int first = 0; first < s.batch; first += kImagesAtOnce) {
    const int count = s.batch - first < kImagesAtOnce ? s.batch - first : kImagesAtOnce;
    parallel(count, [&](int64_t i, int) {
      walks[i] = borderedInput(s, x + (first + i) * inputImageSize(s), copies ? images + i * bordered : nullptr);
    });
    parallel((width + kTileColumns - 1) / kTileColumns, [&](int64_t part, int) {
      const int column = static_cast<int>(part) * kTileColumns;
      const int columns = width - column < kTileColumns ? width - column : kTileColumns;
      for (int i = 0; i < count; ++i) {
        directFilterGradientImage(s, walks[i], dy + (first + i) * outputImageSize(s), accumulator, column, columns);
      }
    });
  }
  unpackAccumulator(s, accumulator, dFilter);
}

}  // namespace resnet::RESNET_ISA
