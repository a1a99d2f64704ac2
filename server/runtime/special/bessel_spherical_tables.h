#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_TABLES_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_TABLES_H_

// Tables of the spherical Bessel functions of low orders, computed by the compiler in 113 bits. For
// bessel_spherical.cc only. Source: DLMF 10.49.1, 10.49.8, 10.53.

#include "server/runtime/special/bessel_spherical_kernels.h"

namespace formulary::runtime::special {

struct SphericalTable {
  __extension__ typedef __float128 Quad;

  constexpr SphericalTable() {
    Quad lead = 1;  // 1/(2 n + 1)!!
    for (long n = 0; n <= kMaxSphericalOrder; ++n) {
      lead /= 2 * n + 1;
      limit_j[n] = static_cast<double>(n);
      limit_i[n] = static_cast<double>(n + 2);
      Quad term = lead, left_j = 1, left_i = 1;  // of a term at the limit, over the first
      for (long k = 0; k < kMaxSphericalSeries; ++k) {
        series[n][k] = static_cast<double>(term);
        series_low[n][k] = static_cast<double>(term - static_cast<Quad>(series[n][k]));
        if (left_j > 0x1p-66) count_j[n] = k + 1;
        if (left_i > 0x1p-66) count_i[n] = k + 1;
        const Quad divisor = 2 * (k + 1) * (2 * (n + k) + 3);
        term /= divisor;
        left_j *= limit_j[n] * limit_j[n] / divisor;
        left_i *= limit_i[n] * limit_i[n] / divisor;
      }
      Quad coefficient = 1;  // (n + k)!/(2^k k! (n - k)!)
      for (long k = 0; k <= n; ++k) {
        inverse[n][k] = static_cast<double>(coefficient);
        coefficient = coefficient * (n + k + 1) * (n - k) / (2 * (k + 1));
      }
    }
  }

  double limit_j[kMaxSphericalOrder + 1] = {}, limit_i[kMaxSphericalOrder + 1] = {};
  double series[kMaxSphericalOrder + 1][kMaxSphericalSeries] = {};
  double series_low[kMaxSphericalOrder + 1][kMaxSphericalSeries] = {};
  long count_j[kMaxSphericalOrder + 1] = {}, count_i[kMaxSphericalOrder + 1] = {};
  double inverse[kMaxSphericalOrder + 1][kMaxSphericalOrder + 1] = {};
};
inline constexpr SphericalTable kSphericalTable;
static_assert(kSphericalTable.count_i[kMaxSphericalOrder] < kMaxSphericalSeries);

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_TABLES_H_
