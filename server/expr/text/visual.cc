#include "server/expr/text/visual.h"

#include <cmath>

#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/derivative.h"
#include "server/expr/text/number_text.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

// Printing refuses no order.
std::vector<Variable> VariablesOf(const Graph& graph, NodeId derivative) {
  constexpr size_t kAnyOrder = 1u << 30;
  absl::StatusOr<std::vector<Variable>> variables =
      ReadVariables(graph, graph.operands(derivative), kAnyOrder);
  return variables.ok() ? *std::move(variables) : std::vector<Variable>();
}

// x**(1/n), n > 1.
bool IsRoot(const Graph& graph, NodeId id) {
  const NodeId exponent = graph.operands(id)[1];
  return graph.IsNumber(exponent) &&
         static_cast<NumberForm>(graph[exponent].detail) == NumberForm::kExact &&
         graph.number(exponent).get_num() == 1 && graph.number(exponent).get_den() != 1;
}

}  // namespace

VisualWriter::Shape VisualWriter::ShapeOf(NodeId id) const {
  if (graph_[id].kind != NodeKind::kCall) return Shape::kLeaf;
  const FunctionId function = graph_[id].function;
  const bool several = graph_.operands(id).size() > 1;
  if (function == fn::kMul && several) return Shape::kProduct;
  if (function == fn::kPow) {
    return IsReciprocal(graph_, id) ? Shape::kProduct
           : IsRoot(graph_, id)     ? Shape::kRoot
                                    : Shape::kPower;
  }
  if ((function == fn::kAdd && several) || function == fn::kSub) return Shape::kSum;
  if (function == fn::kNeg) return Shape::kNegation;
  if (function == fn::kDiv) return Shape::kFraction;
  if (function == fn::kPiecewise) return Shape::kCases;
  if (function == fn::kDerivative && !VariablesOf(graph_, id).empty()) return Shape::kDerivative;
  return several && !Infix(id).empty() ? Shape::kInfix : Shape::kNamed;
}

bool VisualWriter::BeginsWithMinus(NodeId id, Shape shape, bool negated) const {
  const Node& node = graph_[id];
  if (node.kind == NodeKind::kReal)
    return std::signbit(graph_.real(id)) && !std::isnan(graph_.real(id));
  if (node.kind == NodeKind::kNumber || shape == Shape::kProduct)
    return IsNegative(graph_, id) != negated;
  return shape == Shape::kNegation;
}

uint8_t VisualWriter::PrecedenceOf(NodeId id, Shape shape, bool negated) const {
  const bool minus = BeginsWithMinus(id, shape, negated);
  switch (shape) {
    case Shape::kLeaf: {
      if (minus) return kProduct;
      if (graph_[id].kind != NodeKind::kNumber) return kAtom;
      const auto form = static_cast<NumberForm>(graph_[id].detail);
      if (IsFraction(graph_.number(id), form)) return kUnary;
      const bool scientific = MagnitudeText(graph_.number(id), form).find('e') != std::string::npos;
      return scientific ? kProduct : kAtom;
    }
    case Shape::kProduct:
      return !minus && ProductFormOf(graph_, id, negated).HasBar() ? kUnary : kProduct;
    case Shape::kSum:
      return kSum;
    case Shape::kNegation:
    case Shape::kDerivative:
      return kProduct;
    case Shape::kRoot:
    case Shape::kPower:
      return kPower;
    case Shape::kFraction:
      return kUnary;
    case Shape::kInfix: {
      const Operator* op = PrintedOperator(graph_[id].function, 2);
      return op != nullptr ? op->precedence : kBar;
    }
    case Shape::kCases:
      return kBar;
    case Shape::kNamed:
      return NamedPrecedence(id);
  }
  return kAtom;
}

absl::Status VisualWriter::Expand(NodeId id, const Context& context, Pieces* out) {
  // What writes nothing of its own leaves the place to its operand.
  if (graph_[id].kind == NodeKind::kCall && Row(graph_[id].function).latex == "{0}") {
    out->Node(graph_.operands(id)[0], context);
    return absl::OkStatus();
  }
  const Shape shape = ShapeOf(id);
  const bool late_sign = !context.leading && BeginsWithMinus(id, shape, context.negated);
  const bool enclosed = late_sign || PrecedenceOf(id, shape, context.negated) < context.precedence;
  if (enclosed) Put(style_.open, out);
  Write(id, shape, enclosed ? Context{.negated = context.negated} : context, out);
  if (enclosed) Put(style_.close, out);
  return absl::OkStatus();
}

std::string VisualWriter::NumberOf(const mpq_class& value, NumberForm form) const {
  const mpq_class magnitude = abs(value);
  if (IsFraction(magnitude, form)) {
    return StrCat(style_.fraction[0], Number(magnitude.get_num().get_str()), style_.fraction[1],
                  Number(magnitude.get_den().get_str()), style_.fraction[2]);
  }
  const std::string text = MagnitudeText(magnitude, form);
  const size_t mark = text.find('e');
  if (mark == std::string::npos) return Number(text);
  const std::string exponent = text.substr(mark + 1);
  const bool minus = exponent[0] == '-';
  return StrCat(Number(text.substr(0, mark)), style_.times_digit, style_.power[0], Number("10"),
                style_.power[1], minus ? style_.sign : "", Number(exponent.substr(minus ? 1 : 0)),
                style_.power[2]);
}

std::string VisualWriter::Leaf(NodeId id, bool negated) const {
  const Node& node = graph_[id];
  const std::string sign(BeginsWithMinus(id, Shape::kLeaf, negated) ? style_.sign : "");
  switch (node.kind) {
    case NodeKind::kNumber:
      return sign + NumberOf(graph_.number(id), static_cast<NumberForm>(node.detail));
    case NodeKind::kReal:
      return sign + (graph_.real(id) == 0 ? Number("0.0") : Constant(id));
    case NodeKind::kBoolean:
      return Boolean(node.detail != 0);
    case NodeKind::kArgument:
      return Name(source_.ArgumentName(node));
    case NodeKind::kNamed:
    case NodeKind::kCall:
      break;
  }
  return Constant(id);
}

void VisualWriter::Write(NodeId id, Shape shape, const Context& context, Pieces* out) const {
  const auto operands = graph_.operands(id);
  switch (shape) {
    case Shape::kLeaf:
      return out->Text(Leaf(id, context.negated));
    case Shape::kProduct:
      return WriteProduct(id, context, out);
    case Shape::kSum:
      return WriteSum(id, context, out);
    case Shape::kNegation:
      Put(style_.sign, out);
      return out->Node(operands[0], {.precedence = kProduct, .leading = false});
    case Shape::kRoot:
      return WriteFactorPower({operands[0], graph_.number(operands[1])}, out);
    case Shape::kPower:
      return WritePower(operands[0], operands[1], out);
    case Shape::kFraction:
      return WriteFraction(id, out);
    case Shape::kInfix:
      return WriteInfix(id, out);
    case Shape::kCases:
      return WriteCases(id, out);
    case Shape::kDerivative:
      return WriteDerivative(id, out);
    case Shape::kNamed:
      return WriteNamed(id, out);
  }
}

void VisualWriter::WriteFraction(NodeId id, Pieces* out) const {
  Put(style_.fraction[0], out);
  out->Node(graph_.operands(id)[0]);
  Put(style_.fraction[1], out);
  out->Node(graph_.operands(id)[1]);
  Put(style_.fraction[2], out);
}

void VisualWriter::WriteSum(NodeId id, const Context& context, Pieces* out) const {
  const auto operands = graph_.operands(id);
  const bool difference = graph_.IsCall(id, fn::kSub);
  out->Node(operands[0], {.precedence = kSum, .leading = context.leading});
  for (size_t i = 1; i < operands.size(); ++i) {
    const bool negative = !difference && IsNegative(graph_, operands[i]);
    Put(negative || difference ? style_.minus : style_.plus, out);
    out->Node(operands[i], {.precedence = kProduct, .leading = false, .negated = negative});
  }
}

void VisualWriter::WriteProduct(NodeId id, const Context& context, Pieces* out) const {
  const ProductForm form = ProductFormOf(graph_, id, context.negated);
  if (form.negative) Put(style_.sign, out);
  const std::string number = form.has_coefficient ? NumberOf(form.coefficient, form.form) : "";
  const bool bar = form.HasBar();
  // A lone operand above or below the bar needs no parentheses.
  const Context alone = {};
  const Context first = {.precedence = kProduct, .leading = context.leading && !form.negative};
  if (bar) Put(style_.fraction[0], out);
  WriteFactors(number, form.above, bar && form.above.size() == 1 ? alone : first, out);
  if (!bar) return;
  Put(style_.fraction[1], out);
  const std::string divisor = form.divisor != 1 ? Number(form.divisor.get_str()) : "";
  WriteFactors(divisor, form.below,
               form.below.size() == 1 ? alone : Context{.precedence = kProduct}, out);
  Put(style_.fraction[2], out);
}

void VisualWriter::WriteFactors(const std::string& number, absl::Span<const Factor> factors,
                                Context first, Pieces* out) const {
  if (!number.empty()) out->Text(number);
  for (size_t i = 0; i < factors.size(); ++i) {
    const Factor& factor = factors[i];
    const bool later = i > 0 || !number.empty();
    if (later) Put(FactorBeginsWithDigit(factor.base) ? style_.times_digit : style_.times, out);
    if (factor.exponent != 1) {
      WriteFactorPower(factor, out);
    } else {
      out->Node(factor.base, later ? Context{.precedence = kUnary, .leading = false} : first);
    }
  }
}

// 2 3 would read as 23.
bool VisualWriter::FactorBeginsWithDigit(NodeId id) const {
  if (graph_.IsCall(id, fn::kPow)) id = graph_.operands(id)[0];
  if (graph_[id].kind == NodeKind::kNumber) return true;
  return ShapeOf(id) == Shape::kNamed && BeginsWithDigit(id);
}

void VisualWriter::WritePower(NodeId base, NodeId exponent, Pieces* out) const {
  const bool natural = graph_.IsNumber(exponent) && graph_.number(exponent) > 0 &&
                       graph_.number(exponent).get_den() == 1;
  if (natural) return WriteFactorPower({base, graph_.number(exponent)}, out);
  Put(style_.power[0], out);
  out->Node(base, {.precedence = kAtom, .leading = false});
  Put(style_.power[1], out);
  out->Node(exponent);
  Put(style_.power[2], out);
}

// To a positive constant exponent.
void VisualWriter::WriteFactorPower(const Factor& factor, Pieces* out) const {
  const mpq_class& exponent = factor.exponent;
  if (exponent == mpq_class(1, 2)) {
    Put(style_.square_root[0], out);
    out->Node(factor.base);
    return Put(style_.square_root[1], out);
  }
  if (exponent.get_num() == 1 && exponent.get_den() != 1) {
    return WriteRoot(factor.base, Number(exponent.get_den().get_str()), out);
  }
  const std::string power = NumberOf(exponent, NumberForm::kExact);
  const bool natural_call = exponent.get_den() == 1 && ShapeOf(factor.base) == Shape::kNamed;
  if (natural_call && WriteNamedPower(factor.base, power, out)) return;
  Put(style_.power[0], out);
  out->Node(factor.base, {.precedence = kAtom, .leading = false});
  out->Text(StrCat(style_.power[1], power, style_.power[2]));
}

void VisualWriter::WriteInfix(NodeId id, Pieces* out) const {
  const auto operands = graph_.operands(id);
  // Comparisons take sums as they are; anything else that has a sign of its own encloses what is
  // composed.
  const bool comparison = Row(graph_[id].function).typing == Typing::kCompare;
  const Context context = {.precedence = comparison ? uint8_t{kSum} : uint8_t{kUnary},
                           .leading = comparison};
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i > 0) out->Text(Infix(id));
    out->Node(operands[i], context);
  }
}

// d^2/dx^2 f; with round letters where there is more than one variable.
void VisualWriter::WriteDerivative(NodeId id, Pieces* out) const {
  const std::vector<Variable> variables = VariablesOf(graph_, id);
  const std::string_view d =
      variables.size() > 1 ? style_.partial_differential : style_.differential;
  const auto raised = [this](std::string_view base, uint32_t order) {
    if (order == 1) return std::string(base);
    return StrCat(style_.power[0], base, style_.power[1], Number(StrCat(order)), style_.power[2]);
  };
  uint32_t order = 0;
  std::string below;
  for (const Variable& variable : variables) {
    order += variable.order;
    const std::string name = Name(source_.ArgumentName(graph_[variable.argument]));
    base::StrAppend(&below, d, raised(name, variable.order));
  }
  out->Text(StrCat(style_.fraction[0], raised(d, order), style_.fraction[1], below,
                   style_.fraction[2], style_.times));
  out->Node(graph_.operands(id)[0], {.precedence = kUnary, .leading = false});
}

void VisualWriter::WriteCases(NodeId id, Pieces* out) const {
  const auto operands = graph_.operands(id);
  Put(style_.case_open, out);
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    out->Node(operands[i]);
    Put(style_.case_if, out);
    out->Node(operands[i + 1]);
    Put(style_.case_next, out);
  }
  out->Node(operands.back());
  Put(style_.case_otherwise, out);
  Put(style_.case_close, out);
}

}  // namespace formulary::expr::text
