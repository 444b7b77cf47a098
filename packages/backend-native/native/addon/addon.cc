// The addon: what JavaScript sees, group by group.
//
//   runtime      instructionSets, instructionSet, selectInstructionSet, threads, setThreads, measurePeak
//   memory       allocate, free, memoryHeld, releaseScratch
//   convolution  convolution, convolutionInputGradient, convolutionFilterGradient,
//                convolutionBatchNorm, convolutionBatchNormGradient,
//                convolutionAlgorithms, preparedConvolutionSize, prepareConvolution,
//                runPreparedConvolution
//   grouped      groupedConvolution, groupedConvolutionInputGradient, groupedConvolutionFilterGradient
//   batch norm   batchNorm, batchNormGradient, batchNormInference
//   pooling      maxPool, maxPoolGradient, averagePool, averagePoolGradient, globalAveragePool,
//                globalAveragePoolGradient, zeroPadShortcut, zeroPadShortcutGradient
//   matrix       matrixMultiply, linear, linearGradient
//   training     softmaxCrossEntropy, softmaxCrossEntropyGradient, sgdUpdate
//   elementwise  binary, relu, step, addBias, sum, maximum, argumentOfMaximum
#include "addon/call.h"

#include "core/parallel.h"
#include "core/scratch.h"

namespace resnet {

std::mutex& kernelMutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

namespace {

int environments = 0;

// When the last environment (main thread or worker) goes, the pool's threads are joined: none may run code of this
// library after it is unloaded.
void leaveEnvironment(void*) {
  std::lock_guard lock(kernelMutex());
  if (--environments > 0) return;
  setThreadCount(1);
  releaseScratch();
}

}  // namespace

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  {
    std::lock_guard lock(kernelMutex());
    ++environments;
  }
  napi_add_env_cleanup_hook(env, leaveEnvironment, nullptr);
  exportRuntime(env, exports);
  exportMemory(env, exports);
  exportConvolution(env, exports);
  exportGroupedConvolution(env, exports);
  exportBatchNorm(env, exports);
  exportPooling(env, exports);
  exportMatrix(env, exports);
  exportTraining(env, exports);
  exportElementwise(env, exports);
  return exports;
}

static Napi::Object load(Napi::Env env, Napi::Object exports) { return initialise(env, exports); }

NODE_API_MODULE(resnet_native, load)

}  // namespace resnet
