# One static library per instruction set, all from the same kernel sources; the addon picks one table at load.
{
  'variables': {
    # 1 also builds the addon of the emulated sets, for tests: see the end of this file.
    'emulated%': 0,
    'kernel_sources': ['<!@(node scripts/list-sources.mjs kernels)'],
  },
  'target_defaults': {
    'include_dirs': ['native'],
    'cflags': ['-fvisibility=hidden', '-fPIC'],
    'cflags!': ['-fno-exceptions'],
    'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++14'],
    # No -ffast-math: it would drop NaN and reorder sums. These two only say that nobody reads errno or FP traps.
    'cflags_cc': ['-std=c++20', '-O3', '-fno-math-errno', '-fno-trapping-math', '-fvisibility-inlines-hidden',
                  '-Wall', '-Wextra', '-Wno-unused-function', '-Wno-unused-parameter', '-Wno-psabi', '-Wno-cast-function-type'],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++20',
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
      'OTHER_CPLUSPLUSFLAGS': ['-fno-math-errno', '-fno-trapping-math', '-Wno-unused-function', '-Wno-psabi'],
    },
    # The kernels are written on GCC/Clang vector types, so Windows needs the Clang tools of Visual Studio.
    'msbuild_toolset': 'ClangCL',
    'msvs_settings': {
      'VCCLCompilerTool': { 'AdditionalOptions': ['/std:c++20', '/O2'], 'ExceptionHandling': 1 },
    },
  },
  'targets': [
    {
      'target_name': 'kernels_baseline',
      'type': 'static_library',
      'sources': ['<@(kernel_sources)'],
      'conditions': [
        ['target_arch=="arm64"', { 'defines': ['RESNET_ISA_NEON'] }, { 'defines': ['RESNET_ISA_BASELINE'] }],
      ],
    },
    {
      'target_name': 'kernels_reference',
      'type': 'static_library',
      'sources': ['<!@(node scripts/list-sources.mjs reference)'],
    },
    {
      'target_name': 'resnet_native',
      'sources': ['<!@(node scripts/list-sources.mjs addon)'],
      'include_dirs': ["<!(node -p \"require('node-addon-api').include_dir\")"],
      'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED'],
      'dependencies': ['kernels_baseline', 'kernels_reference'],
      'libraries': [],
      'conditions': [
        ['target_arch=="x64"', {
          'defines': ['RESNET_HAS_X64_VARIANTS'],
          'dependencies': ['kernels_avx2', 'kernels_avx512'],
        }],
        ['OS!="win"', { 'libraries': ['-lpthread'] }],
      ],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_avx2',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['RESNET_ISA_AVX2'],
          'cflags_cc': ['-mavx2', '-mfma'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['-mavx2', '-mfma'] },
          'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['-mavx2', '-mfma'] } },
        },
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['RESNET_ISA_AVX512'],
          'cflags_cc': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mfma', '-mprefer-vector-width=512'],
          'xcode_settings': {
            'OTHER_CPLUSPLUSFLAGS': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mfma', '-mprefer-vector-width=512'],
          },
          'msvs_settings': {
            'VCCLCompilerTool': { 'AdditionalOptions': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mfma'] },
          },
        },
      ],
    }],
    # The vector widths and register tiles of AVX-512 and NEON in instructions that any x64 processor of today has, so
    # that their code paths are tested everywhere. An addon of its own: what users load is the same with and without.
    # -O1: 56 accumulators of AVX2 do not fit into 16 registers, and -O3 takes 17 s a file to find that out, -O1 8 s.
    # The other option has the compiler form multiply-adds, which rounds as AVX2 and AVX-512 do.
    ['emulated==1 and target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_avx512_emulated',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['RESNET_ISA_AVX512', 'RESNET_EMULATED'],
          'cflags_cc': ['-mavx2', '-mfma', '-O1', '-fexpensive-optimizations'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['-mavx2', '-mfma'] },
          'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['-mavx2', '-mfma'] } },
        },
        {
          'target_name': 'kernels_neon_emulated',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['RESNET_ISA_NEON', 'RESNET_EMULATED'],
          'cflags_cc': ['-O1'],
        },
        {
          'target_name': 'resnet_native_emulated',
          'sources': ['<!@(node scripts/list-sources.mjs addon)'],
          'include_dirs': ["<!(node -p \"require('node-addon-api').include_dir\")"],
          'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'RESNET_EMULATED_SETS'],
          'dependencies': ['kernels_avx512_emulated', 'kernels_neon_emulated', 'kernels_reference'],
          'conditions': [['OS!="win"', { 'libraries': ['-lpthread'] }]],
        },
      ],
    }],
  ],
}
