// Blocks of native memory as external ArrayBuffers. A block is freed when `free` is called (at once: the buffer is
// detached, so nothing can reach the memory) or when the garbage collector finds the buffer unreachable.
#include <atomic>

#include "addon/call.h"
#include "core/aligned_memory.h"
#include "core/scratch.h"

namespace resnet {

namespace {

std::atomic<size_t> blockBytes{0};

struct Block {
  void* memory;
  size_t bytes;

  void release() {
    if (memory == nullptr) return;
    alignedFree(memory, bytes);
    blockBytes -= bytes;
    memory = nullptr;
  }
};

// Runs when the buffer is collected or after it was detached; the struct lives until then.
void finalise(Napi::Env, void*, Block* block) {
  block->release();
  delete block;
}

// allocate(bytes) → { buffer, block }: `block` is the handle for `free`.
Napi::Value allocate(const Napi::CallbackInfo& info) {
  const auto bytes = static_cast<size_t>(info[0].As<Napi::Number>().Int64Value());
  void* memory = alignedAllocate(bytes);
  if (memory == nullptr) return info.Env().Null();
  blockBytes += bytes;
  auto* block = new Block{memory, bytes};
  const auto buffer = Napi::ArrayBuffer::New(info.Env(), memory, bytes, finalise, block);
  auto result = Napi::Object::New(info.Env());
  result.Set("buffer", buffer);
  result.Set("handle", Napi::External<Block>::New(info.Env(), block));
  return result;
}

// free(buffer, handle)
void release(const Napi::CallbackInfo& info) {
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  Block* block = info[1].As<Napi::External<Block>>().Data();
  // Nothing can reach the memory once the buffer is detached; its finaliser still runs later and deletes the struct.
  buffer.Detach();
  block->release();
}

Napi::Value held(const Napi::CallbackInfo& info) {
  auto result = Napi::Object::New(info.Env());
  result.Set("blocks", Napi::Number::New(info.Env(), static_cast<double>(blockBytes.load())));
  result.Set("scratch", Napi::Number::New(info.Env(), static_cast<double>(scratchBytes())));
  return result;
}

void dropScratch(const Napi::CallbackInfo&) {
  std::lock_guard lock(kernelMutex());
  releaseScratch();
}

}  // namespace

void exportMemory(Napi::Env env, Napi::Object exports) {
  exports.Set("allocate", Napi::Function::New<allocate>(env));
  exports.Set("free", Napi::Function::New<release>(env));
  exports.Set("memoryHeld", Napi::Function::New<held>(env));
  exports.Set("releaseScratch", Napi::Function::New<dropScratch>(env));
}

}  // namespace resnet
