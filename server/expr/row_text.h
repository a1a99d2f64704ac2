#ifndef FORMULARY_SERVER_EXPR_ROW_TEXT_H_
#define FORMULARY_SERVER_EXPR_ROW_TEXT_H_

// The texts in catalogue rows (expansion, partial derivatives, domain) as graphs, each row's
// parsed at its first use, and put to use on a client's operands. Thread-safe.

#include <array>
#include <optional>
#include <string_view>

#include "absl/types/span.h"
#include "server/expr/catalogue.h"
#include "server/expr/graph.h"

namespace formulary::expr {

// A text over a, b, c, d, e and r: arguments 0 to 5 of `graph`.
struct RowText {
  Graph graph;
  NodeId root;
};

inline constexpr uint32_t kResultArgument = kMaxRowOperands;

struct RowTexts {
  std::optional<RowText> expansion;
  std::array<std::optional<RowText>, kMaxRowOperands> partials;  // nullopt: not differentiable
  std::array<std::optional<RowText>, 2> complex;
  RowText domain;
  std::optional<RowText> region;
  std::optional<RowText> amplitude;
};

// The parsed texts of a row.
const RowTexts& TextsOf(FunctionId function);

// Parses a text over a, b, c, d, e, r. The texts are our own: a mistake in one is a fatal error at
// first use, and the unit tests use every row.
RowText ParseRowText(std::string_view text);

// Adds `text` to `graph` with `operands` in place of a, b, c, d, e and `result` in place of r.
NodeId Instantiate(const RowText& text, absl::Span<const NodeId> operands, NodeId result,
                   Graph* graph);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_ROW_TEXT_H_
