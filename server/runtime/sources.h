#ifndef FORMULARY_SERVER_RUNTIME_SOURCES_H_
#define FORMULARY_SERVER_RUNTIME_SOURCES_H_

// libmvec's and SLEEF's routines of the level that is being compiled under uniform names:
// mvec_exp(VecD), sleef_exp(VecF) and so on, for every light function of the list. Included by
// level files only.
//
// SLEEF's finz_ family (with FMA) is deterministic over vector widths; level 2 has its cinz_
// family.

#include <sleef.h>

#include "server/runtime/registers.h"
#include "server/runtime/runtime.h"

#if FY_LEVEL == 4
#define FY_MVEC_D(kinds, name) _ZGVeN8##kinds##_##name
#define FY_MVEC_F(kinds, name) _ZGVeN16##kinds##_##name##f
#define FY_SLEEF_D(name, suffix) Sleef_finz_##name##d8_##suffix##avx512f
#define FY_SLEEF_F(name, suffix) Sleef_finz_##name##f16_##suffix##avx512f
#elif FY_LEVEL == 3
#define FY_MVEC_D(kinds, name) _ZGVdN4##kinds##_##name
#define FY_MVEC_F(kinds, name) _ZGVdN8##kinds##_##name##f
#define FY_SLEEF_D(name, suffix) Sleef_finz_##name##d4_##suffix##avx2
#define FY_SLEEF_F(name, suffix) Sleef_finz_##name##f8_##suffix##avx2
#else
#define FY_MVEC_D(kinds, name) _ZGVbN2##kinds##_##name
#define FY_MVEC_F(kinds, name) _ZGVbN4##kinds##_##name##f
#define FY_SLEEF_D(name, suffix) Sleef_cinz_##name##d2_##suffix##sse4
#define FY_SLEEF_F(name, suffix) Sleef_cinz_##name##f4_##suffix##sse4
#endif

#define FY_SOURCE_UNARY(name, suffix, ...)                                 \
  extern "C" VecD FY_MVEC_D(v, name)(VecD) noexcept;                       \
  extern "C" VecF FY_MVEC_F(v, name)(VecF) noexcept;                       \
  namespace {                                                              \
  inline VecD mvec_##name(VecD x) { return FY_MVEC_D(v, name)(x); }        \
  inline VecF mvec_##name(VecF x) { return FY_MVEC_F(v, name)(x); }        \
  inline VecD sleef_##name(VecD x) { return FY_SLEEF_D(name, suffix)(x); } \
  inline VecF sleef_##name(VecF x) { return FY_SLEEF_F(name, suffix)(x); } \
  }

#define FY_SOURCE_BINARY(name, suffix, ...)                                           \
  extern "C" VecD FY_MVEC_D(vv, name)(VecD, VecD) noexcept;                           \
  extern "C" VecF FY_MVEC_F(vv, name)(VecF, VecF) noexcept;                           \
  namespace {                                                                         \
  inline VecD mvec_##name(VecD a, VecD b) { return FY_MVEC_D(vv, name)(a, b); }       \
  inline VecF mvec_##name(VecF a, VecF b) { return FY_MVEC_F(vv, name)(a, b); }       \
  inline VecD sleef_##name(VecD a, VecD b) { return FY_SLEEF_D(name, suffix)(a, b); } \
  inline VecF sleef_##name(VecF a, VecF b) { return FY_SLEEF_F(name, suffix)(a, b); } \
  }

FY_RUNTIME_LIGHT_UNARY(FY_SOURCE_UNARY)
FY_RUNTIME_LIGHT_BINARY(FY_SOURCE_BINARY)

namespace {
inline VecD sleef_tgamma(VecD x) { return FY_SLEEF_D(tgamma, u10)(x); }
inline VecF sleef_tgamma(VecF x) { return FY_SLEEF_F(tgamma, u10)(x); }
inline VecD sleef_lgamma(VecD x) { return FY_SLEEF_D(lgamma, u10)(x); }
inline VecF sleef_lgamma(VecF x) { return FY_SLEEF_F(lgamma, u10)(x); }
}  // namespace

#if FY_LEVEL == 4
extern "C" __m256 _ZGVdN8v_erff(__m256) noexcept;
extern "C" __m256 _ZGVdN8v_erfcf(__m256) noexcept;
#endif

#undef FY_SOURCE_UNARY
#undef FY_SOURCE_BINARY
#undef FY_MVEC_D
#undef FY_MVEC_F
#undef FY_SLEEF_D
#undef FY_SLEEF_F

#endif  // FORMULARY_SERVER_RUNTIME_SOURCES_H_
