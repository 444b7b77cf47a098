// One call from JavaScript: (integers: Int32Array, numbers: Float64Array, ...tensors). TypeScript has validated the
// dtypes, sizes and values; here they are only taken apart.
#pragma once

#include <napi.h>

#include <cstdint>
#include <mutex>

namespace resnet {

class Call {
 public:
  explicit Call(const Napi::CallbackInfo& info)
      : info_(info), integers_(static_cast<const int32_t*>(data(0))), numbers_(static_cast<const double*>(data(1))) {}

  int integer(int i) const { return integers_[i]; }
  bool flag(int i) const { return integers_[i] != 0; }
  double number(int i) const { return numbers_[i]; }
  // Sizes beyond 2³¹ travel as numbers, exact up to 2⁵³.
  int64_t size(int i) const { return static_cast<int64_t>(numbers_[i]); }
  int tensors() const { return static_cast<int>(info_.Length()) - 2; }

  // Tensor i, or null when the caller passed null.
  float* floats(int i) const { return static_cast<float*>(data(static_cast<size_t>(i) + 2)); }
  int32_t* ints(int i) const { return static_cast<int32_t*>(data(static_cast<size_t>(i) + 2)); }

  // Element i of the array that is the first argument after the attributes.
  float* listed(const Napi::Array& list, uint32_t i) const { return static_cast<float*>(dataOf(list.Get(i))); }
  Napi::Array list() const { return info_[2].As<Napi::Array>(); }

 private:
  void* data(size_t argument) const {
    const Napi::Value value = info_[argument];
    return value.IsNull() || value.IsUndefined() ? nullptr : dataOf(value);
  }

  void* dataOf(napi_value value) const {
    void* memory = nullptr;
    napi_get_typedarray_info(info_.Env(), value, nullptr, nullptr, &memory, nullptr, nullptr);
    return memory;
  }

  const Napi::CallbackInfo& info_;
  const int32_t* integers_;
  const double* numbers_;
};

// Held while kernels run: worker_threads may load the addon again in this process, and pool and scratch are shared.
std::mutex& kernelMutex();

// Makes a JavaScript function of a kernel binding.
template <void (*operation)(const Call&)>
void bind(const Napi::CallbackInfo& info) {
  try {
    std::lock_guard lock(kernelMutex());
    operation(Call(info));
  } catch (const std::bad_alloc&) {
    throw Napi::Error::New(info.Env(), "out of memory for the scratch space of a kernel; use a smaller batch");
  }
}

// Each registers the functions of one group on the addon's exports.
void exportConvolution(Napi::Env env, Napi::Object exports);
void exportGroupedConvolution(Napi::Env env, Napi::Object exports);
void exportBatchNorm(Napi::Env env, Napi::Object exports);
void exportPooling(Napi::Env env, Napi::Object exports);
void exportMatrix(Napi::Env env, Napi::Object exports);
void exportTraining(Napi::Env env, Napi::Object exports);
void exportElementwise(Napi::Env env, Napi::Object exports);
void exportMemory(Napi::Env env, Napi::Object exports);
void exportRuntime(Napi::Env env, Napi::Object exports);

}  // namespace resnet
