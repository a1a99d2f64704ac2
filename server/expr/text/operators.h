#ifndef FORMULARY_SERVER_EXPR_TEXT_OPERATORS_H_
#define FORMULARY_SERVER_EXPR_TEXT_OPERATORS_H_

// The operators of the text syntax as one table: the parser reads by it and the printers put
// parentheses by it. Symbols only; what an operator computes is its row in the function catalogue.

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "server/expr/graph.h"

namespace formulary::expr::text {

enum class Fix : uint8_t { kPrefix, kLeft, kRight, kCompare };

// How tightly operators bind, loosest first: Python's order.
enum Precedence : uint8_t {
  kLoosest,
  kWordOr,
  kWordAnd,
  kWordNot,
  kComparison,
  kBar,
  kAmpersand,
  kSum,
  kProduct,
  kUnary,
  kPower,
  kAtom,
};

struct Operator {
  std::string_view symbol;
  std::string_view function;  // row of the catalogue; empty: the operand itself
  Precedence precedence;
  Fix fix;
  bool printed;  // how calls of the function are written; words and ^ are only read
};

// The operator that may stand before an operand, or after one; null: none.
const Operator* FindPrefix(std::string_view symbol);
const Operator* FindInfix(std::string_view symbol);

// How a call of `function` with `operands` operands is written; null: as a call.
const Operator* PrintedOperator(FunctionId function, size_t operands);

// Symbols of other notations that are understood well enough to say what to write instead.
struct Refusal {
  std::string_view symbol;
  absl::StatusCode code;
  std::string_view message;
};
const Refusal* FindRefusal(std::string_view symbol);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_OPERATORS_H_
