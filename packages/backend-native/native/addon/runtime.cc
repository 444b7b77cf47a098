// Instruction set, algorithm, threads, and the peak rate.
#include <chrono>

#include "addon/call.h"
#include "core/cpu_features.h"
#include "core/kernel_table.h"
#include "core/options.h"
#include "core/parallel.h"

namespace resnet {

namespace {

// [{ name, supported }], the fastest first.
Napi::Value instructionSets(const Napi::CallbackInfo& info) {
  int count = 0;
  const KernelTable* tables = kernelTables(count);
  auto list = Napi::Array::New(info.Env(), static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    auto entry = Napi::Object::New(info.Env());
    entry.Set("name", tables[i].name);
    entry.Set("supported", tables[i].supported());
    list.Set(static_cast<uint32_t>(i), entry);
  }
  return list;
}

Napi::Value instructionSet(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), kernels().name); }

Napi::Value selectInstructionSet(const Napi::CallbackInfo& info) {
  std::lock_guard lock(kernelMutex());
  return Napi::Boolean::New(info.Env(), selectKernels(info[0].As<Napi::String>().Utf8Value().c_str()));
}

// Names of the bfloat16 dot products this processor has: avx512_bf16, amx_bf16.
Napi::Value bfloat16(const Napi::CallbackInfo& info) {
  auto list = Napi::Array::New(info.Env());
  if (hasAvx512Bfloat16()) list.Set(list.Length(), "avx512_bf16");
  if (hasAmxBfloat16()) list.Set(list.Length(), "amx_bf16");
  return list;
}

Napi::Value directConvolution(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), convolutionAlgorithm() == ConvolutionAlgorithm::kDirect);
}

void setDirectConvolution(const Napi::CallbackInfo& info) {
  std::lock_guard lock(kernelMutex());
  const bool direct = info[0].As<Napi::Boolean>().Value();
  setConvolutionAlgorithm(direct ? ConvolutionAlgorithm::kDirect : ConvolutionAlgorithm::kFast);
}

Napi::Value threads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), threadCount()); }

Napi::Value setThreads(const Napi::CallbackInfo& info) {
  std::lock_guard lock(kernelMutex());
  setThreadCount(info[0].As<Napi::Number>().Int32Value());
  return Napi::Number::New(info.Env(), threadCount());
}

// Short runs, many of them: the best one was not interrupted.
constexpr int kAttempts = 40;

// Multiply-adds on `tasks` threads at once, in 10⁹ floating-point operations a second.
double gigaflops(int tasks, int64_t rounds) {
  double best = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto start = std::chrono::steady_clock::now();
    int operations = 0;
    parallel(tasks, [&](int64_t task, int) {
      float sink = 1e-9f;
      const int perRound = kernels().peak().run(rounds, &sink);
      if (task == 0) operations = perRound;
    });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double rate = static_cast<double>(operations) * static_cast<double>(rounds) * tasks / seconds * 1e-9;
    best = rate > best ? rate : best;
  }
  return best;
}

Napi::Value measurePeak(const Napi::CallbackInfo& info) {
  std::lock_guard lock(kernelMutex());
  const auto rounds = info[0].As<Napi::Number>().Int64Value();
  auto result = Napi::Object::New(info.Env());
  result.Set("oneThread", gigaflops(1, rounds));
  result.Set("allThreads", gigaflops(threadCount(), rounds));
  return result;
}

}  // namespace

void exportRuntime(Napi::Env env, Napi::Object exports) {
  exports.Set("instructionSets", Napi::Function::New<instructionSets>(env));
  exports.Set("instructionSet", Napi::Function::New<instructionSet>(env));
  exports.Set("selectInstructionSet", Napi::Function::New<selectInstructionSet>(env));
  exports.Set("bfloat16", Napi::Function::New<bfloat16>(env));
  exports.Set("directConvolution", Napi::Function::New<directConvolution>(env));
  exports.Set("setDirectConvolution", Napi::Function::New<setDirectConvolution>(env));
  exports.Set("threads", Napi::Function::New<threads>(env));
  exports.Set("setThreads", Napi::Function::New<setThreads>(env));
  exports.Set("measurePeak", Napi::Function::New<measurePeak>(env));
}

}  // namespace resnet
