// All kernels of one instruction set, and the choice among the sets.
#pragma once

#include "batch_norm/batch_norm.h"
#include "convolution/convolution.h"
#include "elementwise/elementwise.h"
#include "grouped_convolution/grouped_convolution.h"
#include "matrix/matrix.h"
#include "peak/peak.h"
#include "pooling/pooling.h"
#include "reduction/reduction.h"
#include "sgd/sgd.h"
#include "softmax/softmax.h"
#include "zero_pad/zero_pad.h"

namespace resnet {

struct KernelTable {
  const char* name;
  bool (*supported)();
  const BatchNormKernels& (*batchNorm)();
  const ConvolutionKernels& (*convolution)();
  const ElementwiseKernels& (*elementwise)();
  const GroupedConvolutionKernels& (*groupedConvolution)();
  const MatrixKernels& (*matrix)();
  const PeakKernels& (*peak)();
  const PoolingKernels& (*pooling)();
  const ReductionKernels& (*reduction)();
  const SgdKernels& (*sgd)();
  const SoftmaxKernels& (*softmax)();
  const ZeroPadKernels& (*zeroPad)();
};

// Every table compiled in, the fastest first, the scalar reference last.
const KernelTable* kernelTables(int& count);

// The table in use; the fastest supported one until another is selected.
const KernelTable& kernels();

// False when there is no such table or this processor cannot run it; nothing changes then.
bool selectKernels(const char* name);

}  // namespace resnet
