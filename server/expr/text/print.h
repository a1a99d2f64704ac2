#ifndef FORMULARY_SERVER_EXPR_TEXT_PRINT_H_
#define FORMULARY_SERVER_EXPR_TEXT_PRINT_H_

// Writes expressions in a notation. Iterative. Shared subexpressions: a graph whose tree form would
// be longer than `max_bytes` is refused (RESOURCE_EXHAUSTED with reason OUTPUT_TOO_LARGE) rather
// than printed in full.

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::expr {

enum class Notation : uint8_t { kText, kSymPy, kLatex, kFpCore, kMathMl };

struct PrintOptions {
  Notation notation = Notation::kText;
  size_t max_bytes = 16u << 20;
};

// One expression. kText reads back (ParseText) as the same graph, but for sums and products in
// canonical form (n-ary, with coefficients and negative powers), which print as people write them,
// with - and /, and read back as a graph with the same canonical form; and for literals of more
// than 17 digits that came from a binary64, which print as the shortest decimal that rounds to it.
// kSymPy is what sympify reads.
absl::StatusOr<std::string> PrintExpression(const Graph& graph, NodeId root,
                                            absl::Span<const Argument> arguments,
                                            const PrintOptions& options = {});

// Every output on its own line, as "name = expression" (LaTeX: an align environment's lines). For
// kText a program whose only output is y0 is just its expression. The text of a STRICT program
// keeps every operation as it is computed: no quotient for a product with a reciprocal.
absl::StatusOr<std::string> PrintProgram(const Program& program, const PrintOptions& options = {});

// The graph with its sharing, for Graphviz: one node a line, edges from operands, outputs marked.
std::string PrintDot(const Program& program);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_TEXT_PRINT_H_
