// Carlson's symmetric integrals as functions of their own. Sources:
// DLMF 19.16, 19.20, 19.21, 19.36.

#include "server/runtime/special/elliptic_carlson.h"

#include <cmath>
#include <utility>

#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInf = __builtin_inf();

// Operands are brought near 1 by a power of 4, so that products of several keep to the range.
struct Scale {
  explicit Scale(double largest) {
    if (largest > 0x1p-64 && largest < 0x1p64) return;
    half_exponent = std::ilogb(largest) / 2;
  }
  double operator()(double x) const {
    return half_exponent == 0 ? x : std::scalbn(x, -2 * half_exponent);
  }
  // A result that is homogeneous of degree -degree/2.
  double Back(double result, int degree) const {
    return half_exponent == 0 ? result : std::scalbn(result, -degree * half_exponent);
  }
  int half_exponent = 0;
};

bool IsNan(double x, double y, double z) { return !(x == x && y == y && z == z); }

// The principal value for p = -q < 0: DLMF 19.20.14, whose terms cancel.
// REQUIRES: x <= y <= z.
double RjPrincipal(long double x, long double y, long double z, long double q) {
  const long double p = (z * (x + y + q) - x * y) / (z + q);
  const long double xy = x * y, pq = p * q;
  long double sum = (p - z) * carlson::Rj(x, y, z, p) - 3 * carlson::Rf(x, y, z);
  sum += 3 * std::sqrt(xy * z / (xy + pq)) * carlson::Rc(xy + pq, pq);
  return static_cast<double>(sum / (z + q));
}

}  // namespace

double carlson_rc(double x, double y) noexcept {
  if (!(x >= 0) || !(y == y)) return kNan;
  if (y == 0) return x == kInf ? kNan : kInf;
  if (x == kInf || std::abs(y) == kInf) return 0;
  const Scale scale(std::fmax(x, std::abs(y)));
  x = scale(x);
  y = scale(y);
  // Below 0: the principal value, DLMF 19.2.20.
  if (y < 0) {
    return x == 0 ? 0 : scale.Back(std::sqrt(x / (x - y)) * carlson::Rc(x - y, -y), 1);
  }
  return scale.Back(carlson::Rc(x, y), 1);
}

double carlson_rf(double x, double y, double z) noexcept {
  if (IsNan(x, y, z) || x < 0 || y < 0 || z < 0) return kNan;
  const double largest = std::fmax(x, std::fmax(y, z));
  const int zeros = (x == 0) + (y == 0) + (z == 0);
  if (largest == kInf) return zeros > 1 ? kNan : 0;
  if (zeros > 1) return kInf;
  const Scale scale(largest);
  return scale.Back(carlson::Rf(scale(x), scale(y), scale(z)), 1);
}

double carlson_rd(double x, double y, double z) noexcept {
  if (IsNan(x, y, z) || x < 0 || y < 0 || z < 0) return kNan;
  const double largest = std::fmax(x, std::fmax(y, z));
  const bool infinite = (x == 0 && y == 0) || z == 0;
  if (largest == kInf) return infinite ? kNan : 0;
  if (infinite) return kInf;
  const Scale scale(largest);
  return scale.Back(carlson::RfRd(scale(x), scale(y), scale(z)).d, 3);
}

double carlson_rg(double x, double y, double z) noexcept {
  if (IsNan(x, y, z) || x < 0 || y < 0 || z < 0) return kNan;
  if (x > y) std::swap(x, y);
  if (y > z) std::swap(y, z);
  if (x > y) std::swap(x, y);
  if (z == kInf) return kInf;
  if (y == 0) return std::sqrt(z) / 2;
  const Scale scale(z);
  x = scale(x);
  y = scale(y);
  z = scale(z);
  // DLMF 19.21.10 around the middle operand: no term is negative.
  const carlson::Pair<double> pair = carlson::RfRd(x, z, y);
  const double sum = y * pair.f + (y - x) * (z - y) * pair.d / 3 + std::sqrt(x) * std::sqrt(z / y);
  return scale.Back(sum / 2, -1);
}

double carlson_rj(double x, double y, double z, double p) noexcept {
  if (IsNan(x, y, z) || !(p == p) || x < 0 || y < 0 || z < 0) return kNan;
  if (x > y) std::swap(x, y);
  if (y > z) std::swap(y, z);
  if (x > y) std::swap(x, y);
  const bool infinite = y == 0 || p == 0;
  if (z == kInf || std::abs(p) == kInf) return infinite ? kNan : 0;
  if (y == 0 && p < 0) return kNan;
  if (infinite) return kInf;
  const Scale scale(std::fmax(z, std::abs(p)));
  x = scale(x);
  y = scale(y);
  z = scale(z);
  p = scale(p);
  return scale.Back(p > 0 ? carlson::Rj(x, y, z, p) : RjPrincipal(x, y, z, -p), 3);
}

}  // namespace formulary::runtime::special
