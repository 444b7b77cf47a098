// One dependent scalar multiply-add per round: a lower bound, for completeness of the table.
#include "peak/peak.h"

namespace resnet::reference {

namespace {

int run(int64_t rounds, float* sink) {
  float sum = *sink;
  for (int64_t i = 0; i < rounds; ++i) sum = sum * 0.999f + 0.001f;
  *sink = sum;
  return 2;
}

}  // namespace

const PeakKernels& peakKernels() {
  static const PeakKernels table{run};
  return table;
}

}  // namespace resnet::reference
