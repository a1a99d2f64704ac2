#include "server/expr/interpret.h"

#include <cmath>
#include <utility>

#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"
#include "server/expr/reference_value.h"
#include "server/expr/scalar.h"

namespace formulary::expr {
namespace {

constexpr double kPi = 3.14159265358979323846;
// By NamedConstant. Sources: DLMF 3.12 (pi), 5.2.3 (Euler), OEIS A006752 (Catalan), A001622 (golden
// ratio).
constexpr double kNamedValues[] = {kPi,
                                   2.71828182845904523536,
                                   0.57721566490153286061,
                                   0.91596559417721901505,
                                   1.61803398874989484820,
                                   __builtin_nan("")};

Scalar FromDouble(double value, DType dtype) {
  if (dtype == DType::kFloat32) return Scalar::Float32(static_cast<float>(value));
  return Scalar::Float64(value);
}

template <typename T>
T Get(const Scalar& value) {
  if constexpr (std::is_same_v<T, double>) return value.f64;
  if constexpr (std::is_same_v<T, float>) return value.f32;
  if constexpr (std::is_same_v<T, int64_t>) return value.i64;
}

Scalar Make(double value) { return Scalar::Float64(value); }
Scalar Make(float value) { return Scalar::Float32(value); }
Scalar Make(int64_t value) { return Scalar::Int64(value); }

template <typename T>
Scalar Arithmetic(Opcode opcode, const std::vector<Scalar>& x) {
  const T a = Get<T>(x[0]);
  const T b = x.size() > 1 ? Get<T>(x[1]) : T{};
  switch (opcode) {
    case Opcode::kAdd:
      return Make(scalar::Add(a, b));
    case Opcode::kSub:
      return Make(scalar::Sub(a, b));
    case Opcode::kMul:
      return Make(scalar::Mul(a, b));
    case Opcode::kNeg:
      return Make(scalar::Neg(a));
    case Opcode::kAbs:
      return Make(scalar::Abs(a));
    case Opcode::kMin:
      return Make(scalar::Min(a, b));
    case Opcode::kMax:
      return Make(scalar::Max(a, b));
    case Opcode::kSign:
      return Make(scalar::Sign(a));
    case Opcode::kLess:
      return Scalar::Bool(a < b);
    case Opcode::kLessEqual:
      return Scalar::Bool(a <= b);
    case Opcode::kEqual:
      return Scalar::Bool(a == b);
    case Opcode::kNotEqual:
      return Scalar::Bool(a != b);
    default:
      break;
  }
  if constexpr (std::is_floating_point_v<T>) {
    switch (opcode) {
      case Opcode::kDiv:
        return Make(a / b);
      case Opcode::kSqrt:
        return Make(std::sqrt(a));
      case Opcode::kFloor:
        return Make(std::floor(a));
      case Opcode::kCeil:
        return Make(std::ceil(a));
      case Opcode::kRound:
        return Make(std::nearbyint(a));
      case Opcode::kTrunc:
        return Make(std::trunc(a));
      case Opcode::kFma:
        return Make(std::fma(a, b, Get<T>(x[2])));
      default:
        break;
    }
  }
  return {};
}

Scalar Logic(Opcode opcode, const std::vector<Scalar>& x) {
  const bool a = x[0].boolean;
  const bool b = x.size() > 1 && x[1].boolean;
  switch (opcode) {
    case Opcode::kAnd:
      return Scalar::Bool(a && b);
    case Opcode::kOr:
      return Scalar::Bool(a || b);
    case Opcode::kXor:
    case Opcode::kNotEqual:
      return Scalar::Bool(a != b);
    case Opcode::kEqual:
      return Scalar::Bool(a == b);
    case Opcode::kNot:
      return Scalar::Bool(!a);
    default:
      return {};
  }
}

Scalar Apply(Opcode opcode, const std::vector<Scalar>& x) {
  switch (x[0].dtype) {
    case DType::kFloat32:
      return Arithmetic<float>(opcode, x);
    case DType::kInt64:
      if (opcode == Opcode::kMod) return Scalar::Int64(scalar::Mod(x[0].i64, x[1].i64));
      if (opcode == Opcode::kGcd) return Scalar::Int64(scalar::Gcd(x[0].i64, x[1].i64));
      if (opcode == Opcode::kLcm) return Scalar::Int64(scalar::Lcm(x[0].i64, x[1].i64));
      return Arithmetic<int64_t>(opcode, x);
    case DType::kBool:
      return Logic(opcode, x);
    default:
      return Arithmetic<double>(opcode, x);
  }
}

Scalar CallRoutine(const FunctionRow& row, const Program& program, const std::vector<Scalar>& x) {
  const bool strict = program.numerics == Numerics::kStrict || program.accurate;
  double wide[kMaxRowOperands];
  float single[kMaxRowOperands];
  for (size_t k = 0; k < x.size(); ++k) {
    wide[k] = x[k].f64;
    single[k] = x[k].f32;
  }
  const bool reference = program.accurate && NeedsReference(row, x[0].dtype);
  if (x[0].dtype == DType::kFloat32) {
    return Scalar::Float32(reference ? ReferenceValue(row, single)
                                     : row.routine->single(strict).value(single));
  }
  return Scalar::Float64(reference ? ReferenceValue(row, wide)
                                   : row.routine->wide(strict).value(wide));
}

// A power whose exponent is a number, as pow's row defines it; false: the routine computes it.
bool DefinedPower(const mpq_class& exponent, const Scalar& base, Scalar* result) {
  const std::vector<Scalar> twice = {base, base};
  if (exponent == 0) *result = Convert(Scalar::Int64(1), base.dtype);
  if (exponent == 1) *result = base;
  if (exponent == 2) *result = Apply(Opcode::kMul, twice);
  if (exponent == mpq_class(1, 2)) *result = Apply(Opcode::kSqrt, {base});
  if (exponent == -1) *result = Apply(Opcode::kDiv, {Convert(Scalar::Int64(1), base.dtype), base});
  if (exponent == 0 || exponent == 1 || exponent == 2 || exponent == mpq_class(1, 2) ||
      exponent == -1) {
    return true;
  }
  if (base.dtype != DType::kInt64) return false;
  // Natural powers of integers: the wrapped product, whichever way it is multiplied.
  Scalar square = base;
  *result = Scalar::Int64(1);
  for (uint64_t rest = mpz_get_ui(exponent.get_num_mpz_t()); rest > 0; rest >>= 1) {
    if (rest & 1) *result = Apply(Opcode::kMul, {*result, square});
    square = Apply(Opcode::kMul, {square, square});
  }
  return true;
}

class Machine {
 public:
  Machine(const Program& program, absl::Span<const Scalar> arguments, std::vector<DType> dtypes)
      : program_(program),
        graph_(program.graph),
        arguments_(arguments),
        types_(InferTypes(graph_, dtypes)),
        default_float_(DefaultFloat(dtypes)) {}

  absl::StatusOr<std::vector<Scalar>> Run();

 private:
  // The value of a node for a user that computes in `dtype`.
  Scalar Value(NodeId id, DType dtype) const;
  absl::StatusOr<Scalar> Call(NodeId id) const;
  Scalar Piecewise(absl::Span<const NodeId> operands, DType dtype) const;

  const Program& program_;
  const Graph& graph_;
  absl::Span<const Scalar> arguments_;
  std::vector<DType> types_;
  DType default_float_;
  std::vector<Scalar> values_;
};

Scalar Machine::Value(NodeId id, DType dtype) const {
  const Node& node = graph_[id];
  switch (node.kind) {
    case NodeKind::kNumber:
      if (dtype == DType::kInt64 && FitsInt64(graph_.number(id))) {
        return Scalar::Int64(ToInt64(graph_.number(id)));
      }
      if (dtype == DType::kFloat32) return Scalar::Float32(ToFloat(graph_.number(id)));
      return Scalar::Float64(ToDouble(graph_.number(id)));
    case NodeKind::kReal:
      return FromDouble(graph_.real(id), dtype);
    case NodeKind::kNamed:
      return FromDouble(kNamedValues[node.detail], dtype);
    case NodeKind::kBoolean:
      return Scalar::Bool(node.detail != 0);
    case NodeKind::kArgument:
      return Convert(arguments_[node.payload], dtype);
    case NodeKind::kCall:
      return Convert(values_[id.value], dtype);
  }
  return {};
}

Scalar Machine::Piecewise(absl::Span<const NodeId> operands, DType dtype) const {
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    if (Value(operands[i + 1], DType::kBool).boolean) return Value(operands[i], dtype);
  }
  return Value(operands.back(), dtype);
}

absl::StatusOr<Scalar> Machine::Call(NodeId id) const {
  const FunctionRow& row = Row(graph_[id].function);
  const absl::Span<const NodeId> operands = graph_.operands(id);
  const DType result = types_[id.value] == DType::kUnspecified ? default_float_ : types_[id.value];
  // The type operands meet in: the result's, or for comparisons their own.
  DType meeting = result;
  if (row.typing == Typing::kCompare || row.opcode == Opcode::kConvert) {
    meeting = DType::kUnspecified;
    for (const NodeId operand : operands) {
      const DType type = types_[operand.value];
      if (meeting == DType::kUnspecified || type == DType::kFloat64) meeting = type;
      if (meeting == DType::kInt64 && type == DType::kFloat32) meeting = type;
    }
    if (meeting == DType::kUnspecified) meeting = default_float_;
  }
  if (graph_[id].function == fn::kPiecewise) return Piecewise(operands, result);
  if (graph_[id].function == fn::kBarrier) return Value(operands[0], result);
  std::vector<Scalar> x;
  for (const NodeId operand : operands) x.push_back(Value(operand, meeting));
  if (row.opcode == Opcode::kConvert) return Convert(x[0], result);
  if (graph_[id].function == fn::kPow && graph_.IsNumber(operands[1])) {
    Scalar power;
    if (DefinedPower(graph_.number(operands[1]), x[0], &power)) return power;
  }
  if (row.lowering == Lowering::kExpansion) {
    return absl::UnimplementedError(base::StrCat(row.name, " computes by expansion; expand first"));
  }
  if (row.lowering != Lowering::kOperator && meeting != DType::kInt64) {
    return CallRoutine(row, program_, x);
  }
  if (x.size() == 3 && row.opcode == Opcode::kFma) return Apply(row.opcode, x);
  if (row.swapped) std::swap(x[0], x[1]);
  if (x.size() == 1) return row.min_arity == 1 && row.max_arity == 1 ? Apply(row.opcode, x) : x[0];
  Scalar folded = Apply(row.opcode, {x[0], x[1]});
  for (size_t i = 2; i < x.size(); ++i) folded = Apply(row.opcode, {folded, x[i]});
  return folded;
}

absl::StatusOr<std::vector<Scalar>> Machine::Run() {
  const std::vector<bool> needed = graph_.Reachable(program_.roots());
  values_.resize(graph_.size());
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (!needed[i] || graph_[NodeId{i}].kind != NodeKind::kCall) continue;
    ASSIGN_OR_RETURN(values_[i], Call(NodeId{i}));
  }
  std::vector<Scalar> outputs;
  for (const Output& output : program_.outputs) {
    const DType type = types_[output.node.value];
    outputs.push_back(Value(output.node, type == DType::kUnspecified ? default_float_ : type));
  }
  return outputs;
}

}  // namespace

double Scalar::ToDouble() const {
  switch (dtype) {
    case DType::kFloat32:
      return f32;
    case DType::kInt64:
      return static_cast<double>(i64);
    case DType::kBool:
      return boolean ? 1 : 0;
    default:
      return f64;
  }
}

Scalar Convert(const Scalar& value, DType dtype) {
  if (value.dtype == dtype) return value;
  switch (dtype) {
    case DType::kFloat32:
      return Scalar::Float32(value.dtype == DType::kInt64 ? static_cast<float>(value.i64)
                                                          : static_cast<float>(value.ToDouble()));
    case DType::kInt64:
      return Scalar::Int64(value.dtype == DType::kBool ? (value.boolean ? 1 : 0)
                                                       : static_cast<int64_t>(value.ToDouble()));
    case DType::kBool:
      return Scalar::Bool(value.ToDouble() != 0);
    default:
      return Scalar::Float64(value.ToDouble());
  }
}

absl::StatusOr<std::vector<Scalar>> Interpret(const Program& program,
                                              absl::Span<const Scalar> arguments) {
  std::vector<DType> dtypes;
  for (const Scalar& argument : arguments) dtypes.push_back(argument.dtype);
  return Machine(program, arguments, std::move(dtypes)).Run();
}

}  // namespace formulary::expr
