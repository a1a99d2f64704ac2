#ifndef FORMULARY_SERVER_EXPR_TEXT_LATEX_TEMPLATE_H_
#define FORMULARY_SERVER_EXPR_TEXT_LATEX_TEMPLATE_H_

// The LaTeX templates of the function catalogue: text in which {0} {1} {2} stand for operands. Used
// by the LaTeX printer only. Knows templates, not functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "server/expr/text/tree_writer.h"

namespace formulary::expr::text {

// How tightly what the template writes holds together.
uint8_t TemplatePrecedence(std::string_view latex);

// The text between {0} and {1} of a template that is nothing but "{0} sign {1}"; empty for any
// other.
std::string_view InfixSign(std::string_view latex);

// Where an exponent goes in "\name\left(...\right)": before the bracket. npos for other templates.
size_t ExponentPosition(std::string_view latex);

// The operands put in, `exponent` at ExponentPosition when it is not empty. More operands than the
// template has are listed, with commas, where its operands stand.
void ExpandTemplate(std::string_view latex, absl::Span<const NodeId> operands,
                    std::string_view exponent, Pieces* out);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_LATEX_TEMPLATE_H_
