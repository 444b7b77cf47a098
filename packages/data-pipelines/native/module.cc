// What JavaScript calls. Addresses are in the module's memory; JavaScript checks sizes, except those inside of the JPEG,
// which are checked here.
#include "arena.h"
#include "decode_jpeg.h"
#include "finish.h"
#include "resample.h"

#define EXPORT(name) extern "C" __attribute__((export_name(#name), visibility("default")))

using namespace images;

EXPORT(allocate) void* allocateBytes(size_t bytes) { return allocate(bytes); }
EXPORT(release) void release() { releaseAll(); }

EXPORT(decodeJpeg)
uint8_t* decode(const uint8_t* bytes, size_t length, int left, int top, int width, int height) {
  return decodeJpeg(bytes, bytes + length, {left, top, width, height});
}

EXPORT(resampleColumns)
void columns(const uint8_t* source, int width, int rows, const int32_t* starts, const int16_t* pairs, int count,
             int outputs, uint8_t* target) {
  resampleColumns(source, width, rows, {starts, pairs, count, outputs}, target);
}

EXPORT(resampleRows)
void rows(const uint8_t* source, int rowBytes, const int32_t* starts, const int16_t* pairs, int count, int outputs,
          uint8_t* target) {
  resampleRows(source, rowBytes, {starts, pairs, count, outputs}, target);
}

EXPORT(widenPixels) void widen(const uint8_t* source, size_t pixels, uint8_t* target) {
  widenPixels(source, pixels, target);
}
EXPORT(narrowPixels) void narrow(const uint8_t* source, size_t pixels, uint8_t* target) {
  narrowPixels(source, pixels, target);
}
EXPORT(writeByTable) void finish(const uint8_t* source, int size, int mirrored, const float* table, float* target) {
  writeByTable(source, size, mirrored != 0, table, target);
}
