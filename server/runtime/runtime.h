#ifndef FORMULARY_SERVER_RUNTIME_RUNTIME_H_
#define FORMULARY_SERVER_RUNTIME_RUNTIME_H_

// The special functions that compiled kernels and the block interpreter call: a C ABI with
// versioned names. Kernels find the names in the host executable, which exports fy_v1_* and
// _ZGV*_fy_v1_* and nothing else for them. A name never changes its meaning; another meaning is
// another version. Nothing here may set errno that matters, touch MXCSR, allocate, lock or keep
// state: every routine is pure and thread-safe.
//
// For each light function f of the list below, as exp, for float64 and float32:
//   fy_v1_exp, fy_v1_expf           one value
//   fy_v1_exp_f64, fy_v1_exp_f32    arrays; n is a multiple of 16, a rest is not touched; y may be
//   x _ZGVeN8v_fy_v1_exp, ...         SIMD, what gcc calls for a function that it knows as
//                                   simd("notinbranch"): b, c, d, e for SSE, AVX, AVX2, AVX-512
// all of these again as fy_v1_strict_exp, and for heavy functions the same without SIMD forms. All
// forms of one function and type give the same bits for an operand on one processor, wherever it
// stands and whatever its neighbours are; NaNs count as equal. Functions of two operands take a
// stride of 0 or 1 per operand: 0 is one value for all elements.
//
// Plain forms serve the modes STABLE and FAST: glibc's libmvec or SLEEF, whichever is faster,
// within 4 ulp. They may differ between processor levels. Strict forms serve STRICT: SLEEF's
// deterministic 1.0 ulp family (1.5 for erfc) or our own, with the same bits on x86-64-v3 and v4;
// v2 has no FMA and differs.
//
// Special values are those of C99 Annex F: exp(-inf) = 0, log(+-0) = -inf, log(-1) = NaN,
// expm1(-0) = -0, pow(x, 0) = pow(1, y) = 1 even for NaN, hypot(inf, NaN) = inf, atan2 with signed
// zeros. Where a vector routine departs from that, or turns slow, it is repaired; the routes and
// the reasons stand in repairs.h.
//
// gamma, lgamma, loggamma: own routines in the plain forms (special/gamma_fast.h). The strict ones
// are SLEEF's tgamma and lgamma, u10, repaired at their ends with the long double functions of
// glibc's libm (never with signgam). gamma is NaN at negative integers and
// -inf, gamma(+-0) = +-inf, and it overflows above 171.6243769563027. lgamma = log|gamma| is +inf
// at its poles and at both infinities. loggamma is lgamma for x >= 0 (both zeros: +inf) and NaN
// below: its principal value is complex there.
//
// mod: Python's and NumPy's float remainder, with the sign of the divisor: fmod, exact, then one
// addition of the divisor where the signs differ. mod(x, 0) = mod(inf, y) = NaN; mod(x, inf) = x,
// or an infinity of the divisor's sign where x has the other; a zero has the divisor's sign.
//
// Special functions (special/) come in two kinds. Vector ones are heavy functions as gamma is: a
// core on vectors, for each processor level. Scalar ones are one routine for all modes, most of
// them for all levels, too (special/lanes.h has those that are not), float32 in double and rounded once; they have up to five
// operands:
//   fy_v1_besselj(v, x), fy_v1_besseljf         one value
//   fy_v1_besselj_f64(y, v, v_stride, x, x_stride, n), ...

#include "server/runtime/special/lists.h"

// The one list of functions. Everything else, declarations, loops, SIMD forms, dispatch, the
// function table and the tests, is derived from it:
//   name, suffix of the SLEEF routine,
//   route of the plain form for f64 and f32, route of the strict form for f64 and f32 (see
//   forms.h), bounds in ulp of the plain form for f64 and f32, of the strict form for f64 and f32.
// A bound is the largest error against MPFR that accuracy_test.cc lets pass, over the whole domain
// and on all processor levels, subnormal results included (there an ulp is the least subnormal);
// strict forms on x86-64-v2, without FMA, may add kLevel2Allowance around the least normal number.
// clang-format off
#define FY_RUNTIME_LIGHT_UNARY(X)                                         \
  X(exp, u10, Own, Own, Own, Own, 1.0, 1.0, 1.0, 1.0)                     \
  X(exp2, u10, Sleef, Sleef, Sleef, Sleef, 1.0, 1.0, 1.0, 1.0)            \
  X(expm1, u10, Mvec, Mvec, Sleef, Sleef, 3.5, 3.0, 1.0, 1.0)             \
  X(log, u10, Own, Own, Own, Own, 2.0, 4.0, 1.0, 1.0)                     \
  X(log2, u10, Mvec, Mvec, Sleef, Sleef, 2.5, 3.0, 1.0, 1.0)              \
  X(log10, u10, Mvec, Mvec, Sleef, Sleef, 2.5, 3.0, 1.0, 1.0)             \
  X(log1p, u10, Mvec, Mvec, Own, Own, 2.5, 2.5, 1.0, 1.0)                 \
  X(sin, u10, Own, Own, Own, Own, 4.0, 2.5, 1.0, 1.0)                     \
  X(cos, u10, Own, Own, Own, Own, 4.0, 2.5, 1.0, 1.0)                     \
  X(tan, u10, Mvec, Mvec, Own, Own, 4.0, 4.0, 1.0, 1.0)                   \
  X(asin, u10, Mvec, Mvec, Sleef, Sleef, 3.0, 3.5, 1.0, 1.0)              \
  X(acos, u10, Mvec, Mvec, Sleef, Sleef, 2.5, 2.5, 1.0, 1.0)              \
  X(atan, u10, Mvec, Mvec, Sleef, Sleef, 2.5, 3.0, 1.0, 1.0)              \
  X(sinh, u10, Mvec, Mvec, Own, Own, 2.5, 2.5, 1.0, 1.0)                  \
  X(cosh, u10, Mvec, Mvec, Own, Own, 2.5, 2.5, 1.0, 1.0)                  \
  X(tanh, u10, Mvec, Mvec, Own, Own, 2.5, 2.0, 1.0, 1.0)                  \
  X(asinh, u10, Mvec, Mvec, Own, Own, 2.5, 2.5, 1.0, 1.0)                 \
  X(acosh, u10, Mvec, Mvec, Own, Own, 3.0, 3.0, 1.0, 1.0)                 \
  X(atanh, u10, Mvec, Mvec, Own, Own, 2.5, 2.5, 1.0, 1.0)                 \
  X(cbrt, u10, Mvec, Mvec, Sleef, Sleef, 3.0, 3.5, 1.0, 1.0)              \
  X(erf, u10, Mvec, Own, Own, Own, 3.0, 2.5, 1.0, 1.0)                    \
  X(erfc, u15, Own, Own, Sleef, Sleef, 2.0, 2.0, 1.5, 1.5)

#define FY_RUNTIME_LIGHT_BINARY(X)                                        \
  X(pow, u10, Own, Own, Own, Own, 1.5, 1.0, 1.0, 1.0)                     \
  X(atan2, u10, Mvec, Mvec, Sleef, Sleef, 3.0, 4.0, 1.0, 1.0)             \
  X(hypot, u05, Mvec, Mvec, Sleef, Sleef, 2.5, 2.0, 1.0, 1.0)

// Heavy functions have one routine for all modes, and the strict names are the same routine again,
// unless their plain route is Fast.
#define FY_RUNTIME_HEAVY_UNARY(X)                                         \
  X(gamma, u10, Fast, FastDouble, Own, Own, 4.0, 0.51, 1.0, 1.0)          \
  X(lgamma, u10, Fast, FastDouble, Own, Own, 3.0, 0.51, 1.0, 1.0)         \
  X(loggamma, u10, Fast, FastDouble, Own, Own, 3.0, 0.51, 1.0, 1.0)       \
  FY_RUNTIME_SPECIAL_VECTOR(X)

#define FY_RUNTIME_HEAVY_BINARY(X)                                        \
  X(mod, none, Own, Own, Own, Own, 0.5, 0.5, 0.5, 0.5)                    \
  FY_RUNTIME_SPECIAL_VECTOR2(X)
// clang-format on

// Functions computed one value at a time: X(name, operands, loop, ulp f64, ulp f32), see
// special/lists.h.
#define FY_RUNTIME_SCALAR(X) FY_RUNTIME_SPECIAL_SCALAR(X)

// The parameters of a routine of so many operands: values, arrays, and the names of either.
#define FY_VALUES_1(T) T a
#define FY_VALUES_2(T) T a, T b
#define FY_VALUES_3(T) T a, T b, T c
#define FY_VALUES_4(T) T a, T b, T c, T d
#define FY_VALUES_5(T) T a, T b, T c, T d, T e
#define FY_ARRAYS_1(T) const T* a
#define FY_ARRAYS_2(T) const T *a, long a_stride, const T *b, long b_stride
#define FY_ARRAYS_3(T) FY_ARRAYS_2(T), const T *c, long c_stride
#define FY_ARRAYS_4(T) FY_ARRAYS_3(T), const T *d, long d_stride
#define FY_ARRAYS_5(T) FY_ARRAYS_4(T), const T *e, long e_stride

#define FY_RUNTIME_DECLARE_UNARY_STEM(stem)                             \
  [[gnu::const]] double fy_v1_##stem(double) noexcept;                  \
  [[gnu::const]] float fy_v1_##stem##f(float) noexcept;                 \
  void fy_v1_##stem##_f64(double* y, const double* x, long n) noexcept; \
  void fy_v1_##stem##_f32(float* y, const float* x, long n) noexcept;

#define FY_RUNTIME_DECLARE_BINARY_STEM(stem)                                                      \
  [[gnu::const]] double fy_v1_##stem(double, double) noexcept;                                    \
  [[gnu::const]] float fy_v1_##stem##f(float, float) noexcept;                                    \
  void fy_v1_##stem##_f64(double* y, const double* a, long a_stride, const double* b,             \
                          long b_stride, long n) noexcept;                                        \
  void fy_v1_##stem##_f32(float* y, const float* a, long a_stride, const float* b, long b_stride, \
                          long n) noexcept;

#define FY_RUNTIME_DECLARE_UNARY(name, ...) \
  FY_RUNTIME_DECLARE_UNARY_STEM(name)       \
  FY_RUNTIME_DECLARE_UNARY_STEM(strict_##name)
#define FY_RUNTIME_DECLARE_BINARY(name, ...) \
  FY_RUNTIME_DECLARE_BINARY_STEM(name)       \
  FY_RUNTIME_DECLARE_BINARY_STEM(strict_##name)

#define FY_RUNTIME_DECLARE_SCALAR(name, operands, ...)                            \
  [[gnu::const]] double fy_v1_##name(FY_VALUES_##operands(double)) noexcept;      \
  [[gnu::const]] float fy_v1_##name##f(FY_VALUES_##operands(float)) noexcept;     \
  void fy_v1_##name##_f64(double* y, FY_ARRAYS_##operands(double), long n) noexcept; \
  void fy_v1_##name##_f32(float* y, FY_ARRAYS_##operands(float), long n) noexcept;

extern "C" {
FY_RUNTIME_LIGHT_UNARY(FY_RUNTIME_DECLARE_UNARY)
FY_RUNTIME_LIGHT_BINARY(FY_RUNTIME_DECLARE_BINARY)
FY_RUNTIME_HEAVY_UNARY(FY_RUNTIME_DECLARE_UNARY)
FY_RUNTIME_HEAVY_BINARY(FY_RUNTIME_DECLARE_BINARY)
FY_RUNTIME_SCALAR(FY_RUNTIME_DECLARE_SCALAR)
}

#undef FY_RUNTIME_DECLARE_UNARY_STEM
#undef FY_RUNTIME_DECLARE_BINARY_STEM
#undef FY_RUNTIME_DECLARE_UNARY
#undef FY_RUNTIME_DECLARE_BINARY
#undef FY_RUNTIME_DECLARE_SCALAR

#endif  // FORMULARY_SERVER_RUNTIME_RUNTIME_H_
