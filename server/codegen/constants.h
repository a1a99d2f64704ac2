#ifndef FORMULARY_SERVER_CODEGEN_CONSTANTS_H_
#define FORMULARY_SERVER_CODEGEN_CONSTANTS_H_

// Values of constant subexpressions (sqrt(2*pi), 1/3, gamma(1/2)), computed once at code
// generation. In STABLE and FAST they are computed in 256 bits and rounded once to the type they
// are used in; in STRICT each operation is rounded, by the routines that would compute it at run
// time.

#include <mpfr.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::codegen {

// One thread at a time.
class Constants {
 public:
  // REQUIRES: `program` outlives it, and MakeConversionsExplicit and expansion were applied.
  explicit Constants(const expr::Program& program);
  ~Constants();

  // True when no argument is below the node.
  bool IsConstant(expr::NodeId id) const { return constant_[id.value]; }

  // The value in a type, as the low bytes of 8: a double, a float, an int64, or 0 or 1 for kBool.
  // REQUIRES: IsConstant(id).
  uint64_t Bits(expr::NodeId id, expr::DType dtype);
  // The same of a sum or a product of constants, rounded once. Not for STRICT.
  uint64_t SumBits(absl::Span<const expr::NodeId> ids, expr::DType dtype);
  uint64_t ProductBits(absl::Span<const expr::NodeId> ids, expr::DType dtype);

 private:
  struct Value;
  const Value& Evaluate(expr::NodeId id);
  Value Compute(expr::NodeId id);
  uint64_t StrictBits(expr::NodeId id, expr::DType dtype) const;

  const expr::Program& program_;
  std::vector<bool> constant_;
  std::vector<std::unique_ptr<Value>> values_;  // by node id, made when asked for
};

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_CONSTANTS_H_
