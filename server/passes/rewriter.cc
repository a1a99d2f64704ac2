#include "server/passes/rewriter.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "server/passes/expand.h"
#include "server/passes/fold.h"
#include "server/passes/pattern.h"

namespace formulary::passes {

using expr::FunctionId;
using expr::Graph;
using expr::Node;
using expr::NodeId;
using expr::NodeKind;
using expr::NumberForm;
namespace fn = expr::fn;

namespace {

// A rule's result may fire another rule; past this depth the text of the rules would be at fault.
constexpr int kMaxRuleDepth = 32;
// The clock is read once in so many steps.
constexpr uint64_t kStepsBetweenLooks = 256;

}  // namespace

Rewriter::Rewriter(const expr::Program& program, const Budget& budget, const RuleSet& rules,
                   Cancelling cancelling)
    : program_(&program), budget_(budget), rules_(&rules), cancelling_(cancelling) {}

const std::vector<Rewriter::Handler>& Rewriter::Handlers() {
  static const std::vector<Handler>* const kHandlers = [] {
    auto* handlers = new std::vector<Handler>(expr::Rows().size(), nullptr);
    const std::pair<FunctionId, Handler> table[] = {
        {fn::kAdd, &Rewriter::Sum},
        {fn::kSub, &Rewriter::Difference},
        {fn::kNeg, &Rewriter::Negation},
        {fn::kMul, &Rewriter::Product},
        {fn::kDiv, &Rewriter::Quotient},
        {fn::kPow, &Rewriter::Power},
        {fn::kSqrt, &Rewriter::SquareRoot},
        {fn::kAnd, &Rewriter::And},
        {fn::kOr, &Rewriter::Or},
        {fn::kNot, &Rewriter::Not},
        {fn::kMin, &Rewriter::Least},
        {fn::kMax, &Rewriter::Greatest},
        {fn::kPiecewise, &Rewriter::Piecewise},
    };
    for (const auto& [function, handler] : table) (*handlers)[function.value] = handler;
    return handlers;
  }();
  return *kHandlers;
}

const expr::Facts& Rewriter::facts(NodeId node) {
  while (facts_.size() < graph_.size()) {
    const NodeId next{static_cast<uint32_t>(facts_.size())};
    facts_.push_back(DeriveFacts(graph_, next, facts_, program_->arguments));
  }
  return facts_[node.value];
}

void Rewriter::MarkShared(NodeId node) {
  if (shared_.size() <= node.value) shared_.resize(node.value + 1, false);
  shared_[node.value] = true;
}

bool Rewriter::OutOfBudget() {
  ++steps_;
  if (stop_reason_ != StopReason::kFinished) return true;
  if (steps_ > budget_.max_steps) stop_reason_ = StopReason::kSteps;
  if (steps_ % kStepsBetweenLooks == 0 && budget_.deadline.expired())
    stop_reason_ = StopReason::kDeadline;
  if (graph_.size() > budget_.max_nodes) stop_reason_ = StopReason::kNodes;
  return stop_reason_ != StopReason::kFinished;
}

NodeId Rewriter::Make(FunctionId function, absl::Span<const NodeId> operands) {
  // Code generation knows nothing of rows without a routine: those expand whatever the budget.
  if (OutOfBudget() || depth_ >= kMaxRuleDepth) return ExpandedCall(function, operands, &graph_);
  const expr::RowTexts& texts = expr::TextsOf(function);
  if (texts.expansion.has_value()) {
    ++depth_;
    const NodeId expanded = InstantiateWith(*texts.expansion, operands, this);
    --depth_;
    return expanded;
  }
  if (numerics() == expr::Numerics::kStrict) return MakeStrict(function, operands);
  return ApplyRules(Canonical(function, operands));
}

NodeId Rewriter::Canonical(FunctionId function, absl::Span<const NodeId> operands) {
  const Handler handler = Handlers()[function.value];
  return handler != nullptr ? (this->*handler)(operands) : Folded(function, operands);
}

// Only what is the same bit for bit: powers as pow's row defines them, quotients by powers of two,
// and piecewise with constant conditions. Rules of kAllModes follow.
NodeId Rewriter::MakeStrict(FunctionId function, absl::Span<const NodeId> operands) {
  if (function == fn::kPiecewise) return Piecewise(operands);
  if (function == fn::kPow && graph_.IsNumber(operands[1])) {
    const mpq_class& exponent = graph_.number(operands[1]);
    if (exponent == 0) return graph_.Integer(1);
    if (exponent == 1) return operands[0];
    if (exponent == 2) return Make(fn::kMul, {operands[0], operands[0]});
    if (exponent == -1) return Make(fn::kDiv, {graph_.Integer(1), operands[0]});
    if (exponent == mpq_class(1, 2)) return Make(fn::kSqrt, {operands[0]});
  }
  if (function == fn::kMul && operands.size() == 2) {
    if (graph_.IsNumber(operands[0], -1)) return Make(fn::kNeg, {operands[1]});
    if (graph_.IsNumber(operands[1], -1)) return Make(fn::kNeg, {operands[0]});
  }
  if (function == fn::kDiv && graph_.IsNumber(operands[1]) && graph_.number(operands[1]) != 0) {
    // 1/2^k is exact, so x/2^k and x*2^-k round alike.
    const mpq_class divisor = abs(graph_.number(operands[1]));
    const mpz_class& odd_part = divisor.get_den() == 1 ? divisor.get_num() : divisor.get_den();
    const bool power_of_two = (divisor.get_den() == 1 || divisor.get_num() == 1) &&
                              mpz_popcount(odd_part.get_mpz_t()) == 1 &&
                              mpz_sizeinbase(odd_part.get_mpz_t(), 2) < 64;
    if (power_of_two) {
      const mpq_class inverse = 1 / graph_.number(operands[1]);
      return Make(fn::kMul, {operands[0], graph_.Number(inverse)});
    }
  }
  return ApplyRules(graph_.Call(function, operands));
}

NodeId Rewriter::Folded(FunctionId function, absl::Span<const NodeId> operands) {
  const expr::FunctionRow& row = Row(function);
  bool numbers = !operands.empty() && operands.size() <= 3;
  for (const NodeId operand : operands) numbers = numbers && graph_.IsNumber(operand);
  if (numbers && row.opcode != expr::Opcode::kNone) {
    std::vector<mpq_class> values;
    NumberForm form = NumberForm::kExact;
    for (const NodeId operand : operands) {
      values.push_back(graph_.number(operand));
      if (graph_[operand].detail != 0) form = NumberForm::kLiteral;
    }
    if (row.swapped) std::swap(values[0], values[1]);
    if (const auto folded = FoldNumber(row.opcode, values)) return graph_.Number(*folded, form);
    if (values.size() == 2) {
      if (const auto truth = FoldComparison(row.opcode, values[0], values[1]))
        return graph_.Boolean(*truth);
    }
    if (function == fn::kToFloat) return operands[0];
  }
  if (row.typing == expr::Typing::kCompare && numerics() != expr::Numerics::kStrict) {
    if (const auto truth = Decided(function, operands)) return graph_.Boolean(*truth);
  }
  return graph_.Call(function, operands);
}

bool Rewriter::ConditionHolds(const Rule& rule, absl::Span<const NodeId> bindings) {
  return std::all_of(rule.conditions.begin(), rule.conditions.end(),
                     [&](const Condition& condition) {
                       return Holds(condition, facts(bindings[condition.variable]));
                     });
}

void Rewriter::Record(const Rule& rule, NodeId before, NodeId after) {
  for (Application& application : applications_) {
    if (application.rule == &rule) {
      ++application.count;
      return;
    }
  }
  applications_.push_back({&rule, 1, before, after});
}

NodeId Rewriter::ApplyRules(NodeId node) {
  if (graph_[node].kind != NodeKind::kCall || depth_ >= kMaxRuleDepth) return node;
  // Rules that lead back to where they began end there.
  if (std::find(rewriting_.begin(), rewriting_.end(), node) != rewriting_.end()) return node;
  const absl::Span<const Rule* const> rules = rules_->ForHead(graph_[node].function);
  if (rules.empty()) return node;
  const uint64_t heads = HeadsBelow(graph_, node);
  for (const Rule* rule : rules) {
    if ((rule->heads & ~heads) != 0) continue;
    if (OutOfBudget()) return node;
    Match match;
    if (!FindMatch(rule->left, node, this, &match) || !ConditionHolds(*rule, match.bindings))
      continue;
    ++depth_;
    rewriting_.push_back(node);
    longest_chain_ = std::max(longest_chain_, rewriting_.size());
    NodeId result = InstantiateWith(rule->right, match.bindings, this);
    if (!match.scale.IsOne()) result = Make(fn::kMul, {graph_.Number(match.scale.ToMpq()), result});
    if (!match.rest.empty()) {
      match.rest.push_back(result);
      result = Make(graph_[node].function, match.rest);
    }
    --depth_;
    rewriting_.pop_back();
    if (result == node) continue;
    Record(*rule, node, result);
    return result;
  }
  return node;
}

}  // namespace formulary::passes
