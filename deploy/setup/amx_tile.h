// Forced into the build of llama.cpp by GCC on x86-64 (see native.py).
//
// GCC's AMX intrinsics do not tell the optimiser what they read:
//   - before GCC 11.5, 12.4, 13.3 and 14, _tile_loadconfig names 8 of the 64 bytes that LDTILECFG reads, so the
//     stores of the tile configuration may be dropped. On GCC 12.2 ggml's AMX kernels then fault at `ldtilecfg`;
//   - _tile_loadd (also in GCC 14) names no memory at all, so stores to a tile buffer may move behind its load.
// Both are defined again here with the operands that they need. The instructions stay the same, and without AMX
// this file is empty. With it, prefill is about three times as fast as with AMX switched off.
#if defined(__AMX_TILE__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>

#define _tile_loadconfig(config) __asm__ volatile("ldtilecfg %0" : : "m"(*(const char(*)[64])(config)) : "memory")

#undef _tile_loadd_internal
#define _tile_loadd_internal(tile, base, stride)                                     \
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #tile                              \
                     :                                                               \
                     : "r"((const void *)(base)), "r"((__PTRDIFF_TYPE__)(stride))    \
                     : "memory")
#endif
