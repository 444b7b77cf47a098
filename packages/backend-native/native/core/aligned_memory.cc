#include "core/aligned_memory.h"

#include <cstdlib>
#include <new>

#if defined(_WIN32)
#include <malloc.h>
#else
#include <sys/mman.h>
#endif

namespace resnet {

namespace {
constexpr size_t kCacheLine = 64;
constexpr size_t kHugePage = size_t{2} << 20;

[[maybe_unused]] size_t roundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }
}  // namespace

void outOfMemory() { throw std::bad_alloc(); }

#if defined(_WIN32)

void* alignedAllocate(size_t bytes) { return _aligned_malloc(bytes, kCacheLine); }
void alignedFree(void* memory, size_t) { _aligned_free(memory); }

#else

// Large blocks are mapped directly, so that freeing one returns it to the system at once. Linux maps with 4 KiB
// alignment, so one huge page more is asked for and the ends are given back. Hosts whose setting is `madvise`
// use huge pages only when asked; an activation of 8 MiB then costs 4 page faults instead of 2,048.
static void* mapHuge(size_t bytes) {
  const size_t wanted = roundUp(bytes, kHugePage);
  char* start =
      static_cast<char*>(mmap(nullptr, wanted + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (start == MAP_FAILED) return nullptr;
  char* aligned = reinterpret_cast<char*>(roundUp(reinterpret_cast<size_t>(start), kHugePage));
  const size_t before = static_cast<size_t>(aligned - start);
  if (before > 0) munmap(start, before);
  if (kHugePage - before > 0) munmap(aligned + wanted, kHugePage - before);
#if defined(MADV_HUGEPAGE)
  madvise(aligned, wanted, MADV_HUGEPAGE);
#endif
  return aligned;
}

void* alignedAllocate(size_t bytes) {
  if (bytes >= kHugePage) return mapHuge(bytes);
  void* memory = nullptr;
  return posix_memalign(&memory, kCacheLine, roundUp(bytes == 0 ? 1 : bytes, kCacheLine)) == 0 ? memory : nullptr;
}

void alignedFree(void* memory, size_t bytes) {
  if (memory == nullptr) return;
  if (bytes >= kHugePage) {
    munmap(memory, roundUp(bytes, kHugePage));
  } else {
    std::free(memory);
  }
}

#endif

}  // namespace resnet
