#ifndef FORMULARY_CLIENT_CPP_EXPRESSION_NODE_H_
#define FORMULARY_CLIENT_CPP_EXPRESSION_NODE_H_

// What an Expression refers to. Made by expression.cc, read by program_encoding.cc; users of the
// library never need it.

#include <cstdint>
#include <string>
#include <vector>

#include "client/cpp/expression.h"

namespace formulary::client {

enum class ExpressionKind : uint8_t {
  kSymbol,      // text: name
  kInteger,     // integer
  kBigInteger,  // text: digits
  kRational,    // text: numerator, text2: denominator
  kReal,        // real
  kDecimal,     // text
  kNamed,       // text: name
  kBoolean,     // integer: 0 or 1
  kCall,        // text: function, operands
};

// Immutable once made.
struct ExpressionNode {
  ExpressionKind kind = ExpressionKind::kInteger;
  int64_t integer = 0;
  double real = 0;
  std::string text;
  std::string text2;
  std::vector<Expression> operands;

  ExpressionNode() = default;
  ExpressionNode(const ExpressionNode&) = delete;
  ExpressionNode& operator=(const ExpressionNode&) = delete;
  // Takes what only this node holds apart in a loop: operands of operands would otherwise recurse.
  ~ExpressionNode();
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_EXPRESSION_NODE_H_
