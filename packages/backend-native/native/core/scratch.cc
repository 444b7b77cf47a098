// Scratch memory of kernels: grow-only buffers kept from call to call, so that a training step allocates nothing.
#include <atomic>
#include <vector>

#include "core/aligned_memory.h"
#include "core/parallel.h"
#include "core/scratch.h"

namespace resnet {

namespace {

struct Buffer {
  float* memory = nullptr;
  size_t bytes = 0;
};

// Leaked on purpose: a kernel may still run while static destructors do.
std::vector<Buffer>& threadBuffers() {
  static auto* buffers = new std::vector<Buffer>(1);
  return *buffers;
}
Buffer sharedBuffers[static_cast<int>(SharedScratch::kCount)];
std::atomic<size_t> heldBytes{0};

float* grow(Buffer& buffer, size_t floats) {
  const size_t bytes = floats * sizeof(float);
  if (bytes <= buffer.bytes && buffer.memory != nullptr) return buffer.memory;
  heldBytes -= buffer.bytes;
  alignedFree(buffer.memory, buffer.bytes);
  buffer = {};
  buffer.memory = static_cast<float*>(alignedAllocate(bytes));
  if (buffer.memory == nullptr) outOfMemory();
  buffer.bytes = bytes;
  heldBytes += bytes;
  return buffer.memory;
}

void release(Buffer& buffer) {
  heldBytes -= buffer.bytes;
  alignedFree(buffer.memory, buffer.bytes);
  buffer = {};
}

}  // namespace

float* threadScratch(int thread, size_t floats) { return grow(threadBuffers()[static_cast<size_t>(thread)], floats); }

float* sharedScratch(SharedScratch slot, size_t floats) { return grow(sharedBuffers[static_cast<int>(slot)], floats); }

void resizeThreadScratch(int threads) {
  auto& buffers = threadBuffers();
  for (size_t i = static_cast<size_t>(threads); i < buffers.size(); ++i) release(buffers[i]);
  buffers.resize(static_cast<size_t>(threads));
}

void releaseScratch() {
  for (auto& buffer : threadBuffers()) release(buffer);
  for (auto& buffer : sharedBuffers) release(buffer);
}

size_t scratchBytes() { return heldBytes; }

}  // namespace resnet
