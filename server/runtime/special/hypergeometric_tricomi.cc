// Tricomi's U for real operands: Miller's algorithm and the asymptotic series with what depends on
// a and b made once for all elements that share them, the connection with 1F1, and ball arithmetic
// where the error bounds of these are too large.
// Sources: DLMF 13.2.42, 13.7.3, and those of hypergeometric_miller.cc.

#include <algorithm>
#include <cmath>
#include <optional>

#include "server/runtime/special/hypergeometric_ball.h"
#include "server/runtime/special/hypergeometric_connection.h"
#include "server/runtime/special/hypergeometric_miller.h"
#include "server/runtime/special/hypergeometric_series.h"
#include "server/runtime/special/hypergeometric_taylor.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;

constexpr double kInfinity = __builtin_inf();
constexpr double kNan = __builtin_nan("");
constexpr Long kUnit = 0x1p-64L;
constexpr double kLeastAsymptotic = 50;
constexpr double kMostAsymptotic = 1e15;  // beyond, x^-a may leave the number range
constexpr double kMostConnection = 30;

bool IsPole(double x) { return x <= 0 && x == std::floor(x); }

// 1 or -1; 0 at the poles.
double SignOfGamma(double x) {
  if (x > 0) return 1;
  if (x == std::floor(x)) return 0;
  return std::fmod(std::floor(x), 2) == 0 ? 1 : -1;
}

// x^-a times the series in -1/x; exact where that ends. x < 0 only for a = 0, -1, -2, ...
Bounded AsymptoticU(double a, double b, double x) {
  const Bounded series = Asymptotic({a}, Sum(a, -b, 1), -x, kUnit);
  const double sign = x < 0 && std::fmod(a, 2) != 0 ? -1 : 1;
  return series * Power({x}, {-Long{a}}) * Bounded{sign, 0};
}

Bounded ConnectionU(double a, double b, double x) {
  const auto series = [x](Parameter upper, Parameter lower) {
    return Evaluate({.upper = {upper}, .upper_count = 1, .lower = lower, .lower_count = 1, .x = x});
  };
  const Parameter shifted = Sum(a, -b, 1);
  const Bounded first = Gamma(Sum(1, -b)) * ReciprocalGamma(shifted) * series({a}, {b});
  const Bounded second = Gamma(Sum(b, -1)) * ReciprocalGamma({a}) * Power({x}, Sum(1, -b)) *
                         series(shifted, Sum(2, -b));
  return first + second;
}

double UAtZero(double a, double b) {
  if (IsPole(a) && a > -1000) {  // (-1)^n (b)_n
    Long product = 1;
    for (int i = 0; i < -a; ++i) product *= -(Long{b} + i);
    return static_cast<double>(product);
  }
  if (b >= 1) return SignOfGamma(a) == 0 ? kNan : SignOfGamma(a) * kInfinity;
  const Bounded value = Gamma(Sum(1, -b)) * ReciprocalGamma(Sum(a, -b, 1));
  return value.IsSafe() ? static_cast<double>(value.value) : kNan;
}

// Ways for any a and b, element by element.
double CarefulHyperu(double a, double b, double c) {
  if (std::isnan(a) || std::isnan(b) || std::isnan(c) || std::isinf(a) || std::isinf(b))
    return kNan;
  if (c < 0 && !IsPole(a)) return kNan;
  if (a == 0) return 1;
  if (c == 0) return UAtZero(a, b);
  if (std::isinf(c)) return a > 0 ? 0 : std::fmod(a, 2) != 0 ? c : kInfinity;
  Bounded result;
  if (std::fabs(c) > kLeastAsymptotic || IsPole(a) || IsPole(a - b + 1)) {
    result = AsymptoticU(a, b, c);
    if (result.IsSafe()) return static_cast<double>(result.value);
  }
  if (c > 0 && c <= kMostConnection && !IsPole(a)) {
    result = ConnectionU(a, b, c);
    if (result.IsSafe()) return static_cast<double>(result.value);
  }
  return BallHyperu(a, b, c);
}

// U with a and b fixed, by the ranges of hypergeometric_taylor.h: a plan is made for a range.
class Tricomi {
 public:
  static constexpr int kCareful = -1;

  struct Plans {
    bool are_made = false;
    bool is_small = false;
    AsymptoticTricomi::Plan asymptotic;
    MillerTricomi::Plan miller;
  };

  Tricomi(double a, double b)
      : a_(a),
        b_(b),
        is_ordinary_(!IsPole(a) && !IsPole(a - b + 1)),
        miller_(a, b),
        asymptotic_(a, b) {}

  // The range of x, or kCareful; 0 is all above the ranges.
  int RangeFor(double x) const {
    if (!is_ordinary_ || !(x >= EndOfRange(0) && x < kMostAsymptotic)) return kCareful;
    return std::max(RangeOf(x), 0);
  }

  // y[i] = U(a, b, x[i]), all in one range.
  void Fill(int range, Plans* plans, const double* x, double* y, int count) {
    if (!plans->are_made) *plans = PlansFor(range);
    if (plans->asymptotic.terms != 0) {
      for (int i = 0; i < count; ++i) y[i] = asymptotic_.Value(plans->asymptotic, x[i]);
    } else if (plans->is_small) {
      FillSmall(x, y, count);
      FillLeft(plans->miller, x, y, count);
    } else {
      miller_.Fill(plans->miller, x, y, count);
    }
    for (int i = 0; i < count; ++i) {
      if (std::isnan(y[i])) y[i] = Careful(x[i]);
    }
  }

  double Careful(double x) const { return CarefulHyperu(a_, b_, x); }

 private:
  Plans PlansFor(int range) {
    Plans plans = {.are_made = true};
    const double low = EndOfRange(range == 0 ? kRanges - 1 : range - 1);
    if (low >= kLeastAsymptotic) plans.asymptotic = asymptotic_.PlanFor(low);
    if (range != 0) plans.miller = miller_.PlanFor(low, EndOfRange(range));
    plans.is_small = range != 0 && EndOfRange(range) <= Connection::kTricomiEnd;
    return plans;
  }

  void FillSmall(const double* x, double* y, int count) {
    if (!small_) small_ = Connection::OfTricomi(a_, b_);
    for (int i = 0; i < count; ++i) {
      const Bounded value = small_->Value(x[i], 0);
      y[i] = value.IsSafe() ? static_cast<double>(value.value) : kNan;
    }
  }

  // Those that are NaN.
  void FillLeft(const MillerTricomi::Plan& plan, const double* x, double* y, int count) {
    constexpr int kMost = 64;
    double operands[kMost], results[kMost];
    int members[kMost];
    for (int i = 0; i < count;) {
      int left = 0;
      for (; i < count && left < kMost; ++i) {
        if (!std::isnan(y[i])) continue;
        operands[left] = x[i];
        members[left++] = i;
      }
      miller_.Fill(plan, operands, results, left);
      for (int k = 0; k < left; ++k) y[members[k]] = results[k];
    }
  }

  double a_, b_;
  bool is_ordinary_;
  MillerTricomi miller_;
  AsymptoticTricomi asymptotic_;
  std::optional<Connection> small_;  // for small x
};

// U for all x, sorted by their ranges within chunks.
class Block {
 public:
  Block(double a, double b) : tricomi_(a, b) { std::fill_n(first_, kRanges, kNone); }

  void Fill(double* y, const double* x, long stride, long n) {
    for (; n > 0; n -= kChunk, y += kChunk, x += kChunk * stride)
      FillChunk(y, x, stride, static_cast<int>(std::min(n, kChunk)));
  }

 private:
  static constexpr long kChunk = 1024;
  static constexpr short kNone = -1;

  void FillChunk(double* y, const double* x, long stride, int n) {
    int used = 0;
    for (int i = 0; i < n; ++i) {
      const int range = tricomi_.RangeFor(x[i * stride]);
      if (range == Tricomi::kCareful) {
        y[i] = tricomi_.Careful(x[i * stride]);
        continue;
      }
      if (first_[range] == kNone) ranges_[used++] = static_cast<short>(range);
      next_[i] = first_[range];
      first_[range] = static_cast<short>(i);
    }
    for (int k = 0; k < used; ++k) {
      const int range = ranges_[k];
      int count = 0;
      for (short i = first_[range]; i != kNone; i = next_[i]) {
        operands_[count] = x[i * stride];
        members_[count++] = i;
      }
      first_[range] = kNone;
      tricomi_.Fill(range, &plans_[range], operands_, results_, count);
      for (int i = 0; i < count; ++i) y[members_[i]] = results_[i];
    }
  }

  Tricomi tricomi_;
  Tricomi::Plans plans_[kRanges];
  short first_[kRanges], ranges_[kRanges];
  short next_[kChunk], members_[kChunk];
  double operands_[kChunk], results_[kChunk];
};

}  // namespace

double hyperu(double a, double b, double c) noexcept {
  Tricomi tricomi(a, b);
  const int range = tricomi.RangeFor(c);
  if (range == Tricomi::kCareful) return tricomi.Careful(c);
  Tricomi::Plans plans;
  double y;
  tricomi.Fill(range, &plans, &c, &y, 1);
  return y;
}

void hyperu_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, long n) noexcept {
  if (a_stride == 0 && b_stride == 0) return Block(*a, *b).Fill(y, c, c_stride, n);
  for (long i = 0; i < n; ++i) y[i] = hyperu(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
}

}  // namespace formulary::runtime::special
