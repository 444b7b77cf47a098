// Huffman codes (ITU-T T.81, annex C), looked up by the next 10 bits.
#pragma once

#include <stdint.h>

#include "bit_reader.h"

namespace images {

constexpr int kLookupBits = 10;
constexpr int kMostLength = 16;

// What 10 bits begin with. `value` is there where code and value fit into them: of most coefficients.
struct Lookup {
  int16_t value;
  uint8_t symbol;  // zeros before the coefficient (upper half), bits of its value (lower)
  uint8_t length;  // of the code, with the bits of the value where they are in `value`; 0: longer than 10
};

class HuffmanTable {
 public:
  // From the number of codes of each length and the symbols in order. False for codes that do not fit.
  bool build(const uint8_t counts[kMostLength], const uint8_t* symbols, int symbolCount);

  bool defined() const { return defined_; }
  void forget() { defined_ = false; }

  const Lookup& coefficient(uint32_t tenBits) const { return coefficients_[tenBits]; }

  // The next symbol, or -1 where no code begins like that. 16 bits must be there.
  int symbol(BitReader& reader) const {
    const Lookup& found = symbols_[reader.peek(kLookupBits)];
    if (found.length != 0) {
      reader.skip(found.length);
      return found.symbol;
    }
    const Lookup longer = longSymbol(reader.peek(kMostLength));
    reader.skip(longer.length);
    return longer.length == 0 ? -1 : longer.symbol;
  }

 private:
  // What 16 bits begin with; length 0 where that is no code. Not by the reader: its state stays in registers.
  Lookup longSymbol(uint32_t bits) const;

  Lookup symbols_[1 << kLookupBits];
  Lookup coefficients_[1 << kLookupBits];
  uint8_t values_[256];
  // Of each length: the first code that is too large for it, shifted to 16 bits, and from code to position of symbol.
  uint32_t limit_[kMostLength + 1];
  int32_t offset_[kMostLength + 1];
  bool defined_ = false;
};

}  // namespace images
