#include "huffman_table.h"

namespace images {
namespace {

// The first code of every number of bits, with the value behind it where that is there too.
Lookup withValue(Lookup found, uint32_t tenBits) {
  const int size = found.symbol & 15;
  if (found.length == 0 || size == 0 || found.length + size > kLookupBits) return {0, found.symbol, 0};
  const int value = static_cast<int>(tenBits >> (kLookupBits - found.length - size)) & ((1 << size) - 1);
  const int extended = value >= 1 << (size - 1) ? value : value - (1 << size) + 1;
  return {static_cast<int16_t>(extended), found.symbol, static_cast<uint8_t>(found.length + size)};
}

}  // namespace

bool HuffmanTable::build(const uint8_t counts[kMostLength], const uint8_t* symbols, int symbolCount) {
  memset(symbols_, 0, sizeof symbols_);
  memset(values_, 0, sizeof values_);
  memcpy(values_, symbols, symbolCount);
  uint32_t code = 0;
  int position = 0;
  for (int length = 1; length <= kMostLength; length += 1) {
    offset_[length] = position - static_cast<int32_t>(code);
    for (int i = 0; i < counts[length - 1]; i += 1, code += 1, position += 1) {
      // The code of ones alone is not used.
      if (code + 1 >= 1u << length) return false;
      if (length > kLookupBits) continue;
      const uint32_t first = code << (kLookupBits - length);
      for (uint32_t rest = 0; rest < 1u << (kLookupBits - length); rest += 1) {
        symbols_[first + rest] = {0, values_[position], static_cast<uint8_t>(length)};
      }
    }
    limit_[length] = code << (kMostLength - length);
    code <<= 1;
  }
  for (uint32_t bits = 0; bits < 1u << kLookupBits; bits += 1) coefficients_[bits] = withValue(symbols_[bits], bits);
  defined_ = true;
  return true;
}

Lookup HuffmanTable::longSymbol(uint32_t bits) const {
  for (int length = kLookupBits + 1; length <= kMostLength; length += 1) {
    if (bits >= limit_[length]) continue;
    const int32_t position = static_cast<int32_t>(bits >> (kMostLength - length)) + offset_[length];
    return {0, values_[position & 255], static_cast<uint8_t>(length)};
  }
  return {0, 0, 0};
}

}  // namespace images
