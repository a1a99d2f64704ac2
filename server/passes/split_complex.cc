#include "server/passes/split_complex.h"

#include <optional>
#include <string>
#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"

namespace formulary::passes {
namespace {

using expr::DType;
using expr::FunctionId;
using expr::FunctionRow;
using expr::Graph;
using expr::Node;
using expr::NodeId;
using expr::NodeKind;
using expr::Part;
namespace fn = expr::fn;

// Products that an integral power is written as, at most; beyond, it is exp(b*log(a)).
constexpr long kMaxIntegralPower = 64;

// A node by its parts; a real one has no imaginary part.
struct Value {
  NodeId re;
  std::optional<NodeId> im;

  bool is_complex() const { return im.has_value(); }
};

class Splitter {
 public:
  Splitter(const expr::Program& program, absl::Span<const DType> types, size_t max_nodes)
      : source_(program), types_(types), max_nodes_(max_nodes) {}

  absl::StatusOr<SplitProgram> Run();

 private:
  using Values = std::vector<Value>;

  void AddArguments();
  NodeId AddArgument(uint32_t argument, Part part, std::string_view suffix);
  absl::StatusOr<Value> Leaf(const Graph& graph, NodeId id);
  absl::StatusOr<Value> Call(FunctionId function, const Values& operands);
  // A row's text with values for its operands. Recursion follows the rows' own texts, a few deep.
  absl::StatusOr<Value> Text(const expr::RowText& text, const Values& operands);
  absl::StatusOr<Value> ComplexForm(FunctionId function, const Values& operands);
  absl::StatusOr<Value> Piecewise(const Values& operands);
  absl::StatusOr<Value> Power(FunctionId function, const Values& operands);
  Value Sum(const Values& operands);
  Value Product(const Value& a, const Value& b);
  Value Difference(const Value& a, const Value& b);

  Value RealCall(FunctionId function, const Values& operands);
  NodeId Make(FunctionId function, std::initializer_list<NodeId> operands) {
    return graph().Call(function, operands);
  }
  NodeId Zero() { return graph().Integer(0); }
  NodeId Imaginary(const Value& value) { return value.im.has_value() ? *value.im : Zero(); }
  // The imaginary unit itself: products with it exchange parts and round nothing.
  bool IsUnit(const Value& value) const;
  Graph& graph() { return result_.program.graph; }
  const Graph& graph() const { return result_.program.graph; }

  const expr::Program& source_;
  absl::Span<const DType> types_;
  const size_t max_nodes_;
  SplitProgram result_;
  Values arguments_;  // by argument of the source
};

absl::Status HasNoComplexForm(const FunctionRow& row) {
  return base::MakeError(
      absl::StatusCode::kUnimplemented,
      base::StrCat("function \"", row.name, "\" is not computed for complex operands"),
      {.reason = "COMPLEX_UNIMPLEMENTED",
       .field = "outputs",
       .metadata = {{"function", std::string(row.name)}}});
}

bool AnyComplex(const std::vector<Value>& values) {
  for (const Value& value : values) {
    if (value.is_complex()) return true;
  }
  return false;
}

NodeId Splitter::AddArgument(uint32_t argument, Part part, std::string_view suffix) {
  expr::Argument made = source_.arguments[argument];
  if (part != Part::kWhole) {
    made.name += suffix;
    made.assumptions = {};
    made.dtype = DType::kUnspecified;
  }
  const auto position = static_cast<uint32_t>(result_.arguments.size());
  result_.program.arguments.push_back(std::move(made));
  result_.arguments.push_back({argument, part});
  return graph().Argument(position);
}

void Splitter::AddArguments() {
  for (uint32_t i = 0; i < source_.arguments.size(); ++i) {
    if (IsComplex(types_[i])) {
      const NodeId re = AddArgument(i, Part::kReal, ".re");
      arguments_.push_back({re, AddArgument(i, Part::kImaginary, ".im")});
    } else {
      arguments_.push_back({AddArgument(i, Part::kWhole, ""), std::nullopt});
    }
  }
}

absl::StatusOr<Value> Splitter::Leaf(const Graph& from, NodeId id) {
  const Node& node = from[id];
  const bool unit = node.kind == NodeKind::kNamed &&
                    node.detail == static_cast<uint8_t>(expr::NamedConstant::kImaginaryUnit);
  if (unit) return Value{Zero(), graph().Integer(1)};
  return Value{graph().ImportLeaf(from, id), std::nullopt};
}

Value Splitter::RealCall(FunctionId function, const Values& operands) {
  std::vector<NodeId> nodes;
  for (const Value& operand : operands) nodes.push_back(operand.re);
  return {graph().Call(function, nodes), std::nullopt};
}

bool Splitter::IsUnit(const Value& value) const {
  return value.is_complex() && graph().IsNumber(value.re) && graph().IsNumber(*value.im) &&
         graph().number(value.re) == 0 && graph().number(*value.im) == 1;
}

Value Splitter::Sum(const Values& operands) {
  std::vector<NodeId> re, im;
  for (const Value& operand : operands) {
    re.push_back(operand.re);
    if (operand.is_complex()) im.push_back(*operand.im);
  }
  return {graph().Call(fn::kAdd, re), im.size() == 1 ? im[0] : graph().Call(fn::kAdd, im)};
}

// A real number less a complex one changes the sign of a zero imaginary part: cuts depend on it.
Value Splitter::Difference(const Value& a, const Value& b) {
  const NodeId re = Make(fn::kSub, {a.re, b.re});
  if (!b.is_complex()) return {re, a.im};
  return {re, a.is_complex() ? Make(fn::kSub, {*a.im, *b.im}) : Make(fn::kNeg, {*b.im})};
}

Value Splitter::Product(const Value& a, const Value& b) {
  if (!a.is_complex() && !b.is_complex()) return {Make(fn::kMul, {a.re, b.re}), std::nullopt};
  if (!a.is_complex()) return {Make(fn::kMul, {a.re, b.re}), Make(fn::kMul, {a.re, *b.im})};
  if (!b.is_complex()) return {Make(fn::kMul, {a.re, b.re}), Make(fn::kMul, {*a.im, b.re})};
  if (IsUnit(a)) return {Make(fn::kNeg, {*b.im}), b.re};
  if (IsUnit(b)) return {Make(fn::kNeg, {*a.im}), a.re};
  return {Make(fn::kSub, {Make(fn::kMul, {a.re, b.re}), Make(fn::kMul, {*a.im, *b.im})}),
          Make(fn::kAdd, {Make(fn::kMul, {a.re, *b.im}), Make(fn::kMul, {*a.im, b.re})})};
}

absl::StatusOr<Value> Splitter::Piecewise(const Values& operands) {
  std::vector<NodeId> re, im;
  for (size_t i = 0; i < operands.size(); ++i) {
    const bool condition = i % 2 == 1;
    if (condition && operands[i].is_complex()) return HasNoComplexForm(Row(fn::kPiecewise));
    re.push_back(operands[i].re);
    im.push_back(condition ? operands[i].re : Imaginary(operands[i]));
  }
  return Value{graph().Call(fn::kPiecewise, re), graph().Call(fn::kPiecewise, im)};
}

absl::StatusOr<Value> Splitter::Power(FunctionId function, const Values& operands) {
  const Value& exponent = operands[1];
  const bool number = !exponent.is_complex() && graph().IsNumber(exponent.re);
  const mpq_class value = number ? graph().number(exponent.re) : mpq_class(0);
  if (number && value == mpq_class(1, 2)) return Call(fn::kSqrt, {operands[0]});
  const bool integral = number && value.get_den() == 1 && abs(value) <= kMaxIntegralPower;
  if (!integral) return ComplexForm(function, operands);
  std::optional<Value> power;
  Value square = operands[0];
  for (auto rest = static_cast<uint64_t>(mpz_class(abs(value)).get_ui()); rest > 0; rest >>= 1) {
    if (rest & 1) power = power.has_value() ? Product(*power, square) : square;
    if (rest > 1) square = Product(square, square);
  }
  const Value one = {graph().Integer(1), std::nullopt};
  if (!power.has_value()) return one;
  if (value > 0) return *power;
  return Call(expr::fn::kDiv, {one, *power});
}

absl::StatusOr<Value> Splitter::Text(const expr::RowText& text, const Values& operands) {
  Values values;
  Values called;
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const NodeId id{i};
    const Node& node = text.graph[id];
    if (node.kind == NodeKind::kArgument) {
      values.push_back(node.payload < operands.size() ? operands[node.payload] : operands[0]);
      continue;
    }
    if (node.kind != NodeKind::kCall) {
      ASSIGN_OR_RETURN(Value leaf, Leaf(text.graph, id));
      values.push_back(leaf);
      continue;
    }
    called.clear();
    for (const NodeId operand : text.graph.operands(id)) called.push_back(values[operand.value]);
    ASSIGN_OR_RETURN(Value made, Call(node.function, called));
    values.push_back(made);
  }
  return values[text.root.value];
}

// Whether a formula of real numbers may be read as one of complex numbers: absolute values may not.
bool IsAnalytic(const expr::RowText& text) {
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const Node& node = text.graph[NodeId{i}];
    if (node.kind == NodeKind::kCall && node.function == fn::kAbs) return false;
  }
  return true;
}

// By the row's two texts, real operands as complex ones with an imaginary part of 0.
absl::StatusOr<Value> Splitter::ComplexForm(FunctionId function, const Values& operands) {
  const expr::RowTexts& texts = expr::TextsOf(function);
  const FunctionRow& row = Row(function);
  if (!texts.complex[0].has_value()) {
    // A formula of analytic functions holds for complex operands as it stands.
    if (!texts.expansion.has_value() || !IsAnalytic(*texts.expansion)) return HasNoComplexForm(row);
    return Text(*texts.expansion, operands);
  }
  Values promoted;
  for (const Value& operand : operands) promoted.push_back({operand.re, Imaginary(operand)});
  ASSIGN_OR_RETURN(const Value re, Text(*texts.complex[0], promoted));
  if (!texts.complex[1].has_value()) return re;
  ASSIGN_OR_RETURN(const Value im, Text(*texts.complex[1], promoted));
  return Value{re.re, im.re};
}

absl::StatusOr<Value> Splitter::Call(FunctionId function, const Values& operands) {
  if (graph().size() > max_nodes_)
    return base::OverLimit("NODE_LIMIT", "graph", "max_nodes", max_nodes_, graph().size());
  if (!AnyComplex(operands)) return RealCall(function, operands);
  if (function == fn::kRe) return Value{operands[0].re, std::nullopt};
  if (function == fn::kIm) return Value{*operands[0].im, std::nullopt};
  if (function == fn::kAdd) return Sum(operands);
  if (function == fn::kSub) return Difference(operands[0], operands[1]);
  if (function == fn::kMul) {
    Value product = operands[0];
    for (size_t i = 1; i < operands.size(); ++i) product = Product(product, operands[i]);
    return product;
  }
  if (function == fn::kDiv && !operands[1].is_complex()) {
    return Value{Make(function, {operands[0].re, operands[1].re}),
                 Make(function, {*operands[0].im, operands[1].re})};
  }
  if (function == fn::kNeg || function == fn::kBarrier || function == fn::kToFloat) {
    return Value{Make(function, {operands[0].re}), Make(function, {*operands[0].im})};
  }
  if (function == fn::kPiecewise) return Piecewise(operands);
  if (function == fn::kPow) return Power(function, operands);
  return ComplexForm(function, operands);
}

absl::StatusOr<SplitProgram> Splitter::Run() {
  result_.program.numerics = source_.numerics;
  result_.program.accurate = source_.accurate;
  AddArguments();
  const Graph& from = source_.graph;
  const std::vector<bool> needed = from.Reachable(source_.roots());
  Values values(from.size());
  Values operands;
  for (uint32_t i = 0; i < from.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    const Node& node = from[id];
    if (node.kind == NodeKind::kArgument) {
      values[i] = arguments_[node.payload];
    } else if (node.kind != NodeKind::kCall) {
      ASSIGN_OR_RETURN(values[i], Leaf(from, id));
    } else {
      operands.clear();
      for (const NodeId operand : from.operands(id)) operands.push_back(values[operand.value]);
      ASSIGN_OR_RETURN(values[i], Call(node.function, operands));
    }
  }
  for (const expr::Output& output : source_.outputs) {
    const Value& value = values[output.node.value];
    result_.complex_outputs.push_back(value.is_complex());
    result_.program.outputs.push_back({output.name, value.re});
    if (value.is_complex())
      result_.program.outputs.push_back({base::StrCat(output.name, ".im"), *value.im});
  }
  return std::move(result_);
}

}  // namespace

bool IsReal(const expr::Program& program) {
  for (const expr::Argument& argument : program.arguments) {
    if (IsComplex(argument.dtype) || !argument.assumptions.real.value_or(true)) return false;
  }
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const Node& node = program.graph[NodeId{i}];
    if (node.kind == NodeKind::kNamed &&
        node.detail == static_cast<uint8_t>(expr::NamedConstant::kImaginaryUnit)) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<SplitProgram> SplitComplex(const expr::Program& program,
                                          absl::Span<const DType> types, size_t max_nodes) {
  return Splitter(program, types, max_nodes).Run();
}

}  // namespace formulary::passes
