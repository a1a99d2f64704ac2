#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_FORMS_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_FORMS_H_

// 0F1, 1F1, 2F1 with their parameters fixed: by which power series which elements are computed. For
// hypergeometric_fast.cc only.

#include <cmath>
#include <optional>

#include "server/runtime/special/hypergeometric_careful.h"
#include "server/runtime/special/hypergeometric_connection.h"
#include "server/runtime/special/hypergeometric_series.h"
#include "server/runtime/special/hypergeometric_taylor.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;

constexpr double kMaxParameter = 1e4;

constexpr int kCareful = -1;

bool IsPole(double x) { return x <= 0 && x == std::floor(x); }
bool IsOrdinary(double x) { return std::fabs(x) <= kMaxParameter; }

// One function with its parameters fixed: the series it may be computed by (forms), the form and
// argument for x (or kCareful; an argument that is not exact is right to the last bit), and the
// factor in front of the series.

class Fast0f1 {
 public:
  static constexpr int kForms = 1;
  static constexpr double kTail = 0x1p-62;

  explicit Fast0f1(double b) : b_(b), series_{{0, {0, 0}, b, 64}} {}
  bool IsUsable() const { return IsOrdinary(b_) && !IsPole(b_); }
  int FormOf(double) const { return 0; }
  bool IsExact(int) const { return true; }
  Long ArgumentOf(int, double x) const { return x; }
  Long FactorOf(int, double) const { return 1; }
  double Careful(double x) { return CarefulHyp0f1(b_, x); }
  const PowerSeries& SeriesOf(int form) const { return series_[form]; }

 private:
  double b_;
  PowerSeries series_[kForms];
};

class Fast1f1 {
 public:
  static constexpr int kForms = 2;
  static constexpr double kTail = 0x1p-62;

  Fast1f1(double a, double b)
      : a_(a),
        b_(b),
        rest_(Sum(b, -a)),
        series_{{1, {a, 0}, b, 16}, {1, {rest_.value, 0}, b, 16}} {}
  bool IsUsable() const { return IsOrdinary(a_) && IsOrdinary(b_) && !IsPole(b_); }
  // exp(x) M(b - a, b, -x) has terms of one sign mostly where M(a, b, x) has not.
  int FormOf(double x) const {
    if (x > -1 || IsPole(a_)) return 0;
    return rest_.error == 0 ? 1 : kCareful;
  }
  bool IsExact(int) const { return true; }
  Long ArgumentOf(int form, double x) const { return form == 0 ? x : -x; }
  Long FactorOf(int form, double x) const { return form == 0 ? 1 : std::exp(Long{x}); }
  double Careful(double x) { return CarefulHyp1f1(a_, b_, x); }
  const PowerSeries& SeriesOf(int form) const { return series_[form]; }

 private:
  double a_, b_;
  Parameter rest_;  // b - a
  PowerSeries series_[kForms];
};

class Fast2f1 {
 public:
  static constexpr int kForms = 2;
  static constexpr double kTail = 0x1p-59;

  Fast2f1(double a, double b, double c)
      : a_(a), b_(b), c_(c), series_{{2, {a, b}, c, 1}, {2, {a, 0}, c, 1}} {
    const Parameter rest_a = Sum(c, -a);
    const Parameter rest_b = Sum(c, -b);
    const bool swap = rest_b.error != 0 || (rest_b.value < 0 && rest_a.value > 0);
    const Parameter rest = swap ? rest_a : rest_b;
    power_ = swap ? -b : -a;
    series_[1].upper[0] = -power_;
    series_[1].upper[1] = rest.value;
    has_pfaff_ = rest.error == 0 && std::fabs(power_) <= 100;
  }
  bool IsUsable() const {
    return IsOrdinary(a_) && IsOrdinary(b_) && IsOrdinary(c_) && !IsPole(c_);
  }
  int FormOf(double x) const {
    if (x < -0.5 && x > -kEnd / (1 - kEnd) && has_pfaff_ && !IsPole(a_) && !IsPole(b_)) return 1;
    return std::fabs(x) < kEnd ? 0 : kCareful;
  }
  // Form 1: (1 - x)^-a F(a, c - b; c; x / (x - 1)), DLMF 15.8.1.
  bool IsExact(int form) const { return form == 0; }
  Long ArgumentOf(int form, double x) const { return form == 0 ? x : x / (Long{x} - 1); }
  Long FactorOf(int form, double x) const { return form == 0 ? 1 : std::pow(1 - Long{x}, power_); }
  double Careful(double x) {
    const Long w = x > 0 ? 1 - Long{x} : 1 / (1 - Long{x});
    if (w > 0 && w <= Connection::kEnd) {
      std::optional<Connection>& connection = connections_[x > 0 ? 0 : 1];
      if (!connection) {
        connection =
            x > 0 ? Connection::AroundOne(a_, b_, c_) : Connection::AroundInfinity(a_, b_, c_);
      }
      const Bounded value = connection->Value(w, x > 0 ? 0 : 0x1p-63L);
      if (value.IsSafe()) return static_cast<double>(value.value);
    }
    return CarefulHyp2f1(a_, b_, c_, x);
  }
  const PowerSeries& SeriesOf(int form) const { return series_[form]; }

 private:
  static constexpr double kEnd = 0.96875;  // of a range

  double a_, b_, c_;
  PowerSeries series_[kForms];
  Long power_;
  bool has_pfaff_;
  std::optional<Connection> connections_[2];  // around 1, around infinity
};

}  // namespace
}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_FORMS_H_
