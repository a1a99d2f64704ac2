// Derivatives of the regularised incomplete functions by their last operand, which are the gamma
// and beta densities, and the incomplete beta function between two points. Sources: DLMF 8.8.13,
// 8.17.20.

#include "server/runtime/special/incomplete.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace incomplete {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInfinity = __builtin_inf();
constexpr double kHugeGamma = 1e290;  // shapes beyond count as infinite
constexpr double kHugeBeta = 1e100;

// A density: factor * exp(exponent).
struct Density {
  Pair exponent;
  double factor;
};

double Plain(const Density& d) { return ScaledExp(d.exponent, d.factor); }

double Logarithm(const Density& d) {
  if (d.factor == 0 || std::isinf(d.factor) || std::isnan(d.factor)) return std::log(d.factor);
  if (std::fabs(d.exponent.hi) < 600) {
    // Near 1 the logarithm needs the value.
    const double value = Plain(d);
    if (value > 0.5 && value < 2) return std::log(value);
  }
  return d.exponent.hi + (std::log(d.factor) + d.exponent.lo);
}

// At an end of the range: 0, the limit, or infinity, by the shape there.
Density End(double shape, double limit) {
  return {{0, 0}, shape < 1 ? kInfinity : shape > 1 ? 0 : limit};
}

Density GammaDensity(const GammaShape& shape, double x) {
  const double a = shape.a;
  if (!(a > 0) || !(x >= 0)) return {{0, 0}, kNan};
  if (x == 0) return End(a, 1);
  if (a >= kHugeGamma || x >= kHugeGamma)
    return {{0, 0}, std::isinf(a) && std::isinf(x) ? kNan : 0};
  if (a < kStirling && x < 0.5) {
    // x^(a - 1) as it is: x^a may underflow.
    const Pair power = Multiply(Log({x, 0}), ExactSum(a, -1));
    return {Add(power, -x), a * shape.density};
  }
  return {GammaExponent(shape, x), shape.density * (a / x)};
}

Density BetaDensity(const BetaShape& shape, double x) {
  const double a = shape.a;
  const double b = shape.b;
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) return {{0, 0}, kNan};
  if (x == 0) return End(a, b);
  if (x == 1) return End(b, a);
  if (a >= kHugeBeta || b >= kHugeBeta) return {{0, 0}, std::isinf(a) && std::isinf(b) ? kNan : 0};
  const Pair y = ExactSum(1, -x);
  const Pair delta = Subtract(Multiply(Pair{x, 0}, b), Multiply(y, a));
  const Pair exponent = BetaExponent(shape, {x, 0}, y, delta);
  if (x < 1e-200) return {Subtract(exponent, Log({x, 0})), shape.density};
  return {exponent, shape.density / x / y.hi};
}

// I at `to` minus I at `from`, from < to, both within (0, 1).
double Between(const BetaShape& shape, double from, double to) {
  const Pair from_y = ExactSum(1, -from);
  const Pair to_y = ExactSum(1, -to);
  const Pair delta = Subtract(Multiply(Pair{from, 0}, shape.b), Multiply(from_y, shape.a));
  // The tail that is smaller at both, or at the first.
  const bool lower = delta.hi < 0;
  const double near = Value(BetaTail(shape, {from, 0}, from_y), lower);
  const double far = Value(BetaTail(shape, {to, 0}, to_y), lower);
  const double difference = lower ? far - near : near - far;
  const double larger = lower ? far : near;
  if (larger < 1e-290 || difference > 0.2 * larger) return difference;
  // Close together: quadrature of the density, smooth over logit(x), relative to that at `from`.
  const Pair rise = Divide(ExactSum(to, -from), from);
  const double length = std::log1p(rise.hi / to_y.hi);
  if (length > 2) {
    const double first = Value(BetaTail(shape, {from, 0}, from_y), !lower);
    const double second = Value(BetaTail(shape, {to, 0}, to_y), !lower);
    const double other = lower ? first - second : second - first;
    if (other > 0.2 * (lower ? first : second)) return other;
  }
  double sum = 0;
  for (int i = 0; i < kNodeCount; ++i) {
    const double grown = std::expm1(length * kNodes[i]);
    const double whole = std::log1p(from * grown);
    sum += kWeights[i] * std::exp(shape.a * length * kNodes[i] - shape.sum.hi * whole);
  }
  return ScaledExp(BetaExponent(shape, {from, 0}, from_y, delta), shape.density * length * sum);
}

}  // namespace
}  // namespace incomplete

using incomplete::BetaDensity;
using incomplete::BetaShape;
using incomplete::GammaDensity;
using incomplete::GammaShape;

double gammainc_dx(double a, double b) noexcept {
  return incomplete::Plain(GammaDensity(GammaShape(a), b));
}

double log_gammainc_dx(double a, double b) noexcept {
  return incomplete::Logarithm(GammaDensity(GammaShape(a), b));
}

double betainc_dx(double a, double b, double c) noexcept {
  return incomplete::Plain(BetaDensity(BetaShape(a, b), c));
}

double log_betainc_dx(double a, double b, double c) noexcept {
  return incomplete::Logarithm(BetaDensity(BetaShape(a, b), c));
}

void gammainc_dx_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                       long n) noexcept {
  if (a_stride != 0 || n <= 0) {
    for (long i = 0; i < n; ++i) y[i] = gammainc_dx(a[i * a_stride], b[i * b_stride]);
    return;
  }
  const GammaShape shape(a[0]);
  for (long i = 0; i < n; ++i) y[i] = incomplete::Plain(GammaDensity(shape, b[i * b_stride]));
}

void betainc_dx_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                      const double* c, long c_stride, long n) noexcept {
  if (a_stride != 0 || b_stride != 0 || n <= 0) {
    for (long i = 0; i < n; ++i) {
      y[i] = betainc_dx(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
    }
    return;
  }
  const BetaShape shape(a[0], b[0]);
  for (long i = 0; i < n; ++i) y[i] = incomplete::Plain(BetaDensity(shape, c[i * c_stride]));
}

double betainc_between(double a, double b, double c, double d) noexcept {
  if (!(a > 0) || !(b > 0) || !(c >= 0 && c <= 1) || !(d >= 0 && d <= 1)) {
    return __builtin_nan("");
  }
  if (c == d) return 0;
  if (c > d) return -betainc_between(a, b, d, c);
  if (c == 0) return betainc(a, b, d);
  if (d == 1) return betaincc(a, b, c);
  if (a >= incomplete::kHugeBeta || b >= incomplete::kHugeBeta) {
    return betainc(a, b, d) - betainc(a, b, c);
  }
  return incomplete::Between(BetaShape(a, b), c, d);
}

}  // namespace formulary::runtime::special
