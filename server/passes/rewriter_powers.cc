// Powers and roots. sqrt(a) is a**(1/2) while formulas are rewritten; lowering gives it back its
// own form.

#include <utility>

#include "server/passes/fold.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NodeKind;
using expr::NumberForm;
namespace fn = expr::fn;

namespace {

// 2*x**2, whose root is one of a number times |x|.
bool IsScaledSquare(const expr::Graph& graph, NodeId id) {
  const absl::Span<const NodeId> factors = graph.operands(id);
  if (!graph.IsCall(id, fn::kMul) || factors.size() != 2) return false;
  if (!graph.IsNumber(factors[0]) || graph.number(factors[0]) <= 0) return false;
  if (!graph.IsCall(factors[1], fn::kPow)) return false;
  const NodeId exponent = graph.operands(factors[1])[1];
  return graph.IsNumber(exponent) && graph.number(exponent) > 0 &&
         graph.number(exponent).get_den() == 1 &&
         mpz_even_p(graph.number(exponent).get_num_mpz_t()) != 0;
}

}  // namespace

NodeId Rewriter::SquareRoot(absl::Span<const NodeId> operands) {
  return NumericPower(operands[0], mpq_class(1, 2));
}

NodeId Rewriter::Power(absl::Span<const NodeId> operands) {
  const NodeId base = operands[0], exponent = operands[1];
  if (graph_.IsNumber(exponent)) return NumericPower(base, graph_.number(exponent));
  if (graph_[base].kind == NodeKind::kNamed &&
      graph_[base].detail == static_cast<uint8_t>(expr::NamedConstant::kE)) {
    return Make(fn::kExp, {exponent});
  }
  if (graph_.IsNumber(base, 2)) {
    static const expr::FunctionId kExp2 = expr::IdOf("exp2");
    return Make(kExp2, {exponent});
  }
  if (graph_.IsNumber(base, 1)) return base;
  return graph_.Call(fn::kPow, operands);
}

NodeId Rewriter::RawPower(NodeId base, const mpq_class& exponent) {
  return ApplyRules(graph_.Call(fn::kPow, {base, graph_.Number(exponent)}));
}

NodeId Rewriter::PowerOfPower(NodeId base, const mpq_class& inner, const mpq_class& outer) {
  const mpq_class total = inner * outer;
  if (BitsOf(total) > kMaxExponentBits)
    return RawPower(graph_.Call(fn::kPow, {base, graph_.Number(inner)}), outer);
  const bool inner_integral = inner.get_den() == 1;
  const bool outer_integral = outer.get_den() == 1;
  const expr::Facts base_facts = facts(base);
  if (inner_integral && outer_integral && (base_facts.nonzero || inner > 0 || outer > 0)) {
    return NumericPower(base, total);
  }
  if (base_facts.nonnegative && (base_facts.nonzero || inner > 0 || outer > 0)) {
    return NumericPower(base, total);
  }
  // Both sides are NaN below 0.
  if (!inner_integral && outer_integral && total.get_den() != 1 && inner > 0 && outer > 0) {
    return NumericPower(base, total);
  }
  const bool even = inner_integral && mpz_even_p(inner.get_num_mpz_t()) != 0;
  if (even && inner > 0 && outer == mpq_class(1, 2)) {
    return NumericPower(Make(fn::kAbs, {base}), total);
  }
  return RawPower(graph_.Call(fn::kPow, {base, graph_.Number(inner)}), outer);
}

NodeId Rewriter::NumericPower(NodeId base, const mpq_class& exponent) {
  if (exponent == 0) return graph_.Integer(1);
  if (exponent == 1) return base;
  if (graph_.IsNumber(base)) {
    const auto form = static_cast<NumberForm>(graph_[base].detail);
    if (const auto folded = FoldPower(graph_.number(base), exponent, budget_.max_folded_bits)) {
      return graph_.Number(*folded, form);
    }
    return graph_.Call(fn::kPow, {base, graph_.Number(exponent)});
  }
  if (++depth_ > 32) {  // nests this deep come of rules alone
    --depth_;
    return graph_.Call(fn::kPow, {base, graph_.Number(exponent)});
  }
  const absl::Span<const NodeId> operands = graph_.operands(base);
  NodeId result;
  if (graph_.IsCall(base, fn::kPow) && graph_.IsNumber(operands[1])) {
    result = PowerOfPower(operands[0], graph_.number(operands[1]), exponent);
  } else if (graph_.IsCall(base, fn::kMul) && graph_.IsNumber(operands[0]) &&
             !graph_.IsNumber(operands[0], 0) &&
             FoldPower(graph_.number(operands[0]), exponent, budget_.max_folded_bits).has_value()) {
    // (c*x)**n = c**n * x**n; for roots only when c has an exact one (and is positive: the root of
    // 0*x is 0 where that of x is not defined).
    const mpq_class coefficient =
        *FoldPower(graph_.number(operands[0]), exponent, budget_.max_folded_bits);
    const auto form = static_cast<NumberForm>(graph_[operands[0]].detail);
    const std::vector<NodeId> rest(operands.begin() + 1, operands.end());
    const NodeId inner = rest.size() == 1 ? rest[0] : graph_.Call(fn::kMul, rest);
    result = Make(fn::kMul, {graph_.Number(coefficient, form), NumericPower(inner, exponent)});
  } else if (exponent == mpq_class(1, 2) && IsScaledSquare(graph_, base)) {
    const NodeId number = operands[0], square = operands[1];
    const NodeId root = graph_.Call(fn::kPow, {number, graph_.Number(exponent)});
    result = Make(fn::kMul, {root, NumericPower(square, exponent)});
  } else if (graph_.IsCall(base, fn::kMul) && exponent < 0 && exponent.get_den() == 1) {
    std::vector<NodeId> factors(operands.begin(), operands.end());
    for (NodeId& factor : factors) factor = NumericPower(factor, exponent);
    result = Make(fn::kMul, factors);
  } else {
    result = RawPower(base, exponent);
  }
  --depth_;
  return result;
}

}  // namespace formulary::passes
