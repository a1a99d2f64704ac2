#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_EDGE_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_EDGE_H_

// One value at a time, for the few operands on which gamma_vector.h is wrong. Compiled once, for
// the baseline, so no processor level shows in the bits. Pure.

namespace formulary::runtime::special {

// digamma in long double. REQUIRES: x < 0, not a pole.
double DigammaBelowZero(double x) noexcept;

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_EDGE_H_
