// From bytes to the numbers that a network gets.
#pragma once

#include <stdint.h>

namespace images {

// `[size, size, 3]` bytes to as many float32, left and right exchanged where it is mirrored. `table`: what each of the
// 256 bytes of red, green and blue becomes, `[3, 256]`.
void writeByTable(const uint8_t* source, int size, bool mirrored, const float* table, float* target);

}  // namespace images
