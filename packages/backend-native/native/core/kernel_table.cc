#include "core/kernel_table.h"

#include <cstring>

#include "core/cpu_features.h"

#define RESNET_DECLARE_KERNELS(isa)                             \
  namespace resnet::isa {                                       \
  const BatchNormKernels& batchNormKernels();                   \
  const ConvolutionKernels& convolutionKernels();               \
  const ElementwiseKernels& elementwiseKernels();               \
  const GroupedConvolutionKernels& groupedConvolutionKernels(); \
  const MatrixKernels& matrixKernels();                         \
  const PeakKernels& peakKernels();                             \
  const PoolingKernels& poolingKernels();                       \
  const ReductionKernels& reductionKernels();                   \
  const SgdKernels& sgdKernels();                               \
  const SoftmaxKernels& softmaxKernels();                       \
  const ZeroPadKernels& zeroPadKernels();                       \
  }

#define RESNET_TABLE(isa, supported) \
  {#isa,                             \
   supported,                        \
   isa::batchNormKernels,            \
   isa::convolutionKernels,          \
   isa::elementwiseKernels,          \
   isa::groupedConvolutionKernels,   \
   isa::matrixKernels,               \
   isa::peakKernels,                 \
   isa::poolingKernels,              \
   isa::reductionKernels,            \
   isa::sgdKernels,                  \
   isa::softmaxKernels,              \
   isa::zeroPadKernels}

#if defined(RESNET_HAS_X64_VARIANTS)
RESNET_DECLARE_KERNELS(avx512)
RESNET_DECLARE_KERNELS(avx2)
#endif
#if defined(RESNET_EMULATED_SETS)
RESNET_DECLARE_KERNELS(avx512_emulated)
RESNET_DECLARE_KERNELS(neon_emulated)
#elif defined(RESNET_ISA_WASM)
RESNET_DECLARE_KERNELS(simd128)
#elif defined(__aarch64__) || defined(_M_ARM64)
RESNET_DECLARE_KERNELS(neon)
#else
RESNET_DECLARE_KERNELS(baseline)
#endif
#if !defined(RESNET_ISA_WASM)
RESNET_DECLARE_KERNELS(reference)
#endif

namespace resnet {

namespace {

bool always() { return true; }

const KernelTable tables[] = {
#if defined(RESNET_HAS_X64_VARIANTS)
    RESNET_TABLE(avx512, hasAvx512),        RESNET_TABLE(avx2, hasAvx2),
#endif
#if defined(RESNET_EMULATED_SETS)
    RESNET_TABLE(avx512_emulated, hasAvx2), RESNET_TABLE(neon_emulated, always),
#elif defined(RESNET_ISA_WASM)
    RESNET_TABLE(simd128, always),
#elif defined(__aarch64__) || defined(_M_ARM64)
    RESNET_TABLE(neon, always),
#else
    RESNET_TABLE(baseline, always),
#endif
#if !defined(RESNET_ISA_WASM)
    RESNET_TABLE(reference, always),
#endif
};

const KernelTable* fastest() {
  for (const auto& table : tables) {
    if (table.supported()) return &table;
  }
  return nullptr;  // Never: the reference is always supported.
}

const KernelTable*& selected() {
  static const KernelTable* table = fastest();
  return table;
}

}  // namespace

const KernelTable* kernelTables(int& count) {
  count = sizeof(tables) / sizeof(tables[0]);
  return tables;
}

const KernelTable& kernels() { return *selected(); }

bool selectKernels(const char* name) {
  for (const auto& table : tables) {
    if (std::strcmp(table.name, name) != 0) continue;
    if (!table.supported()) return false;
    selected() = &table;
    return true;
  }
  return false;
}

}  // namespace resnet
