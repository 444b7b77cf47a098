// The thread pool seen by kernels. Work is cut into tasks whose number does not depend on the number of threads;
// tasks are handed out in order, each runs on one thread, and partial sums are combined in task order by the
// caller: the same bits for any thread count.
#pragma once

#include <cstddef>
#include <cstdint>

namespace resnet {

using Task = void (*)(void* context, int64_t task, int thread);

int threadCount();
void setThreadCount(int threads);

// Runs task(context, i, thread) for i in [0, tasks); returns when all are done. The calling thread takes part.
// thread is in [0, threadCount()). Must not be nested.
void parallelFor(int64_t tasks, Task task, void* context);

// Scratch memory of one thread: 64-byte aligned, at least `floats` long, contents undefined, grow-only,
// valid until the next call for the same thread.
float* threadScratch(int thread, size_t floats);

// Scratch shared by the whole kernel call (partial sums, packed filters): the same rules, one per slot.
enum class SharedScratch { kPackedFilter, kPartialSums, kStatistics, kGradient, kOther, kCount };
float* sharedScratch(SharedScratch slot, size_t floats);

}  // namespace resnet

// A lambda as a task. Internal linkage: each kernel source has its own.
namespace {
template <class Body>
inline void parallel(int64_t tasks, const Body& body) {
  resnet::parallelFor(
      tasks, [](void* context, int64_t task, int thread) { (*static_cast<const Body*>(context))(task, thread); },
      const_cast<Body*>(&body));
}
}  // namespace
