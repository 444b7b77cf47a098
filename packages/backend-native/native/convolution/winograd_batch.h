// Winograd of a whole batch, position by position, for filters too large for the second-level cache; see
// winograd_batch.cc. All functions run in parallel.
#pragma once

#include "../core/vector.h"
#include "group_done.h"
#include "winograd.h"

namespace resnet::RESNET_ISA {

// Called with each group of images as it is done.
void winogradBatchForward(const WinogradShape& shape, int batch, const float* x, const float* transformedFilter,
                          bool add, const Epilogue& epilogue, float* y, const GroupDone& done);
void winogradBatchFilterGradient(const WinogradShape& shape, int batch, const float* x, const float* dy,
                                 float* dFilter);

}  // namespace resnet::RESNET_ISA
