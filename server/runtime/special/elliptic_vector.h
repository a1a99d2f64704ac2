#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_VECTOR_H_

// The complete elliptic integrals on vectors. Included by level files only. Negative parameters go
// through K(m) = K(m/(m - 1))/sqrt(1 - m) and E(m) = E(m/(m - 1))*sqrt(1 - m) (DLMF 19.7.2): with
// p = 1 - m that is p above 1 through 1/p.

#include "server/runtime/registers.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/elliptic_fit.h"

namespace {

#if FY_LEVEL == 4
inline VecD EllipticFma(VecD a, VecD b, VecD c) { return _mm512_fmadd_pd(a, b, c); }
inline VecD EllipticSqrt(VecD x) { return _mm512_sqrt_pd(x); }
#elif FY_LEVEL == 3
inline VecD EllipticFma(VecD a, VecD b, VecD c) { return _mm256_fmadd_pd(a, b, c); }
inline VecD EllipticSqrt(VecD x) { return _mm256_sqrt_pd(x); }
#else
inline VecD EllipticFma(VecD a, VecD b, VecD c) { return a * b + c; }
inline VecD EllipticSqrt(VecD x) { return _mm_sqrt_pd(x); }
#endif

template <long kCount>
inline VecD EllipticPolynomial(const double (&coefficients)[kCount], VecD x) {
  VecD sum = Set1(coefficients[kCount - 1]);
  for (long i = kCount - 2; i >= 0; --i) sum = EllipticFma(sum, x, Set1(coefficients[i]));
  return sum;
}

// K(1 - p): infinite at 0, NaN below.
inline VecD own_strict_elliptic_km1(VecD p) {
  namespace fit = formulary::runtime::special;
  const MaskD above = p > Set1(1.0);
  const VecD q = Select(above, 1 / p, p);
  const VecD k = EllipticFma(-sleef_log(q), EllipticPolynomial(fit::kEllipticKQ, q),
                             EllipticPolynomial(fit::kEllipticKP, q));
  const VecD result = Select(above, k / EllipticSqrt(p), k);
  return Select(p == Set1(__builtin_inf()), VecD{}, result);
}

inline VecD own_strict_elliptic_k(VecD m) { return own_strict_elliptic_km1(1 - m); }

inline VecD own_strict_elliptic_e(VecD m) {
  namespace fit = formulary::runtime::special;
  const VecD p = 1 - m;
  const MaskD above = p > Set1(1.0);
  const VecD q = Select(above, 1 / p, p);
  const VecD log_term = q * sleef_log(Select(q == VecD{}, Set1(1.0), q));  // 0 at 0
  const VecD e = EllipticFma(-log_term, EllipticPolynomial(fit::kEllipticEQ, q),
                             EllipticPolynomial(fit::kEllipticEP, q));
  return Select(above, e * EllipticSqrt(p), e);
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_VECTOR_H_
