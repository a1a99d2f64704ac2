#ifndef FORMULARY_SERVER_EXPR_TEXT_FPCORE_NAMES_H_
#define FORMULARY_SERVER_EXPR_TEXT_FPCORE_NAMES_H_

// What FPCore's names mean: operations by the catalogue's fpcore column, constants and refused
// words by the tables here. Used by the FPCore reader and printer.

#include <string_view>

#include "absl/status/statusor.h"
#include "server/expr/catalogue.h"
#include "server/expr/program_builder.h"

namespace formulary::expr::text {

// The row that FPCore calls `name`; null: none.
const FunctionRow* FindFpCoreFunction(std::string_view name);

// FPCore's words that mean there what no row computes: loops, tensors, other roundings.
bool IsRefusedFpCoreWord(std::string_view name);

// A constant of FPCore as a definition: its name in Constant.named, or an FPCore expression of
// such.
struct FpCoreConstant {
  std::string_view name;
  std::string_view named;  // empty: by expression
  std::string_view expression;
};
const FpCoreConstant* FindFpCoreConstant(std::string_view name);

// An FPCore number: decimal, p/q, or hexadecimal with a binary exponent. NOT_FOUND: it is no
// number.
absl::StatusOr<NodeId> FpCoreNumber(std::string_view text, ProgramBuilder* builder);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_FPCORE_NAMES_H_
