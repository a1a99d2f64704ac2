// Jacobi's elliptic functions in the parameter m = k^2, by descending Landen transformations of
// cs = cn/sn and dn, in which nothing cancels. Sources: DLMF 22.7(i), 22.17, 19.8(i).

#include <cmath>

#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInf = __builtin_inf();
constexpr long double kPi = 3.14159265358979323846264338327950288L;

// Landen steps at most: complementary moduli go from 1e-160 to 1 in fourteen.
constexpr int kMaxSteps = 16;

// What the parameter alone decides. Parameters outside [0, 1] are led inside: m > 1 to 1/m (DLMF
// 22.17.2 to 22.17.4), m < 0 to m/(m - 1) (22.17.6 to 22.17.8).
enum class Region { kNone, kBelow, kInside, kOne, kAbove };

struct Parameter {
  explicit Parameter(double m) {
    if (!(std::abs(m) < kInf)) return;
    region = m == 1  ? Region::kOne
             : m > 1 ? Region::kAbove
             : m < 0 ? Region::kBelow
                     : Region::kInside;
    if (m == 1) return;
    reach = 1 + std::abs(m);
    const long double wide = m;
    long double complement = std::sqrt(std::abs(1 - wide));
    if (m > 1) {
      scale = std::sqrt(wide);
      complement /= scale;
    } else if (m < 0) {
      scale = complement;
      complement = 1 / complement;
    }
    // With the complementary modulus k', a step is to k'_1 = 2 sqrt(k')/(1 + k'), its factor
    // 1 + k_1 = 2/(1 + k').
    while (count < kMaxSteps && complement < 1 - 0x1p-54L) {
      const long double sum = 1 + complement;
      gain[count] = static_cast<double>(2 / sum);
      shrink[count] = static_cast<double>(sum / 2);
      rest[count] = static_cast<double>(2 * complement / sum);
      rate *= sum / 2;
      complement = 2 * std::sqrt(complement) / sum;
      ++count;
    }
    rate *= scale;
  }

  Region region = Region::kNone;
  double reach = 1;
  long double scale = 1;
  long double rate = 1;  // pi/(2 K), of m <= 1 itself
  int count = 0;
  double gain[kMaxSteps];    // 1 + k_1
  double shrink[kMaxSteps];  // 1/(1 + k_1)
  double rest[kMaxSteps];    // 1 - k_1
};

struct Functions {
  double sn, cn, dn;
};

// DLMF 22.7.2 to 22.7.4 in quotients, from the sine and cosine at the last step.
Functions Ascend(const Parameter& parameter, double u) {
  long double angle = u * parameter.rate;
  angle -= 2 * kPi * std::rint(angle / (2 * kPi));
  const auto high = static_cast<double>(angle), low = static_cast<double>(angle - high);
  const double sine = std::sin(high), cosine = std::cos(high);
  double cs = (cosine - low * sine) / (sine + low * cosine);
  double dn = 1;
  for (int i = parameter.count - 1; i >= 0; --i) {
    const double square = cs * cs;
    cs *= dn * parameter.shrink[i];
    dn = (square + parameter.rest[i]) / (square + parameter.gain[i]);
  }
  const double sn = std::copysign(1 / std::sqrt(1 + cs * cs), high);
  return {sn, cs * sn, dn};
}

Functions Compute(const Parameter& parameter, double u) {
  if (!(std::abs(u) < kInf) || parameter.region == Region::kNone) return {kNan, kNan, kNan};
  if (u * u * parameter.reach < 0x1p-56) return {u, 1, 1};
  if (parameter.region == Region::kOne) {
    const double sech = 1 / std::cosh(u);
    return {std::tanh(u), sech, sech};
  }
  const Functions f = Ascend(parameter, u);
  const auto scale = static_cast<double>(parameter.scale);
  if (parameter.region == Region::kAbove) return {f.sn / scale, f.dn, f.cn};
  if (parameter.region == Region::kBelow) return {f.sn / (scale * f.dn), f.cn / f.dn, 1 / f.dn};
  return f;
}

double Amplitude(const Parameter& parameter, double u) {
  const Functions f = Compute(parameter, u);
  if (parameter.region == Region::kAbove) return std::asin(f.sn);
  const double angle = std::atan2(f.sn, f.cn);
  if (parameter.region == Region::kOne || !(std::abs(u) * parameter.rate > 1)) return angle;
  // Turns: the angle is within a quarter of one of u in quarter periods.
  const auto turns = static_cast<double>((u * parameter.rate - angle) / (2 * kPi));
  return angle + static_cast<double>(2 * kPi * std::rint(turns));
}

// The parameter's set-up is made once where it is uniform.
template <typename Function>
void Fill(double* y, const double* a, long a_stride, const double* b, long b_stride, long n,
          Function function) {
  if (b_stride == 0 && n > 0) {
    const Parameter parameter(*b);
    for (long i = 0; i < n; ++i) y[i] = function(parameter, a[i * a_stride]);
    return;
  }
  for (long i = 0; i < n; ++i) y[i] = function(Parameter(b[i]), a[i * a_stride]);
}

double Sn(const Parameter& parameter, double u) { return Compute(parameter, u).sn; }
double Cn(const Parameter& parameter, double u) { return Compute(parameter, u).cn; }
double Dn(const Parameter& parameter, double u) { return Compute(parameter, u).dn; }

}  // namespace

double jacobi_sn(double u, double m) noexcept { return Sn(Parameter(m), u); }
double jacobi_cn(double u, double m) noexcept { return Cn(Parameter(m), u); }
double jacobi_dn(double u, double m) noexcept { return Dn(Parameter(m), u); }
double jacobi_am(double u, double m) noexcept { return Amplitude(Parameter(m), u); }

void jacobi_sn_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                     long n) noexcept {
  Fill(y, a, a_stride, b, b_stride, n, Sn);
}
void jacobi_cn_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                     long n) noexcept {
  Fill(y, a, a_stride, b, b_stride, n, Cn);
}
void jacobi_dn_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                     long n) noexcept {
  Fill(y, a, a_stride, b, b_stride, n, Dn);
}
void jacobi_am_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                     long n) noexcept {
  Fill(y, a, a_stride, b, b_stride, n, Amplitude);
}

}  // namespace formulary::runtime::special
