#include "tests/property/exact.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/expr/catalogue.h"

namespace formulary::testing {
namespace {

using expr::FunctionRow;
using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Opcode;
namespace fn = expr::fn;

constexpr double kUnknown = std::numeric_limits<double>::infinity();

void SetNamed(uint8_t constant, mpfr_ptr result) {
  switch (static_cast<expr::NamedConstant>(constant)) {
    case expr::NamedConstant::kPi:
      mpfr_const_pi(result, MPFR_RNDN);
      break;
    case expr::NamedConstant::kE:
      mpfr_exp(result, Real(1).get(), MPFR_RNDN);
      break;
    case expr::NamedConstant::kEulerGamma:
      mpfr_const_euler(result, MPFR_RNDN);
      break;
    case expr::NamedConstant::kCatalan:
      mpfr_const_catalan(result, MPFR_RNDN);
      break;
    case expr::NamedConstant::kGoldenRatio:
      mpfr_sqrt_ui(result, 5, MPFR_RNDN);
      mpfr_add_ui(result, result, 1, MPFR_RNDN);
      mpfr_div_ui(result, result, 2, MPFR_RNDN);
      break;
    case expr::NamedConstant::kImaginaryUnit:
      mpfr_set_nan(result);
      break;
  }
}

// The number operations of the machine, on reals.
void Operate(Opcode opcode, absl::Span<const Real> x, mpfr_ptr result) {
  mpfr_ptr a = x[0].get();
  mpfr_ptr b = x.size() > 1 ? x[1].get() : a;
  switch (opcode) {
    case Opcode::kAdd:
      mpfr_add(result, a, b, MPFR_RNDN);
      break;
    case Opcode::kSub:
      mpfr_sub(result, a, b, MPFR_RNDN);
      break;
    case Opcode::kMul:
      mpfr_mul(result, a, b, MPFR_RNDN);
      break;
    case Opcode::kDiv:
      mpfr_div(result, a, b, MPFR_RNDN);
      break;
    case Opcode::kNeg:
      mpfr_neg(result, a, MPFR_RNDN);
      break;
    case Opcode::kAbs:
      mpfr_abs(result, a, MPFR_RNDN);
      break;
    case Opcode::kMin:
      mpfr_set(result, mpfr_nan_p(a) || mpfr_less_p(a, b) ? a : b, MPFR_RNDN);
      break;
    case Opcode::kMax:
      mpfr_set(result, mpfr_nan_p(a) || mpfr_greater_p(a, b) ? a : b, MPFR_RNDN);
      break;
    case Opcode::kSign:
      if (mpfr_nan_p(a) || mpfr_zero_p(a)) {
        mpfr_set(result, a, MPFR_RNDN);  // the zero's sign, too
      } else {
        mpfr_set_si(result, mpfr_sgn(a), MPFR_RNDN);
      }
      break;
    case Opcode::kSqrt:
      mpfr_sqrt(result, a, MPFR_RNDN);
      break;
    case Opcode::kFloor:
      mpfr_floor(result, a);
      break;
    case Opcode::kCeil:
      mpfr_ceil(result, a);
      break;
    case Opcode::kRound:
      mpfr_rint(result, a, MPFR_RNDN);
      break;
    case Opcode::kTrunc:
      mpfr_trunc(result, a);
      break;
    case Opcode::kFma:
      mpfr_fma(result, a, b, x[2].get(), MPFR_RNDN);
      break;
    default:
      mpfr_set_nan(result);
      break;
  }
}

bool Holds(Opcode opcode, mpfr_ptr a, mpfr_ptr b) {
  switch (opcode) {
    case Opcode::kLess:
      return mpfr_less_p(a, b) != 0;
    case Opcode::kLessEqual:
      return mpfr_lessequal_p(a, b) != 0;
    case Opcode::kEqual:
      return mpfr_equal_p(a, b) != 0;
    default:
      return mpfr_equal_p(a, b) == 0;
  }
}

// A row's value for number operands.
Real Apply(const FunctionRow& row, absl::Span<const Real> x) {
  Real result;
  if (row.reference != nullptr) {
    std::vector<Real> copies(x.begin(), x.end());
    std::vector<mpfr_ptr> pointers;
    for (const Real& copy : copies) pointers.push_back(copy.get());
    row.reference(result.get(), pointers.data());
    return result;
  }
  if (row.max_arity == expr::kVariadic && x.size() == 1) return x[0];
  Operate(row.opcode, x, result.get());
  for (size_t i = 2; i < x.size() && row.opcode != Opcode::kFma; ++i) {
    const Real folded[] = {result, x[i]};
    Operate(row.opcode, folded, result.get());
  }
  return result;
}

class Evaluator {
 public:
  Evaluator(const expr::Program& program, absl::Span<const Real> arguments,
            const ExactOptions& options)
      : program_(program), graph_(program.graph), arguments_(arguments), options_(options) {}

  std::vector<Exact> Run() {
    const std::vector<bool> needed = graph_.Reachable(program_.roots());
    values_.resize(graph_.size());
    for (uint32_t i = 0; i < graph_.size(); ++i) {
      if (needed[i])
        values_[i] = graph_[NodeId{i}].kind == NodeKind::kCall ? Call(NodeId{i}) : Leaf(NodeId{i});
    }
    std::vector<Exact> outputs;
    for (const expr::Output& output : program_.outputs)
      outputs.push_back(values_[output.node.value]);
    return outputs;
  }

 private:
  Exact Leaf(NodeId id) const;
  Exact Call(NodeId id) const;
  Exact Number(NodeId id, const FunctionRow& row, absl::Span<const NodeId> operands) const;
  Exact Logic(const FunctionRow& row, absl::Span<const NodeId> operands) const;
  Exact Compare(const FunctionRow& row, absl::Span<const NodeId> operands) const;
  Exact Piecewise(absl::Span<const NodeId> operands) const;
  Exact Convert(const FunctionRow& row, const Exact& operand) const;
  // What the operands' errors do to the result, one operand at a time.
  double Propagated(const FunctionRow& row, const Real& value,
                    absl::Span<const NodeId> operands) const;
  double Rounding(const FunctionRow& row, const Real& value,
                  absl::Span<const NodeId> operands) const;
  void NoteRange(Exact* exact) const;

  const expr::Program& program_;
  const Graph& graph_;
  absl::Span<const Real> arguments_;
  const ExactOptions options_;
  std::vector<Exact> values_;
};

Exact Evaluator::Leaf(NodeId id) const {
  Exact exact;
  const expr::Node& node = graph_[id];
  switch (node.kind) {
    case NodeKind::kNumber:
      mpfr_set_q(exact.value.get(), graph_.number(id).get_mpq_t(), MPFR_RNDN);
      break;
    case NodeKind::kReal:
      mpfr_set_d(exact.value.get(), graph_.real(id), MPFR_RNDN);
      break;
    case NodeKind::kNamed:
      SetNamed(node.detail, exact.value.get());
      break;
    case NodeKind::kBoolean:
      exact.truth = node.detail != 0;
      exact.is_truth = true;
      break;
    default:
      exact.value = arguments_[node.payload];
      exact.is_truth = program_.arguments[node.payload].dtype == expr::DType::kBool;
      exact.truth = exact.is_truth && mpfr_zero_p(exact.value.get()) == 0;
      return exact;
  }
  // A constant that the format does not hold is rounded.
  const Real rounded(options_.significand_bits == 24
                         ? double{mpfr_get_flt(exact.value.get(), MPFR_RNDN)}
                         : exact.value.ToDouble());
  if (exact.value.finite() && mpfr_equal_p(rounded.get(), exact.value.get()) == 0) {
    exact.error = UlpOf(exact.value.ToDouble(), options_.significand_bits) / 2;
  }
  return exact;
}

double Evaluator::Propagated(const FunctionRow& row, const Real& value,
                             absl::Span<const NodeId> operands) const {
  double total = 0;
  std::vector<Real> x;
  for (const NodeId operand : operands) x.push_back(values_[operand.value].value);
  for (size_t k = 0; k < operands.size(); ++k) {
    const double error = values_[operands[k].value].error;
    if (error == 0) continue;
    if (!std::isfinite(error)) return kUnknown;
    double largest = 0;
    // To both ends, and to the integer between them, if there is one: poles and jumps are at
    // integers.
    Real to_integer;
    mpfr_rint(to_integer.get(), x[k].get(), MPFR_RNDN);
    mpfr_sub(to_integer.get(), to_integer.get(), x[k].get(), MPFR_RNDN);
    const double nearest = to_integer.ToDouble();
    for (const double side : {-error, error, std::abs(nearest) <= error ? nearest : error}) {
      std::vector<Real> moved = x;
      mpfr_add_d(moved[k].get(), moved[k].get(), side, MPFR_RNDN);
      const Real there = Apply(row, moved);
      if (!there.finite()) return kUnknown;
      Real difference;
      mpfr_sub(difference.get(), there.get(), value.get(), MPFR_RNDA);
      largest = std::max(largest, std::abs(mpfr_get_d(difference.get(), MPFR_RNDA)));
    }
    total += largest;
  }
  return total;
}

double Evaluator::Rounding(const FunctionRow& row, const Real& value,
                           absl::Span<const NodeId> operands) const {
  const double ulp = UlpOf(value.ToDouble(), options_.significand_bits);
  switch (row.opcode) {
    case Opcode::kNeg:
    case Opcode::kAbs:
    case Opcode::kMin:
    case Opcode::kMax:
    case Opcode::kSign:
    case Opcode::kFloor:
    case Opcode::kCeil:
    case Opcode::kRound:
    case Opcode::kTrunc:
      return 0;
    case Opcode::kAdd:
    case Opcode::kMul: {
      // Any order: partial results may be larger than the whole.
      if (operands.size() == 2) return ulp / 2;
      double largest = ulp;
      if (row.opcode == Opcode::kAdd) {
        double sum = 0;
        for (const NodeId operand : operands)
          sum += std::abs(values_[operand.value].value.ToDouble());
        largest = UlpOf(sum, options_.significand_bits);
      }
      return largest / 2 * static_cast<double>(operands.size() - 1);
    }
    case Opcode::kSub:
    case Opcode::kDiv:
    case Opcode::kSqrt:
    case Opcode::kFma:
      return ulp / 2;
    default:
      return ulp * options_.function_ulps;
  }
}

void Evaluator::NoteRange(Exact* exact) const {
  const bool single = options_.significand_bits == 24;
  const double low = single ? 0x1p-120 : 0x1p-1000, high = single ? 0x1p120 : 0x1p1000;
  const double magnitude = std::abs(exact->value.ToDouble());
  if (magnitude != 0 && !(magnitude >= low && magnitude <= high)) exact->in_range = false;
  if (magnitude == 0 && mpfr_zero_p(exact->value.get()) == 0) exact->in_range = false;
}

Exact Evaluator::Number(NodeId, const FunctionRow& row, absl::Span<const NodeId> operands) const {
  Exact exact;
  std::vector<Real> x;
  for (const NodeId operand : operands) x.push_back(values_[operand.value].value);
  exact.value = Apply(row, x);
  if (!exact.value.finite()) {
    exact.error = kUnknown;
    exact.in_range = false;
    return exact;
  }
  if (options_.bounds)
    exact.error = Propagated(row, exact.value, operands) + Rounding(row, exact.value, operands);
  // What cancels beyond the precision of this evaluation is known no better than that.
  double largest = 0;
  for (const Real& operand : x) largest = std::max(largest, std::abs(operand.ToDouble()));
  const bool sum = row.opcode == Opcode::kAdd || row.opcode == Opcode::kSub;
  if (sum && std::abs(exact.value.ToDouble()) < 0x1p-120 * largest) exact.error = kUnknown;
  return exact;
}

Exact Evaluator::Compare(const FunctionRow& row, absl::Span<const NodeId> operands) const {
  Exact exact;
  exact.is_truth = true;
  const Exact& a = values_[operands[row.swapped ? 1 : 0].value];
  const Exact& b = values_[operands[row.swapped ? 0 : 1].value];
  exact.truth = Holds(row.opcode, a.value.get(), b.value.get());
  Real difference;
  mpfr_sub(difference.get(), a.value.get(), b.value.get(), MPFR_RNDN);
  const double gap = std::abs(difference.ToDouble());
  const double error = a.error + b.error;
  if (error > 0 && !(gap > error)) exact.sure = false;
  return exact;
}

Exact Evaluator::Logic(const FunctionRow& row, absl::Span<const NodeId> operands) const {
  Exact exact;
  exact.is_truth = true;
  exact.truth = values_[operands[0].value].truth;
  if (row.opcode == Opcode::kNot) exact.truth = !exact.truth;
  for (size_t i = 1; i < operands.size(); ++i) {
    const bool next = values_[operands[i].value].truth;
    exact.truth = row.opcode == Opcode::kAnd  ? exact.truth && next
                  : row.opcode == Opcode::kOr ? exact.truth || next
                                              : exact.truth != next;
  }
  return exact;
}

Exact Evaluator::Piecewise(absl::Span<const NodeId> operands) const {
  size_t i = 0;
  while (i + 1 < operands.size() && !values_[operands[i + 1].value].truth) i += 2;
  Exact exact = values_[operands[i].value];
  exact.sure = true;
  exact.in_range = true;
  return exact;
}

Exact Evaluator::Convert(const FunctionRow& row, const Exact& operand) const {
  Exact exact;
  if (row.typing == expr::Typing::kLogic) {
    exact.is_truth = true;
    exact.truth = operand.is_truth ? operand.truth : mpfr_zero_p(operand.value.get()) == 0;
    if (!operand.is_truth && operand.error > 0 &&
        !(std::abs(operand.value.ToDouble()) > operand.error)) {
      exact.sure = false;
    }
    return exact;
  }
  if (!operand.is_truth) return operand;
  exact.value = Real(operand.truth ? 1 : 0);
  return exact;
}

Exact Evaluator::Call(NodeId id) const {
  const FunctionRow& row = Row(graph_[id].function);
  const absl::Span<const NodeId> operands = graph_.operands(id);
  Exact exact;
  if (graph_[id].function == fn::kPiecewise) {
    exact = Piecewise(operands);
  } else if (graph_[id].function == fn::kBarrier) {
    exact = values_[operands[0].value];
  } else if (row.opcode == Opcode::kConvert) {
    exact = Convert(row, values_[operands[0].value]);
  } else if (row.typing == expr::Typing::kCompare) {
    exact = Compare(row, operands);
  } else if (row.typing == expr::Typing::kLogic) {
    exact = Logic(row, operands);
  } else {
    exact = Number(id, row, operands);
  }
  for (const NodeId operand : operands) {
    exact.sure = exact.sure && values_[operand.value].sure;
    exact.in_range = exact.in_range && values_[operand.value].in_range;
  }
  if (!exact.is_truth) NoteRange(&exact);
  return exact;
}

}  // namespace

double UlpOf(double value, int significand_bits) {
  const int least = significand_bits == 24 ? -149 : -1074;
  if (value == 0 || !std::isfinite(value)) return std::ldexp(1.0, least);
  return std::ldexp(1.0, std::max(std::ilogb(value) - significand_bits + 1, least));
}

double UlpsOff(double got, const Real& want, int significand_bits) {
  if (!std::isfinite(got)) return kUnknown;
  Real difference;
  mpfr_d_sub(difference.get(), got, want.get(), MPFR_RNDN);
  return std::abs(difference.ToDouble()) / UlpOf(want.ToDouble(), significand_bits);
}

std::vector<Exact> EvaluateExactly(const expr::Program& as_written,
                                   absl::Span<const Real> arguments, const ExactOptions& options) {
  return Evaluator(as_written, arguments, options).Run();
}

std::vector<Exact> EvaluateExactly(const expr::Program& as_written,
                                   absl::Span<const double> arguments,
                                   const ExactOptions& options) {
  std::vector<Real> reals;
  for (const double argument : arguments) reals.emplace_back(argument);
  return EvaluateExactly(as_written, reals, options);
}

}  // namespace formulary::testing
