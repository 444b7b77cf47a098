#include "colours.h"

#include <string.h>
#include <wasm_simd128.h>

namespace images {
namespace {

constexpr int32_t fixed(double value) { return static_cast<int32_t>(value * 65536 + 0.5); }

// Samples that vectors may go over the end of a row.
constexpr int kSlack = 16;

int clamp(int value, int most) { return value < 0 ? 0 : value > most ? most : value; }

// Chroma samples of a row that the pixels [left, right) need: from `first` on, one more at each side, repeated at the
// edges of the image.
struct ChromaSpan {
  int first;
  int count;
};

ChromaSpan chromaSpan(int left, int right, int across) {
  const int first = left / across;
  return {first, (right - 1) / across - first + 1};
}

// Three quarters of the nearer row and one of the other, in quarters. `sums` gets the span and one sample at each side.
void addRows(int16_t* sums, const Plane& plane, ChromaSpan span, int near, int other) {
  const uint8_t* a = plane.row(near);
  const uint8_t* b = plane.row(other);
  const auto sum = [&](int column) { return static_cast<int16_t>(3 * a[column] + b[column]); };
  sums[0] = sum(clamp(span.first - 1, plane.width - 1));
  for (int i = 0; i < span.count; i += 1) sums[i + 1] = sum(span.first + i);
  sums[span.count + 1] = sum(clamp(span.first + span.count, plane.width - 1));
}

// The two pixels of each sample: 3/4 of it and 1/4 of the neighbour at that side.
template <int kEvenRound, int kOddRound>
void spread(uint8_t* out, const int16_t* sums, int count) {
  for (int i = 0; i < count; i += 8) {
    const v128_t before = wasm_v128_load(sums + i);
    const v128_t here = wasm_v128_load(sums + i + 1);
    const v128_t after = wasm_v128_load(sums + i + 2);
    const v128_t triple = wasm_i16x8_mul(here, wasm_i16x8_splat(3));
    const v128_t even =
        wasm_u16x8_shr(wasm_i16x8_add(wasm_i16x8_add(triple, before), wasm_i16x8_splat(kEvenRound)), 4);
    const v128_t odd =
        wasm_u16x8_shr(wasm_i16x8_add(wasm_i16x8_add(triple, after), wasm_i16x8_splat(kOddRound)), 4);
    // No value is above 255: the odd ones become the upper bytes.
    wasm_v128_store(out + 2 * i, wasm_v128_or(even, wasm_i16x8_shl(odd, 8)));
  }
}

// The chroma of the pixels [left, right) of a row of the image.
const uint8_t* chromaRow(uint8_t* scratch, const Plane& plane, Region region, int row, int across, int down) {
  if (across == 1) return plane.row(row) + region.left;
  const ChromaSpan span = chromaSpan(region.left, region.left + region.width, across);
  int16_t* sums = reinterpret_cast<int16_t*>(scratch);
  uint8_t* out = scratch + 2 * (span.count + kSlack);
  if (down == 2) {
    const int near = row / 2;
    addRows(sums, plane, span, near, clamp(row % 2 == 0 ? near - 1 : near + 1, plane.height - 1));
    spread<8, 7>(out, sums, span.count);
  } else {
    // A row and itself are its fourfold, so that 4 and 8 of 16 are libjpeg's 1 and 2 of 4.
    addRows(sums, plane, span, row, row);
    spread<4, 8>(out, sums, span.count);
  }
  return out + (region.left - 2 * span.first);
}

struct Wide {
  v128_t part[4];
};

Wide widen(v128_t bytes, int32_t offset) {
  const v128_t low = wasm_u16x8_extend_low_u8x16(bytes), high = wasm_u16x8_extend_high_u8x16(bytes);
  const v128_t shift = wasm_i32x4_splat(offset);
  return {{wasm_i32x4_add(wasm_u32x4_extend_low_u16x8(low), shift),
           wasm_i32x4_add(wasm_u32x4_extend_high_u16x8(low), shift),
           wasm_i32x4_add(wasm_u32x4_extend_low_u16x8(high), shift),
           wasm_i32x4_add(wasm_u32x4_extend_high_u16x8(high), shift)}};
}

v128_t times(v128_t value, int32_t factor) { return wasm_i32x4_mul(value, wasm_i32x4_splat(factor)); }

v128_t narrow(const Wide& wide) {
  return wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(wide.part[0], wide.part[1]),
                                 wasm_i16x8_narrow_i32x4(wide.part[2], wide.part[3]));
}

// 16 pixels.
void convert(uint8_t* target, const uint8_t* luma, const uint8_t* blueness, const uint8_t* redness) {
  const Wide y = widen(wasm_v128_load(luma), 0);
  const Wide cb = widen(wasm_v128_load(blueness), -128);
  const Wide cr = widen(wasm_v128_load(redness), -128);
  const v128_t half = wasm_i32x4_splat(1 << 15);
  Wide red, green, blue;
  for (int i = 0; i < 4; i += 1) {
    const v128_t r = wasm_i32x4_add(times(cr.part[i], fixed(1.40200)), half);
    const v128_t b = wasm_i32x4_add(times(cb.part[i], fixed(1.77200)), half);
    const v128_t both = wasm_i32x4_add(times(cb.part[i], -fixed(0.34414)), times(cr.part[i], -fixed(0.71414)));
    red.part[i] = wasm_i32x4_add(y.part[i], wasm_i32x4_shr(r, 16));
    blue.part[i] = wasm_i32x4_add(y.part[i], wasm_i32x4_shr(b, 16));
    green.part[i] = wasm_i32x4_add(y.part[i], wasm_i32x4_shr(wasm_i32x4_add(both, half), 16));
  }
  const v128_t r = narrow(red), g = narrow(green), b = narrow(blue), none = wasm_i32x4_splat(0);
  const v128_t rgLow = wasm_i8x16_shuffle(r, g, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const v128_t rgHigh = wasm_i8x16_shuffle(r, g, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const v128_t bLow = wasm_i8x16_shuffle(b, none, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const v128_t bHigh = wasm_i8x16_shuffle(b, none, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  wasm_v128_store(target, wasm_i16x8_shuffle(rgLow, bLow, 0, 8, 1, 9, 2, 10, 3, 11));
  wasm_v128_store(target + 16, wasm_i16x8_shuffle(rgLow, bLow, 4, 12, 5, 13, 6, 14, 7, 15));
  wasm_v128_store(target + 32, wasm_i16x8_shuffle(rgHigh, bHigh, 0, 8, 1, 9, 2, 10, 3, 11));
  wasm_v128_store(target + 48, wasm_i16x8_shuffle(rgHigh, bHigh, 4, 12, 5, 13, 6, 14, 7, 15));
}

}  // namespace

size_t colourScratchBytes(int width) { return 8 * (static_cast<size_t>(width) / 2 + 2 + 2 * kSlack); }

void writeColours(uint8_t* target, const Plane planes[3], Region region, int across, int down, uint8_t* scratch) {
  uint8_t* second = scratch + colourScratchBytes(region.width) / 2;
  for (int i = 0; i < region.height; i += 1, target += 4 * region.width) {
    const int row = region.top + i;
    const uint8_t* luma = planes[0].row(row) + region.left;
    const uint8_t* blueness = chromaRow(scratch, planes[1], region, row, across, down);
    const uint8_t* redness = chromaRow(second, planes[2], region, row, across, down);
    // The last step writes into the next row, which is written afterwards.
    for (int column = 0; column < region.width; column += 16) {
      convert(target + 4 * column, luma + column, blueness + column, redness + column);
    }
  }
}

}  // namespace images
