#ifndef FORMULARY_TESTS_PROPERTY_DIFFERENCES_H_
#define FORMULARY_TESTS_PROPERTY_DIFFERENCES_H_

// Derivatives without differentiation: central differences in 200 bits, good to about 30 digits.
// And how a derived program compares with them: exactly, and as machines compute it. For the tests
// of differentiation.

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::testing {

struct Slope {
  double value = 0;
  double error = 0;  // absolute: what 200 bits lose where f's terms cancel
};

// d output / d argument at `x`; nullopt where that is not defined, or is at a kink: differences of
// two step sizes, or of the two sides, disagree there. REQUIRES: as AsWritten makes it.
std::optional<Slope> DifferenceQuotient(const expr::Program& as_written, absl::Span<const double> x,
                                        size_t output, size_t argument);

// What came of comparing derivatives, all points together.
struct DerivativeTally {
  int compared = 0;   // derived programs' values, in 200 bits, against differences
  int rough = 0;      // points without a difference quotient
  int outside = 0;    // beyond a routine's domain, or an intermediate's range as simplified
  int undefined = 0;  // points where the derivative as derived is not finite, though it exists
  int machine = 0;    // of those compared, well conditioned: in binary64, simplified
  double worst = 0;   // of these, the largest relative error
  int failures = 0;
  std::vector<std::string> shown;  // the first few
};

// Compares the gradient of the program's first output by `wrt` (positions) at the points (values of
// all arguments) with difference quotients: within 1e-12 in 200 bits, and, where a plain evaluation
// as derived is good to 1e-12, within 1e-10 in binary64 after simplification.
void CompareGradient(const expr::Program& program, const std::vector<uint32_t>& wrt,
                     const std::vector<std::vector<double>>& points, const std::string& what,
                     DerivativeTally* tally);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_PROPERTY_DIFFERENCES_H_
