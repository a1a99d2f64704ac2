// Legendre's elliptic integrals in the parameter m = k^2, through Carlson's symmetric ones. The
// forms are chosen so that no term is negative for m < 1. Sources: DLMF 19.2, 19.7, 19.25.

#include <cmath>

#include "server/runtime/special/elliptic_carlson.h"
#include "server/runtime/special/elliptic_fit.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInf = __builtin_inf();
constexpr double kSmallParameter = 0.125;
constexpr double kTwoPi = 6.283185307179586477;

template <int kCount>
double Polynomial(const double (&coefficients)[kCount], double x) {
  double sum = coefficients[kCount - 1];
  for (int i = kCount - 2; i >= 0; --i) sum = sum * x + coefficients[i];
  return sum;
}

// K and E as in elliptic_vector.h. REQUIRES: m < 1, finite.
double CompleteK(double m) {
  const double p = 1 - m;
  const double q = p > 1 ? 1 / p : p;
  const double k = Polynomial(kEllipticKP, q) - std::log(q) * Polynomial(kEllipticKQ, q);
  return p > 1 ? k / std::sqrt(p) : k;
}
double CompleteE(double m) {
  if (m == 1) return 1;
  const double p = 1 - m;
  const double q = p > 1 ? 1 / p : p;
  const double e = Polynomial(kEllipticEP, q) - q * std::log(q) * Polynomial(kEllipticEQ, q);
  return p > 1 ? e * std::sqrt(p) : e;
}

// phi = turns*pi + an angle in [-pi/2, pi/2] of this sine and cosine; y = 1 - m sin^2.
struct Angle {
  Angle(double phi, double m) : sine(std::sin(phi)), cosine(std::cos(phi)) {
    if (cosine < 0) {
      turns = 2 * std::rint(phi / kTwoPi - 0.5) + 1;
      sine = -sine;
      cosine = -cosine;
    } else {
      turns = 2 * std::rint(phi / kTwoPi);
    }
    square = sine * sine;
    cosine_square = cosine * cosine;
    if (m > 1) {
      const long double exact = std::sin(static_cast<long double>(phi));
      y = static_cast<double>(1 - m * exact * exact);
    } else {
      y = m > 0 ? cosine_square + (1 - m) * square : 1 - m * square;
    }
  }
  // Whether the integrals are real.
  bool inside(double m) const { return m <= 1 || (turns == 0 && y >= 0); }

  double sine, cosine, square, cosine_square, y, turns;
};

// The integrals on [-pi/2, pi/2].
double NearF(const Angle& angle) {
  return angle.sine * carlson::Rf(angle.cosine_square, angle.y, 1.0);
}

double NearE(const Angle& angle, double m) {
  const double s = angle.sine;
  if (m > 1) {  // DLMF 19.25.11
    const double d = carlson::RfRd(angle.y, 1.0, angle.cosine_square).d;
    return s * ((m - 1) / 3 * angle.square * d + std::sqrt(angle.y) / angle.cosine);
  }
  if (m > kSmallParameter) {  // DLMF 19.25.10
    const carlson::Pair<double> pair = carlson::RfRd(angle.cosine_square, 1.0, angle.y);
    return s * ((1 - m) * (pair.f + m / 3 * angle.square * pair.d) +
                m * angle.cosine / std::sqrt(angle.y));
  }
  const carlson::Pair<double> pair = carlson::RfRd(angle.cosine_square, angle.y, 1.0);
  return s * (pair.f - m / 3 * angle.square * pair.d);  // DLMF 19.25.9, hardly a difference
}

double NearD(const Angle& angle) {
  return angle.sine * angle.square / 3 * carlson::RfRd(angle.cosine_square, angle.y, 1.0).d;
}

// Pi for n < 0: DLMF 19.7.9 leads to the parameter (m - n)/(1 - n), and with 19.25.14 its terms
// join to a sum that does not cancel.
double PiBelow(double n, double m, double s, double c, double y) {
  const double ss = s * s, cc = c * c;
  const double p = 1 - n * ss;
  const double ratio = (1 - m) / (1 - n);
  const double q = cc + ratio * ss;
  double sum = carlson::Rf(cc, y, 1.0) - n * ratio / 3 * ss * carlson::Rj(cc, y, 1.0, q);
  if (c != 0) sum -= n * c * carlson::Rc(y, p * q);
  return s * sum / (1 - n);
}

// Pi for n > 1 beyond the pole, as the principal value: DLMF 19.7.8.
double PiBeyond(double n, double m, double s, double c, double y) {
  const double ss = s * s, cc = c * c;
  const double omega = m / n;
  const double q = 1 - omega * ss;
  const double smooth = -omega / 3 * ss * carlson::Rj(cc, y, 1.0, q);
  return s * (smooth + carlson_rc(cc * y, (1 - n * ss) * q));
}

double NearPi(double n, double m, double s, double c, double y) {
  const double ss = s * s, cc = c * c;
  if (n < 0) return PiBelow(n, m, s, c, y);
  const double p = n <= 1 ? cc + (1 - n) * ss : 1 - n * ss;
  if (p == 0) return std::copysign(kInf, s);
  if (p < 0) return PiBeyond(n, m, s, c, y);
  return s * (carlson::Rf(cc, y, 1.0) + n / 3 * ss * carlson::Rj(cc, y, 1.0, p));
}

}  // namespace

double elliptic_d(double m) noexcept {
  if (!(m <= 1)) return kNan;
  if (m == 1) return kInf;
  return carlson_rd(0, 1 - m, 1) / 3;
}

namespace {

// F and D, whose ends are alike: the part within a quarter turn, and the complete one.
double Incomplete(double phi, double m, double (*near)(const Angle&), double (*complete)(double)) {
  if (!(phi == phi) || !(m == m)) return kNan;
  if (phi == 0) return phi;
  if (std::abs(phi) == kInf) return m <= 1 && m > -kInf ? phi : kNan;
  if (m == -kInf) return std::copysign(0.0, phi);
  const Angle angle(phi, m);
  if (!angle.inside(m)) return kNan;
  if (angle.turns == 0) return near(angle);
  if (m == 1) return std::copysign(kInf, phi);
  return 2 * angle.turns * complete(m) + near(angle);
}

}  // namespace

double elliptic_f(double phi, double m) noexcept { return Incomplete(phi, m, &NearF, &CompleteK); }

double elliptic_d_inc(double phi, double m) noexcept {
  return Incomplete(phi, m, &NearD, [](double parameter) { return elliptic_d(parameter); });
}

double elliptic_e_inc(double phi, double m) noexcept {
  if (!(phi == phi) || !(m == m)) return kNan;
  if (phi == 0) return phi;
  if (std::abs(phi) == kInf) return m <= 1 ? phi : kNan;
  if (m == -kInf) return std::copysign(kInf, phi);
  const Angle angle(phi, m);
  if (!angle.inside(m)) return kNan;
  if (angle.turns == 0) return NearE(angle, m);
  return 2 * angle.turns * CompleteE(m) + NearE(angle, m);
}

double elliptic_pi(double n, double m) noexcept {
  if (!(n == n) || !(m <= 1)) return kNan;
  if (n == 1 || m == 1) return n > 1 ? -kInf : kInf;
  if (std::abs(n) == kInf || m == -kInf) return 0;
  return NearPi(n, m, 1, 0, 1 - m);
}

double elliptic_pi_inc(double n, double phi, double m) noexcept {
  if (!(n == n) || !(phi == phi) || !(m == m)) return kNan;
  if (phi == 0) return phi;
  if (std::abs(phi) == kInf) return m <= 1 && m > -kInf && std::abs(n) < kInf ? phi : kNan;
  if (std::abs(n) == kInf || m == -kInf) return std::copysign(0.0, phi);
  const Angle angle(phi, m);
  if (!angle.inside(m)) return kNan;
  const double near = NearPi(n, m, angle.sine, angle.cosine, angle.y);
  return angle.turns == 0 ? near : 2 * angle.turns * elliptic_pi(n, m) + near;
}

}  // namespace formulary::runtime::special
