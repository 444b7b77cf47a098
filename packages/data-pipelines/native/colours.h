// From luma and chroma to red, green and blue, to the bit as libjpeg does it: chroma interpolated by a triangle
// (jdsample.c, "fancy"), then the conversion of JFIF in 16 bits of fraction (jdcolor.c).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "decode_jpeg.h"
#include "planes.h"

namespace images {

// Bytes of working memory that `writeColours` needs.
size_t colourScratchBytes(int width);

// `target`: `[region.height, region.width, 4]`, and 64 more bytes that may be written. `across` and `down`: pixels a
// chroma sample stands for, 1 or 2 of a row and of a column.
void writeColours(uint8_t* target, const Plane planes[3], Region region, int across, int down, uint8_t* scratch);

}  // namespace images
