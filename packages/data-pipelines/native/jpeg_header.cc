#include "jpeg_header.h"

namespace images {
namespace {

enum Marker : uint8_t {
  kBaseline = 0xc0,
  kExtended = 0xc1,
  kHuffman = 0xc4,
  kStartOfScan = 0xda,
  kQuantization = 0xdb,
  kRestartInterval = 0xdd,
  kApplication0 = 0xe0,
  kApplication14 = 0xee,
  kApplication15 = 0xef,
  kComment = 0xfe,
};

int pair(const uint8_t* at) { return at[0] * 256 + at[1]; }

// libjpeg replicates the chroma of narrower images instead of interpolating it.
constexpr int kFewestPixels = 16;

}  // namespace

bool JpegHeader::parse(const uint8_t* bytes, const uint8_t* end) {
  width = 0;
  restartInterval = 0;
  jfif_ = false;
  adobe_ = -1;
  for (int i = 0; i < 4; i += 1) {
    quantizationDefined[i] = false;
    dc[i].forget();
    ac[i].forget();
  }
  if (end - bytes < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return false;
  const uint8_t* at = bytes + 2;
  while (end - at >= 4 && at[0] == 0xff) {
    const uint8_t marker = at[1];
    const int length = pair(at + 2);
    if (length < 2 || end - at < length + 2) return false;
    const uint8_t* content = at + 4;
    at += length + 2;
    const int size = length - 2;
    if (marker == kBaseline || marker == kExtended) {
      if (width != 0 || !parseFrame(content, size)) return false;
    } else if (marker == kQuantization) {
      if (!parseQuantization(content, at)) return false;
    } else if (marker == kHuffman) {
      if (!parseHuffman(content, at)) return false;
    } else if (marker == kRestartInterval) {
      if (size != 2) return false;
      restartInterval = pair(content);
    } else if (marker == kStartOfScan) {
      scan = at;
      return width != 0 && parseScan(content, size) && isYCbCr();
    } else if (marker == kApplication0) {
      jfif_ = jfif_ || (size >= 5 && memcmp(content, "JFIF", 5) == 0);
    } else if (marker == kApplication14) {
      if (size >= 12 && memcmp(content, "Adobe", 5) == 0) adobe_ = content[11];
    } else if (marker != kComment && (marker < kApplication0 || marker > kApplication15)) {
      return false;
    }
  }
  return false;
}

bool JpegHeader::parseFrame(const uint8_t* at, int bytes) {
  if (bytes != 6 + 3 * kColours || at[0] != 8 || at[5] != kColours) return false;
  height = pair(at + 1);
  width = pair(at + 3);
  if (width < kFewestPixels || height < kFewestPixels) return false;
  for (int i = 0; i < kColours; i += 1) {
    const uint8_t* part = at + 6 + 3 * i;
    ids_[i] = part[0];
    components[i].across = part[1] >> 4;
    components[i].down = part[1] & 15;
    components[i].quantization = part[2];
    if (part[2] > 3) return false;
    if (i > 0 && part[1] != 0x11) return false;
  }
  const int luma = at[7];
  return luma == 0x11 || luma == 0x21 || luma == 0x22;
}

bool JpegHeader::parseQuantization(const uint8_t* at, const uint8_t* end) {
  while (at < end) {
    const int wide = *at >> 4;
    const int table = *at & 15;
    at += 1;
    if (wide > 1 || table > 3 || end - at < 64 * (wide + 1)) return false;
    for (int i = 0; i < 64; i += 1, at += wide + 1) quantization[table][i] = wide ? pair(at) : *at;
    quantizationDefined[table] = true;
  }
  return true;
}

bool JpegHeader::parseHuffman(const uint8_t* at, const uint8_t* end) {
  while (at < end) {
    const int kind = *at >> 4;
    const int table = *at & 15;
    at += 1;
    if (kind > 1 || table > 3 || end - at < kMostLength) return false;
    const uint8_t* counts = at;
    int symbols = 0;
    for (int i = 0; i < kMostLength; i += 1) symbols += counts[i];
    at += kMostLength;
    if (symbols > 256 || end - at < symbols) return false;
    // Differences of means have 15 bits at most.
    for (int i = 0; kind == 0 && i < symbols; i += 1) {
      if (at[i] > 15) return false;
    }
    if (!(kind == 0 ? dc : ac)[table].build(counts, at, symbols)) return false;
    at += symbols;
  }
  return true;
}

bool JpegHeader::parseScan(const uint8_t* at, int bytes) {
  if (bytes != 4 + 2 * kColours || at[0] != kColours) return false;
  for (int i = 0; i < kColours; i += 1) {
    Component& component = components[i];
    const uint8_t* part = at + 1 + 2 * i;
    component.dcTable = part[1] >> 4;
    component.acTable = part[1] & 15;
    if (part[0] != ids_[i] || component.dcTable > 3 || component.acTable > 3) return false;
    if (!dc[component.dcTable].defined() || !ac[component.acTable].defined()) return false;
    if (!quantizationDefined[component.quantization]) return false;
  }
  const uint8_t* selection = at + 1 + 2 * kColours;
  return selection[0] == 0 && selection[1] == 63 && selection[2] == 0;
}

// As libjpeg decides it (jdapimin.c): JFIF says so, else Adobe, else the components' names.
bool JpegHeader::isYCbCr() const {
  if (jfif_) return true;
  if (adobe_ >= 0) return adobe_ == 1;
  return ids_[0] == 1 && ids_[1] == 2 && ids_[2] == 3;
}

}  // namespace images
