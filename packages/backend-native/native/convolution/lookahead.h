// Memory that will be needed soon, asked for a cache line or two at a time in the middle of a product. A block that is
// copied or read for the first time would else wait for memory while nothing is multiplied; asked for in bursts, even
// one for each register tile, it holds up the loads of the product itself.
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

// `rows` rows of `floats` floats; after `left` of them, and then every `columns`, the next lies `wrap` further on.
struct LookaheadRows {
  const float* first;
  ptrdiff_t row;
  int floats, rows;
  int left, columns;
  ptrdiff_t wrap;
};

class Lookahead {
 public:
  enum Slot { kFirst, kSecond, kThird, kSlots };

  // All rows are asked for in `calls` calls of ask(), in place of what the slot still holds.
  void set(Slot slot, const LookaheadRows& rows, int calls) {
    const int64_t lines = int64_t{rows.rows} * ((rows.floats + kLine - 1) / kLine);
    runs_[slot] = {rows, 0, static_cast<int>((lines + calls - 1) / calls)};
    if (used_ <= slot) used_ = slot + 1;
  }

  void ask() {
    for (int slot = 0; slot < used_; ++slot) runs_[slot].ask();
  }

 private:
  static constexpr int kLine = 16;  // floats

  struct Run {
    LookaheadRows next;
    int at, share;

    void ask() {
      for (int i = 0; i < share && next.rows > 0; ++i) {
        __builtin_prefetch(next.first + at, 0, 2);
        at += kLine;
        if (at < next.floats) continue;
        at = 0;
        --next.rows;
        next.first += next.row;
        if (--next.left == 0) next.left = next.columns, next.first += next.wrap;
      }
    }
  };
  Run runs_[kSlots] = {};
  int used_ = 0;
};

}  // namespace resnet::RESNET_ISA
