#include "arena.h"

extern "C" unsigned char __heap_base;

namespace images {
namespace {

constexpr size_t kPage = 65536;
// What one image may take: 4 million pixels need a quarter of it.
constexpr size_t kMostBytes = size_t{256} << 20;

size_t align(size_t address) { return (address + 63) & ~size_t{63}; }

size_t bottom() { return align(reinterpret_cast<size_t>(&__heap_base)); }

size_t next = 0;

}  // namespace

void releaseAll() { next = bottom(); }

void* allocate(size_t bytes) {
  if (next == 0) releaseAll();
  if (bytes > kMostBytes || next + bytes > kMostBytes) return nullptr;
  const size_t end = next + bytes;
  const size_t have = __builtin_wasm_memory_size(0) * kPage;
  if (end > have && __builtin_wasm_memory_grow(0, (end - have + kPage - 1) / kPage) == static_cast<size_t>(-1)) {
    return nullptr;
  }
  void* memory = reinterpret_cast<void*>(next);
  next = align(end);
  return memory;
}

}  // namespace images
