#include "bands.h"

namespace resnet::RESNET_ISA {
namespace {

void zeroFill(float* p, size_t n) { std::memset(p, 0, n * sizeof(float)); }

// Lane l of the result is lane l / kGroup · kGroup + kChannel of v.
template <int kGroup, int kChannel, int... kLane>
RESNET_INLINE Vector spreadLanes(Vector v) {
#if defined(__clang__)
  return __builtin_shufflevector(v, v, (kLane / kGroup * kGroup + kChannel)...);
#else
  return __builtin_shuffle(v, IntVector{(kLane / kGroup * kGroup + kChannel)...});
#endif
}
template <int kGroup, int kChannel>
RESNET_INLINE Vector spreadChannel(Vector v) {
  if constexpr (kLanes == 16) {
    return spreadLanes<kGroup, kChannel, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15>(v);
  } else if constexpr (kLanes == 8) {
    return spreadLanes<kGroup, kChannel, 0, 1, 2, 3, 4, 5, 6, 7>(v);
  } else {
    return spreadLanes<kGroup, kChannel, 0, 1, 2, 3>(v);
  }
}
template <int kGroup, int kChannel = 0>
RESNET_INLINE void storeSpread(Vector v, float* out) {
  store(out + kChannel * kLanes, spreadChannel<kGroup, kChannel>(v));
  if constexpr (kChannel + 1 < kGroup) storeSpread<kGroup, kChannel + 1>(v, out);
}

// Groups of kGroup source and as many result channels: whole groups in a vector.
template <int kGroup>
void spreadSquare(const float* from, int pixels, int pixel, int lanes, float* out) {
  if (lanes == kLanes) {
    for (int i = 0; i < pixels; ++i, out += kGroup * kLanes) storeSpread<kGroup>(load(from + i * pixel), out);
  } else {
    for (int i = 0; i < pixels; ++i, out += kGroup * kLanes) {
      storeSpread<kGroup>(loadPartial(from + i * pixel, lanes), out);
    }
  }
}

// Any sizes, value by value.
void spreadAny(const Bands& bands, int band, const float* pixels, int count, int pixel, float* out) {
  int source[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    // Lanes past the last channel: any value will do, their weights are zeros.
    source[lane] = smaller(bands.begin(band) + lane, bands.channels - 1) / bands.outputs * bands.inputs;
  }
  for (int i = 0; i < count; ++i, pixels += pixel) {
    for (int c = 0; c < bands.inputs; ++c, out += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) out[lane] = pixels[source[lane] + c];
    }
  }
}

// The pixels of a row, `pixel` floats apart, as a strip has them.
void gatherPixels(const Bands& bands, int band, const float* row, int pixels, int pixel, float* out) {
  if (!bands.spread) {
    const int inputs = bands.inputs;
    const float* from = row + band * inputs;
    for (int i = 0; i < pixels; ++i, from += pixel, out += inputs) {
      int c = 0;
      for (; c + kLanes <= inputs; c += kLanes) store(out + c, load(from + c));
      for (; c < inputs; ++c) out[c] = from[c];
    }
    return;
  }
  const int begin = bands.begin(band), lanes = bands.end(band) - begin;
  if (bands.inputs == bands.outputs) {
    switch (bands.inputs) {
      case 1: return spreadSquare<1>(row + begin, pixels, pixel, lanes, out);
      case 2: return spreadSquare<2>(row + begin, pixels, pixel, lanes, out);
      case 4:
        if constexpr (kLanes > 4) return spreadSquare<4>(row + begin, pixels, pixel, lanes, out);
        break;
      case 8:
        if constexpr (kLanes > 8) return spreadSquare<8>(row + begin, pixels, pixel, lanes, out);
        break;
    }
  }
  spreadAny(bands, band, row, pixels, pixel, out);
}

// Source pixels that `results` neighbouring results meet along one axis.
int reach(int results, int stride, int taps) { return (results - 1) * stride + taps; }

}  // namespace

Bands::Bands(int groups, int groupInputs, int groupOutputs)
    : inputs(groupInputs), outputs(groupOutputs), channels(groups * groupOutputs), spread(groupOutputs % kLanes != 0) {
  columns = spread ? kLanes : outputs;
  tileColumns = columns % kTileColumns == 0 ? kTileColumns : kLanes;
  count = (channels + columns - 1) / columns;
}

Strip planStrip(const Bands& bands, const Patches& s, int rows) {
  constexpr ptrdiff_t kKeptFloats = 1 << 12;
  const int height = reach(rows, s.stride, s.tapsHigh);
  const ptrdiff_t row = static_cast<ptrdiff_t>(reach(s.columns, s.stride, s.tapsWide)) * bands.stripPixel();
  return {rows, !bands.spread || height * row <= kKeptFloats ? height : s.tapsHigh, row, nullptr, 0};
}

void gatherRows(const Bands& bands, const Patches& s, int band, const float* image, int first, int end, Strip& strip) {
  const int width = reach(s.columns, s.stride, s.tapsWide), pixel = bands.stripPixel();
  // Of those columns, the ones inside the image.
  const int left = smaller(width, s.left < 0 ? -s.left : 0);
  const int right = s.left + width > s.width ? s.width : s.left + width;
  const int inside = right > s.left + left ? right - s.left - left : 0;
  // Rows that no filter meets any more are not gathered.
  int y = end - strip.kept > strip.gathered ? end - strip.kept : strip.gathered;
  for (; y < end; ++y) {
    float* out = strip.data + y % strip.kept * strip.row;
    const int row = first * s.stride + s.top + y;
    if (row < 0 || row >= s.height || inside == 0) {
      zeroFill(out, strip.row);
      continue;
    }
    zeroFill(out, static_cast<size_t>(left) * pixel);
    const float* from = image + (static_cast<size_t>(row) * s.width + s.left + left) * s.channels;
    gatherPixels(bands, band, from, inside, s.channels, out + left * pixel);
    zeroFill(out + (left + inside) * pixel, static_cast<size_t>(width - left - inside) * pixel);
  }
  strip.gathered = end;
}

}  // namespace resnet::RESNET_ISA
