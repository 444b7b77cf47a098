// The pooling kernels of one instruction set, one file each kind.
#pragma once

#include "core/vector.h"
#include "pooling/pooling.h"

namespace resnet::RESNET_ISA {

void maximumPool(const PoolingShape&, const float* x, float* y);
void maximumPoolGradient(const PoolingShape&, const float* dy, const float* x, float* dx);
void averagePool(const PoolingShape&, bool countPadding, const float* x, float* y);
void averagePoolGradient(const PoolingShape&, bool countPadding, const float* dy, float* dx);
void globalAveragePool(int batch, int pixels, int channels, const float* x, float* y);
void globalAveragePoolGradient(int batch, int pixels, int channels, const float* dy, float* dx);

}  // namespace resnet::RESNET_ISA
