// Stands in for backend-native's header of the same name, so that the bindings in its native/addon compile unchanged
// into WebAssembly: one call is two arrays of attributes and one of addresses, and `exports` is a table of kernels.
#pragma once

#include <cstdint>

#include "core/aligned_memory.h"

namespace resnet {

class Call {
 public:
  Call(const int32_t* integers, const double* numbers, void* const* tensors)
      : integers_(integers), numbers_(numbers), tensors_(tensors) {}

  int integer(int i) const { return integers_[i]; }
  bool flag(int i) const { return integers_[i] != 0; }
  double number(int i) const { return numbers_[i]; }
  int64_t size(int i) const { return static_cast<int64_t>(numbers_[i]); }

  float* floats(int i) const { return static_cast<float*>(tensors_[i]); }
  int32_t* ints(int i) const { return static_cast<int32_t*>(tensors_[i]); }

  // A list of tensors lies where single ones would.
  struct List {};
  List list() const { return {}; }
  float* listed(const List&, uint32_t i) const { return static_cast<float*>(tensors_[i]); }

 private:
  const int32_t* integers_;
  const double* numbers_;
  void* const* tensors_;
};

using Kernel = void (*)(const Call&);

struct NamedKernel {
  const char* name;
  Kernel run;
};

void addKernel(NamedKernel kernel);

template <Kernel operation>
void bind(const Call& call) {
  operation(call);
}

}  // namespace resnet

// As much of node-addon-api as the bindings name.
namespace Napi {

struct Env {};

struct Function {
  template <resnet::Kernel operation>
  static resnet::Kernel New(Env) {
    return operation;
  }
};

struct Object {
  void Set(const char* name, resnet::Kernel run) { resnet::addKernel({name, run}); }
};

}  // namespace Napi

namespace resnet {

void exportConvolution(Napi::Env env, Napi::Object exports);
void exportGroupedConvolution(Napi::Env env, Napi::Object exports);
void exportBatchNorm(Napi::Env env, Napi::Object exports);
void exportPooling(Napi::Env env, Napi::Object exports);
void exportMatrix(Napi::Env env, Napi::Object exports);
void exportTraining(Napi::Env env, Napi::Object exports);
void exportElementwise(Napi::Env env, Napi::Object exports);

}  // namespace resnet
