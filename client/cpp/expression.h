#ifndef FORMULARY_CLIENT_CPP_EXPRESSION_H_
#define FORMULARY_CLIENT_CPP_EXPRESSION_H_

// Formulas as C++ values: build them with operators and Call(), put them into a Program or hand
// them to Client::Evaluate. An Expression is a reference to an immutable node, so a subexpression
// that is used twice is one node, and is sent once. Nothing is evaluated or simplified here, and
// the client knows no list of functions: Call() takes any name of the server's catalogue
// (ListFunctions) or of a definition.
//
//   Expression x = Symbol("x"), mu = Symbol("mu"), sigma = Symbol("sigma");
//   auto pdf = exp(-pow(x - mu, 2) / (2 * sigma * sigma)) / (sqrt(2 * Pi()) * sigma);

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace formulary::client {

struct ExpressionNode;  // expression_node.h

// Immutable; may be shared between threads. Copies cost a reference count. Building, encoding and
// destroying use no recursion, so chains of any depth are fine.
class Expression {
 public:
  // The integer 0.
  Expression();
  // An exact integer.
  template <typename T>
  requires(std::integral<T> && !std::same_as<T, bool>)
      Expression(T value)  // NOLINT: implicit by intent
      : Expression(std::signed_integral<T> ? FromSigned(static_cast<int64_t>(value))
                                           : FromUnsigned(static_cast<uint64_t>(value))) {}
  // The binary64 value, bit for bit (NaN and infinities included). 0.1 is the binary64 number next
  // to 0.1; Decimal("0.1") and Rational(1, 10) are a tenth.
  template <std::floating_point T>
  Expression(T value)
      : Expression(FromReal(static_cast<double>(value))) {}  // NOLINT: implicit by intent
  // A truth value.
  template <std::same_as<bool> T>
  Expression(T value) : Expression(FromBoolean(value)) {}  // NOLINT: implicit by intent

  friend Expression operator+(const Expression& a, const Expression& b);
  friend Expression operator-(const Expression& a, const Expression& b);
  friend Expression operator*(const Expression& a, const Expression& b);
  friend Expression operator/(const Expression& a, const Expression& b);
  friend Expression operator-(const Expression& a);
  friend Expression operator+(const Expression& a) { return a; }
  // Comparisons are truth values of the formula, elementwise. There is no ==: Equal() makes a
  // formula of it, IsSameNodeAs() compares two Expressions here.
  friend Expression operator<(const Expression& a, const Expression& b);
  friend Expression operator<=(const Expression& a, const Expression& b);
  friend Expression operator>(const Expression& a, const Expression& b);
  friend Expression operator>=(const Expression& a, const Expression& b);
  friend Expression operator!(const Expression& a);

  Expression& operator+=(const Expression& other) { return *this = *this + other; }
  Expression& operator-=(const Expression& other) { return *this = *this - other; }
  Expression& operator*=(const Expression& other) { return *this = *this * other; }
  Expression& operator/=(const Expression& other) { return *this = *this / other; }

  // True when both are the very same node.
  bool IsSameNodeAs(const Expression& other) const { return node_ == other.node_; }

  // For the encoder; null after a move.
  const ExpressionNode* node() const { return node_.get(); }

 private:
  friend struct ExpressionNode;
  friend class ExpressionFactory;  // expression.cc

  explicit Expression(std::shared_ptr<ExpressionNode> node) : node_(std::move(node)) {}
  static Expression FromSigned(int64_t value);
  static Expression FromUnsigned(uint64_t value);
  static Expression FromReal(double value);
  static Expression FromBoolean(bool value);

  std::shared_ptr<ExpressionNode> node_;
};

// The argument (or, where no argument shadows it, the constant) of that name.
Expression Symbol(std::string_view name);

// An integer of any size in decimal digits, with an optional sign. The server refuses other text.
Expression Integer(std::string_view digits);
// An exact quotient. The server refuses a zero denominator.
Expression Rational(int64_t numerator, int64_t denominator);
Expression Rational(std::string_view numerator_digits, std::string_view denominator_digits);
// A decimal literal such as "0.1" or "1e-3": exact, rounded once to the type it is used in.
Expression Decimal(std::string_view text);
// One of pi, e, euler_gamma, catalan, golden_ratio, infinity, negative_infinity, nan, i; never an
// argument.
Expression NamedConstant(std::string_view name);
inline Expression Pi() { return NamedConstant("pi"); }

// Any function of the server's catalogue, by name or alias, or a definition of the program.
Expression Call(std::string_view function, absl::Span<const Expression> operands);
inline Expression Call(std::string_view function, std::initializer_list<Expression> operands) {
  return Call(function, absl::MakeConstSpan(operands.begin(), operands.size()));
}

// Elementwise truth values.
Expression Equal(const Expression& a, const Expression& b);
Expression NotEqual(const Expression& a, const Expression& b);
Expression And(const Expression& a, const Expression& b);
Expression Or(const Expression& a, const Expression& b);
Expression Xor(const Expression& a, const Expression& b);
Expression Not(const Expression& a);

// if_true where the condition holds, else if_false.
Expression Where(const Expression& condition, const Expression& if_true,
                 const Expression& if_false);

// The value of the first piece whose condition holds, else `otherwise`.
struct Piece {
  Expression value;
  Expression condition;
};
Expression Piecewise(absl::Span<const Piece> pieces, const Expression& otherwise);
inline Expression Piecewise(std::initializer_list<Piece> pieces, const Expression& otherwise) {
  return Piecewise(absl::MakeConstSpan(pieces.begin(), pieces.size()), otherwise);
}

// Everyday helpers; anything else goes by name: Call("erf", {x}).
inline Expression pow(const Expression& base, const Expression& exponent) {
  return Call("pow", {base, exponent});
}
inline Expression sqrt(const Expression& x) { return Call("sqrt", {x}); }
inline Expression exp(const Expression& x) { return Call("exp", {x}); }
inline Expression log(const Expression& x) { return Call("log", {x}); }
inline Expression sin(const Expression& x) { return Call("sin", {x}); }
inline Expression cos(const Expression& x) { return Call("cos", {x}); }
inline Expression tan(const Expression& x) { return Call("tan", {x}); }
inline Expression tanh(const Expression& x) { return Call("tanh", {x}); }
inline Expression abs(const Expression& x) { return Call("abs", {x}); }

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_EXPRESSION_H_
