#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_BALL_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_BALL_H_

// The slow and certain way for operands that defeat double and long double: ball arithmetic (Arb),
// with the precision raised until the enclosure tells the double. NaN where it does not tell within
// 1536 bits. 10 us to some 100 ms a call. Thread-safe: Arb's caches belong to their thread and are
// given back when it ends. Everything else in special/ must not call Arb.

namespace formulary::runtime::special {

double BallHyp0f1(double b, double x) noexcept;
double BallHyp1f1(double a, double b, double x) noexcept;
double BallHyp2f1(double a, double b, double c, double x) noexcept;
double BallHyperu(double a, double b, double x) noexcept;
double BallExpint(double n, double x) noexcept;

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_BALL_H_
