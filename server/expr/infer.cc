#include "server/expr/infer.h"

#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/scalar.h"

namespace formulary::expr {
namespace {

// What a node's values are, the width of floating numbers aside. Constants adapt.
enum class Kind : uint8_t { kBool, kConstantInteger, kInteger, kConstantFloat, kFloat };

bool IsConstantKind(Kind kind) {
  return kind == Kind::kConstantInteger || kind == Kind::kConstantFloat;
}

class Converter {
 public:
  explicit Converter(const Program& program) : program_(program) {}

  absl::StatusOr<Program> Run();

 private:
  absl::StatusOr<Kind> KindOfArgument(const Argument& argument) const;
  NodeId Call(NodeId id);
  NodeId Piecewise(std::vector<NodeId> operands, FunctionId function);
  NodeId Power(NodeId id, std::vector<NodeId> operands);

  // Adds a call of the given kind.
  NodeId Made(FunctionId function, absl::Span<const NodeId> operands, Kind kind) {
    const NodeId made = graph_.Call(function, operands);
    return Noted(made, kind);
  }
  NodeId Noted(NodeId node, Kind kind) {
    if (kinds_.size() <= node.value) kinds_.resize(node.value + 1, kind);
    kinds_[node.value] = kind;
    return node;
  }
  Kind kind(NodeId node) const { return kinds_[node.value]; }

  NodeId AsFloat(NodeId node) {
    if (kind(node) != Kind::kBool && kind(node) != Kind::kInteger) return node;
    return Made(fn::kToFloat, {&node, 1}, Kind::kFloat);
  }
  NodeId AsNumber(NodeId node) {
    if (kind(node) != Kind::kBool) return node;
    return Made(fn::kToInteger, {&node, 1}, Kind::kInteger);
  }
  NodeId AsBool(NodeId node) {
    if (kind(node) == Kind::kBool) return node;
    return Made(fn::kToBoolean, {&node, 1}, Kind::kBool);
  }

  // Brings all operands to one number kind, which it returns.
  Kind Promote(absl::Span<NodeId> operands);

  const Program& program_;
  Graph graph_;
  std::vector<Kind> kinds_;      // by id in graph_
  std::vector<NodeId> renamed_;  // by id in the program's graph
};

absl::StatusOr<Kind> Converter::KindOfArgument(const Argument& argument) const {
  if (!argument.core_shape.empty()) {
    return base::MakeError(
        absl::StatusCode::kUnimplemented,
        base::StrCat("argument \"", argument.name, "\" has a core shape of rank ",
                     argument.core_shape.size(), "; only scalars are computed"),
        {.reason = "CORE_SHAPE_UNIMPLEMENTED", .field = "arguments"});
  }
  switch (argument.dtype) {
    case DType::kUnspecified:
    case DType::kFloat64:
    case DType::kFloat32:
    case DType::kComplex64:  // until the program is split in real and imaginary parts
    case DType::kComplex128:
      return Kind::kFloat;
    case DType::kInt64:
    case DType::kInt32:  // computed in int64
      return Kind::kInteger;
    case DType::kBool:
      return Kind::kBool;
  }
  return Kind::kFloat;
}

Kind Converter::Promote(absl::Span<NodeId> operands) {
  bool any_float = false, all_constant = true, any_float_constant = false;
  for (const NodeId operand : operands) {
    any_float |= kind(operand) == Kind::kFloat;
    any_float_constant |= kind(operand) == Kind::kConstantFloat;
    all_constant &= IsConstantKind(kind(operand));
  }
  if (all_constant) return any_float_constant ? Kind::kConstantFloat : Kind::kConstantInteger;
  if (!any_float && !any_float_constant) {
    for (NodeId& operand : operands) operand = AsNumber(operand);
    return Kind::kInteger;
  }
  // Truth values go straight to floating numbers: by way of integers they would ask for float64.
  for (NodeId& operand : operands) operand = AsFloat(operand);
  return Kind::kFloat;
}

NodeId Converter::Piecewise(std::vector<NodeId> operands, FunctionId function) {
  std::vector<NodeId> values;
  bool all_bool = true;
  for (size_t i = 0; i < operands.size(); ++i) {
    const bool is_condition = i % 2 == 1;
    if (is_condition) {
      operands[i] = AsBool(operands[i]);
    } else {
      values.push_back(operands[i]);
      all_bool &= kind(operands[i]) == Kind::kBool;
    }
  }
  const Kind result = all_bool ? Kind::kBool : Promote(absl::MakeSpan(values));
  for (size_t i = 0; i < values.size(); ++i) operands[2 * i] = values[i];
  // Conditions may vary even where the values are constants.
  const Kind made = IsConstantKind(result) ? Kind::kFloat : result;
  return Made(function, operands, made);
}

NodeId Converter::Power(NodeId id, std::vector<NodeId> operands) {
  operands[0] = AsNumber(operands[0]);
  const Graph& graph = graph_;
  const bool natural = graph.IsNumber(operands[1]) && kind(operands[1]) == Kind::kConstantInteger &&
                       graph.number(operands[1]) >= 0;
  const FunctionId function = program_.graph[id].function;
  const Kind base = kind(operands[0]);
  if (natural && (base == Kind::kInteger || base == Kind::kConstantInteger)) {
    return Made(function, operands, base);
  }
  for (NodeId& operand : operands) operand = AsFloat(operand);
  const bool constant = IsConstantKind(kind(operands[0])) && IsConstantKind(kind(operands[1]));
  return Made(function, operands, constant ? Kind::kConstantFloat : Kind::kFloat);
}

NodeId Converter::Call(NodeId id) {
  std::vector<NodeId> operands;
  for (const NodeId operand : program_.graph.operands(id))
    operands.push_back(renamed_[operand.value]);
  const FunctionId function = program_.graph[id].function;
  if (function == fn::kToInteger) return AsNumber(operands[0]);
  if (function == fn::kBarrier) return Made(function, operands, kind(operands[0]));
  switch (Row(function).typing) {
    case Typing::kArithmetic: {
      const Kind result = Promote(absl::MakeSpan(operands));
      return Made(function, operands, result);
    }
    case Typing::kFloat: {
      if (function == fn::kToFloat) return AsFloat(operands[0]);
      bool constant = true;
      for (NodeId& operand : operands) {
        constant = constant && IsConstantKind(kind(operand));
        operand = AsFloat(operand);
      }
      return Made(function, operands, constant ? Kind::kConstantFloat : Kind::kFloat);
    }
    case Typing::kPower:
      return Power(id, std::move(operands));
    case Typing::kCompare:
      Promote(absl::MakeSpan(operands));
      return Made(function, operands, Kind::kBool);
    case Typing::kLogic:
      for (NodeId& operand : operands) operand = AsBool(operand);
      if (function == fn::kToBoolean) return operands[0];
      return Made(function, operands, Kind::kBool);
    case Typing::kPiecewise:
      return Piecewise(std::move(operands), function);
    case Typing::kChoose:
      return Piecewise({operands[1], operands[0], operands[2]}, fn::kPiecewise);
  }
  return id;
}

absl::StatusOr<Program> Converter::Run() {
  std::vector<Kind> arguments;
  for (const Argument& argument : program_.arguments) {
    ASSIGN_OR_RETURN(const Kind kind_of_argument, KindOfArgument(argument));
    arguments.push_back(kind_of_argument);
  }
  const Graph& source = program_.graph;
  const std::vector<bool> needed = source.Reachable(program_.roots());
  renamed_.resize(source.size());
  for (uint32_t i = 0; i < source.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    const Node& node = source[id];
    if (node.kind == NodeKind::kCall) {
      renamed_[i] = Call(id);
      continue;
    }
    const NodeId made = graph_.ImportLeaf(source, id);
    Kind made_kind = Kind::kConstantFloat;
    if (node.kind == NodeKind::kArgument) made_kind = arguments[node.payload];
    if (node.kind == NodeKind::kBoolean) made_kind = Kind::kBool;
    if (node.kind == NodeKind::kNumber && node.detail == static_cast<uint8_t>(NumberForm::kExact) &&
        FitsInt64(source.number(id))) {
      made_kind = Kind::kConstantInteger;
    }
    renamed_[i] = Noted(made, made_kind);
  }
  Program result = program_;
  result.graph = std::move(graph_);
  for (Output& output : result.outputs) output.node = renamed_[output.node.value];
  return result;
}

DType PromoteTypes(DType a, DType b) {
  if (a == DType::kUnspecified) return b;
  if (b == DType::kUnspecified || a == b) return a;
  if (a == DType::kFloat64 || b == DType::kFloat64) return DType::kFloat64;
  if (a == DType::kFloat32 || b == DType::kFloat32) return DType::kFloat32;
  return DType::kInt64;
}

}  // namespace

absl::Status MakeConversionsExplicit(Program* program) {
  ASSIGN_OR_RETURN(*program, Converter(*program).Run());
  return absl::OkStatus();
}

DType DefaultFloat(absl::Span<const DType> arguments) {
  bool any_single = false;
  for (const DType dtype : arguments) {
    if (dtype == DType::kFloat64) return DType::kFloat64;
    any_single |= dtype == DType::kFloat32;
  }
  return any_single ? DType::kFloat32 : DType::kFloat64;
}

std::vector<DType> InferTypes(const Graph& graph, absl::Span<const DType> arguments) {
  const DType default_float = DefaultFloat(arguments);
  std::vector<DType> types(graph.size(), DType::kUnspecified);
  std::vector<bool> constant(graph.size(), true);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const NodeId id{i};
    const Node& node = graph[id];
    if (node.kind == NodeKind::kArgument) {
      types[i] = arguments[node.payload];
      constant[i] = false;
    }
    if (node.kind == NodeKind::kBoolean) types[i] = DType::kBool;
    if (node.kind != NodeKind::kCall) continue;
    const Typing typing = Row(node.function).typing;
    const absl::Span<const NodeId> operands = graph.operands(id);
    DType promoted = DType::kUnspecified;
    for (size_t k = 0; k < operands.size(); ++k) {
      constant[i] = constant[i] && constant[operands[k].value];
      const bool is_condition = typing == Typing::kPiecewise && k % 2 == 1;
      if (!is_condition) promoted = PromoteTypes(promoted, types[operands[k].value]);
    }
    if (typing == Typing::kCompare || typing == Typing::kLogic) {
      types[i] = DType::kBool;
    } else if (node.function == fn::kToInteger) {
      types[i] = DType::kInt64;
    } else if (node.function == fn::kToFloat && !IsFloat(promoted)) {
      // A truth value adapts to its surroundings, an integer is as wide as a float64.
      types[i] = promoted == DType::kInt64 ? DType::kFloat64 : default_float;
    } else {
      types[i] = promoted;
    }
    // Made of constants by way of conditions: it varies, so it needs a type of its own.
    if (types[i] == DType::kUnspecified && !constant[i]) types[i] = default_float;
  }
  return types;
}

}  // namespace formulary::expr
