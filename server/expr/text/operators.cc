#include "server/expr/text/operators.h"

#include <vector>

#include "server/expr/catalogue.h"

namespace formulary::expr::text {
namespace {

// clang-format off
constexpr Operator kOperators[] = {
    {"or",  "logical_or",    kWordOr,     Fix::kLeft,    false},
    {"and", "logical_and",   kWordAnd,    Fix::kLeft,    false},
    {"not", "logical_not",   kWordNot,    Fix::kPrefix,  false},
    {"<",   "less",          kComparison, Fix::kCompare, true},
    {"<=",  "less_equal",    kComparison, Fix::kCompare, true},
    {">",   "greater",       kComparison, Fix::kCompare, true},
    {">=",  "greater_equal", kComparison, Fix::kCompare, true},
    {"==",  "equal",         kComparison, Fix::kCompare, true},
    {"!=",  "not_equal",     kComparison, Fix::kCompare, true},
    {"|",   "logical_or",    kBar,        Fix::kLeft,    true},
    {"&",   "logical_and",   kAmpersand,  Fix::kLeft,    true},
    {"+",   "add",           kSum,        Fix::kLeft,    true},
    {"-",   "sub",           kSum,        Fix::kLeft,    true},
    {"*",   "mul",           kProduct,    Fix::kLeft,    true},
    {"/",   "div",           kProduct,    Fix::kLeft,    true},
    {"%",   "mod",           kProduct,    Fix::kLeft,    true},
    {"-",   "neg",           kUnary,      Fix::kPrefix,  true},
    {"+",   "",              kUnary,      Fix::kPrefix,  false},
    {"~",   "logical_not",   kUnary,      Fix::kPrefix,  true},
    {"**",  "pow",           kPower,      Fix::kRight,   true},
    {"^",   "pow",           kPower,      Fix::kRight,   false},
};

constexpr absl::StatusCode kWrong = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kLater = absl::StatusCode::kUnimplemented;
constexpr Refusal kRefusals[] = {
    {"//", kWrong, "'//' (floor division) is not part of the syntax; write floor(a/b)"},
    {"&&", kWrong, "'&&' is not part of the syntax; write & or and"},
    {"||", kWrong, "'||' is not part of the syntax; write | or or"},
    {"<<", kWrong, "'<<' is not part of the syntax; there are no bit operations"},
    {">>", kWrong, "'>>' is not part of the syntax; there are no bit operations"},
    {"<>", kWrong, "'<>' is not part of the syntax; write !="},
    {":=", kWrong, "':=' is not part of the syntax; an output's name is not part of its text"},
    {"=",  kWrong, "'=' is not part of the syntax; write == to compare"},
    {"!",  kWrong, "'!' is not part of the syntax; write factorial(x), or not x"},
    {"[",  kWrong, "square brackets are not part of the syntax; group with ( )"},
    {"]",  kWrong, "square brackets are not part of the syntax; group with ( )"},
    {"{",  kWrong, "braces are not part of the syntax; group with ( )"},
    {"}",  kWrong, "braces are not part of the syntax; group with ( )"},
    {"@",  kLater, "the matrix product '@' is not implemented by this server"},
    {".T", kLater, "the transpose '.T' is not implemented by this server"},
    {".I", kLater, "the matrix inverse '.I' is not implemented by this server"},
};
// clang-format on

const Operator* Find(std::string_view symbol, bool prefix) {
  for (const Operator& op : kOperators) {
    if (op.symbol == symbol && (op.fix == Fix::kPrefix) == prefix) return &op;
  }
  return nullptr;
}

}  // namespace

const Operator* FindPrefix(std::string_view symbol) { return Find(symbol, true); }

const Operator* FindInfix(std::string_view symbol) { return Find(symbol, false); }

const Operator* PrintedOperator(FunctionId function, size_t operands) {
  static const std::vector<const Operator*>* const kByFunction = [] {
    auto* table = new std::vector<const Operator*>(Rows().size(), nullptr);
    for (const Operator& op : kOperators) {
      if (op.printed) (*table)[IdOf(op.function).value] = &op;
    }
    return table;
  }();
  const Operator* op = (*kByFunction)[function.value];
  if (op == nullptr || operands == (op->fix == Fix::kPrefix ? 1u : 2u)) return op;
  // Sums and products of more operands fold from the left, as they would be read.
  const bool folds = operands > 2 && (function == fn::kAdd || function == fn::kMul);
  return folds ? op : nullptr;
}

const Refusal* FindRefusal(std::string_view symbol) {
  for (const Refusal& refusal : kRefusals) {
    if (refusal.symbol == symbol) return &refusal;
  }
  return nullptr;
}

}  // namespace formulary::expr::text
