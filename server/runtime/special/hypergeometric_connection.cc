// Sources: DLMF 15.8.3, 15.8.4; where the difference of the two exponents is an integer 15.8.9,
// 15.8.10; 5.5.2 and 5.11.2 for digamma. These have one form: with u the upper parameters of the
// first series, v = u + power those of the second,
//   gamma(c) (gamma(power) / gamma(v) F(u; 1 - power; w)
//             + w^power gamma(-power) / gamma(u) F(v; 1 + power; w)),
// and so has Tricomi's U with one upper parameter: DLMF 13.2.42 and 13.2.9.

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

// What so many roundings, independent ones, add up to at most.
double Gathered(double roundings) { return roundings < 16 ? roundings : 4 * std::sqrt(roundings); }

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
  return Connection(Parameters{.count = 2,
                               .upper = {{a}, {b}},
                               .shifted = {Sum(c, -b), Sum(c, -a)},
                               .power = Sum(c, -a, -b),
                               .prefactor = {0},
                               .scale = Gamma({c})});
}

Connection Connection::AroundInfinity(double a, double b, double c) {
  return Connection(Parameters{.count = 2,
                               .upper = {{a}, Sum(c, -b)},
                               .shifted = {{b}, Sum(c, -a)},
                               .power = Sum(b, -a),
                               .prefactor = {a},
                               .scale = Gamma({c})});
}

Connection Connection::OfTricomi(double a, double b) {
  return Connection(Parameters{.count = 1,
                               .upper = {{a}, {}},
                               .shifted = {Sum(a, -b, 1), {}},
                               .power = Sum(1, -b),
                               .prefactor = {0},
                               .scale = {1, 0}});
}

Connection::Connection(Parameters p) : count_(p.count) {
  if (p.power.value < 0) {
    std::swap(p.upper, p.shifted);
    p.prefactor = Plus(p.prefactor, p.power);
    p.power.value = -p.power.value;
  }
  power_ = p.power;
  prefactor_ = p.prefactor;
  if (!(p.power.value <= kMaxPower) || p.power.error != 0 || p.prefactor.error != 0) return;
  Long largest = p.power.value;
  for (int i = 0; i < count_; ++i) {
    for (const Parameter& parameter : {p.upper[i], p.shifted[i]}) {
      if (parameter.error != 0 || IsPole(parameter.value)) return;
      if (!(std::fabs(parameter.value) <= kMaxParameter)) return;
      largest = std::fmax(largest, std::fabs(parameter.value));
    }
  }
  most_ = std::min(kMaxTerms, kUsualTerms + static_cast<int>(2 * largest));
  is_logarithmic_ = p.power.value == std::rint(p.power.value);
  if (is_logarithmic_) {
    SetLogarithms(p);
  } else {
    SetPowers(p);
  }
  for (Limit& limit : limits_) {
    if (count_ == 1 || limit.end <= kEnd) SetTerms(&limit);
  }
}

void Connection::SetPowers(const Parameters& p) {
  const Long power = p.power.value;
  Bounded first = p.scale * Gamma(p.power);
  Bounded second = p.scale * Gamma({-power});
  for (int i = 0; i < count_; ++i) {
    first = first * ReciprocalGamma(p.shifted[i]);
    second = second * ReciprocalGamma(p.upper[i]);
  }
  first_[0] = first.value;
  second_[0] = second.value;
  first_errors_[0] = first.error;
  second_errors_[0] = second.error;
  const Long first_error = first.error / std::fabs(first.value);
  const Long second_error = second.error / std::fabs(second.value);
  for (int k = 1; k < most_; ++k) {
    const Long n = k - 1;
    first_[k] = first_[k - 1] * (Factors(p.upper, n) / ((1 - power + n) * k));
    second_[k] = second_[k - 1] * (Factors(p.shifted, n) / ((1 + power + n) * k));
    first_errors_[k] = std::fabs(first_[k]) * (first_error + Gathered(8 * k) * kUnit);
    second_errors_[k] = std::fabs(second_[k]) * (second_error + Gathered(8 * k) * kUnit);
  }
}

void Connection::SetLogarithms(const Parameters& p) {
  const int m = static_cast<int>(p.power.value);
  Bounded first = p.scale;
  Bounded second = p.scale;
  Long digammas = -Digamma(1) - Digamma(m + 1);
  Long size = 4 + 2 * std::fabs(digammas);
  for (int i = 0; i < count_; ++i) {
    first = first * ReciprocalGamma(p.shifted[i]);
    second = second * ReciprocalGamma(p.upper[i]);
    const Long one = Digamma(p.shifted[i].value);
    digammas += one;
    size += std::fabs(one);
  }
  // (-1)^k (u)_k (m - k - 1)! / k! for k < m
  Long relative = first.error / std::fabs(first.value);
  Long term = first.value * std::tgamma(static_cast<Long>(m > 0 ? m : 1));
  for (int k = 0; k < m && k < most_; ++k) {
    first_[k] = term;
    first_errors_[k] = std::fabs(term) * (relative + Gathered(8 * k + 8) * kUnit);
    second_[k] = 0;
    second_errors_[k] = 0;
    if (k + 1 < m) term *= -Factors(p.upper, k) / (static_cast<Long>(k + 1) * (m - k - 1));
  }
  // -(-1)^m (v)_k / (k! (k + m)!) and that times the sum of digammas, from m on
  relative = second.error / std::fabs(second.value);
  term = second.value / std::tgamma(static_cast<Long>(m + 1)) * (m % 2 == 0 ? -1 : 1);
  for (int k = 0; k + m < most_; ++k) {
    second_[k + m] = term;
    first_[k + m] = term * digammas;
    second_errors_[k + m] = std::fabs(term) * (relative + Gathered(8 * k + 8) * kUnit);
    first_errors_[k + m] =
        second_errors_[k + m] * std::fabs(digammas) + std::fabs(term) * (32 * size * kUnit);
    const Long n = k;
    digammas -= 1 / (n + 1) + 1 / (n + m + 1);
    for (int i = 0; i < count_; ++i) {
      const Long one = 1 / (p.shifted[i].value + n);
      digammas += one;
      size += std::fabs(one);
    }
    term *= Factors(p.shifted, n) / ((n + 1) * (n + m + 1));
  }
}

// The product of the parameters plus n.
long double Connection::Factors(const Parameter* parameters, long double n) const {
  Long product = 1;
  for (int i = 0; i < count_; ++i) product *= parameters[i].value + n;
  return product;
}

void Connection::SetTerms(Limit* limit) const {
  Long power = 1;
  Long first = 0;
  Long second = 0;
  Limit made = *limit;
  const int settled = static_cast<int>(std::fabs(power_.value) + std::fabs(prefactor_.value)) + 2;
  for (int k = 0; k < most_; ++k, power *= made.end) {
    const Long first_size = std::fabs(first_[k]) * power;
    const Long second_size = std::fabs(second_[k]) * power;
    first += first_size;
    second += second_size;
    made.first_error += first_errors_[k] * power + kUnit * Gathered(4 + 4 * k) * first_size;
    made.second_error += second_errors_[k] * power + kUnit * Gathered(4 + 4 * k) * second_size;
    if (!(first < 0x1p8000L && second < 0x1p8000L)) return;
    if (k <= settled) continue;
    if (first_size <= kUnit / 16 * first && second_size <= kUnit / 16 * second &&
        2 * std::fabs(first_[k]) * made.end <= std::fabs(first_[k - 1]) &&
        2 * std::fabs(second_[k]) * made.end <= std::fabs(second_[k - 1])) {
      made.terms = k + 1;
      made.first_error += 2 * first_size;
      made.second_error += 2 * second_size;
      *limit = made;
      return;
    }
  }
}

Bounded Connection::Value(Long w, Long w_error) const {
  const Limit* limit = limits_;
  while (limit != limits_ + kLimits && !(w <= limit->end)) ++limit;
  if (limit == limits_ + kLimits || limit->terms == 0 || !(w > 0)) return kUnknown;
  Long first = 0;
  Long second = 0;
  for (int k = limit->terms - 1; k >= 0; --k) {
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
  const Bounded sum =
      Bounded{first, limit->first_error} + factor * Bounded{second, limit->second_error};
  if (prefactor_.value == 0) return sum;
  return sum * BoundedPower(w, prefactor_.value, w_error);
}

}  // namespace formulary::runtime::special
