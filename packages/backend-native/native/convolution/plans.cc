#include "plans.h"

#include "../core/options.h"
#include "../core/parallel.h"
#include "direct.h"
#include "patch_product.h"
#include "register_tile.h"
#include "winograd_batch.h"

namespace resnet::RESNET_ISA {
namespace {

constexpr int kTilesPerGroup = 24;                       // Winograd tiles that fill a block
constexpr int kPixelsPerGroup = 16 * kTileRows;          // pixels that fill a block of the patch product
constexpr int kMinimumChunks = 8;                        // accumulators of a filter gradient: enough for eight threads,
constexpr int kMaximumChunks = 16;                       // and more where adding them up costs little
constexpr size_t kAccumulatorsTarget = size_t{1} << 20;  // floats of all chunks together
constexpr size_t kAccumulatorLimit = size_t{3} << 17;    // floats; above it filters are cut into parts
constexpr size_t kWinogradAccumulatorLimit = size_t{1} << 20;
constexpr size_t kBlockFilterLimit = size_t{1} << 20;  // floats of a transformed filter that goes block by block
constexpr int kInferenceTasks = 16;                    // at least, where an image can be cut so small
constexpr int kPartDepth = 128, kPartColumns = 256;    // of a large filter

bool isWinogradSize(const ConvolutionShape& s) {
  return convolutionAlgorithm() == ConvolutionAlgorithm::kFast && s.filterHeight == 3 && s.filterWidth == 3 &&
         s.stride == 1 && s.padTop <= 2 && s.padLeft <= 2 && s.padBottom <= 2 && s.padRight <= 2;
}

// Copying patches costs as much as multiplying them by a few columns, and short runs of channels copy slowly.
bool isPatchSize(int channels, int columns) { return channels >= 16 && columns >= 32; }

Algorithm choose(const ConvolutionShape& s, const WinogradShape& tile, int channels, int columns) {
  if (isWinogradSize(s) && winogradApplies(tile)) {
    return winogradFilterSize(tile) <= kBlockFilterLimit ? Algorithm::kWinograd : Algorithm::kWinogradBatch;
  }
  return isPatchSize(channels, columns) ? Algorithm::kPatches : Algorithm::kDirect;
}

int groupOf(Algorithm algorithm, const WinogradShape& tile, int pixels, int batch) {
  const int tiles = winogradTiles(tile);
  switch (algorithm) {
    case Algorithm::kWinograd: return smaller(batch, (kTilesPerGroup + tiles - 1) / tiles);
    case Algorithm::kPatches: return smaller(batch, (kPixelsPerGroup + pixels - 1) / pixels);
    default: return 1;
  }
}

WinogradShape forwardTile(const ConvolutionShape& s) {
  return {s.inputHeight, s.inputWidth,     s.inputChannels, s.outputHeight,
          s.outputWidth, s.outputChannels, s.padTop,        s.padLeft};
}

WinogradShape gradientTile(const ConvolutionShape& s) {
  return {s.outputHeight, s.outputWidth,   s.outputChannels, s.inputHeight,
          s.inputWidth,   s.inputChannels, 2 - s.padTop,     2 - s.padLeft};
}

Patches forwardPatches(const ConvolutionShape& s) {
  return {s.inputHeight, s.inputWidth, s.inputChannels, s.outputHeight, s.outputWidth,
          s.stride,      -s.padTop,    -s.padLeft,      s.filterHeight, s.filterWidth};
}

// Runs body(first image, images, thread) for every group of the batch.
template <class Body>
void forEachGroup(int batch, int group, const Body& body) {
  parallel((batch + group - 1) / group, [&](int64_t i, int thread) {
    const int first = static_cast<int>(i) * group;
    body(first, smaller(group, batch - first), thread);
  });
}

}  // namespace

ForwardPlan planForward(const ConvolutionShape& s) {
  ForwardPlan plan{};
  plan.shape = s;
  plan.tile = forwardTile(s);
  plan.patches = forwardPatches(s);
  plan.algorithm = choose(s, plan.tile, s.inputChannels, s.outputChannels);
  plan.group = groupOf(plan.algorithm, plan.tile, s.outputHeight * s.outputWidth, s.batch);
  switch (plan.algorithm) {
    case Algorithm::kDirect:
      plan.filterFloats = directFilterSize(s);
      plan.scratchFloats = borderedInputSize(s);
      break;
    case Algorithm::kPatches:
      plan.filterFloats = panelsSize(plan.patches.depth(), s.outputChannels);
      plan.scratchFloats = patchProductScratchSize(s.outputChannels);
      break;
    case Algorithm::kWinograd: plan.scratchFloats = winogradScratchSize(plan.tile); [[fallthrough]];
    case Algorithm::kWinogradBatch: plan.filterFloats = winogradFilterSize(plan.tile);
  }
  return plan;
}

const float* prepareForward(const ForwardPlan& plan, const float* filter, float* prepared) {
  const ConvolutionShape& s = plan.shape;
  switch (plan.algorithm) {
    case Algorithm::kDirect: return directFilter(s, filter, prepared);
    case Algorithm::kPatches: packPanels(filter, plan.patches.depth(), s.outputChannels, prepared); break;
    default: winogradTransformFilter(filter, s.inputChannels, s.outputChannels, prepared);
  }
  return prepared;
}

static void directForward(const ForwardPlan& plan, const float* prepared, int image, int firstRow, int rows,
                          const float* x, const Epilogue& epilogue, float* y, float* scratch) {
  const ConvolutionShape& s = plan.shape;
  const size_t at = image * outputImageSize(s) + static_cast<size_t>(firstRow) * s.outputWidth * s.outputChannels;
  Epilogue own = epilogue;
  if (own.residual != nullptr) own.residual += at;
  const BorderedImage bordered = borderedRows(s, x + image * inputImageSize(s), firstRow, rows, scratch);
  directForwardRows(s, bordered, rows, prepared, own, y + at);
}

void runForward(const ForwardPlan& plan, const float* prepared, const float* x, float* y, const GroupDone& done) {
  const ConvolutionShape& s = plan.shape;
  if (plan.algorithm == Algorithm::kWinogradBatch) {
    winogradBatchForward(plan.tile, s.batch, x, prepared, false, kStoreSum, y, done);
    return;
  }
  const int pixels = s.outputHeight * s.outputWidth, tiles = winogradTiles(plan.tile);
  forEachGroup(s.batch, plan.group, [&](int first, int images, int thread) {
    float* scratch = threadScratch(thread, plan.scratchFloats);
    if (plan.algorithm == Algorithm::kWinograd) {
      winogradForward(plan.tile, first * tiles, images * tiles, x, prepared, false, kStoreSum, y, scratch);
    } else if (plan.algorithm == Algorithm::kPatches) {
      patchProduct(plan.patches, {first * pixels, images * pixels, 0, s.outputChannels}, x, prepared, s.outputChannels,
                   false, kStoreSum, y, Placement::dense(s.outputHeight, s.outputWidth, s.outputChannels), scratch);
    } else {
      for (int i = 0; i < images; ++i)
        directForward(plan, prepared, first + i, 0, s.outputHeight, x, kStoreSum, y, scratch);
    }
    done(first, images, thread);
  });
}

void runInference(const ForwardPlan& plan, const float* prepared, const float* x, const Epilogue& epilogue, float* y) {
  const ConvolutionShape& s = plan.shape;
  if (plan.algorithm == Algorithm::kWinograd) {
    const int tiles = s.batch * winogradTiles(plan.tile);
    if (tiles >= kInferenceTasks * kTilesPerGroup / 2) {
      forEachGroup(tiles, kTilesPerGroup, [&](int first, int count, int thread) {
        winogradForward(plan.tile, first, count, x, prepared, false, epilogue, y,
                        threadScratch(thread, plan.scratchFloats));
      });
      return;
    }
  }
  if (plan.algorithm == Algorithm::kWinograd || plan.algorithm == Algorithm::kWinogradBatch) {
    winogradBatchForward(plan.tile, s.batch, x, prepared, false, epilogue, y, kNothingToDo);
  } else if (plan.algorithm == Algorithm::kPatches) {
    patchInference(plan.patches, s.batch, x, prepared, s.outputChannels, epilogue, y);
  } else {
    const int strips = s.batch >= kInferenceTasks ? 1 : smaller(s.outputHeight, kInferenceTasks / s.batch);
    parallel(static_cast<int64_t>(s.batch) * strips, [&](int64_t task, int thread) {
      const int image = static_cast<int>(task / strips), strip = static_cast<int>(task % strips);
      const int first = s.outputHeight * strip / strips, next = s.outputHeight * (strip + 1) / strips;
      directForward(plan, prepared, image, first, next - first, x, epilogue, y,
                    threadScratch(thread, plan.scratchFloats));
    });
  }
}

InputGradientPlan planInputGradient(const ConvolutionShape& s) {
  InputGradientPlan plan{};
  plan.shape = s;
  plan.tile = gradientTile(s);
  plan.algorithm = choose(s, plan.tile, s.outputChannels, s.inputChannels);
  plan.group = groupOf(plan.algorithm, plan.tile, s.inputHeight * s.inputWidth, s.batch);
  switch (plan.algorithm) {
    case Algorithm::kDirect:
      plan.filterFloats = directGradientFilterSize(s);
      plan.scratchFloats = directInputGradientScratchSize(s);
      break;
    case Algorithm::kPatches:
      plan.filterFloats = panelsSize(s.filterHeight * s.filterWidth * s.outputChannels, s.inputChannels);
      plan.scratchFloats = patchProductScratchSize(s.inputChannels);
      break;
    case Algorithm::kWinograd: plan.scratchFloats = winogradScratchSize(plan.tile); [[fallthrough]];
    case Algorithm::kWinogradBatch: plan.filterFloats = winogradFilterSize(plan.tile);
  }
  return plan;
}

const float* prepareInputGradient(const InputGradientPlan& plan, const float* filter, float* prepared) {
  const ConvolutionShape& s = plan.shape;
  switch (plan.algorithm) {
    case Algorithm::kDirect: directGradientFilter(s, filter, prepared); break;
    case Algorithm::kPatches: packGradientPanels(s, filter, prepared); break;
    default: winogradTransformRotatedFilter(filter, s.inputChannels, s.outputChannels, prepared);
  }
  return prepared;
}

void inputGradientGroup(const InputGradientPlan& plan, const float* prepared, int images, const float* dy, bool add,
                        float* dx, float* scratch) {
  const ConvolutionShape& s = plan.shape;
  if (plan.algorithm == Algorithm::kWinograd) {
    winogradForward(plan.tile, 0, images * winogradTiles(plan.tile), dy, prepared, add, kStoreSum, dx, scratch);
  } else if (plan.algorithm == Algorithm::kPatches) {
    patchInputGradient(s, images, dy, prepared, add, dx, scratch);
  } else {
    for (int i = 0; i < images; ++i) {
      directInputGradientImage(s, dy + i * outputImageSize(s), prepared, add, dx + i * inputImageSize(s), scratch);
    }
  }
}

void runInputGradient(const InputGradientPlan& plan, const float* prepared, const float* dy, bool add, float* dx) {
  const ConvolutionShape& s = plan.shape;
  if (plan.algorithm == Algorithm::kWinogradBatch) {
    winogradBatchForward(plan.tile, s.batch, dy, prepared, add, kStoreSum, dx, kNothingToDo);
    return;
  }
  forEachGroup(s.batch, plan.group, [&](int first, int images, int thread) {
    inputGradientGroup(plan, prepared, images, dy + first * outputImageSize(s), add, dx + first * inputImageSize(s),
                       threadScratch(thread, plan.scratchFloats));
  });
}

FilterGradientPlan planFilterGradient(const ConvolutionShape& s) {
  FilterGradientPlan plan{};
  plan.shape = s;
  plan.tile = forwardTile(s);
  plan.patches = forwardPatches(s);
  const int depth = plan.patches.depth();
  size_t limit = kAccumulatorLimit;
  if (isWinogradSize(s) && winogradApplies(plan.tile)) {
    plan.algorithm = Algorithm::kWinograd;
    plan.accumulatorFloats = winogradFilterSize(plan.tile);
    plan.scratchFloats = winogradScratchSize(plan.tile);
    limit = kWinogradAccumulatorLimit;
    if (plan.accumulatorFloats > limit) plan.algorithm = Algorithm::kWinogradBatch;
  } else if (isPatchSize(s.inputChannels, s.outputChannels) || directAccumulatorSize(s) > limit) {
    plan.algorithm = Algorithm::kPatches;
    plan.accumulatorFloats = panelsSize(depth, s.outputChannels);
    plan.scratchFloats = patchGradientScratchSize(depth, s.outputChannels);
  } else {
    plan.algorithm = Algorithm::kDirect;
    plan.accumulatorFloats = directAccumulatorSize(s);
    plan.scratchFloats = borderedInputSize(s);
  }
  plan.group = groupOf(plan.algorithm, plan.tile, s.outputHeight * s.outputWidth, s.batch);
  if (plan.accumulatorFloats > limit) return plan;
  const int groups = (s.batch + plan.group - 1) / plan.group;
  const int fitting = static_cast<int>(kAccumulatorsTarget / plan.accumulatorFloats);
  plan.chunks = fitting < kMinimumChunks ? kMinimumChunks : smaller(fitting, kMaximumChunks);
  plan.chunks = smaller(plan.chunks, groups);
  return plan;
}

int chunkBegin(const FilterGradientPlan& plan, int chunk) {
  return static_cast<int>(static_cast<int64_t>(plan.shape.batch) * chunk / plan.chunks);
}

void filterGradientGroup(const FilterGradientPlan& plan, int images, const float* x, const float* dy,
                         float* accumulator, float* scratch) {
  const ConvolutionShape& s = plan.shape;
  if (plan.algorithm == Algorithm::kWinograd) {
    winogradFilterGradient(plan.tile, images, x, dy, accumulator, scratch);
  } else if (plan.algorithm == Algorithm::kPatches) {
    const GradientPart whole{0, plan.patches.depth(), 0, s.outputChannels};
    patchFilterGradient(plan.patches, images, x, dy, s.outputChannels, whole, accumulator, scratch);
  } else {
    for (int i = 0; i < images; ++i) {
      const BorderedImage image = borderedInput(s, x + i * inputImageSize(s), scratch);
      directFilterGradientImage(s, image, dy + i * outputImageSize(s), accumulator);
    }
  }
}

void finishFilterGradient(const FilterGradientPlan& plan, float* accumulators, float* dFilter) {
  constexpr size_t kPiece = 4096;
  const ConvolutionShape& s = plan.shape;
  const size_t floats = plan.accumulatorFloats;
  parallel(static_cast<int64_t>((floats + kPiece - 1) / kPiece), [&](int64_t piece, int) {
    const size_t begin = piece * kPiece, end = begin + kPiece < floats ? begin + kPiece : floats;
    for (int chunk = 1; chunk < plan.chunks; ++chunk) {
      const float* from = accumulators + chunk * floats;
      for (size_t i = begin; i < end; i += kLanes) store(accumulators + i, load(accumulators + i) + load(from + i));
    }
  });
  switch (plan.algorithm) {
    case Algorithm::kDirect: directUnpackAccumulator(s, accumulators, dFilter); break;
    case Algorithm::kPatches: unpackPanels(accumulators, plan.patches.depth(), s.outputChannels, dFilter); break;
    default: winogradFinishFilterGradient(accumulators, s.inputChannels, s.outputChannels, dFilter);
  }
}

static void filterGradientByParts(const FilterGradientPlan& plan, const float* x, const float* dy, float* dFilter) {
  const ConvolutionShape& s = plan.shape;
  const int depth = plan.patches.depth(), columns = s.outputChannels;
  const int high = (depth + kPartDepth - 1) / kPartDepth, wide = (columns + kPartColumns - 1) / kPartColumns;
  float* accumulator = sharedScratch(SharedScratch::kPartialSums, plan.accumulatorFloats);
  std::memset(accumulator, 0, plan.accumulatorFloats * sizeof(float));
  parallel(static_cast<int64_t>(high) * wide, [&](int64_t task, int thread) {
    const int row = static_cast<int>(task / wide), column = static_cast<int>(task % wide) * kPartColumns;
    const GradientPart part{static_cast<int>(int64_t{depth} * row / high),
                            static_cast<int>(int64_t{depth} * (row + 1) / high), column,
                            smaller(columns, column + kPartColumns)};
    patchFilterGradient(plan.patches, s.batch, x, dy, columns, part, accumulator,
                        threadScratch(thread, patchGradientScratchSize(kPartDepth, kPartColumns)));
  });
  unpackPanels(accumulator, depth, columns, dFilter);
}

void runFilterGradient(const FilterGradientPlan& plan, const float* x, const float* dy, float* dFilter) {
  const ConvolutionShape& s = plan.shape;
  if (plan.algorithm == Algorithm::kWinogradBatch) {
    winogradBatchFilterGradient(plan.tile, s.batch, x, dy, dFilter);
    return;
  }
  if (!plan.grouped()) {
    filterGradientByParts(plan, x, dy, dFilter);
    return;
  }
  float* accumulators = sharedScratch(SharedScratch::kPartialSums, plan.accumulatorFloats * plan.chunks);
  parallel(plan.chunks, [&](int64_t chunk, int thread) {
    float* accumulator = accumulators + chunk * plan.accumulatorFloats;
    std::memset(accumulator, 0, plan.accumulatorFloats * sizeof(float));
    float* scratch = threadScratch(thread, plan.scratchFloats);
    const int end = chunkBegin(plan, static_cast<int>(chunk) + 1);
    for (int first = chunkBegin(plan, static_cast<int>(chunk)); first < end; first += plan.group) {
      filterGradientGroup(plan, smaller(plan.group, end - first), x + first * inputImageSize(s),
                          dy + first * outputImageSize(s), accumulator, scratch);
    }
  });
  finishFilterGradient(plan, accumulators, dFilter);
}

}  // namespace resnet::RESNET_ISA
