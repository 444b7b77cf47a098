// One thread: work is cut into the same tasks as anywhere, and run in their order.
#include "core/parallel.h"

namespace resnet {

int threadCount() { return 1; }
void setThreadCount(int) {}

void parallelFor(int64_t tasks, Task task, void* context) {
  for (int64_t i = 0; i < tasks; ++i) task(context, i, 0);
}

}  // namespace resnet
