#include "server/passes/bounded_value.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "server/expr/catalogue.h"
#include "server/expr/scalar.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Opcode;
namespace fn = expr::fn;

constexpr double kUnit = 0x1p-53;  // of rounding
constexpr double kUnknown = std::numeric_limits<double>::infinity();
// Of functions whose published bounds hold in a region or against an amplitude.
constexpr double kLooseError = 0x1p-16;

// By NamedConstant.
constexpr double kNamedValues[] = {3.14159265358979323846, 2.71828182845904523536,
                                   0.57721566490153286061, 0.91596559417721901505,
                                   1.61803398874989484820, __builtin_nan("")};

using Operands = absl::InlinedVector<BoundedValue, 4>;

BoundedValue Rounded(double value, double error) {
  return {value, error + kUnit * std::abs(value)};
}

BoundedValue Sum(const BoundedValue& a, const BoundedValue& b) {
  return Rounded(a.value + b.value, a.error + b.error);
}

BoundedValue Product(const BoundedValue& a, const BoundedValue& b) {
  return Rounded(a.value * b.value,
                 std::abs(a.value) * b.error + std::abs(b.value) * a.error + a.error * b.error);
}

BoundedValue Quotient(const BoundedValue& a, const BoundedValue& b) {
  const double value = a.value / b.value;
  const double least = std::abs(b.value) - b.error;
  if (!(least > 0)) return {value, b.error == 0 ? a.error : kUnknown};
  return Rounded(value, (a.error + std::abs(value) * b.error) / least);
}

BoundedValue SquareRoot(const BoundedValue& a) {
  const double value = std::sqrt(a.value);
  if (a.error == 0) return Rounded(value, 0);
  if (!(a.value > a.error)) return {value, kUnknown};
  return Rounded(value, a.error / std::sqrt(a.value - a.error));
}

class Evaluator {
 public:
  // Of nodes whose operands' values are there.
  Evaluator(const expr::Program& program, absl::Span<const double> arguments,
            std::vector<BoundedValue>* values)
      : program_(program), graph_(program.graph), arguments_(arguments), values_(*values) {}

  void Evaluate(NodeId id) {
    values_[id.value] = graph_[id].kind == NodeKind::kCall ? Call(id) : Leaf(id);
  }
  // No comparison lay within its operands' errors.
  bool sure() const { return sure_; }

 private:
  BoundedValue Leaf(NodeId id) const;
  BoundedValue Call(NodeId id);
  BoundedValue Compare(Opcode opcode, const BoundedValue& a, const BoundedValue& b);
  BoundedValue Logic(Opcode opcode, const Operands& x) const;
  BoundedValue Piecewise(absl::Span<const NodeId> operands) const;
  BoundedValue Power(const BoundedValue& base, const mpq_class& exponent,
                     const expr::FunctionRow& row) const;
  BoundedValue Routine(const expr::FunctionRow& row, const Operands& x) const;
  BoundedValue Operate(const expr::FunctionRow& row, const Operands& x);
  // Functions of steps: exact, but the operand's error may take it over an edge.
  BoundedValue Step(double value, double below, double above);

  const expr::Program& program_;
  const Graph& graph_;
  absl::Span<const double> arguments_;
  bool sure_ = true;
  std::vector<BoundedValue>& values_;  // by node
};

BoundedValue Evaluator::Leaf(NodeId id) const {
  const expr::Node& node = graph_[id];
  switch (node.kind) {
    case NodeKind::kNumber: {
      const double value = expr::ToDouble(graph_.number(id));
      const bool exact = value == std::floor(value) && std::abs(value) < 0x1p53 &&
                         graph_.number(id).get_den() == 1;
      return {value, exact ? 0 : kUnit * std::abs(value)};
    }
    case NodeKind::kReal:
      return {graph_.real(id), 0};
    case NodeKind::kNamed:
      return Rounded(kNamedValues[node.detail], 0);
    case NodeKind::kBoolean:
      return {node.detail != 0 ? 1.0 : 0.0, 0};
    default:
      return {arguments_[node.payload], 0};
  }
}

BoundedValue Evaluator::Compare(Opcode opcode, const BoundedValue& a, const BoundedValue& b) {
  const double error = a.error + b.error;
  if (error > 0 && !(std::abs(a.value - b.value) > error)) sure_ = false;
  // FAST promises nothing where NaN and infinity are on the way.
  const bool finite = std::isfinite(a.value) && std::isfinite(b.value);
  if (program_.numerics == expr::Numerics::kFast && !finite) sure_ = false;
  bool truth = false;
  if (opcode == Opcode::kLess) truth = a.value < b.value;
  if (opcode == Opcode::kLessEqual) truth = a.value <= b.value;
  if (opcode == Opcode::kEqual) truth = a.value == b.value;
  if (opcode == Opcode::kNotEqual) truth = a.value != b.value;
  return {truth ? 1.0 : 0.0, 0};
}

BoundedValue Evaluator::Logic(Opcode opcode, const Operands& x) const {
  bool truth = x[0].value != 0;
  if (opcode == Opcode::kNot) truth = !truth;
  for (size_t i = 1; i < x.size(); ++i) {
    const bool next = x[i].value != 0;
    truth = opcode == Opcode::kAnd  ? truth && next
            : opcode == Opcode::kOr ? truth || next
                                    : truth != next;
  }
  return {truth ? 1.0 : 0.0, 0};
}

BoundedValue Evaluator::Piecewise(absl::Span<const NodeId> operands) const {
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    if (values_[operands[i + 1].value].value != 0) return values_[operands[i].value];
  }
  return values_[operands.back().value];
}

BoundedValue Evaluator::Step(double value, double below, double above) {
  if (below != above) sure_ = false;
  return {value, 0};
}

BoundedValue Evaluator::Power(const BoundedValue& base, const mpq_class& exponent,
                              const expr::FunctionRow& row) const {
  const double power = expr::ToDouble(exponent);
  const double x[] = {base.value, power};
  const double value =
      exponent == mpq_class(1, 2) ? std::sqrt(base.value) : row.routine->wide(false).value(x);
  const double size = std::abs(base.value);
  if (base.error == 0 && size > 0)
    return {value, 4 * kUnit * std::abs(value) * (1 + std::abs(power))};
  // |x + e|**p less |x|**p, by its slope at the worse end.
  if (!(size > 2 * base.error)) return {value, kUnknown};
  const double growth =
      std::exp(std::abs(power) * std::log1p(base.error / (size - base.error))) - 1;
  return {value, std::abs(value) * (growth + 4 * kUnit * (1 + std::abs(power)))};
}

// Each operand moved to both ends of its error, and the routine's own.
BoundedValue Evaluator::Routine(const expr::FunctionRow& row, const Operands& x) const {
  double at[expr::kMaxRowOperands];
  for (size_t k = 0; k < x.size(); ++k) at[k] = x[k].value;
  const auto evaluate = row.routine->wide(false).value;
  const double value = evaluate(at);
  const bool loose = !row.region.empty() || !row.amplitude.empty();
  double error = loose ? kLooseError * std::max(1.0, std::abs(value))
                       : 2 * kUnit * row.routine->accuracy.ulp_f64 * std::abs(value);
  for (size_t k = 0; k < x.size(); ++k) {
    if (x[k].error == 0) continue;
    if (!std::isfinite(x[k].error)) return {value, kUnknown};
    double moved = 0;
    for (const double side : {-x[k].error, x[k].error}) {
      at[k] = x[k].value + side;
      const double there = std::abs(evaluate(at) - value);
      if (!std::isfinite(there)) return {value, kUnknown};
      moved = std::max(moved, there);
    }
    at[k] = x[k].value;
    // Over a pole both ends may be near to each other, and the value anywhere.
    if (moved > std::abs(value) / 2) return {value, kUnknown};
    // Twice: of first order only.
    error += 2 * moved;
  }
  return {value, error};
}

BoundedValue Evaluator::Operate(const expr::FunctionRow& row, const Operands& x) {
  const BoundedValue& a = x[0];
  const BoundedValue& b = x.size() > 1 ? x[1] : a;
  switch (row.opcode) {
    case Opcode::kAdd:
      return Sum(a, b);
    case Opcode::kSub:
      return Sum(a, {-b.value, b.error});
    case Opcode::kMul:
      return Product(a, b);
    case Opcode::kDiv:
      return Quotient(a, b);
    case Opcode::kFma:
      return Sum(Product(a, b), x[2]);
    case Opcode::kNeg:
      return {-a.value, a.error};
    case Opcode::kAbs:
      return {std::abs(a.value), a.error};
    case Opcode::kMin:
      return {expr::scalar::Min(a.value, b.value), std::max(a.error, b.error)};
    case Opcode::kMax:
      return {expr::scalar::Max(a.value, b.value), std::max(a.error, b.error)};
    case Opcode::kSqrt:
      return SquareRoot(a);
    case Opcode::kSign:
      return Step(expr::scalar::Sign(a.value), expr::scalar::Sign(a.value - a.error),
                  expr::scalar::Sign(a.value + a.error));
    case Opcode::kFloor:
      return Step(std::floor(a.value), std::floor(a.value - a.error),
                  std::floor(a.value + a.error));
    case Opcode::kCeil:
      return Step(std::ceil(a.value), std::ceil(a.value - a.error), std::ceil(a.value + a.error));
    case Opcode::kRound:
      return Step(std::nearbyint(a.value), std::nearbyint(a.value - a.error),
                  std::nearbyint(a.value + a.error));
    case Opcode::kTrunc:
      return Step(std::trunc(a.value), std::trunc(a.value - a.error),
                  std::trunc(a.value + a.error));
    default:
      return {std::numeric_limits<double>::quiet_NaN(), kUnknown};
  }
}

BoundedValue Evaluator::Call(NodeId id) {
  const expr::FunctionRow& row = Row(graph_[id].function);
  const absl::Span<const NodeId> operands = graph_.operands(id);
  if (graph_[id].function == fn::kPiecewise) return Piecewise(operands);
  Operands x;
  for (const NodeId operand : operands) x.push_back(values_[operand.value]);
  if (graph_[id].function == fn::kBarrier) return x[0];
  if (row.opcode == Opcode::kConvert) {
    if (row.typing != expr::Typing::kLogic) return x[0];
    return Compare(Opcode::kNotEqual, x[0], {0, 0});
  }
  if (row.typing == expr::Typing::kCompare)
    return Compare(row.opcode, x[row.swapped ? 1 : 0], x[row.swapped ? 0 : 1]);
  if (row.typing == expr::Typing::kLogic) return Logic(row.opcode, x);
  if (graph_[id].function == fn::kPow && graph_.IsNumber(operands[1]))
    return Power(x[0], graph_.number(operands[1]), row);
  if (row.routine != nullptr) return Routine(row, x);
  if (x.size() == 1 && row.max_arity == expr::kVariadic) return x[0];
  if (row.max_arity != expr::kVariadic) return Operate(row, x);
  BoundedValue folded = x[0];
  for (size_t i = 1; i < x.size(); ++i) folded = Operate(row, {folded, x[i]});
  return folded;
}

}  // namespace

BoundedEvaluator::BoundedEvaluator(const expr::Program& program)
    : program_(program), values_(program.graph.size()) {
  const Graph& graph = program.graph;
  const std::vector<bool> needed = graph.Reachable(program.roots());
  std::vector<bool> varies(graph.size(), false);
  Evaluator constants(program, {}, &values_);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const NodeId id{i};
    if (!needed[i]) continue;
    varies[i] = graph[id].kind == NodeKind::kArgument;
    for (const NodeId operand : graph.operands(id)) varies[i] = varies[i] || varies[operand.value];
    if (varies[i]) {
      varying_.push_back(id);
    } else {
      constants.Evaluate(id);
    }
  }
  constants_sure_ = constants.sure();
}

std::vector<BoundedValue> BoundedEvaluator::At(absl::Span<const double> arguments, bool* sure) {
  Evaluator evaluator(program_, arguments, &values_);
  for (const NodeId id : varying_) evaluator.Evaluate(id);
  *sure = *sure && constants_sure_ && evaluator.sure();
  std::vector<BoundedValue> outputs;
  for (const expr::Output& output : program_.outputs) outputs.push_back(values_[output.node.value]);
  return outputs;
}

}  // namespace formulary::passes
