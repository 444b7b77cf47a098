// The inverse cosine transform of a block of 8 × 8 (ITU-T T.81, A.3.3), to the bit as libjpeg's accurate integer one.
#pragma once

#include <stdint.h>

namespace images {

// `block` is in rows, dequantised, and 16-byte aligned. `target` gets 8 rows of 8 samples.
void inverseDct(const int16_t block[64], uint8_t* target, int stride);

// The same for a block whose only coefficient is the first.
void inverseDctOfMean(int mean, uint8_t* target, int stride);

}  // namespace images
