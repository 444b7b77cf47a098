#include "decode_jpeg.h"

#include <string.h>

#include "arena.h"
#include "colours.h"
#include "inverse_dct.h"
#include "jpeg_header.h"
#include "planes.h"

namespace images {
namespace {

constexpr int kEndOfImage = 0xd9;
constexpr int kFirstRestart = 0xd0;

// The place in a block of each coefficient in the order it is stored, and of what too long a run would store.
constexpr uint8_t kZigzag[64 + 16] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,
    6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31,
    39, 46, 53, 60, 61, 54, 47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63};

JpegHeader header;

// Units ("MCUs"): all blocks of a rectangle of pixels.
struct Units {
  int first, last;
  bool contains(int unit) const { return unit >= first && unit <= last; }
};

struct Grid {
  int across, down;
  Units columns, rows;
};

int ceilDivide(int value, int by) { return (value + by - 1) / by; }

// The units that hold the pixels [from, to) and the chroma beside them.
Units unitsAround(int from, int to, int samplesPerUnit, int total) {
  const int first = from < 2 ? 0 : from - 2;
  const int last = (to + 1) / samplesPerUnit;
  return {first / samplesPerUnit, last < total ? last : total - 1};
}

Grid gridOf(Region region) {
  const int width = 8 * header.across(), height = 8 * header.down();
  const int across = ceilDivide(header.width, width), down = ceilDivide(header.height, height);
  return {across, down, unitsAround(region.left, region.left + region.width, width, across),
          unitsAround(region.top, region.top + region.height, height, down)};
}

bool createPlane(Plane& plane, const Component& component, const Grid& grid) {
  const int rows = 8 * component.down * (grid.rows.last - grid.rows.first + 1);
  plane.stride = 8 * component.across * (grid.columns.last - grid.columns.first + 1);
  plane.left = 8 * component.across * grid.columns.first;
  plane.top = 8 * component.down * grid.rows.first;
  plane.width = ceilDivide(header.width * component.across, header.across());
  plane.height = ceilDivide(header.height * component.down, header.down());
  plane.samples = allocateArray<uint8_t>(static_cast<size_t>(plane.stride) * rows + 64);
  return plane.samples != nullptr;
}

// The first coefficient of a block, or false for a code that is none.
bool readMean(BitReader& reader, const HuffmanTable& table, int& previous) {
  reader.fill();
  const int size = table.symbol(reader);
  if (size < 0 || size > 15) return false;
  previous += reader.signedBits(size);
  return true;
}

// The other 63 coefficients. Where they are wanted: dequantised, into `block`; `highest` is the last that is not zero.
template <bool kWanted>
bool readCoefficients(BitReader& shared, const HuffmanTable& table, const uint16_t* quantization, int16_t* block,
                      int& highest) {
  // A copy, which is kept in registers.
  BitReader reader = shared;
  int at = 1;
  while (at < 64) {
    reader.fill();
    const Lookup& found = table.coefficient(reader.peek(kLookupBits));
    int value;
    if (found.length != 0) {
      at += found.symbol >> 4;
      value = found.value;
      reader.skip(found.length);
    } else {
      const int symbol = table.symbol(reader);
      if (symbol < 0) return false;
      at += symbol >> 4;
      if ((symbol & 15) == 0) {
        if (symbol == 0) break;
        if (symbol != 0xf0) return false;
        at += 1;
        continue;
      }
      value = reader.signedBits(symbol & 15);
    }
    if (kWanted) {
      block[kZigzag[at]] = static_cast<int16_t>(value * quantization[at & 63]);
      highest = at;
    }
    at += 1;
  }
  shared = reader;
  return at <= 64;
}

struct Scan {
  BitReader reader;
  int means[kColours];
  const Grid* grid;
  Plane* planes;
};

bool readBlock(Scan& scan, int colour, bool wanted, uint8_t* target) {
  const Component& component = header.components[colour];
  const uint16_t* quantization = header.quantization[component.quantization];
  const HuffmanTable& table = header.ac[component.acTable];
  int highest = 0;
  if (!readMean(scan.reader, header.dc[component.dcTable], scan.means[colour])) return false;
  if (!wanted) return readCoefficients<false>(scan.reader, table, quantization, nullptr, highest);
  alignas(16) int16_t block[64] = {};
  if (!readCoefficients<true>(scan.reader, table, quantization, block, highest)) return false;
  const int16_t mean = static_cast<int16_t>(scan.means[colour] * quantization[0]);
  const int stride = scan.planes[colour].stride;
  if (highest == 0) {
    inverseDctOfMean(mean, target, stride);
  } else {
    block[0] = mean;
    inverseDct(block, target, stride);
  }
  return true;
}

bool readUnit(Scan& scan, int unitRow, int unitColumn) {
  const Grid& grid = *scan.grid;
  const bool wanted = grid.rows.contains(unitRow) && grid.columns.contains(unitColumn);
  for (int colour = 0; colour < kColours; colour += 1) {
    const Component& component = header.components[colour];
    const Plane& plane = scan.planes[colour];
    for (int y = 0; y < component.down; y += 1) {
      for (int x = 0; x < component.across; x += 1) {
        const int row = 8 * ((unitRow - grid.rows.first) * component.down + y);
        const int column = 8 * ((unitColumn - grid.columns.first) * component.across + x);
        uint8_t* target = wanted ? plane.samples + row * plane.stride + column : nullptr;
        if (!readBlock(scan, colour, wanted, target)) return false;
      }
    }
  }
  return true;
}

bool readScan(Scan& scan) {
  const Grid& grid = *scan.grid;
  int sinceRestart = 0, restarts = 0;
  for (int row = 0; row < grid.down; row += 1) {
    for (int column = 0; column < grid.across; column += 1, sinceRestart += 1) {
      if (header.restartInterval != 0 && sinceRestart == header.restartInterval) {
        if (!scan.reader.passMarker(kFirstRestart + (restarts & 7))) return false;
        memset(scan.means, 0, sizeof scan.means);
        restarts += 1;
        sinceRestart = 0;
      }
      if (!readUnit(scan, row, column)) return false;
    }
    if (scan.reader.overran()) return false;
  }
  return scan.reader.passMarker(kEndOfImage);
}

}  // namespace

uint8_t* decodeJpeg(const uint8_t* bytes, const uint8_t* end, Region region) {
  if (!header.parse(bytes, end)) return nullptr;
  if (region.left < 0 || region.top < 0 || region.width < 1 || region.height < 1) return nullptr;
  if (region.width > header.width - region.left || region.height > header.height - region.top) return nullptr;
  const Grid grid = gridOf(region);
  Plane planes[kColours];
  for (int i = 0; i < kColours; i += 1) {
    if (!createPlane(planes[i], header.components[i], grid)) return nullptr;
  }
  Scan scan = {{}, {0, 0, 0}, &grid, planes};
  scan.reader.open(header.scan, end);
  if (!readScan(scan)) return nullptr;
  uint8_t* scratch = allocateArray<uint8_t>(colourScratchBytes(region.width));
  uint8_t* pixels = allocateArray<uint8_t>(4 * static_cast<size_t>(region.width) * region.height + 64);
  if (scratch == nullptr || pixels == nullptr) return nullptr;
  writeColours(pixels, planes, region, header.across(), header.down(), scratch);
  return pixels;
}

}  // namespace images
