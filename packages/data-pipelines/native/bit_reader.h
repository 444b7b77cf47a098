// Bits of entropy-coded data, most significant first (ITU-T T.81, F.2.2.5).
#pragma once

#include <stdint.h>
#include <string.h>

namespace images {

// Behind the last byte must follow 8 more that may be read.
class BitReader {
 public:
  void open(const uint8_t* at, const uint8_t* end) {
    at_ = at;
    end_ = end;
    restart();
  }

  // At least 32 bits are there afterwards; behind the data they are zeros, which `overran` counts.
  void fill() {
    if (count_ >= 32) return;
    uint32_t word;
    memcpy(&word, at_, 4);
    // No byte of the four is 0xFF, after which stuffing or a marker stands.
    if (at_ + 4 <= end_ && ((word & ~(word + 0x01010101u)) & 0x80808080u) == 0) {
      bits_ |= static_cast<uint64_t>(__builtin_bswap32(word)) << (32 - count_);
      at_ += 4;
      count_ += 32;
      return;
    }
    while (count_ <= 56) bits_ |= static_cast<uint64_t>(nextByte()) << (56 - count_), count_ += 8;
  }

  uint32_t peek(int count) const { return static_cast<uint32_t>(bits_ >> (64 - count)); }

  void skip(int count) {
    bits_ <<= count;
    count_ -= count;
  }

  // `size` bits as a number with a sign, as F.2.2.1 extends it; 0 for none.
  int signedBits(int size) {
    if (size == 0) return 0;
    const int value = static_cast<int>(peek(size));
    skip(size);
    return value >= 1 << (size - 1) ? value : value - (1 << size) + 1;
  }

  // Whether more was taken than there is.
  bool overran() const { return count_ < padding_; }

  // Whether no whole byte is left and the marker `marker` follows; it is passed over.
  bool passMarker(uint8_t marker) {
    if (overran() || count_ - padding_ >= 8 || at_ + 2 > end_ || at_[0] != 0xff || at_[1] != marker) return false;
    at_ += 2;
    restart();
    return true;
  }

 private:
  void restart() {
    bits_ = 0;
    count_ = 0;
    padding_ = 0;
  }

  uint8_t nextByte() {
    if (at_ < end_) {
      if (at_[0] != 0xff) return *at_++;
      if (at_ + 1 < end_ && at_[1] == 0) {
        at_ += 2;
        return 0xff;
      }
    }
    padding_ += 8;
    return 0;
  }

  const uint8_t* at_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint64_t bits_ = 0;
  int count_ = 0;
  int padding_ = 0;
};

}  // namespace images
