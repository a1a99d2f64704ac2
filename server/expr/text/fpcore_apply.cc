#include "server/expr/text/fpcore_apply.h"

#include <algorithm>
#include <vector>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/text/fpcore_names.h"
#include "server/expr/text/utf8.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

// How the operands of an FPCore operation become calls of rows.
enum class Rule : uint8_t {
  kPlain,     // one call
  kFold,      // from the left, two at a time
  kMinus,     // negation of one, else from the left
  kOver,      // one over one, else from the left
  kChain,     // each with the next, all of them true
  kDistinct,  // each with every other, all of them true
  kChoice,    // condition, then, else
  kSame,      // the operand itself
};
struct Operation {
  std::string_view name;
  Rule rule;
};
constexpr Operation kOperations[] = {
    {"+", Rule::kFold},    {"*", Rule::kFold},    {"and", Rule::kFold}, {"or", Rule::kFold},
    {"-", Rule::kMinus},   {"/", Rule::kOver},    {"<", Rule::kChain},  {"<=", Rule::kChain},
    {">", Rule::kChain},   {">=", Rule::kChain},  {"==", Rule::kChain}, {"!=", Rule::kDistinct},
    {"if", Rule::kChoice}, {"cast", Rule::kSame},
};

Rule RuleOf(std::string_view name) {
  for (const Operation& operation : kOperations) {
    if (operation.name == name) return operation.rule;
  }
  return Rule::kPlain;
}

absl::StatusOr<NodeId> Fold(std::string_view row, absl::Span<const NodeId> operands,
                            ProgramBuilder* builder) {
  if (operands.size() < 2) return builder->Call(row, operands);
  NodeId result = operands[0];
  for (const NodeId operand : operands.subspan(1)) {
    const NodeId pair[] = {result, operand};
    ASSIGN_OR_RETURN(result, builder->Call(row, pair));
  }
  return result;
}

absl::StatusOr<NodeId> AllPairs(std::string_view row, absl::Span<const NodeId> operands,
                                bool neighbours, ProgramBuilder* builder) {
  std::vector<NodeId> facts;
  for (size_t i = 0; i < operands.size(); ++i) {
    for (size_t k = i + 1; k < (neighbours ? std::min(i + 2, operands.size()) : operands.size());
         ++k) {
      const NodeId pair[] = {operands[i], operands[k]};
      ASSIGN_OR_RETURN(const NodeId fact, builder->Call(row, pair));
      facts.push_back(fact);
    }
  }
  return Fold(Row(fn::kAnd).name, facts, builder);
}

}  // namespace

absl::StatusOr<NodeId> ApplyFpCore(std::string_view name, absl::Span<const NodeId> operands,
                                   ProgramBuilder* builder) {
  const FunctionRow* row = FindFpCoreFunction(name);
  const std::string_view function = row != nullptr ? row->name : name;
  const Rule rule = RuleOf(name);
  if (rule == Rule::kFold && operands.size() > 2) return Fold(function, operands, builder);
  if (rule == Rule::kMinus) {
    return operands.size() == 1 ? builder->Call(Row(fn::kNeg).name, operands)
                                : Fold(Row(fn::kSub).name, operands, builder);
  }
  if (rule == Rule::kOver && operands.size() == 1) {
    const NodeId pair[] = {builder->graph().Integer(1), operands[0]};
    return builder->Call(function, pair);
  }
  if (rule == Rule::kOver) return Fold(function, operands, builder);
  if ((rule == Rule::kChain || rule == Rule::kDistinct) && operands.size() > 2) {
    return AllPairs(function, operands, rule == Rule::kChain, builder);
  }
  if (rule == Rule::kChoice && operands.size() == 3) {
    const NodeId reordered[] = {operands[1], operands[0], operands[2]};
    return builder->Call(Row(fn::kPiecewise).name, reordered);
  }
  if (rule == Rule::kSame && operands.size() == 1) return operands[0];
  if (rule == Rule::kChoice || rule == Rule::kSame) {
    const int wanted = rule == Rule::kChoice ? 3 : 1;
    return base::InvalidArgument(
        "ARITY", "", StrCat(Quoted(name), " takes ", wanted, " operand(s), got ", operands.size()));
  }
  return builder->Call(function, operands);
}

}  // namespace formulary::expr::text
