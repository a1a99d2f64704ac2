#ifndef FORMULARY_SERVER_EXPR_INTERVAL_H_
#define FORMULARY_SERVER_EXPR_INTERVAL_H_

// Closed intervals of the extended reals with binary64 ends, rounded outward: the real value of an
// operation on members is a member of the result. NaN is in none: where an operation has no value
// for some members, the result speaks of the others. Used by expr/assumptions for what is known of
// the nodes of a graph.

#include <gmpxx.h>

#include <limits>

namespace formulary::expr {

struct Interval {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  static Interval Of(const mpq_class& value);
  bool Contains(double value) const { return lower <= value && value <= upper; }
  bool operator==(const Interval&) const = default;
};

Interval operator+(const Interval& a, const Interval& b);
Interval operator*(const Interval& a, const Interval& b);
Interval Negated(const Interval& a);
// 1/a; everything when 0 lies inside.
Interval Inverse(const Interval& a);
Interval Absolute(const Interval& a);
// a to an integer power.
Interval IntegerPower(const Interval& a, long power);
// a to any power, for the members that are not below 0.
Interval RootPower(const Interval& a, double power);
Interval Least(const Interval& a, const Interval& b);
Interval Greatest(const Interval& a, const Interval& b);
// What holds members of either, and of both.
Interval Hull(const Interval& a, const Interval& b);
Interval Intersection(const Interval& a, const Interval& b);
// One step outward at either end.
Interval Widened(double lower, double upper);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_INTERVAL_H_
