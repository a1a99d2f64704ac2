#ifndef FORMULARY_SERVER_EXPR_PROGRAM_H_
#define FORMULARY_SERVER_EXPR_PROGRAM_H_

// A program: arguments, a graph, outputs, and the numerics mode. What the service decodes, the
// passes rewrite and code generation lowers. A plain value.

#include <optional>
#include <string>
#include <vector>

#include "server/expr/graph.h"
#include "server/expr/types.h"

namespace formulary::expr {

// What is known of an argument's values. Unset: unknown.
struct Assumptions {
  std::optional<bool> real, positive, nonnegative, negative, nonzero, integer, finite;
  std::optional<double> lower, upper;
  std::optional<bool> symmetric, positive_definite, positive_semidefinite, orthogonal, diagonal,
      lower_triangular, upper_triangular;

  bool operator==(const Assumptions&) const = default;
};

struct Argument {
  std::string name;
  DType dtype = DType::kUnspecified;  // kUnspecified: the input's float type
  CoreShape core_shape;
  Assumptions assumptions;
  bool uniform = false;   // a hint: one value per call
  bool declared = false;  // by the client, not found as a free symbol
  // While a program is simplified (passes/propagation.h): where it is not finite counts for nothing.
  bool presumed_finite = false;
};

struct Output {
  std::string name;
  NodeId node;
};

struct Program {
  std::vector<Argument> arguments;
  Graph graph;
  std::vector<Output> outputs;
  Numerics numerics = Numerics::kStable;
  bool accurate = false;  // functions within 1 ulp (reference_value.h)

  std::vector<NodeId> roots() const {
    std::vector<NodeId> result;
    result.reserve(outputs.size());
    for (const Output& output : outputs) result.push_back(output.node);
    return result;
  }
};

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_PROGRAM_H_
