#include "client/cpp/expression.h"

#include <limits>

#include "client/cpp/expression_node.h"

namespace formulary::client {

// Makes nodes; the one place that constructs Expressions of them.
class ExpressionFactory {
 public:
  static Expression Text(ExpressionKind kind, std::string_view text, std::string_view text2 = {}) {
    auto node = std::make_shared<ExpressionNode>();
    node->kind = kind;
    node->text = text;
    node->text2 = text2;
    return Expression(std::move(node));
  }
  static Expression Call(std::string_view function, std::vector<Expression> operands) {
    auto node = std::make_shared<ExpressionNode>();
    node->kind = ExpressionKind::kCall;
    node->text = function;
    node->operands = std::move(operands);
    return Expression(std::move(node));
  }
};

ExpressionNode::~ExpressionNode() {
  std::vector<Expression> doomed = std::move(operands);
  while (!doomed.empty()) {
    const Expression last = std::move(doomed.back());
    doomed.pop_back();
    // Only this thread holds a node of use count 1, and nothing can find it any more to share it.
    if (last.node_ == nullptr || last.node_.use_count() != 1) continue;
    for (Expression& operand : last.node_->operands) doomed.push_back(std::move(operand));
    last.node_->operands.clear();
  }
}

Expression::Expression() : Expression(FromSigned(0)) {}

Expression Expression::FromSigned(int64_t value) {
  auto node = std::make_shared<ExpressionNode>();
  node->kind = ExpressionKind::kInteger;
  node->integer = value;
  return Expression(std::move(node));
}

Expression Expression::FromUnsigned(uint64_t value) {
  if (value > uint64_t{std::numeric_limits<int64_t>::max()}) return Integer(std::to_string(value));
  return FromSigned(static_cast<int64_t>(value));
}

Expression Expression::FromReal(double value) {
  auto node = std::make_shared<ExpressionNode>();
  node->kind = ExpressionKind::kReal;
  node->real = value;
  return Expression(std::move(node));
}

Expression Expression::FromBoolean(bool value) {
  auto node = std::make_shared<ExpressionNode>();
  node->kind = ExpressionKind::kBoolean;
  node->integer = value ? 1 : 0;
  return Expression(std::move(node));
}

Expression Symbol(std::string_view name) {
  return ExpressionFactory::Text(ExpressionKind::kSymbol, name);
}
Expression Integer(std::string_view digits) {
  return ExpressionFactory::Text(ExpressionKind::kBigInteger, digits);
}
Expression Rational(int64_t numerator, int64_t denominator) {
  return Rational(std::to_string(numerator), std::to_string(denominator));
}
Expression Rational(std::string_view numerator_digits, std::string_view denominator_digits) {
  return ExpressionFactory::Text(ExpressionKind::kRational, numerator_digits, denominator_digits);
}
Expression Decimal(std::string_view text) {
  return ExpressionFactory::Text(ExpressionKind::kDecimal, text);
}
Expression NamedConstant(std::string_view name) {
  return ExpressionFactory::Text(ExpressionKind::kNamed, name);
}

Expression Call(std::string_view function, absl::Span<const Expression> operands) {
  return ExpressionFactory::Call(function, {operands.begin(), operands.end()});
}

// The catalogue's names of what C++ and the logic of formulas write as operators.
Expression operator+(const Expression& a, const Expression& b) { return Call("add", {a, b}); }
Expression operator-(const Expression& a, const Expression& b) { return Call("sub", {a, b}); }
Expression operator*(const Expression& a, const Expression& b) { return Call("mul", {a, b}); }
Expression operator/(const Expression& a, const Expression& b) { return Call("div", {a, b}); }
Expression operator-(const Expression& a) { return Call("neg", {a}); }
Expression operator<(const Expression& a, const Expression& b) { return Call("less", {a, b}); }
Expression operator<=(const Expression& a, const Expression& b) {
  return Call("less_equal", {a, b});
}
Expression operator>(const Expression& a, const Expression& b) { return Call("greater", {a, b}); }
Expression operator>=(const Expression& a, const Expression& b) {
  return Call("greater_equal", {a, b});
}
Expression operator!(const Expression& a) { return Not(a); }
Expression Equal(const Expression& a, const Expression& b) { return Call("equal", {a, b}); }
Expression NotEqual(const Expression& a, const Expression& b) { return Call("not_equal", {a, b}); }
Expression And(const Expression& a, const Expression& b) { return Call("logical_and", {a, b}); }
Expression Or(const Expression& a, const Expression& b) { return Call("logical_or", {a, b}); }
Expression Xor(const Expression& a, const Expression& b) { return Call("logical_xor", {a, b}); }
Expression Not(const Expression& a) { return Call("logical_not", {a}); }

Expression Where(const Expression& condition, const Expression& if_true,
                 const Expression& if_false) {
  return Call("piecewise", {if_true, condition, if_false});
}

Expression Piecewise(absl::Span<const Piece> pieces, const Expression& otherwise) {
  std::vector<Expression> operands;
  operands.reserve(2 * pieces.size() + 1);
  for (const Piece& piece : pieces) {
    operands.push_back(piece.value);
    operands.push_back(piece.condition);
  }
  operands.push_back(otherwise);
  return Call("piecewise", operands);
}

}  // namespace formulary::client
