#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_SERIES_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_SERIES_H_

// Numbers with a running error bound, and the series of the hypergeometric functions made of them,
// in long double. A caller takes a value whose bound is small enough and goes another way
// otherwise. For hypergeometric*.cc only.

namespace formulary::runtime::special {

// A value and a bound of its absolute error.
struct Bounded {
  long double value = 0;
  long double error = __builtin_infl();

  // Whether rounding to double gives all but the last bit.
  bool IsSafe() const;
};

// What is not known is infinitely wrong.
inline constexpr Bounded kUnknown = {};

Bounded operator+(Bounded a, Bounded b);
Bounded operator*(Bounded a, Bounded b);

// |x|^power and gamma, exp with their errors. `x_error` is the relative error of x.
Bounded BoundedPower(long double x, long double power, long double x_error);
Bounded BoundedExp(long double x);
Bounded BoundedGamma(long double x, long double x_error);
Bounded BoundedReciprocalGamma(long double x, long double x_error);

// A parameter that may be a rounded sum, with its absolute error.
struct Parameter {
  long double value;
  long double error = 0;
};
Parameter Sum(double a, double b);
Parameter Sum(double a, double b, double c);

Bounded Gamma(Parameter x);
Bounded ReciprocalGamma(Parameter x);
Bounded Power(Parameter x, Parameter power);

// The sum over n of (p0)_n (p1)_n / (q0)_n x^n / n!, any of p0, p1, q0 left out by its count.
// `divergent`: an asymptotic series, ended at its least term, which joins the error.
struct Series {
  Parameter upper[2];
  int upper_count;
  Parameter lower;
  int lower_count;
  long double x;
  long double x_error = 0;  // relative
  int max_terms = 1000;
  bool divergent = false;
};
Bounded Evaluate(const Series& series);

// The sum of (a)_n (b)_n / n! x^-n at its least term. `x_error` is relative.
Bounded Asymptotic(Parameter a, Parameter b, double x, long double x_error);

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_SERIES_H_
