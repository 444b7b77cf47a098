// Loeffler, Ligtenberg and Moschytz's transform with 12 multiplications, constants of 13 bits and 2 bits kept between
// the passes: that of libjpeg (jidctint.c), all eight columns, then all eight rows at once.
#include "inverse_dct.h"

#include <string.h>
#include <wasm_simd128.h>

namespace images {
namespace {

typedef int32_t Lanes __attribute__((vector_size(16)));

constexpr int kConstantBits = 13;
constexpr int kPassBits = 2;

constexpr int32_t fixed(double value) { return static_cast<int32_t>(value * (1 << kConstantBits) + 0.5); }

template <int kBits>
Lanes descale(Lanes value) {
  return (value + (1 << (kBits - 1))) >> kBits;
}

// One pass over four columns at once.
template <int kBits>
void transform(const Lanes in[8], Lanes out[8]) {
  const Lanes shared = (in[2] + in[6]) * fixed(0.541196100);
  const Lanes even2 = shared - in[6] * fixed(1.847759065);
  const Lanes even3 = shared + in[2] * fixed(0.765366865);
  const Lanes even0 = (in[0] + in[4]) << kConstantBits;
  const Lanes even1 = (in[0] - in[4]) << kConstantBits;
  const Lanes sum0 = even0 + even3, sum3 = even0 - even3;
  const Lanes sum1 = even1 + even2, sum2 = even1 - even2;

  const Lanes odd = (in[7] + in[3] + in[5] + in[1]) * fixed(1.175875602);
  const Lanes outer = (in[7] + in[1]) * -fixed(0.899976223);
  const Lanes inner = (in[5] + in[3]) * -fixed(2.562915447);
  const Lanes left = (in[7] + in[3]) * -fixed(1.961570560) + odd;
  const Lanes right = (in[5] + in[1]) * -fixed(0.390180644) + odd;
  const Lanes odd0 = in[7] * fixed(0.298631336) + outer + left;
  const Lanes odd1 = in[5] * fixed(2.053119869) + inner + right;
  const Lanes odd2 = in[3] * fixed(3.072711026) + inner + left;
  const Lanes odd3 = in[1] * fixed(1.501321110) + outer + right;

  out[0] = descale<kBits>(sum0 + odd3);
  out[7] = descale<kBits>(sum0 - odd3);
  out[1] = descale<kBits>(sum1 + odd2);
  out[6] = descale<kBits>(sum1 - odd2);
  out[2] = descale<kBits>(sum2 + odd1);
  out[5] = descale<kBits>(sum2 - odd1);
  out[3] = descale<kBits>(sum3 + odd0);
  out[4] = descale<kBits>(sum3 - odd0);
}

// All eight columns of `rows`, 16 bits each, in place.
template <int kBits>
void transformColumns(v128_t rows[8]) {
  Lanes low[8], high[8];
  for (int i = 0; i < 8; i += 1) {
    low[i] = (Lanes)wasm_i32x4_extend_low_i16x8(rows[i]);
    high[i] = (Lanes)wasm_i32x4_extend_high_i16x8(rows[i]);
  }
  transform<kBits>(low, low);
  transform<kBits>(high, high);
  for (int i = 0; i < 8; i += 1) rows[i] = wasm_i16x8_narrow_i32x4((v128_t)low[i], (v128_t)high[i]);
}

v128_t pairLow(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
v128_t pairHigh(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

void transpose(v128_t rows[8]) {
  for (int round = 0; round < 3; round += 1) {
    v128_t next[8];
    for (int i = 0; i < 4; i += 1) {
      next[2 * i] = pairLow(rows[i], rows[i + 4]);
      next[2 * i + 1] = pairHigh(rows[i], rows[i + 4]);
    }
    memcpy(rows, next, sizeof next);
  }
}

}  // namespace

void inverseDct(const int16_t block[64], uint8_t* target, int stride) {
  v128_t rows[8];
  for (int i = 0; i < 8; i += 1) rows[i] = wasm_v128_load(block + 8 * i);
  transformColumns<kConstantBits - kPassBits>(rows);
  transpose(rows);
  transformColumns<kConstantBits + kPassBits + 3>(rows);
  transpose(rows);
  const v128_t middle = wasm_i16x8_splat(128);
  for (int i = 0; i < 8; i += 1) {
    const v128_t samples = wasm_i16x8_add_sat(rows[i], middle);
    wasm_v128_store64_lane(target + i * stride, wasm_u8x16_narrow_i16x8(samples, samples), 0);
  }
}

void inverseDctOfMean(int mean, uint8_t* target, int stride) {
  const int level = (((mean << kPassBits) + (1 << (kPassBits + 2))) >> (kPassBits + 3)) + 128;
  const int sample = level < 0 ? 0 : level > 255 ? 255 : level;
  for (int i = 0; i < 8; i += 1) memset(target + i * stride, sample, 8);
}

}  // namespace images
