// A region of a baseline JPEG.
#pragma once

#include <stdint.h>

namespace images {

// Pixels of the upright image; the corner counts from 0.
struct Region {
  int left, top, width, height;
};

// Red, green, blue and an unused byte a pixel, rows without gaps; the memory of `allocate`, with 16 more bytes behind.
// All of the entropy-coded data is read, so that damage outside of the region is seen too. Null for what this decoder
// leaves to another: see jpeg_header.h. 8 bytes behind `end` may be read.
uint8_t* decodeJpeg(const uint8_t* bytes, const uint8_t* end, Region region);

}  // namespace images
