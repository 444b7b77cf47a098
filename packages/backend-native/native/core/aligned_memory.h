// Memory for tensors and scratch: 64-byte aligned, and on huge pages where it is large and the system has them.
#pragma once

#include <cstddef>

namespace resnet {

// Contents undefined. Null when the system has no more.
void* alignedAllocate(size_t bytes);
void alignedFree(void* memory, size_t bytes);

// Ends the kernel that needs more memory than there is: std::bad_alloc, or a JavaScript exception in WebAssembly.
[[noreturn]] void outOfMemory();

}  // namespace resnet
