// Scaling by separable kernels, to the bit as Pillow does it (libImaging/Resample.c): rows first, weights of 22 bits of
// fraction, sums rounded to 8 bits after either pass.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace images {

// For each output, where it begins to read and the weights of so many pairs of inputs. A pair is four numbers of 16
// bits: the upper parts of its two weights, then their lower 11 bits. All inputs of a pair must be readable.
struct Weights {
  const int32_t* starts;
  const int16_t* pairs;
  int pairsPerOutput;
  int outputs;
};

// `[rows, width, 4]` to `[rows, columns.outputs, 4]`.
void resampleColumns(const uint8_t* source, int width, int rows, const Weights& columns, uint8_t* target);

// `[…, rowBytes]` to `[rows.outputs, rowBytes]`; 16 bytes behind either may be read or written.
void resampleRows(const uint8_t* source, int rowBytes, const Weights& rows, uint8_t* target);

// `[pixels, 3]` to `[pixels, 4]`, the fourth 0, and back. 16 bytes behind the target may be written.
void widenPixels(const uint8_t* source, size_t pixels, uint8_t* target);
void narrowPixels(const uint8_t* source, size_t pixels, uint8_t* target);

}  // namespace images
