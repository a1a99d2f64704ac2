// Sources: DLMF 15.8.3, 15.8.4; where the difference of the two exponents is an integer 15.8.9,
// 15.8.10; 5.5.2 and 5.11.2 for digamma. These have one form: with u the upper parameters of the
// first series, v = u + power those of the second,
//   gamma(c) (gamma(power) / gamma(v) F(u; 1 - power; w)
//             + w^power gamma(-power) / gamma(u) F(v; 1 + power; w)).

#include "server/runtime/special/hypergeometric_connection.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace formulary::runtime::special {
namespace {

using Long = long double;

constexpr Long kUnit = 0x1p-64L;
constexpr double kMaxParameter = 100;
constexpr Long kMaxPower = 40;

bool IsPole(Long x) { return x <= 0 && x == std::rint(x); }

Parameter Plus(Parameter a, Parameter b) {
  const Long sum = a.value + b.value;
  const Long part = sum - a.value;
  const Long rest = (a.value - (sum - part)) + (b.value - part);
  return {sum, a.error + b.error + std::fabs(rest)};
}

// To some units. REQUIRES: no pole.
Long Digamma(Long x) {
  constexpr Long kLarge = 24;
  // B_2k / (2 k)
  constexpr Long kTerms[] = {1.0L / 12,   -1.0L / 120,     1.0L / 252,
                             -1.0L / 240, 1.0L / 132,      -691.0L / 32760,
                             1.0L / 12,   -3617.0L / 8160, 43867.0L / 14364};
  Long rest = 0;
  for (; x < kLarge; x += 1) rest += 1 / x;
  const Long square = 1 / (x * x);
  Long sum = 0;
  for (int i = 8; i >= 0; --i) sum = (sum + kTerms[i]) * square;
  return std::log(x) - 1 / (2 * x) - sum - rest;
}

}  // namespace

Connection Connection::AroundOne(double a, double b, double c) {
  return Connection(Parameters{.upper = {{a}, {b}},
                               .shifted = {Sum(c, -b), Sum(c, -a)},
                               .power = Sum(c, -a, -b),
                               .prefactor = {0},
                               .c = c});
}

Connection Connection::AroundInfinity(double a, double b, double c) {
  return Connection(Parameters{.upper = {{a}, Sum(c, -b)},
                               .shifted = {{b}, Sum(c, -a)},
                               .power = Sum(b, -a),
                               .prefactor = {a},
                               .c = c});
}

Connection::Connection(Parameters p) {
  if (p.power.value < 0) {
    std::swap(p.upper, p.shifted);
    p.prefactor = Plus(p.prefactor, p.power);
    p.power.value = -p.power.value;
  }
  power_ = p.power;
  prefactor_ = p.prefactor;
  if (!(std::fabs(p.c) <= kMaxParameter && p.power.value <= kMaxPower)) return;
  if (p.power.error != 0 || p.prefactor.error != 0) return;
  for (const Parameter& parameter : {p.upper[0], p.upper[1], p.shifted[0], p.shifted[1]}) {
    if (parameter.error != 0 || IsPole(parameter.value)) return;
    if (!(std::fabs(parameter.value) <= kMaxParameter)) return;
  }
  is_logarithmic_ = p.power.value == std::rint(p.power.value);
  if (is_logarithmic_) {
    SetLogarithms(p);
  } else {
    SetPowers(p);
  }
  SetTerms();
}

void Connection::SetPowers(const Parameters& p) {
  const Long power = p.power.value;
  const Bounded gamma = Gamma({p.c});
  const Bounded first =
      gamma * Gamma(p.power) * ReciprocalGamma(p.shifted[0]) * ReciprocalGamma(p.shifted[1]);
  const Bounded second =
      gamma * Gamma({-power}) * ReciprocalGamma(p.upper[0]) * ReciprocalGamma(p.upper[1]);
  first_[0] = first.value;
  second_[0] = second.value;
  first_errors_[0] = first.error;
  second_errors_[0] = second.error;
  for (int k = 1; k < kMaxTerms; ++k) {
    const Long n = k - 1;
    first_[k] =
        first_[k - 1] * ((p.upper[0].value + n) * (p.upper[1].value + n) / ((1 - power + n) * k));
    second_[k] = second_[k - 1] *
                 ((p.shifted[0].value + n) * (p.shifted[1].value + n) / ((1 + power + n) * k));
    first_errors_[k] =
        std::fabs(first_[k]) * (first.error / std::fabs(first.value) + 8 * k * kUnit);
    second_errors_[k] =
        std::fabs(second_[k]) * (second.error / std::fabs(second.value) + 8 * k * kUnit);
  }
}

void Connection::SetLogarithms(const Parameters& p) {
  const int m = static_cast<int>(p.power.value);
  const Long u0 = p.upper[0].value, u1 = p.upper[1].value;
  const Bounded gamma = Gamma({p.c});
  // (-1)^k (u)_k (m - k - 1)! / k! for k < m
  Bounded scale = gamma * ReciprocalGamma(p.shifted[0]) * ReciprocalGamma(p.shifted[1]);
  Long term = scale.value * std::tgamma(static_cast<Long>(m > 0 ? m : 1));
  for (int k = 0; k < m; ++k) {
    first_[k] = term;
    first_errors_[k] =
        std::fabs(term) * (scale.error / std::fabs(scale.value) + (8 * k + 8) * kUnit);
    second_[k] = 0;
    second_errors_[k] = 0;
    if (k + 1 < m) term *= -(u0 + k) * (u1 + k) / (static_cast<Long>(k + 1) * (m - k - 1));
  }
  // -(-1)^m (v)_k / (k! (k + m)!) and that times the sum of digammas, from m on
  scale = gamma * ReciprocalGamma(p.upper[0]) * ReciprocalGamma(p.upper[1]);
  const Long relative = scale.error / std::fabs(scale.value);
  const Long v0 = p.shifted[0].value, v1 = p.shifted[1].value;
  const Long psi[] = {Digamma(1), Digamma(m + 1), Digamma(v0), Digamma(v1)};
  Long digammas = -psi[0] - psi[1] + psi[2] + psi[3];
  Long size = 4;
  for (const Long one : psi) size += std::fabs(one);
  term = scale.value / std::tgamma(static_cast<Long>(m + 1)) * (m % 2 == 0 ? -1 : 1);
  for (int k = 0; k + m < kMaxTerms; ++k) {
    second_[k + m] = term;
    first_[k + m] = term * digammas;
    second_errors_[k + m] = std::fabs(term) * (relative + (8 * k + 8) * kUnit);
    first_errors_[k + m] =
        second_errors_[k + m] * std::fabs(digammas) + std::fabs(term) * (32 * size * kUnit);
    const Long n = k;
    digammas += 1 / (v0 + n) + 1 / (v1 + n) - 1 / (n + 1) - 1 / (n + m + 1);
    size += std::fabs(1 / (v0 + n)) + std::fabs(1 / (v1 + n));
    term *= (v0 + n) * (v1 + n) / ((n + 1) * (n + m + 1));
  }
}

void Connection::SetTerms() {
  Long power = 1;
  Long first = 0;
  Long second = 0;
  int settled = 0;
  for (const Parameter& parameter : {power_, prefactor_})
    settled = std::max(settled, static_cast<int>(std::fabs(parameter.value)));
  for (int k = 0; k < kMaxTerms; ++k, power *= kEnd) {
    const Long first_size = std::fabs(first_[k]) * power;
    const Long second_size = std::fabs(second_[k]) * power;
    first += first_size;
    second += second_size;
    first_error_ += first_errors_[k] * power + kUnit * (4 + 4 * k) * first_size;
    second_error_ += second_errors_[k] * power + kUnit * (4 + 4 * k) * second_size;
    if (!(first < 0x1p8000L && second < 0x1p8000L)) return;
    if (k <= settled + 2) continue;
    if (first_size <= kUnit / 16 * first && second_size <= kUnit / 16 * second &&
        2 * std::fabs(first_[k]) * kEnd <= std::fabs(first_[k - 1]) &&
        2 * std::fabs(second_[k]) * kEnd <= std::fabs(second_[k - 1])) {
      terms_ = k + 1;
      first_error_ += 2 * first_size;
      second_error_ += 2 * second_size;
      is_usable_ = true;
      return;
    }
  }
}

Bounded Connection::Value(Long w, Long w_error) const {
  if (!is_usable_ || !(w > 0 && w <= kEnd)) return kUnknown;
  Long first = 0;
  Long second = 0;
  for (int k = terms_ - 1; k >= 0; --k) {
    first = first * w + first_[k];
    second = second * w + second_[k];
  }
  Bounded factor;
  if (is_logarithmic_) {
    const Long log = std::log(w);
    factor = {log, 2 * kUnit * std::fabs(log) + w_error};
  } else {
    factor = BoundedPower(w, power_.value, w_error);
  }
  const Bounded sum = Bounded{first, first_error_} + factor * Bounded{second, second_error_};
  if (prefactor_.value == 0) return sum;
  return sum * BoundedPower(w, prefactor_.value, w_error);
}

}  // namespace formulary::runtime::special
