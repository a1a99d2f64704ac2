#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_CLIMB_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_CLIMB_H_

// Three-term recurrences by degree, for the polynomial family only:
//   p[0] = 1, p[k + 1] = (a[k] x + b[k]) p[k] - c[k] p[k - 1].
// In x87 long double: its 11 further bits take up what the recurrence loses, near zeros too, and
// its exponents what intermediate values exceed, at the speed of a double recurrence with
// divisions. A family is a type with At(long k) const.

#include <cmath>

namespace formulary::runtime::special {

// Degrees above give NaN: the work grows with the degree.
inline constexpr double kMaxPolynomialDegree = 100'000;

// Up to this degree a block computes its coefficients once.
inline constexpr long kMaxHoistedDegree = 64;

// Operands below this, and parameters below that, cannot overflow in kMaxHoistedDegree steps.
inline constexpr double kMaxHoistedOperand = 0x1p120;
inline constexpr double kMaxHoistedParameter = 0x1p60;

// Coefficients, in double where that is exact: they load faster.
template <typename T>
struct TermOf {
  T a, b, c;
};
using Term = TermOf<long double>;
using ExactTerm = TermOf<double>;

template <typename T>
long double Next(const TermOf<T>& term, double x, long double now, long double before) {
  return (term.a * static_cast<long double>(x) + term.b) * now - term.c * before;
}

// 1/n! up to kMaxHoistedDegree: what families that leave out the divisions by k + 1 start from.
struct InverseFactorials {
  constexpr InverseFactorials() {
    long double factorial = 1;
    for (long k = 0; k <= kMaxHoistedDegree; ++k) {
      factorial *= k > 0 ? static_cast<long double>(k) : 1;
      of[k] = 1 / factorial;
    }
  }
  long double of[kMaxHoistedDegree + 1] = {};
};
inline constexpr InverseFactorials kInverseFactorial;

inline bool IsDegree(double n) {
  return n >= 0 && n <= kMaxPolynomialDegree && n == static_cast<double>(static_cast<long>(n));
}

// The sign that p[degree] has at an infinite x.
template <typename Family>
double AtInfinity(const Family& family, long degree, double x) {
  double value = x;
  for (long k = 0; k < degree; ++k) {
    const auto a = family.At(k).a;
    if (!(a != 0) || !(a == a)) return __builtin_nan("");
    value = k == 0 ? (a < 0 ? -x : x) : ((a < 0) == (x < 0) ? value : -value);
  }
  return value;
}

// p[degree](x) times `start`, for degrees from 0; `first` is the step that leads away from p[0].
// Scales down what would overflow.
template <typename Family>
double Climb(const Family& family, long degree, double x, long double start = 1) {
  constexpr long double kLarge = 0x1p8000L;
  if (!(x == x)) return x;
  if (degree == 0) return static_cast<double>(start);
  if (std::abs(x) == __builtin_inf()) return AtInfinity(family, degree, x);
  long double before = 0, now = start;
  int scalings = 0;
  for (long k = 0; k < degree; ++k) {
    const long double next = Next(family.At(k), x, now, before);
    before = now;
    now = next;
    if (std::abs(now) > kLarge) {
      now /= kLarge;
      before /= kLarge;
      ++scalings;
    }
  }
  if (scalings == 0) return static_cast<double>(now);
  return static_cast<double>(scalings > 1 ? now * kLarge * kLarge : now * kLarge);
}

// The coefficients of one family up to one degree. Gives the same bits as Climb.
template <typename Family>
class HoistedClimb {
 public:
  // REQUIRES: degree <= kMaxHoistedDegree.
  HoistedClimb(const Family& family, long degree, long double start)
      : family_(family), degree_(degree), start_(start) {
    for (long k = 0; k < degree; ++k) terms_[k] = family.At(k);
  }

  double operator()(double x) const {
    if (!(std::abs(x) < kMaxHoistedOperand)) return Climb(family_, degree_, x, start_);
    long double before = 0, now = start_;
    for (long k = 0; k < degree_; ++k) {
      const long double next = Next(terms_[k], x, now, before);
      before = now;
      now = next;
    }
    return static_cast<double>(now);
  }

  // Two operands at once: a step waits for the one before, and two chains fill the time.
  void Two(double x, double z, double* y) const {
    if (!(std::abs(x) < kMaxHoistedOperand) || !(std::abs(z) < kMaxHoistedOperand)) {
      y[0] = (*this)(x);
      y[1] = (*this)(z);
      return;
    }
    long double before_x = 0, now_x = start_, before_z = 0, now_z = start_;
    for (long k = 0; k < degree_; ++k) {
      const long double next_x = Next(terms_[k], x, now_x, before_x);
      const long double next_z = Next(terms_[k], z, now_z, before_z);
      before_x = now_x;
      before_z = now_z;
      now_x = next_x;
      now_z = next_z;
    }
    y[0] = static_cast<double>(now_x);
    y[1] = static_cast<double>(now_z);
  }

 private:
  Family family_;
  long degree_;
  long double start_;
  decltype(Family().At(0)) terms_[kMaxHoistedDegree];
};

// p[0] of a family: 1/n! where it leaves out divisions.
template <typename Family>
long double StartOf(const Family&, long degree) {
  return Family::kDivides ? 1 : kInverseFactorial.of[degree];
}

// y[i] = p[degree](x[i]) where degree is uniform and hoisting pays; false otherwise.
template <typename Family>
bool FillHoisted(const Family& family, double degree, const double* x, long x_stride, double* y,
                 long n) {
  if (!IsDegree(degree) || degree > kMaxHoistedDegree) return false;
  const auto whole = static_cast<long>(degree);
  const HoistedClimb<Family> climb(family, whole, StartOf(family, whole));
  long i = 0;
  for (; i + 1 < n; i += 2) climb.Two(x[i * x_stride], x[(i + 1) * x_stride], y + i);
  for (; i < n; ++i) y[i] = climb(x[i * x_stride]);
  return true;
}

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_CLIMB_H_
