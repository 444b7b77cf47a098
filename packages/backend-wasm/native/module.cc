// What the module exports to JavaScript (src/wasm-engine.ts). Addresses and sizes are bytes of the one memory.
#include "addon/call.h"
#include "core/options.h"
#include "core/scratch.h"

#define RESNET_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace resnet {

namespace {

constexpr int kMaximumKernels = 64;
NamedKernel table[kMaximumKernels];
int count = 0;

}  // namespace

void addKernel(NamedKernel kernel) {
  if (count == kMaximumKernels) __builtin_trap();
  table[count++] = kernel;
}

// Fills the table of kernels; called once. Returns how many there are.
RESNET_EXPORT(initialize) int initialize() {
  const Napi::Env env;
  const Napi::Object exports;
  exportConvolution(env, exports);
  exportGroupedConvolution(env, exports);
  exportBatchNorm(env, exports);
  exportPooling(env, exports);
  exportMatrix(env, exports);
  exportTraining(env, exports);
  exportElementwise(env, exports);
  return count;
}

RESNET_EXPORT(kernelName) const char* kernelName(int i) { return table[i].name; }

RESNET_EXPORT(runKernel)
void runKernel(int i, const int32_t* integers, const double* numbers, void* const* tensors) {
  table[i].run(Call(integers, numbers, tensors));
}

// 64-byte aligned; 0 when the memory cannot grow any further.
RESNET_EXPORT(allocate) void* allocateBlock(size_t bytes) { return alignedAllocate(bytes); }
RESNET_EXPORT(release) void releaseBlock(void* block) { alignedFree(block, 0); }

RESNET_EXPORT(directConvolution) bool direct() { return convolutionAlgorithm() == ConvolutionAlgorithm::kDirect; }
RESNET_EXPORT(setDirectConvolution) void setDirect(bool wanted) {
  setConvolutionAlgorithm(wanted ? ConvolutionAlgorithm::kDirect : ConvolutionAlgorithm::kFast);
}

RESNET_EXPORT(scratchBytes) size_t scratch() { return scratchBytes(); }

}  // namespace resnet
