#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_EDGE_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_EDGE_H_

// One value at a time, for the operands that power_less_one_vector.h leaves, and for levels without
// FMA. Compiled once, for the baseline, so no processor level shows in the bits. Pure.

namespace formulary::runtime::special {

// (1 + a)^b - 1 and a^b - 1 in long double, rounded once; with pow's special values.
double CompoundLessOne(double a, double b) noexcept;
double PowerLessOne(double a, double b) noexcept;

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_EDGE_H_
