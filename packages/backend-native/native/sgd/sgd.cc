// The SGD step of all parameters in one call: a ResNet-20 has 62 tensors and 62 separate updates would spend more
// on calls than on arithmetic. One task is 8,192 elements of one tensor.
#include "sgd/sgd.h"

#include "core/chunks.h"
#include "core/lanes.h"
#include "core/parallel.h"

namespace resnet::RESNET_ISA {

namespace {

template <bool caffe, bool nesterov>
RESNET_INLINE void updateRange(const SgdTensor& t, int64_t begin, int64_t size, float learningRate, float momentum) {
  const Vector rate = broadcast(learningRate), m = broadcast(momentum), decay = broadcast(t.weightDecay);
  forEachVector(size, [&](int64_t offset, auto lanes) {
    const int64_t i = begin + offset;
    const Vector w = loadLanes(t.parameter + i, lanes);
    const Vector g = loadLanes(t.gradient + i, lanes) + decay * w;
    const Vector step = caffe ? rate * g : g;
    const Vector v = m * loadLanes(t.velocity + i, lanes) + step;
    const Vector move = nesterov ? step + m * v : v;
    storeLanes(t.newVelocity + i, v, lanes);
    storeLanes(t.newParameter + i, w - (caffe ? move : rate * move), lanes);
  });
}

template <bool caffe, bool nesterov>
void updateAll(const SgdArguments& a, const int64_t* firstTask, int64_t tasks) {
  parallel(tasks, [&](int64_t task, int) {
    int t = 0;
    for (int high = a.count; high - t > 1;) {  // the last tensor whose first task is not after this one
      const int middle = t + (high - t) / 2;
      (firstTask[middle] <= task ? t : high) = middle;
    }
    const int64_t begin = (task - firstTask[t]) * kChunkFloats;
    const int64_t left = a.tensors[t].size - begin;
    updateRange<caffe, nesterov>(a.tensors[t], begin, left < kChunkFloats ? left : kChunkFloats, a.learningRate,
                                 a.momentum);
  });
}

void update(const SgdArguments& a) {
  if (a.count == 0) return;
  auto* firstTask = reinterpret_cast<int64_t*>(sharedScratch(SharedScratch::kOther, static_cast<size_t>(a.count) * 2));
  int64_t tasks = 0;
  for (int t = 0; t < a.count; ++t) {
    firstTask[t] = tasks;
    tasks += chunksOf(a.tensors[t].size, 1).count;
  }
  if (a.caffe) {
    return a.nesterov ? updateAll<true, true>(a, firstTask, tasks) : updateAll<true, false>(a, firstTask, tasks);
  }
  return a.nesterov ? updateAll<false, true>(a, firstTask, tasks) : updateAll<false, false>(a, firstTask, tasks);
}

}  // namespace

const SgdKernels& sgdKernels() {
  static constexpr SgdKernels table{update};
  return table;
}

}  // namespace resnet::RESNET_ISA
