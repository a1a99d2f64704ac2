#include "server/analysis/series.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/analysis/exact.h"
#include "server/analysis/power_series.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"

namespace formulary::analysis {
namespace {

using expr::FunctionRow;
using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

// Texts of derivatives are expanded inside those of others no deeper than this.
constexpr int kMaxTextDepth = 2;

class Expander {
 public:
  Expander(const expr::Program& program, uint32_t argument, ExpansionPoint point,
           passes::Rewriter* rewriter)
      : program_(program),
        argument_(argument),
        sign_(point == ExpansionPoint::kMinusInfinity ? -1 : 1),
        at_zero_(point == ExpansionPoint::kZero),
        rewriter_(*rewriter),
        algebra_(rewriter),
        x_(rewriter->graph().Argument(argument)) {}

  MaybeSeries Run() {
    PowerSeries x{at_zero_ ? 1 : -1, std::vector<NodeId>(kSeriesLength, Integer(0))};
    x.c[0] = Integer(sign_);
    std::vector<MaybeSeries> arguments(program_.arguments.size());
    for (uint32_t k = 0; k < arguments.size(); ++k)
      arguments[k] = k == argument_ ? x : algebra_.Constant(rewriter_.graph().Argument(k));
    return Walk(program_.graph, program_.outputs[0].node, arguments, 0);
  }

  // A term of the series as a node.
  NodeId Term(const PowerSeries& series, size_t i) {
    mpq_class power = series.valuation + static_cast<unsigned long>(i);
    if (!at_zero_) power = -power;
    const NodeId base = sign_ < 0 && !at_zero_ ? Product(Integer(-1), x_) : x_;
    const NodeId raised = rewriter_.Make(fn::kPow, {base, rewriter_.graph().Number(power)});
    return power == 0 ? series.c[i] : Product(series.c[i], raised);
  }

 private:
  NodeId Integer(int64_t value) { return algebra_.Integer(value); }
  NodeId Product(NodeId a, NodeId b) { return algebra_.Product(a, b); }

  // The series of `root`, each node's from those of its operands.
  MaybeSeries Walk(const Graph& graph, NodeId root, const std::vector<MaybeSeries>& arguments,
                   int depth) {
    const std::vector<bool> needed = graph.Reachable({root});
    std::vector<MaybeSeries> series(graph.size());
    for (uint32_t i = 0; i <= root.value; ++i) {
      const NodeId id{i};
      if (!needed[i]) continue;
      if (rewriter_.graph().size() > kMaxSeriesGraph) return std::nullopt;
      if (graph[id].kind == NodeKind::kArgument) {
        series[i] = arguments[graph[id].payload];
      } else if (graph[id].kind != NodeKind::kCall) {
        series[i] = algebra_.Constant(rewriter_.graph().ImportLeaf(graph, id));
      } else {
        std::vector<const MaybeSeries*> operands;
        bool known = true;
        for (const NodeId operand : graph.operands(id)) {
          operands.push_back(&series[operand.value]);
          known = known && operands.back()->has_value();
        }
        if (known) series[i] = Call(graph[id].function, operands, depth);
      }
    }
    return series[root.value];
  }

  MaybeSeries Call(expr::FunctionId function, const std::vector<const MaybeSeries*>& x, int depth) {
    if (AllConstant(x)) return ConstantCall(function, x);
    const FunctionRow& row = Row(function);
    switch (row.opcode) {
      case expr::Opcode::kAdd:
      case expr::Opcode::kMul: {
        MaybeSeries result = *x[0];
        for (size_t k = 1; k < x.size() && result.has_value(); ++k)
          result = row.opcode == expr::Opcode::kAdd ? algebra_.Add(*result, **x[k])
                                                    : algebra_.Multiply(*result, **x[k]);
        return result;
      }
      case expr::Opcode::kSub: {
        const MaybeSeries negative = algebra_.Scale(**x[1], Integer(-1));
        return algebra_.Add(**x[0], *negative);
      }
      case expr::Opcode::kNeg:
        return algebra_.Scale(**x[0], Integer(-1));
      case expr::Opcode::kDiv: {
        const MaybeSeries inverse = algebra_.Inverse(**x[1]);
        return inverse.has_value() ? algebra_.Multiply(**x[0], *inverse) : std::nullopt;
      }
      case expr::Opcode::kSqrt:
        return algebra_.Power(**x[0], rewriter_.graph().Number(mpq_class(1, 2)));
      default:
        break;
    }
    if (function == fn::kPow) return Power(**x[0], **x[1]);
    if (function == fn::kCbrt)
      return algebra_.Power(**x[0], rewriter_.graph().Number(mpq_class(1, 3)));
    if (function == fn::kLog) return Logarithm(**x[0]);
    if (function == fn::kExp) return Exponential(**x[0]);
    if (x.size() != 1 || row.partials[0].empty()) return std::nullopt;
    return ByDerivative(function, **x[0], depth);
  }

  static bool IsConstant(const Graph& graph, const PowerSeries& series) {
    if (series.c.empty()) return true;
    return series.valuation == 0 &&
           std::all_of(series.c.begin() + 1, series.c.end(),
                       [&graph](NodeId c) { return graph.IsNumber(c, 0); });
  }
  bool AllConstant(const std::vector<const MaybeSeries*>& x) const {
    return std::all_of(x.begin(), x.end(), [this](const MaybeSeries* series) {
      return IsConstant(rewriter_.graph(), **series);
    });
  }
  MaybeSeries ConstantCall(expr::FunctionId function, const std::vector<const MaybeSeries*>& x) {
    std::vector<NodeId> operands;
    for (const MaybeSeries* series : x) operands.push_back(Leading(**series));
    const NodeId value = Folded(rewriter_.Make(function, operands));
    return algebra_.Constant(value);
  }
  NodeId Leading(const PowerSeries& series) { return series.c.empty() ? Integer(0) : series.c[0]; }

  // A call of numbers whose value is exactly an integer, as that integer: sin(0), exp(0).
  NodeId Folded(NodeId node) {
    const Graph& graph = rewriter_.graph();
    if (graph[node].kind != NodeKind::kCall) return node;
    for (const NodeId operand : graph.operands(node)) {
      if (!graph.IsNumber(operand, 0) && !graph.IsNumber(operand, 1)) return node;
    }
    expr::Program constant;
    constant.outputs = {{"", constant.graph.Import(graph, {node})[0]}};
    const ExactValue value = ExactEvaluator(constant, {}).Outputs({})[0];
    const bool integer = value.usable() && (value.value == 0 || std::fabs(value.value) == 1);
    return integer ? Integer(static_cast<int64_t>(value.value)) : node;
  }

  MaybeSeries Power(const PowerSeries& base, const PowerSeries& exponent) {
    if (!IsConstant(rewriter_.graph(), exponent)) {
      const MaybeSeries logarithm = Logarithm(base);
      if (!logarithm.has_value()) return std::nullopt;
      const MaybeSeries product = algebra_.Multiply(*logarithm, exponent);
      return product.has_value() ? Exponential(*product) : std::nullopt;
    }
    const NodeId p = Leading(exponent);
    if (base.c.empty()) return algebra_.Power(base, p);
    if (rewriter_.graph().IsNumber(p) || base.valuation == 0) return algebra_.Power(base, p);
    // A symbolic power of the argument stays what it is, as a factor.
    PowerSeries unit = base;
    unit.valuation = 0;
    const MaybeSeries rest = algebra_.Power(unit, p);
    if (!rest.has_value()) return std::nullopt;
    const NodeId monomial = Monomial(base.valuation);
    return algebra_.Scale(*rest, algebra_.Raised(monomial, p));
  }

  // t**power in terms of the argument.
  NodeId Monomial(const mpq_class& power) { return Term({power, {Integer(1)}}, 0); }

  MaybeSeries Logarithm(const PowerSeries& u) {
    if (u.c.empty()) return std::nullopt;
    // log(t**v c0 (1 + w)) = log(t**v c0) + the integral of the quotient u'/u.
    PowerSeries unit = u;
    unit.valuation = 0;
    const NodeId leading = Product(u.c[0], Monomial(u.valuation));
    const NodeId start = Folded(rewriter_.Make(fn::kLog, {leading}));
    const MaybeSeries inverse = algebra_.Inverse(unit);
    return inverse.has_value() ? algebra_.Integral(*inverse, unit, start) : std::nullopt;
  }

  MaybeSeries Exponential(const PowerSeries& u) {
    // Growing terms stay in an exponential of their own, as a factor.
    if (u.valuation.get_den() != 1) return std::nullopt;
    if (u.c.empty()) return algebra_.Constant(Integer(1));
    NodeId growing = Integer(0);
    std::vector<NodeId> rest;
    for (size_t i = 0; i < u.c.size(); ++i) {
      const mpq_class power = u.valuation + static_cast<unsigned long>(i);
      if (power < 0) growing = algebra_.Sum(growing, Term(u, i));
      if (power >= 0) rest.push_back(u.c[i]);
    }
    if (u.valuation > 0) rest = *algebra_.Taylor(u);
    const NodeId constant = rest.empty() ? Integer(0) : rest[0];
    const NodeId factor = Folded(rewriter_.Make(fn::kExp, {algebra_.Sum(growing, constant)}));
    const MaybeSeries series = algebra_.FromTaylor(algebra_.Exponential(rest));
    return series.has_value() ? algebra_.Scale(*series, factor) : std::nullopt;
  }

  // f(u) = f(u0) + the integral of f'(u) u', where f' is the row's text. A text that speaks of the
  // result (tan: 1 + r**2), or of a function whose derivative leads back, gives one more term each
  // time it is gone through.
  MaybeSeries ByDerivative(expr::FunctionId function, const PowerSeries& u, int depth) {
    const std::optional<std::vector<NodeId>> taylor = algebra_.Taylor(u);
    const expr::RowTexts& texts = expr::TextsOf(function);
    if (!taylor.has_value() || !texts.partials[0].has_value()) return std::nullopt;
    if (const auto pair = Pair(function)) return ByPair(*pair, *taylor);
    if (depth >= kMaxTextDepth) return std::nullopt;
    const expr::RowText& slope = *texts.partials[0];
    const NodeId start = Folded(rewriter_.Make(function, {(*taylor)[0]}));
    std::vector<MaybeSeries> arguments(expr::kResultArgument + 1);
    arguments[0] = u;
    // The result to begin with: its value at t = 0, known to one power.
    MaybeSeries result = algebra_.FromTaylor({start});
    const bool by_result = UsesResult(slope);
    for (size_t round = 0; round < (by_result ? kSeriesLength : 1); ++round) {
      arguments[expr::kResultArgument] = Padded(*result);
      const MaybeSeries derivative = Walk(slope.graph, slope.root, arguments, depth + 1);
      if (!derivative.has_value()) return std::nullopt;
      const MaybeSeries known = algebra_.Integral(*derivative, u, start);
      if (!known.has_value()) return std::nullopt;
      // Of the powers gone through, only the first ones are right yet.
      const std::optional<std::vector<NodeId>> terms = algebra_.Taylor(*known);
      if (!terms.has_value()) return std::nullopt;
      std::vector<NodeId> right = *terms;
      if (by_result && right.size() > round + 2) right.resize(round + 2);
      result = algebra_.FromTaylor(std::move(right));
    }
    return result;
  }

  // A series of few powers with zeros behind: a value that goes into the next round.
  PowerSeries Padded(PowerSeries series) {
    if (!series.c.empty()) series.c.resize(kSeriesLength, Integer(0));
    return series;
  }

  static bool UsesResult(const expr::RowText& text) {
    const std::vector<bool> needed = text.graph.Reachable({text.root});
    for (uint32_t i = 0; i < text.graph.size(); ++i) {
      const expr::Node& node = text.graph[NodeId{i}];
      if (needed[i] && node.kind == NodeKind::kArgument && node.payload == expr::kResultArgument)
        return true;
    }
    return false;
  }

  // Functions whose second derivative is +-themselves: s' = c w', c' = sign s w'.
  struct FunctionPair {
    expr::FunctionId first, second;
    bool second_wanted;
    int sign;
  };
  struct SignedCall {
    expr::FunctionId function;
    int sign;
  };
  // A row's derivative that is +-g(a).
  static std::optional<SignedCall> SlopeCall(expr::FunctionId function) {
    const std::optional<expr::RowText>& text = expr::TextsOf(function).partials[0];
    if (Row(function).max_arity != 1 || !text.has_value()) return std::nullopt;
    const bool negated = text->graph.IsCall(text->root, fn::kNeg);
    const NodeId call = negated ? text->graph.operands(text->root)[0] : text->root;
    const absl::Span<const NodeId> operands = text->graph.operands(call);
    if (operands.size() != 1 || text->graph[operands[0]].kind != NodeKind::kArgument ||
        text->graph[operands[0]].payload != 0)
      return std::nullopt;
    return SignedCall{text->graph[call].function, negated ? -1 : 1};
  }

  static std::optional<FunctionPair> Pair(expr::FunctionId function) {
    const std::optional<SignedCall> slope = SlopeCall(function);
    if (!slope.has_value() || slope->function == function) return std::nullopt;
    const std::optional<SignedCall> back = SlopeCall(slope->function);
    if (!back.has_value() || back->function != function) return std::nullopt;
    if (slope->sign > 0) return FunctionPair{function, slope->function, false, back->sign};
    return FunctionPair{slope->function, function, true, slope->sign};
  }

  MaybeSeries ByPair(const FunctionPair& pair, const std::vector<NodeId>& w) {
    std::vector<NodeId> s = {Folded(rewriter_.Make(pair.first, {w[0]}))};
    std::vector<NodeId> c = {Folded(rewriter_.Make(pair.second, {w[0]}))};
    algebra_.ContinuePair(w, pair.sign, &s, &c);
    return algebra_.FromTaylor(pair.second_wanted ? std::move(c) : std::move(s));
  }

  const expr::Program& program_;
  const uint32_t argument_;
  const int sign_;
  const bool at_zero_;
  passes::Rewriter& rewriter_;
  SeriesAlgebra algebra_;
  const NodeId x_;
};

}  // namespace

std::vector<expr::Program> Expansions(const expr::Program& program, uint32_t argument,
                                      ExpansionPoint point, size_t most) {
  std::vector<expr::Program> results;
  if (program.graph.size() > kMaxSeriesNodes) return results;
  // Coefficients that cancel must do so: the arguments are finite.
  expr::Program assumed;
  assumed.arguments = program.arguments;
  for (expr::Argument& one : assumed.arguments) one.assumptions.finite = true;
  assumed.numerics = expr::Numerics::kFast;
  passes::Rewriter rewriter(assumed, {}, passes::NoRules());
  Expander expander(program, argument, point, &rewriter);
  const MaybeSeries series = expander.Run();
  if (!series.has_value()) return results;
  std::vector<NodeId> terms;
  for (size_t i = 0; i < series->c.size() && terms.size() < most; ++i) {
    if (rewriter.graph().IsNumber(series->c[i], 0)) continue;
    terms.push_back(expander.Term(*series, i));
    expr::Program& result = results.emplace_back();
    result.arguments = program.arguments;
    result.numerics = program.numerics;
    result.accurate = program.accurate;
    const NodeId sum = terms.size() == 1 ? terms[0] : rewriter.Make(fn::kAdd, terms);
    result.outputs = {{program.outputs[0].name, result.graph.Import(rewriter.graph(), {sum})[0]}};
  }
  return results;
}

}  // namespace formulary::analysis
