#include "pooling/kernels.h"

namespace resnet::RESNET_ISA {

const PoolingKernels& poolingKernels() {
  static constexpr PoolingKernels table{maximumPool,         maximumPoolGradient, averagePool,
                                        averagePoolGradient, globalAveragePool,   globalAveragePoolGradient};
  return table;
}

}  // namespace resnet::RESNET_ISA
