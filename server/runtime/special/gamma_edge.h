#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_EDGE_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_EDGE_H_

// One value at a time, for the few operands on which gamma_vector.h is wrong. Compiled once, for
// the baseline, so no processor level shows in the bits. Pure.

namespace formulary::runtime::special {

// digamma in long double. REQUIRES: x < 0, not a pole.
double DigammaBelowZero(double x) noexcept;

// The routines of gamma.cc, to 0.6 to 1.1 ulp: strict forms, and what the fast ones are not good
// for.
double InverseGammaOnce(double x) noexcept;
double BetaOnce(double a, double b) noexcept;
double LogBetaOnce(double a, double b) noexcept;
double GammaRatioOnce(double a, double b) noexcept;
double LogGammaRatioOnce(double a, double b) noexcept;
double BinomialOnce(double a, double b) noexcept;
double LogBinomialOnce(double a, double b) noexcept;
double RisingOnce(double a, double b) noexcept;
double FallingOnce(double a, double b) noexcept;

// The routines of zeta.cc.
double ZetaOnce(double s) noexcept;
double HurwitzZetaOnce(double s, double a) noexcept;

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_EDGE_H_
