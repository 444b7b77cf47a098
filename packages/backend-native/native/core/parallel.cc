// The thread pool. A call opens a job, takes part in it, and closes it; workers join an open job and take tasks from
// one counter. Only workers that have joined are waited for, so one that is still asleep costs nothing.
//
// `state` is odd while a job is open. A worker counts itself in before it looks at `state`; the caller closes
// `state` before it looks at the count; both sequentially consistent, so either the worker sees the job closed or
// the caller sees the worker. The same argument holds for `sleepers` when a job opens.
#include "core/parallel.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/scratch.h"

namespace resnet {

namespace {

// Kernels of one training step follow each other within tens of microseconds; waking a sleeping thread costs about 50.
constexpr auto kSpin = std::chrono::microseconds(40);

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

class ThreadPool {
 public:
  int threads() const { return threads_; }

  void resize(int threads) {
    stopWorkers();
    threads_ = threads < 1 ? 1 : threads;
    resizeThreadScratch(threads_);
    stopping_ = false;
    for (int i = 1; i < threads_; ++i) {
      try {
        workers_.emplace_back([this, i, seen = state_.load()] { work(i, seen); });
      } catch (const std::system_error&) {
        threads_ = i;  // The system refuses more threads; results do not depend on how many there are.
        break;
      }
    }
  }

  void run(int64_t tasks, Task task, void* context) {
    if (tasks <= 0) return;
    if (workers_.empty() || tasks == 1) {
      for (int64_t i = 0; i < tasks; ++i) task(context, i, 0);
      return;
    }
    task_ = task;
    context_ = context;
    tasks_ = tasks;
    next_ = 0;
    open();
    takeTasks(0);
    close();
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  void open() {
    ++state_;
    if (sleepers_ > 0) {
      {
        std::lock_guard lock(mutex_);
      }
      wake_.notify_all();
    }
  }

  void close() {
    ++state_;
    for (int spins = 0; active_ > 0; ++spins) {
      if (spins < 2000) {
        relax();
      } else {
        std::this_thread::yield();
      }
    }
  }

  void takeTasks(int thread) {
    try {
      for (;;) {
        const int64_t i = next_.fetch_add(1, std::memory_order_relaxed);
        if (i >= tasks_) return;
        task_(context_, i, thread);
      }
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      next_ = tasks_;
    }
  }

  bool hasJob(uint32_t seen) const {
    const uint32_t state = state_;
    return (state & 1) != 0 && state != seen;
  }

  void work(int thread, uint32_t seen) {
    for (;;) {
      waitForJob(seen);
      if (stopping_) return;
      ++active_;
      const uint32_t state = state_;
      if ((state & 1) != 0 && state != seen) takeTasks(thread);
      seen = state;
      --active_;
    }
  }

  void waitForJob(uint32_t seen) {
    const auto deadline = std::chrono::steady_clock::now() + kSpin;
    do {
      for (int i = 0; i < 32; ++i) {
        if (hasJob(seen) || stopping_) return;
        relax();
      }
    } while (std::chrono::steady_clock::now() < deadline);
    std::unique_lock lock(mutex_);
    ++sleepers_;
    wake_.wait(lock, [&] { return hasJob(seen) || stopping_; });
    --sleepers_;
  }

  void stopWorkers() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (auto& worker : workers_) worker.join();
    workers_.clear();
  }

  int threads_ = 1;
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::exception_ptr error_;
  Task task_ = nullptr;
  void* context_ = nullptr;
  int64_t tasks_ = 0;
  alignas(64) std::atomic<int64_t> next_{0};
  alignas(64) std::atomic<uint32_t> state_{0};
  alignas(64) std::atomic<int> active_{0};
  alignas(64) std::atomic<int> sleepers_{0};
  std::atomic<bool> stopping_{false};
};

// Never destroyed: at process exit the workers may be asleep, and joining from a static destructor can hang.
ThreadPool& pool() {
  static auto* instance = new ThreadPool;
  return *instance;
}

}  // namespace

int threadCount() { return pool().threads(); }
void setThreadCount(int threads) { pool().resize(threads); }
void parallelFor(int64_t tasks, Task task, void* context) { pool().run(tasks, task, context); }

}  // namespace resnet
