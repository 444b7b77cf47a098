// Memory in WebAssembly: malloc over the one memory, which grows and never shrinks. There are no exceptions: an import
// throws in JavaScript, which unwinds the module, and the engine puts the stack pointer back.
#include "core/aligned_memory.h"

#include <cstdlib>
#include <new>

extern "C" __attribute__((import_module("env"), import_name("outOfMemory"))) [[noreturn]] void throwOutOfMemory();

namespace resnet {

namespace {
constexpr size_t kCacheLine = 64;
}  // namespace

void* alignedAllocate(size_t bytes) {
  void* memory = nullptr;
  return posix_memalign(&memory, kCacheLine, bytes == 0 ? kCacheLine : bytes) == 0 ? memory : nullptr;
}

void alignedFree(void* memory, size_t) { std::free(memory); }

void outOfMemory() { throwOutOfMemory(); }

}  // namespace resnet

// The standard library's own would abort, which ends the module.
void* operator new(size_t bytes) {
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throwOutOfMemory();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
