// The SIMD vector of one instruction set, on GCC/Clang vector types: the same source serves every set.
//
// Each kernel source is compiled once per set, with exactly one of RESNET_ISA_AVX512, RESNET_ISA_AVX2,
// RESNET_ISA_NEON, RESNET_ISA_WASM or RESNET_ISA_BASELINE defined, inside a namespace of that set, so that no symbol of
// one variant can be linked into another (an inline function shared by name could bring AVX-512 into the baseline).
// For the same reason kernel sources use no standard-library templates that may be emitted out of line.
// RESNET_EMULATED beside AVX512 or NEON: their vectors and tiles in the instructions of another set, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(RESNET_ISA_AVX512)
#if defined(RESNET_EMULATED)
#define RESNET_ISA avx512_emulated
#else
#define RESNET_ISA avx512
#endif
#define RESNET_VECTOR_BYTES 64
#elif defined(RESNET_ISA_AVX2)
#define RESNET_ISA avx2
#define RESNET_VECTOR_BYTES 32
#elif defined(RESNET_ISA_NEON)
#if defined(RESNET_EMULATED)
#define RESNET_ISA neon_emulated
#else
#define RESNET_ISA neon
#endif
#define RESNET_VECTOR_BYTES 16
#elif defined(RESNET_ISA_WASM)
#define RESNET_ISA simd128
#define RESNET_VECTOR_BYTES 16
#elif defined(RESNET_ISA_BASELINE)
#define RESNET_ISA baseline
#define RESNET_VECTOR_BYTES 16
#else
#error "define one of RESNET_ISA_AVX512, RESNET_ISA_AVX2, RESNET_ISA_NEON, RESNET_ISA_WASM, RESNET_ISA_BASELINE"
#endif

#define RESNET_INLINE static inline __attribute__((always_inline))
#define RESNET_MEMBER inline __attribute__((always_inline))

namespace resnet::RESNET_ISA {

typedef float Vector __attribute__((vector_size(RESNET_VECTOR_BYTES)));
typedef float UnalignedVector __attribute__((vector_size(RESNET_VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t IntVector __attribute__((vector_size(RESNET_VECTOR_BYTES)));

constexpr int kLanes = RESNET_VECTOR_BYTES / 4;

RESNET_INLINE Vector load(const float* p) { return *reinterpret_cast<const UnalignedVector*>(p); }
RESNET_INLINE void store(float* p, Vector v) { *reinterpret_cast<UnalignedVector*>(p) = v; }
RESNET_INLINE Vector broadcast(float s) { return s - Vector{}; }

// The first n lanes; the others are zero. Never reads past p + n.
RESNET_INLINE Vector loadPartial(const float* p, int n) {
  Vector v{};
  std::memcpy(&v, p, static_cast<size_t>(n) * sizeof(float));
  return v;
}
RESNET_INLINE void storePartial(float* p, Vector v, int n) {
  std::memcpy(p, &v, static_cast<size_t>(n) * sizeof(float));
}

// A store past the caches, for results of more bytes than these hold: a plain store reads the line before it writes it.
// p is aligned to a vector. The thread that streamed calls finishStreams before another one reads.
RESNET_INLINE void stream(float* p, Vector v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, reinterpret_cast<Vector*>(p));
#elif defined(__AVX512F__) && RESNET_VECTOR_BYTES == 64
  __builtin_ia32_movntps512(p, v);
#elif defined(__AVX__) && RESNET_VECTOR_BYTES == 32
  __builtin_ia32_movntps256(p, v);
#elif defined(__SSE__) && RESNET_VECTOR_BYTES == 16
  __builtin_ia32_movntps(p, v);
#else
  *reinterpret_cast<Vector*>(p) = v;
#endif
}
RESNET_INLINE void finishStreams() {
#if defined(__SSE__)
  __builtin_ia32_sfence();
#endif
}
// Whether results of so many floats at p are worth streaming: 16 MB, half of the last cache of the machine measured.
// Only where it was measured: on x86.
RESNET_INLINE bool worthStreaming([[maybe_unused]] const float* p, [[maybe_unused]] size_t floats) {
#if defined(__SSE__)
  return floats >= size_t{4} << 20 && reinterpret_cast<uintptr_t>(p) % RESNET_VECTOR_BYTES == 0;
#else
  return false;
#endif
}

RESNET_INLINE Vector maximum(Vector a, Vector b) { return a > b ? a : b; }
RESNET_INLINE int smaller(int a, int b) { return a < b ? a : b; }

}  // namespace resnet::RESNET_ISA
