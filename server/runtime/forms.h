// All forms of all functions for one level: scalar, array and SIMD, made from the list in runtime.h
// by the routes it names. Included once by each level file, which sets FY_LEVEL; defines
// fy_rt<level>_* and so has no guard. A form must do nothing but bring lanes to the core and back:
// that makes all forms agree in bits.
//
// Routes:
//   Mvec    libmvec
//   Sleef   SLEEF
//   Own     repairs.h, trig.h, log_vector.h, erf_vector.h, heavy.h, special/*_vector.h
//   Double  float32 only: the Own form in double, rounded once
//   Fast    heavy functions' plain forms: special/*_fast.h; FastDouble as Double

#include "server/runtime/erf_vector.h"
#include "server/runtime/heavy.h"
#include "server/runtime/level.h"
#include "server/runtime/log_vector.h"
#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/bessel_spherical_vector.h"
#include "server/runtime/special/bessel_vector.h"
#include "server/runtime/special/elementary_vector.h"
#include "server/runtime/special/elliptic_vector.h"
#include "server/runtime/special/error_fast.h"
#include "server/runtime/special/error_vector.h"
#include "server/runtime/special/gamma_fast.h"
#include "server/runtime/special/gamma_two_fast.h"
#include "server/runtime/special/gamma_vector.h"
#include "server/runtime/special/integral_vector.h"
#include "server/runtime/special/polynomial_vector.h"
#include "server/runtime/special/power_less_one_vector.h"
#include "server/runtime/special/zeta_fast.h"
#include "server/runtime/trig.h"

#define FY_ROUTE_Mvec(mode, name) mvec_##name
#define FY_ROUTE_Sleef(mode, name) sleef_##name
#define FY_ROUTE_Own(mode, name) own_##mode##_##name
#define FY_ROUTE_Double(mode, name) \
  ThroughDouble([](auto... wide) { return own_##mode##_##name(wide...); })
#define FY_ROUTE_Fast(mode, name) fast_##name
#define FY_ROUTE_FastDouble(mode, name) \
  ThroughDouble([](auto... wide) { return fast_##name(wide...); })

namespace {

// A core in double as one in float.
template <class Core>
auto ThroughDouble(Core core) {
  return [core](auto... x) { return Join(core(LowHalf(x)...), core(HighHalf(x)...)); };
}

}  // namespace

// Cores: stable_exp(VecD), strict_exp(VecF), ...
#define FY_CORE_UNARY(name, suffix, plain_d, plain_f, strict_d, strict_f, ...)       \
  inline VecD stable_##name(VecD x) { return FY_ROUTE_##plain_d(stable, name)(x); }  \
  inline VecF stable_##name(VecF x) { return FY_ROUTE_##plain_f(stable, name)(x); }  \
  inline VecD strict_##name(VecD x) { return FY_ROUTE_##strict_d(strict, name)(x); } \
  inline VecF strict_##name(VecF x) { return FY_ROUTE_##strict_f(strict, name)(x); }
#define FY_CORE_BINARY(name, suffix, plain_d, plain_f, strict_d, strict_f, ...)                 \
  inline VecD stable_##name(VecD a, VecD b) { return FY_ROUTE_##plain_d(stable, name)(a, b); }  \
  inline VecF stable_##name(VecF a, VecF b) { return FY_ROUTE_##plain_f(stable, name)(a, b); }  \
  inline VecD strict_##name(VecD a, VecD b) { return FY_ROUTE_##strict_d(strict, name)(a, b); } \
  inline VecF strict_##name(VecF a, VecF b) { return FY_ROUTE_##strict_f(strict, name)(a, b); }

// Heavy functions have one core for all modes unless their route is Fast.
#define FY_CORE_HEAVY_UNARY(name, suffix, plain_d, plain_f, strict_d, strict_f, ...) \
  inline VecD stable_##name(VecD x) { return FY_ROUTE_##plain_d(strict, name)(x); }  \
  inline VecF stable_##name(VecF x) { return FY_ROUTE_##plain_f(strict, name)(x); }  \
  inline VecD strict_##name(VecD x) { return FY_ROUTE_##strict_d(strict, name)(x); } \
  inline VecF strict_##name(VecF x) { return FY_ROUTE_##strict_f(strict, name)(x); }

#define FY_CORE_HEAVY_BINARY(name, suffix, plain_d, plain_f, strict_d, strict_f, ...)           \
  inline VecD stable_##name(VecD a, VecD b) { return FY_ROUTE_##plain_d(strict, name)(a, b); }  \
  inline VecF stable_##name(VecF a, VecF b) { return FY_ROUTE_##plain_f(strict, name)(a, b); }  \
  inline VecD strict_##name(VecD a, VecD b) { return FY_ROUTE_##strict_d(strict, name)(a, b); } \
  inline VecF strict_##name(VecF a, VecF b) { return FY_ROUTE_##strict_f(strict, name)(a, b); }

namespace {

FY_RUNTIME_LIGHT_UNARY(FY_CORE_UNARY)
FY_RUNTIME_LIGHT_BINARY(FY_CORE_BINARY)
FY_RUNTIME_HEAVY_UNARY(FY_CORE_HEAVY_UNARY)
FY_RUNTIME_HEAVY_BINARY(FY_CORE_HEAVY_BINARY)

constexpr long kMultiple = -16;  // n & kMultiple: whole blocks of 16, as kernels have it

template <class V>
inline V LoadOrFill(const Lane<V>* p, long i, long stride) {
  return stride != 0 ? Load<V>(p + i) : Set1(*p);
}

}  // namespace

// Scalar and array forms of a stem over a core. The loops are plain on purpose: a core is a call.
#define FY_FORMS_UNARY(stem, core)                                                    \
  FY_LEVEL_HIDDEN double FY_RT_JOIN(FY_LEVEL, stem)(double x) noexcept {              \
    return core(Set1(x))[0];                                                          \
  }                                                                                   \
  FY_LEVEL_HIDDEN float FY_RT_JOIN(FY_LEVEL, stem##f)(float x) noexcept {             \
    return core(Set1(x))[0];                                                          \
  }                                                                                   \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(FY_LEVEL, stem##_f64)(double* y, const double* x,   \
                                                        long n) noexcept {            \
    n &= kMultiple;                                                                   \
    for (long i = 0; i < n; i += kLanes<VecD>) Store(y + i, core(Load<VecD>(x + i))); \
  }                                                                                   \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(FY_LEVEL, stem##_f32)(float* y, const float* x,     \
                                                        long n) noexcept {            \
    n &= kMultiple;                                                                   \
    for (long i = 0; i < n; i += kLanes<VecF>) Store(y + i, core(Load<VecF>(x + i))); \
  }

#define FY_FORMS_BINARY(stem, core)                                                                \
  FY_LEVEL_HIDDEN double FY_RT_JOIN(FY_LEVEL, stem)(double a, double b) noexcept {                 \
    return core(Set1(a), Set1(b))[0];                                                              \
  }                                                                                                \
  FY_LEVEL_HIDDEN float FY_RT_JOIN(FY_LEVEL, stem##f)(float a, float b) noexcept {                 \
    return core(Set1(a), Set1(b))[0];                                                              \
  }                                                                                                \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(FY_LEVEL, stem##_f64)(double* y, const double* a, long a_stride, \
                                                        const double* b, long b_stride,            \
                                                        long n) noexcept {                         \
    n &= kMultiple;                                                                                \
    for (long i = 0; i < n; i += kLanes<VecD>) {                                                   \
      Store(y + i, core(LoadOrFill<VecD>(a, i, a_stride), LoadOrFill<VecD>(b, i, b_stride)));      \
    }                                                                                              \
  }                                                                                                \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(FY_LEVEL, stem##_f32)(                                           \
      float* y, const float* a, long a_stride, const float* b, long b_stride, long n) noexcept {   \
    n &= kMultiple;                                                                                \
    for (long i = 0; i < n; i += kLanes<VecF>) {                                                   \
      Store(y + i, core(LoadOrFill<VecF>(a, i, a_stride), LoadOrFill<VecF>(b, i, b_stride)));      \
    }                                                                                              \
  }

// One SIMD form: `width` is b, d or e and Reg its register.
#define FY_SIMD_UNARY(width, stem, core, Reg)                                \
  FY_LEVEL_HIDDEN Reg FY_RT_JOIN(FY_LEVEL, width##_##stem)(Reg x) noexcept { \
    return LowPart<Reg>(core(Widen(x)));                                     \
  }
#define FY_SIMD_BINARY(width, stem, core, Reg)                                      \
  FY_LEVEL_HIDDEN Reg FY_RT_JOIN(FY_LEVEL, width##_##stem)(Reg a, Reg b) noexcept { \
    return LowPart<Reg>(core(Widen(a), Widen(b)));                                  \
  }

#if FY_LEVEL == 4
#define FY_SIMD_WIDE(make, stem, core)                                                     \
  make(d, stem, core, __m256d) make(d, stem##f, core, __m256) make(e, stem, core, __m512d) \
      make(e, stem##f, core, __m512)
#elif FY_LEVEL == 3
#define FY_SIMD_WIDE(make, stem, core) make(d, stem, core, __m256d) make(d, stem##f, core, __m256)
#else
#define FY_SIMD_WIDE(make, stem, core)
#endif
#define FY_SIMD(make, stem, core) \
  make(b, stem, core, __m128d) make(b, stem##f, core, __m128) FY_SIMD_WIDE(make, stem, core)

#define FY_LIGHT_UNARY(name, ...)              \
  FY_FORMS_UNARY(name, stable_##name)          \
  FY_FORMS_UNARY(strict_##name, strict_##name) \
  FY_SIMD(FY_SIMD_UNARY, name, stable_##name)  \
  FY_SIMD(FY_SIMD_UNARY, strict_##name, strict_##name)
#define FY_LIGHT_BINARY(name, ...)              \
  FY_FORMS_BINARY(name, stable_##name)          \
  FY_FORMS_BINARY(strict_##name, strict_##name) \
  FY_SIMD(FY_SIMD_BINARY, name, stable_##name)  \
  FY_SIMD(FY_SIMD_BINARY, strict_##name, strict_##name)
#define FY_HEAVY_UNARY(name, ...)      \
  FY_FORMS_UNARY(name, stable_##name) \
  FY_FORMS_UNARY(strict_##name, strict_##name)
#define FY_HEAVY_BINARY(name, ...)         \
  FY_FORMS_BINARY(name, stable_##name)     \
  FY_FORMS_BINARY(strict_##name, strict_##name)

FY_RUNTIME_LIGHT_UNARY(FY_LIGHT_UNARY)
FY_RUNTIME_LIGHT_BINARY(FY_LIGHT_BINARY)
FY_RUNTIME_HEAVY_UNARY(FY_HEAVY_UNARY)
FY_RUNTIME_HEAVY_BINARY(FY_HEAVY_BINARY)
