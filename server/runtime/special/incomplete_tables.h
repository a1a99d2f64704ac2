#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_TABLES_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_TABLES_H_

// The tables that the incomplete functions' routines of one value and their cores on vectors share.
// Included by level files, too: nothing of the standard library may be included here.

namespace formulary::runtime::special::incomplete {

inline constexpr double kStirling = 9;         // shapes from here on: Stirling's formula
extern const double kReciprocalGamma[17];      // 1/gamma(3/2 + t), |t| <= 1/2, by powers of t
extern const double kReciprocalGammaRest[18];  // (1/gamma(1 + a) - 1)/a, -1/2 <= a <= 1
extern const double kTemme[126];               // see incomplete_gamma.cc
inline constexpr int kNodeCount = 24;
extern const double kNodes[kNodeCount];  // Gauss-Legendre on [0, 1]
extern const double kWeights[kNodeCount];

}  // namespace formulary::runtime::special::incomplete

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_TABLES_H_
