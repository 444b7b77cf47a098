// The compiler's own check also asks the operating system whether it saves the wide registers. It does not know the
// bfloat16 features under names that GCC and Clang share, so those are read from the processor.
#include "core/cpu_features.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace resnet {

#if defined(__x86_64__)

bool hasAvx2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
bool hasAvx512() {
  __builtin_cpu_init();
  return hasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

namespace {

struct CpuId {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  CpuId(unsigned leaf, unsigned subleaf) { __get_cpuid_count(leaf, subleaf, &eax, &ebx, &ecx, &edx); }
};

// Whether the operating system saves the registers of these bits of XCR0.
bool systemSaves(unsigned bits) {
  constexpr unsigned kOsxsave = 1u << 27;
  if ((CpuId(1, 0).ecx & kOsxsave) == 0) return false;
  unsigned low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & bits) == bits;
}

}  // namespace

bool hasAvx512Bfloat16() {
  constexpr unsigned kAvx512Bf16 = 1u << 5;
  return hasAvx512() && (CpuId(7, 1).eax & kAvx512Bf16) != 0;
}
bool hasAmxBfloat16() {
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24, kTileState = 3u << 17;
  return (CpuId(7, 0).edx & (kAmxBf16 | kAmxTile)) == (kAmxBf16 | kAmxTile) && systemSaves(kTileState);
}

#else

bool hasAvx2() { return false; }
bool hasAvx512() { return false; }
bool hasAvx512Bfloat16() { return false; }
bool hasAmxBfloat16() { return false; }

#endif

}  // namespace resnet
