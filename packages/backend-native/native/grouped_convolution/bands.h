// Bands: neighbouring result channels of a grouped convolution that are computed together, and the strips of source
// pixels that they are computed from.
//
//   broad   a group has whole vectors of results: a band is a group, its strip holds the group's own source channels,
//           and a source value meets a vector of results as a scalar
//   spread  a vector of results reaches over several groups (ResNeXt's first stages: 4 and 8 channels a group): a band
//           is that vector. Its strip holds, for step c, a vector whose lane l is source channel c of the group of
//           result l, so that one product serves all of its groups and none is with a zero
//
// The source is x in the forward pass and the filter gradient, and dy in the data gradient, whose results are dx.
//
// Spreading lanes in the register tile instead, by permutations beside the multiply-adds, was tried: as fast in the
// forward pass and slower in the filter gradient (AVX2, Zen 3), for one more kind of tile.
#pragma once

#include "../convolution/patches.h"
#include "../convolution/register_tile.h"
#include "../core/vector.h"

namespace resnet::RESNET_ISA {

struct Bands {
  int inputs, outputs;  // source and result channels of a group
  int channels;         // result channels of all groups
  bool spread;
  int count;
  int columns;      // result channels of a band; the last spread one may have fewer
  int tileColumns;  // of them, those that one register tile covers

  Bands(int groups, int inputs, int outputs);

  int begin(int band) const { return band * columns; }  // first result channel
  int end(int band) const { return smaller(begin(band) + columns, channels); }
  int stripPixel() const { return spread ? inputs * kLanes : inputs; }  // floats of a strip's pixel
};

// The source of some rows of results of one band, with its zero border, row by row as it is needed. Where the whole
// strip is larger than part of a first-level cache (spread ones are), it keeps as many rows as a filter is high.
struct Strip {
  int rows;       // of results
  int kept;       // source rows in memory: row y is at y modulo kept
  ptrdiff_t row;  // floats
  float* data;
  int gathered;  // source rows so far

  const float* at(int y) const { return data + y % kept * row; }
};

// A strip without its memory: stripSize floats of scratch become its `data`.
Strip planStrip(const Bands& bands, const Patches& source, int rows);
RESNET_INLINE size_t stripSize(const Strip& strip) { return static_cast<size_t>(strip.kept * strip.row); }
// Gathers source rows up to `end`, counted from the first that result row `first` of the image meets. Some tap must
// reach the results.
void gatherRows(const Bands& bands, const Patches& source, int band, const float* image, int first, int end,
                Strip& strip);

}  // namespace resnet::RESNET_ISA
