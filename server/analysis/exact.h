#ifndef FORMULARY_SERVER_ANALYSIS_EXACT_H_
#define FORMULARY_SERVER_ANALYSIS_EXACT_H_

// What a program's values really are: correctly rounded results of the real function that the
// program stands for, by ball arithmetic at rising precision. The reference that accuracy is
// measured against. Takes some microseconds a node; never serves a request's arrays.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::analysis {

// Precision is doubled up to this many bits; what is not known then stays undecided.
inline constexpr int kMaxExactBits = 8192;

enum class Outcome : uint8_t {
  kExact,      // rounded once, ties to even; infinite where it is beyond the format
  kUndefined,  // the real function has no value there
  kUndecided,  // kMaxExactBits do not tell
};

struct ExactValue {
  Outcome outcome = Outcome::kUndecided;
  double value = 0;  // a truth value is 0 or 1; an integer as the nearest double

  bool usable() const;  // exact and finite
};

// Immutable; evaluations may run on several threads at once.
class ExactEvaluator {
 public:
  // REQUIRES: `program` outlives it, is real, expanded, with conversions explicit; `types` are
  // those of its arguments (kFloat64, kFloat32, kInt64, kBool).
  ExactEvaluator(const expr::Program& program, absl::Span<const expr::DType> types);
  ~ExactEvaluator();

  // The outputs where the arguments have these values.
  std::vector<ExactValue> Outputs(absl::Span<const double> arguments) const;

  // Every node that the outputs need, by id; others are kUndecided. Nodes are known as far as
  // `precision_bits` tell (0: kMaxExactBits).
  std::vector<ExactValue> Nodes(absl::Span<const double> arguments, int precision_bits = 0) const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_EXACT_H_
