// All memory of the module: handed out from the bottom up, and taken back at once when the next image begins.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace images {

// 64-byte aligned, contents undefined. Null when WebAssembly gives no more.
void* allocate(size_t bytes);
void releaseAll();

template <typename T>
T* allocateArray(size_t count) {
  return static_cast<T*>(allocate(count * sizeof(T)));
}

}  // namespace images
