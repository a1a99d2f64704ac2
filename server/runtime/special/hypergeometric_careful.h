#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CAREFUL_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CAREFUL_H_

// The hypergeometric functions for any operands, 1 us to some 100 ms a call. For
// hypergeometric_fast.cc.

namespace formulary::runtime::special {

double CarefulHyp0f1(double a, double b) noexcept;
double CarefulHyp1f1(double a, double b, double c) noexcept;
double CarefulHyp2f1(double a, double b, double c, double d) noexcept;

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CAREFUL_H_
