#include "finish.h"

namespace images {

void writeByTable(const uint8_t* source, int size, bool mirrored, const float* table, float* target) {
  const int step = mirrored ? -3 : 3;
  for (int row = 0; row < size; row += 1, target += 3 * size) {
    float* to = mirrored ? target + 3 * (size - 1) : target;
    for (int column = 0; column < size; column += 1, source += 3, to += step) {
      to[0] = table[source[0]];
      to[1] = table[256 + source[1]];
      to[2] = table[512 + source[2]];
    }
  }
}

}  // namespace images
