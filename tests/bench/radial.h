#ifndef FORMULARY_TESTS_BENCH_RADIAL_H_
#define FORMULARY_TESTS_BENCH_RADIAL_H_

// The example that comes up again and again: the hydrogen atom's radial function R_62(x) for Z = 6
// and its derivative, as SymPy prints sympy.physics.hydrogen.R_nl(6, 2, x, 6) and .diff(x).

#include <string>
#include <vector>

#include "server/base/strings.h"

namespace formulary::bench {

inline std::vector<std::string> RadialTexts() {
  const std::string polynomial = "(-4*x**3/3 + 16*x**2 - 56*x + 56)*exp(-x)";
  return {base::StrCat("sqrt(70)*x**2*", polynomial, "/210"),
          base::StrCat("sqrt(70)*x**2*(-4*x**2 + 32*x - 56)*exp(-x)/210 - sqrt(70)*x**2*",
                       polynomial, "/210 + sqrt(70)*x*", polynomial, "/105")};
}

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_RADIAL_H_
