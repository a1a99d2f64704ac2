#ifndef FORMULARY_SERVER_EXPR_TEXT_CONSTANTS_TEXT_H_
#define FORMULARY_SERVER_EXPR_TEXT_CONSTANTS_TEXT_H_

// How each notation writes the named constants and the infinities. An argument of the same name
// takes a constant's name away; what is written then is another name, or text of the same value.

#include <string>
#include <string_view>

#include "server/expr/text/tree_writer.h"

namespace formulary::expr::text {

// One row a constant: its names in the text syntax, best first, and text of its value that no
// argument can shadow.
struct ConstantText {
  std::string_view names[2];
  std::string_view otherwise;
  std::string_view latex;
  std::string_view fpcore;
  std::string_view mathml;
};

// REQUIRES: node is kNamed, or a kReal that is not -0.0 (an infinity of either sign is written
// without it).
const ConstantText& ConstantTextOf(const Graph& graph, NodeId node);

// The constant in the text syntax.
std::string InfixConstant(const Source& source, NodeId node);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_CONSTANTS_TEXT_H_
