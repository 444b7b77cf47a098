#include "resample.h"

#include <string.h>
#include <wasm_simd128.h>

namespace images {
namespace {

constexpr int kLowerBits = 11;
constexpr int kFractionBits = 22;

// Four sums of products of 16 bits, in two parts, to four whole numbers.
v128_t roundedSum(v128_t upper, v128_t lower) {
  const v128_t sum = wasm_i32x4_add(wasm_i32x4_shl(upper, kLowerBits), lower);
  return wasm_i32x4_shr(wasm_i32x4_add(sum, wasm_i32x4_splat(1 << (kFractionBits - 1))), kFractionBits);
}

struct PairWeights {
  v128_t upper, lower;
  explicit PairWeights(const int16_t* pair)
      : upper(wasm_v128_load32_splat(pair)), lower(wasm_v128_load32_splat(pair + 2)) {}
};

v128_t interleaveLow(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
v128_t interleaveHigh(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// 16 bytes of one row of output.
v128_t columnOfRows(const uint8_t* source, int rowBytes, const int16_t* pairs, int count) {
  v128_t upper[4] = {}, lower[4] = {};
  for (int i = 0; i < count; i += 1, pairs += 4, source += 2 * rowBytes) {
    const PairWeights weights(pairs);
    const v128_t a = wasm_v128_load(source), b = wasm_v128_load(source + rowBytes);
    const v128_t low = interleaveLow(a, b), high = interleaveHigh(a, b);
    const v128_t parts[4] = {wasm_u16x8_extend_low_u8x16(low), wasm_u16x8_extend_high_u8x16(low),
                             wasm_u16x8_extend_low_u8x16(high), wasm_u16x8_extend_high_u8x16(high)};
    for (int k = 0; k < 4; k += 1) {
      upper[k] = wasm_i32x4_add(upper[k], wasm_i32x4_dot_i16x8(parts[k], weights.upper));
      lower[k] = wasm_i32x4_add(lower[k], wasm_i32x4_dot_i16x8(parts[k], weights.lower));
    }
  }
  const v128_t first = wasm_i16x8_narrow_i32x4(roundedSum(upper[0], lower[0]), roundedSum(upper[1], lower[1]));
  const v128_t second = wasm_i16x8_narrow_i32x4(roundedSum(upper[2], lower[2]), roundedSum(upper[3], lower[3]));
  return wasm_u8x16_narrow_i16x8(first, second);
}

// `kPairs`: of each output; 0: as many as `columns` says.
template <int kPairs>
void columnsOf(const uint8_t* source, int width, int rows, const Weights& columns, uint8_t* target) {
  const v128_t none = wasm_i32x4_splat(0);
  const int count = kPairs == 0 ? columns.pairsPerOutput : kPairs;
  for (int row = 0; row < rows; row += 1, source += 4 * width) {
    const int16_t* pairs = columns.pairs;
    for (int output = 0; output < columns.outputs; output += 1, target += 4) {
      const uint8_t* from = source + 4 * columns.starts[output];
      v128_t upper = none, lower = none;
      for (int i = 0; i < count; i += 1, pairs += 4, from += 8) {
        const PairWeights weights(pairs);
        // Two pixels to two numbers of 16 bits a colour.
        const v128_t two = wasm_u16x8_load8x8(from);
        const v128_t both = wasm_i16x8_shuffle(two, two, 0, 4, 1, 5, 2, 6, 3, 7);
        upper = wasm_i32x4_add(upper, wasm_i32x4_dot_i16x8(both, weights.upper));
        lower = wasm_i32x4_add(lower, wasm_i32x4_dot_i16x8(both, weights.lower));
      }
      const v128_t words = wasm_i16x8_narrow_i32x4(roundedSum(upper, lower), none);
      wasm_v128_store32_lane(target, wasm_u8x16_narrow_i16x8(words, words), 0);
    }
  }
}

}  // namespace

void resampleColumns(const uint8_t* source, int width, int rows, const Weights& columns, uint8_t* target) {
  switch (columns.pairsPerOutput) {
    case 1: return columnsOf<1>(source, width, rows, columns, target);
    case 2: return columnsOf<2>(source, width, rows, columns, target);
    case 3: return columnsOf<3>(source, width, rows, columns, target);
    default: return columnsOf<0>(source, width, rows, columns, target);
  }
}

void resampleRows(const uint8_t* source, int rowBytes, const Weights& rows, uint8_t* target) {
  for (int output = 0; output < rows.outputs; output += 1, target += rowBytes) {
    const uint8_t* from = source + rows.starts[output] * rowBytes;
    const int16_t* pairs = rows.pairs + 4 * rows.pairsPerOutput * output;
    for (int at = 0; at < rowBytes; at += 16) {
      wasm_v128_store(target + at, columnOfRows(from + at, rowBytes, pairs, rows.pairsPerOutput));
    }
  }
}

void widenPixels(const uint8_t* source, size_t pixels, uint8_t* target) {
  for (size_t i = 0; i < pixels; i += 1, source += 3, target += 4) {
    target[0] = source[0];
    target[1] = source[1];
    target[2] = source[2];
    target[3] = 0;
  }
}

void narrowPixels(const uint8_t* source, size_t pixels, uint8_t* target) {
  for (size_t i = 0; i < pixels; i += 4, source += 16, target += 12) {
    const v128_t four = wasm_v128_load(source);
    wasm_v128_store(target, wasm_i8x16_shuffle(four, four, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15));
  }
}

}  // namespace images
