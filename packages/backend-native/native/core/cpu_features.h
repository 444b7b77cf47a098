// What this processor (and its operating system) can run.
#pragma once

namespace resnet {

bool hasAvx2();
bool hasAvx512();

// Dot products of bfloat16 pairs summed in float32: of vectors, and of tiles.
bool hasAvx512Bfloat16();
bool hasAmxBfloat16();

}  // namespace resnet
