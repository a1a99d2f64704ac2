// The text syntax and SymPy's: infix operators with as few parentheses as the parser needs.

#include <cmath>
#include <iterator>
#include <string>

#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/text/constants_text.h"
#include "server/expr/text/number_text.h"
#include "server/expr/text/product_form.h"
#include "server/expr/text/tree_writer.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

constexpr uint8_t Tighter(uint8_t precedence) { return static_cast<uint8_t>(precedence + 1); }

// The context between parentheses.
Context Inside(const Context& context) { return {.negated = context.negated}; }

// One thread at a time.
class InfixWriter : public TreeWriter {
 public:
  InfixWriter(const Source& source, Notation notation)
      : TreeWriter(source), sympy_(notation == Notation::kSymPy), where_(IdOf("where")) {}

  absl::Status Expand(NodeId id, const Context& context, Pieces* out) override {
    const uint8_t precedence = PrecedenceOf(id, context);
    const bool signed_late = !context.leading && BeginsWithMinus(id, context.negated);
    const bool enclosed = precedence < context.precedence || signed_late;
    const Context inner = enclosed ? Inside(context) : context;
    if (enclosed) out->Text("(");
    Write(id, inner, out);
    if (enclosed) out->Text(")");
    return absl::OkStatus();
  }

 private:
  uint8_t PrecedenceOf(NodeId id, const Context& context) const;
  bool BeginsWithMinus(NodeId id, bool negated) const;
  bool IsProduct(NodeId id) const;
  // The operator that the call is written with; null: as a named call.
  const Operator* OperatorOf(NodeId id) const;

  void Write(NodeId id, const Context& context, Pieces* out);
  void WriteCall(NodeId id, const Context& context, Pieces* out);
  void WritePrefix(const Operator& op, NodeId operand, Pieces* out);
  void WriteInfix(const Operator& op, NodeId id, const Context& context, Pieces* out);
  void WriteSum(NodeId id, const Context& context, Pieces* out);
  void WriteProduct(NodeId id, const Context& context, Pieces* out);
  void WriteFactors(const std::string& number, absl::Span<const Factor> factors, Context first,
                    Pieces* out);
  bool WritePiecewise(absl::Span<const NodeId> operands, Pieces* out);
  Context LeftContext(const Operator& op, NodeId id, bool leading) const;
  const std::string& Constant(NodeId id);

  const bool sympy_;
  const FunctionId where_;
  std::string constants_[8];  // texts found so far: named ones, infinity, NaN
};

const Operator* InfixWriter::OperatorOf(NodeId id) const {
  const Operator* op = PrintedOperator(graph_[id].function, graph_.operands(id).size());
  const bool call_in_sympy =
      op != nullptr && (op->symbol == "==" || op->symbol == "!=" || op->symbol == "%");
  return sympy_ && call_in_sympy ? nullptr : op;
}

// Whether it is shown by its ProductForm.
bool InfixWriter::IsProduct(NodeId id) const {
  if (source_.as_written || graph_[id].kind != NodeKind::kCall) return false;
  if (graph_.IsCall(id, fn::kMul)) return graph_.operands(id).size() > 1;
  return IsReciprocal(graph_, id) && graph_.number(graph_.operands(id)[1]) == -1;
}

bool InfixWriter::BeginsWithMinus(NodeId id, bool negated) const {
  const Node& node = graph_[id];
  if (node.kind == NodeKind::kReal)
    return std::signbit(graph_.real(id)) && !std::isnan(graph_.real(id));
  if (node.kind == NodeKind::kNumber || IsProduct(id)) return IsNegative(graph_, id) != negated;
  return graph_.IsCall(id, fn::kNeg);
}

uint8_t InfixWriter::PrecedenceOf(NodeId id, const Context& context) const {
  const Node& node = graph_[id];
  if (node.kind == NodeKind::kNumber &&
      IsFraction(graph_.number(id), static_cast<NumberForm>(node.detail))) {
    return kProduct;
  }
  if (IsProduct(id)) return kProduct;
  if (node.kind != NodeKind::kCall) return BeginsWithMinus(id, context.negated) ? kUnary : kAtom;
  const Operator* op = OperatorOf(id);
  return op == nullptr ? uint8_t{kAtom} : uint8_t{op->precedence};
}

const std::string& InfixWriter::Constant(NodeId id) {
  const bool named = graph_[id].kind == NodeKind::kNamed;
  const size_t index =
      named ? graph_[id].detail : std::size(constants_) - (std::isnan(graph_.real(id)) ? 1 : 2);
  if (constants_[index].empty()) constants_[index] = InfixConstant(source_, id);
  return constants_[index];
}

void InfixWriter::Write(NodeId id, const Context& context, Pieces* out) {
  const Node& node = graph_[id];
  const std::string sign = BeginsWithMinus(id, context.negated) ? "-" : "";
  switch (node.kind) {
    case NodeKind::kNumber:
      return out->Text(sign +
                       MagnitudeText(graph_.number(id), static_cast<NumberForm>(node.detail)));
    case NodeKind::kReal:
      return out->Text(graph_.real(id) == 0 ? "-0.0" : sign + Constant(id));
    case NodeKind::kNamed:
      return out->Text(Constant(id));
    case NodeKind::kBoolean:
      return out->Text(node.detail != 0 ? "True" : "False");
    case NodeKind::kArgument:
      return out->Text(source_.ArgumentName(node));
    case NodeKind::kCall:
      return WriteCall(id, context, out);
  }
}

void InfixWriter::WriteCall(NodeId id, const Context& context, Pieces* out) {
  const FunctionId function = graph_[id].function;
  const auto operands = graph_.operands(id);
  if (IsProduct(id)) return WriteProduct(id, context, out);
  if (const Operator* op = OperatorOf(id)) {
    if (op->fix == Fix::kPrefix) return WritePrefix(*op, operands[0], out);
    if (function == fn::kAdd && !source_.as_written) return WriteSum(id, context, out);
    return WriteInfix(*op, id, context, out);
  }
  if (function == fn::kPiecewise && WritePiecewise(operands, out)) return;
  if (sympy_ && function == where_) {
    const NodeId reordered[] = {operands[1], operands[0], operands[2]};
    WritePiecewise(reordered, out);
    return;
  }
  const FunctionRow& row = Row(function);
  if (sympy_ && row.latex == "{0}")
    return out->Node(operands[0], context);  // means nothing to SymPy
  const bool alias = sympy_ && !row.sympy.empty();
  out->Text(StrCat(alias ? row.sympy.substr(0, row.sympy.find(' ')) : row.name, "("));
  out->List(operands, ", ");
  out->Text(")");
}

void InfixWriter::WritePrefix(const Operator& op, NodeId operand, Pieces* out) {
  // -2 would read as the number: minus the number 2 is -(2). Zero has no negative to be taken for.
  const Node& node = graph_[operand];
  const bool zero =
      graph_.IsNumber(operand, 0) && node.detail == static_cast<uint8_t>(NumberForm::kExact);
  const bool literal = node.kind == NodeKind::kReal || (node.kind == NodeKind::kNumber && !zero);
  out->Text(std::string(op.symbol));
  out->Node(operand, {.precedence = op.symbol == "-" && literal ? kEnclosed : uint8_t{kUnary},
                      .leading = false});
}

Context InfixWriter::LeftContext(const Operator& op, NodeId id, bool leading) const {
  const auto operands = graph_.operands(id);
  switch (op.fix) {
    case Fix::kCompare:
      return {.precedence = kSum, .leading = leading};
    case Fix::kRight:
      return {.precedence = Tighter(op.precedence), .leading = leading};
    case Fix::kLeft:
    case Fix::kPrefix:
      break;
  }
  if (op.precedence < kSum) {  // a & b & c, but (a & b) | c
    const bool same =
        graph_.IsCall(operands[0], graph_[id].function) && graph_.operands(operands[0]).size() == 2;
    return {.precedence = same ? uint8_t{op.precedence} : uint8_t{kUnary}, .leading = leading};
  }
  // 1/3 would read as the number: the quotient of the numbers 1 and 3 is (1)/3.
  const auto integer = [this](NodeId n) {
    return graph_.IsNumber(n) && graph_[n].detail == static_cast<uint8_t>(NumberForm::kExact) &&
           graph_.number(n).get_den() == 1;
  };
  if (op.symbol == "/" && integer(operands[0]) && integer(operands[1])) {
    const mpz_class& divisor = graph_.number(operands[1]).get_num();
    if (divisor > 1 && gcd(graph_.number(operands[0]).get_num(), divisor) == 1)
      return {.precedence = kEnclosed};
  }
  return {.precedence = op.precedence, .leading = leading};
}

void InfixWriter::WriteInfix(const Operator& op, NodeId id, const Context& context, Pieces* out) {
  const auto operands = graph_.operands(id);
  const bool tight = op.symbol == "**" || op.symbol == "*" || op.symbol == "/";
  uint8_t right = op.fix == Fix::kRight ? uint8_t{op.precedence} : Tighter(op.precedence);
  if (op.fix == Fix::kCompare) right = kSum;
  if (op.precedence == kBar || op.precedence == kAmpersand) right = kUnary;
  out->Node(operands[0], LeftContext(op, id, context.leading));
  for (size_t i = 1; i < operands.size(); ++i) {
    out->Text(tight ? std::string(op.symbol) : StrCat(" ", op.symbol, " "));
    out->Node(operands[i], {.precedence = right, .leading = op.fix == Fix::kCompare});
  }
}

void InfixWriter::WriteSum(NodeId id, const Context& context, Pieces* out) {
  const auto operands = graph_.operands(id);
  out->Node(operands[0], {.precedence = kSum, .leading = context.leading});
  for (size_t i = 1; i < operands.size(); ++i) {
    const bool negative = IsNegative(graph_, operands[i]);
    out->Text(negative ? " - " : " + ");
    out->Node(operands[i], {.precedence = kProduct, .leading = false, .negated = negative});
  }
}

void InfixWriter::WriteProduct(NodeId id, const Context& context, Pieces* out) {
  const ProductForm form = ProductFormOf(graph_, id, context.negated);
  if (form.negative) out->Text("-");
  const std::string number = form.has_coefficient ? MagnitudeText(form.coefficient, form.form) : "";
  const bool leading = context.leading && !form.negative;
  WriteFactors(number, form.above, {.precedence = kProduct, .leading = leading}, out);
  if (!form.HasBar()) return;
  const std::string divisor = form.divisor != 1 ? form.divisor.get_str() : "";
  const bool several = form.below.size() + (divisor.empty() ? 0 : 1) > 1;
  out->Text(several ? "/(" : "/");
  WriteFactors(
      divisor, form.below,
      several ? Context{.precedence = kProduct} : Context{.precedence = kUnary, .leading = false},
      out);
  if (several) out->Text(")");
}

// `first` is the context of what stands first.
void InfixWriter::WriteFactors(const std::string& number, absl::Span<const Factor> factors,
                               Context first, Pieces* out) {
  if (!number.empty()) out->Text(number);
  for (size_t i = 0; i < factors.size(); ++i) {
    const bool later = i > 0 || !number.empty();
    if (later) out->Text("*");
    const Context context = later ? Context{.precedence = kUnary, .leading = false} : first;
    const mpq_class& exponent = factors[i].exponent;
    if (exponent == 1) {
      out->Node(factors[i].base, context);
      continue;
    }
    out->Node(factors[i].base, {.precedence = kAtom, .leading = false});
    const std::string power = exponent.get_str();
    out->Text(exponent.get_den() == 1 ? StrCat("**", power) : StrCat("**(", power, ")"));
  }
}

// Piecewise((value, condition), ..., (default, True)). False where that would not read back as the
// same.
bool InfixWriter::WritePiecewise(absl::Span<const NodeId> operands, Pieces* out) {
  if (operands.size() < 3 || operands.size() % 2 == 0) return false;
  for (size_t i = 1; i < operands.size(); i += 2) {
    const Node& condition = graph_[operands[i]];
    if (condition.kind == NodeKind::kBoolean && condition.detail != 0) return false;
  }
  out->Text("Piecewise((");
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    if (i > 0) out->Text(", (");
    out->Node(operands[i]);
    out->Text(", ");
    out->Node(operands[i + 1]);
    out->Text(")");
  }
  const NodeId otherwise = operands.back();
  const bool nan = graph_[otherwise].kind == NodeKind::kReal && std::isnan(graph_.real(otherwise));
  if (!nan) {
    out->Text(", (");
    out->Node(otherwise);
    out->Text(", True)");
  }
  out->Text(")");
  return true;
}

}  // namespace

std::unique_ptr<TreeWriter> MakeInfixWriter(const Source& source, Notation notation) {
  return std::make_unique<InfixWriter>(source, notation);
}

}  // namespace formulary::expr::text
