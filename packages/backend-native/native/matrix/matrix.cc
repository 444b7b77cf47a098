#include "matrix/kernels.h"

namespace resnet::RESNET_ISA {

const MatrixKernels& matrixKernels() {
  static constexpr MatrixKernels table{multiply, linear, linearGradient};
  return table;
}

}  // namespace resnet::RESNET_ISA
