// What stands before the one scan of a baseline JPEG (ITU-T T.81, annex B).
#pragma once

#include <stdint.h>

#include "huffman_table.h"

namespace images {

constexpr int kColours = 3;

struct Component {
  int across;  // blocks of it in a unit: 1 or 2
  int down;
  int quantization;
  int dcTable;
  int acTable;
};

// Kept from image to image, because the tables are large; every image must bring its own.
struct JpegHeader {
  int width;
  int height;
  Component components[kColours];
  int restartInterval;  // units; 0: none
  const uint8_t* scan;  // the first byte of entropy-coded data

  uint16_t quantization[4][64];  // in zigzag order
  bool quantizationDefined[4];
  HuffmanTable dc[4];
  HuffmanTable ac[4];

  int across() const { return components[0].across; }
  int down() const { return components[0].down; }

  // False for whatever this decoder leaves to another: progressive and arithmetic coding, 12 bits, several scans, other
  // colours than Y, Cb, Cr, other samplings than 4:4:4, 4:2:2 and 4:2:0, images of a few pixels, and damage.
  bool parse(const uint8_t* bytes, const uint8_t* end);

 private:
  bool parseFrame(const uint8_t* at, int bytes);
  bool parseQuantization(const uint8_t* at, const uint8_t* end);
  bool parseHuffman(const uint8_t* at, const uint8_t* end);
  bool parseScan(const uint8_t* at, int bytes);
  bool isYCbCr() const;

  uint8_t ids_[kColours];
  bool jfif_;
  int adobe_;  // the transform that Adobe's marker names; -1: no such marker
};

}  // namespace images
