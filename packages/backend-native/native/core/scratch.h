// Upkeep of the scratch memory declared in parallel.h. None of these may run during a kernel.
#pragma once

#include <cstddef>

namespace resnet {

void resizeThreadScratch(int threads);
void releaseScratch();
size_t scratchBytes();

}  // namespace resnet
