#include "server/codegen/constants.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "server/expr/catalogue.h"
#include "server/expr/exponent_range.h"
#include "server/expr/infer.h"
#include "server/expr/interpret.h"

namespace formulary::codegen {
namespace {

using expr::DType;
using expr::NodeId;
using expr::NodeKind;
using expr::Opcode;

constexpr mpfr_prec_t kPrecision = 256;

// An MPFR number as a value.
class Real {
 public:
  Real() { mpfr_init2(value_, kPrecision); }
  Real(const Real& other) : Real() { mpfr_set(value_, other.value_, MPFR_RNDN); }
  Real& operator=(const Real& other) {
    mpfr_set(value_, other.value_, MPFR_RNDN);
    return *this;
  }
  ~Real() { mpfr_clear(value_); }

  mpfr_ptr get() { return value_; }
  mpfr_srcptr get() const { return value_; }

 private:
  mpfr_t value_;
};

void SetNamed(expr::NamedConstant constant, mpfr_ptr result) {
  switch (constant) {
    case expr::NamedConstant::kPi:
      mpfr_const_pi(result, MPFR_RNDN);
      return;
    case expr::NamedConstant::kE:
      mpfr_set_ui(result, 1, MPFR_RNDN);
      mpfr_exp(result, result, MPFR_RNDN);
      return;
    case expr::NamedConstant::kEulerGamma:
      mpfr_const_euler(result, MPFR_RNDN);
      return;
    case expr::NamedConstant::kCatalan:
      mpfr_const_catalan(result, MPFR_RNDN);
      return;
    case expr::NamedConstant::kGoldenRatio:
      mpfr_sqrt_ui(result, 5, MPFR_RNDN);
      mpfr_add_ui(result, result, 1, MPFR_RNDN);
      mpfr_div_ui(result, result, 2, MPFR_RNDN);
      return;
    case expr::NamedConstant::kImaginaryUnit:
      mpfr_set_nan(result);
      return;
  }
}

// Rounded once to a binary format, subnormals included.
double RoundTo(mpfr_srcptr value, mpfr_prec_t precision, mpfr_exp_t emin, mpfr_exp_t emax) {
  mpfr_t rounded;
  mpfr_init2(rounded, precision);
  int ternary = mpfr_set(rounded, value, MPFR_RNDN);
  const expr::ExponentRange range(emin, emax);
  ternary = mpfr_check_range(rounded, ternary, MPFR_RNDN);
  mpfr_subnormalize(rounded, ternary, MPFR_RNDN);
  const double result = mpfr_get_d(rounded, MPFR_RNDN);
  mpfr_clear(rounded);
  return result;
}

}  // namespace

struct Constants::Value {
  Real real;
  bool truth = false;
};

namespace {

using Reals = std::vector<Real>;

// The operation on MPFR numbers; false when it yields a truth value, which goes to *truth.
bool Operate(Opcode opcode, const Reals& x, mpfr_ptr result, bool* truth) {
  mpfr_srcptr a = x[0].get();
  mpfr_srcptr b = x.size() > 1 ? x[1].get() : a;
  switch (opcode) {
    case Opcode::kAdd:
      return mpfr_add(result, a, b, MPFR_RNDN), true;
    case Opcode::kSub:
      return mpfr_sub(result, a, b, MPFR_RNDN), true;
    case Opcode::kMul:
      return mpfr_mul(result, a, b, MPFR_RNDN), true;
    case Opcode::kDiv:
      return mpfr_div(result, a, b, MPFR_RNDN), true;
    case Opcode::kNeg:
      return mpfr_neg(result, a, MPFR_RNDN), true;
    case Opcode::kAbs:
      return mpfr_abs(result, a, MPFR_RNDN), true;
    case Opcode::kSqrt:
      return mpfr_sqrt(result, a, MPFR_RNDN), true;
    case Opcode::kFloor:
      return mpfr_floor(result, a), true;
    case Opcode::kCeil:
      return mpfr_ceil(result, a), true;
    case Opcode::kRound:
      return mpfr_rint(result, a, MPFR_RNDN), true;
    case Opcode::kTrunc:
      return mpfr_trunc(result, a), true;
    case Opcode::kFma:
      return mpfr_fma(result, a, b, x[2].get(), MPFR_RNDN), true;
    case Opcode::kSign:
      if (mpfr_zero_p(a) || mpfr_nan_p(a)) return mpfr_set(result, a, MPFR_RNDN), true;
      return mpfr_set_si(result, mpfr_sgn(a), MPFR_RNDN), true;
    case Opcode::kMin:
      return mpfr_set(result, mpfr_less_p(a, b) || mpfr_nan_p(a) ? a : b, MPFR_RNDN), true;
    case Opcode::kMax:
      return mpfr_set(result, mpfr_greater_p(a, b) || mpfr_nan_p(a) ? a : b, MPFR_RNDN), true;
    case Opcode::kLess:
      *truth = mpfr_less_p(a, b) != 0;
      return false;
    case Opcode::kLessEqual:
      *truth = mpfr_lessequal_p(a, b) != 0;
      return false;
    case Opcode::kEqual:
      *truth = mpfr_equal_p(a, b) != 0;
      return false;
    case Opcode::kNotEqual:
      *truth = mpfr_equal_p(a, b) == 0;
      return false;
    default:
      return mpfr_set_nan(result), true;
  }
}

bool Connect(Opcode opcode, bool a, bool b) {
  switch (opcode) {
    case Opcode::kAnd:
      return a && b;
    case Opcode::kOr:
      return a || b;
    case Opcode::kXor:
      return a != b;
    case Opcode::kNot:
      return !a;
    default:
      return false;
  }
}

}  // namespace

Constants::Constants(const expr::Program& program)
    : program_(program), constant_(program.graph.size(), true), values_(program.graph.size()) {
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const NodeId id{i};
    if (program.graph[id].kind == NodeKind::kArgument) constant_[i] = false;
    for (const NodeId operand : program.graph.operands(id)) {
      constant_[i] = constant_[i] && constant_[operand.value];
    }
  }
}

Constants::~Constants() = default;

// Bottom up over what the node needs, so that nothing recurses.
const Constants::Value& Constants::Evaluate(NodeId id) {
  std::vector<NodeId> stack = {id};
  while (!stack.empty()) {
    const NodeId top = stack.back();
    if (values_[top.value] != nullptr) {
      stack.pop_back();
      continue;
    }
    bool ready = true;
    for (const NodeId operand : program_.graph.operands(top)) {
      if (values_[operand.value] == nullptr) {
        stack.push_back(operand);
        ready = false;
      }
    }
    if (!ready) continue;
    values_[top.value] = std::make_unique<Value>(Compute(top));
    stack.pop_back();
  }
  return *values_[id.value];
}

Constants::Value Constants::Compute(NodeId id) {
  const expr::Graph& graph = program_.graph;
  const expr::Node& node = graph[id];
  Value result;
  mpfr_ptr real = result.real.get();
  switch (node.kind) {
    case NodeKind::kNumber:
      mpfr_set_q(real, graph.number(id).get_mpq_t(), MPFR_RNDN);
      return result;
    case NodeKind::kReal:
      mpfr_set_d(real, graph.real(id), MPFR_RNDN);
      return result;
    case NodeKind::kNamed:
      SetNamed(static_cast<expr::NamedConstant>(node.detail), real);
      return result;
    case NodeKind::kBoolean:
      result.truth = node.detail != 0;
      return result;
    case NodeKind::kArgument:
      return result;
    case NodeKind::kCall:
      break;
  }
  const expr::FunctionRow& row = Row(node.function);
  const absl::Span<const NodeId> operands = graph.operands(id);
  if (node.function == expr::fn::kPiecewise) {
    size_t i = 0;
    while (i + 1 < operands.size() && !values_[operands[i + 1].value]->truth) i += 2;
    return *values_[operands[i].value];
  }
  if (node.function == expr::fn::kBarrier) return *values_[operands[0].value];
  if (row.opcode == Opcode::kConvert) {
    const Value& value = *values_[operands[0].value];
    const bool from_truth = graph[operands[0]].kind == NodeKind::kBoolean ||
                            (graph[operands[0]].kind == NodeKind::kCall &&
                             (Row(graph[operands[0]].function).typing == expr::Typing::kCompare ||
                              Row(graph[operands[0]].function).typing == expr::Typing::kLogic));
    if (row.typing == expr::Typing::kLogic) {
      result.truth = from_truth ? value.truth : mpfr_zero_p(value.real.get()) == 0;
    } else if (from_truth) {
      mpfr_set_ui(real, value.truth ? 1 : 0, MPFR_RNDN);
    } else {
      return value;
    }
    return result;
  }
  if (row.typing == expr::Typing::kLogic) {
    result.truth = values_[operands[0].value]->truth;
    if (row.opcode == Opcode::kNot) result.truth = !result.truth;
    for (size_t i = 1; i < operands.size(); ++i) {
      result.truth = Connect(row.opcode, result.truth, values_[operands[i].value]->truth);
    }
    return result;
  }
  Reals x;
  for (const NodeId operand : operands) x.push_back(values_[operand.value]->real);
  // Exact values of routines that go value by value may take seconds: they answer for themselves.
  const bool exact = row.reference != nullptr &&
                     (program_.accurate || row.routine == nullptr || row.routine->strict_twin);
  if (exact) {
    std::vector<mpfr_ptr> pointers;
    for (Real& operand : x) pointers.push_back(operand.get());
    row.reference(real, pointers.data());
    if (mpfr_nan_p(real) == 0) return result;
  }
  if (row.routine != nullptr) {  // it knows, too, what a reference is not asked for
    double values[expr::kMaxRowOperands] = {};
    for (size_t k = 0; k < x.size(); ++k) values[k] = mpfr_get_d(x[k].get(), MPFR_RNDN);
    mpfr_set_d(real, row.routine->f64.value(values), MPFR_RNDN);
    return result;
  }
  if (row.swapped) std::swap(x[0], x[1]);
  if (x.size() <= 1 || row.opcode == Opcode::kFma) {
    if (row.max_arity == expr::kVariadic) return *values_[operands[0].value];
    Operate(row.opcode, x, real, &result.truth);
    return result;
  }
  Reals folded = {x[0], x[1]};
  Operate(row.opcode, folded, real, &result.truth);
  for (size_t i = 2; i < x.size(); ++i) {
    folded[0] = result.real;
    folded[1] = x[i];
    Operate(row.opcode, folded, real, &result.truth);
  }
  return result;
}

uint64_t Constants::StrictBits(NodeId id, DType dtype) const {
  expr::Program alone;
  alone.numerics = program_.numerics;
  alone.accurate = program_.accurate;
  alone.outputs.push_back({"", alone.graph.Import(program_.graph, {id})[0]});
  // A float32 argument that nothing uses makes float32 the type that constants are computed in.
  std::vector<expr::Scalar> arguments;
  if (dtype == DType::kFloat32) arguments.push_back(expr::Scalar::Float32(0));
  const absl::StatusOr<std::vector<expr::Scalar>> values = expr::Interpret(alone, arguments);
  if (!values.ok()) return std::bit_cast<uint64_t>(std::nan(""));
  const expr::Scalar value = expr::Convert((*values)[0], dtype);
  if (dtype == DType::kFloat32) return std::bit_cast<uint32_t>(value.f32);
  if (dtype == DType::kInt64) return static_cast<uint64_t>(value.i64);
  if (dtype == DType::kBool) return value.boolean ? 1 : 0;
  return std::bit_cast<uint64_t>(value.f64);
}

namespace {

uint64_t RoundedBits(mpfr_srcptr value, DType dtype) {
  switch (dtype) {
    case DType::kInt64:
      return static_cast<uint64_t>(mpfr_get_si(value, MPFR_RNDN));
    case DType::kFloat32:
      return std::bit_cast<uint32_t>(static_cast<float>(RoundTo(value, 24, -148, 128)));
    default:
      return std::bit_cast<uint64_t>(RoundTo(value, 53, -1073, 1024));
  }
}

}  // namespace

uint64_t Constants::Bits(NodeId id, DType dtype) {
  const bool leaf = program_.graph[id].kind != NodeKind::kCall;
  if (program_.numerics == expr::Numerics::kStrict && !leaf) return StrictBits(id, dtype);
  const expr::ExponentRange range(-expr::kMaxExactExponent, expr::kMaxExactExponent);
  const Value& value = Evaluate(id);
  if (dtype == DType::kBool) return value.truth ? 1 : 0;
  return RoundedBits(value.real.get(), dtype);
}

uint64_t Constants::SumBits(absl::Span<const NodeId> ids, DType dtype) {
  const expr::ExponentRange range(-expr::kMaxExactExponent, expr::kMaxExactExponent);
  Real sum;
  mpfr_set_zero(sum.get(), 1);
  for (const NodeId id : ids) mpfr_add(sum.get(), sum.get(), Evaluate(id).real.get(), MPFR_RNDN);
  return RoundedBits(sum.get(), dtype);
}

uint64_t Constants::ProductBits(absl::Span<const NodeId> ids, DType dtype) {
  const expr::ExponentRange range(-expr::kMaxExactExponent, expr::kMaxExactExponent);
  Real product;
  mpfr_set_ui(product.get(), 1, MPFR_RNDN);
  for (const NodeId id : ids)
    mpfr_mul(product.get(), product.get(), Evaluate(id).real.get(), MPFR_RNDN);
  return RoundedBits(product.get(), dtype);
}

}  // namespace formulary::codegen
