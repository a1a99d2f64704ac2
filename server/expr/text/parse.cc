#include "server/expr/text/parse.h"

#include <cmath>
#include <limits>
#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/text/diagnose.h"
#include "server/expr/text/fpcore.h"
#include "server/expr/text/parser.h"
#include "server/expr/text/utf8.h"

namespace formulary::expr {
namespace text {
namespace {

using base::StrCat;

std::string Shown(const Token& token) {
  return token.kind == TokenKind::kEnd ? "the end of the text" : Quoted(token.text);
}

}  // namespace

absl::Status Parser::Expected(std::string_view what, const Token& token) const {
  return SyntaxError(text_, token.offset, StrCat("expected ", what, ", found ", Shown(token)));
}

absl::Status Parser::Push(absl::StatusOr<NodeId> node, size_t offset, Written written) {
  if (!node.ok()) return WithPlace(text_, offset, node.status());
  operands_.push_back(*node);
  written_ = written;
  want_operand_ = false;
  return absl::OkStatus();
}

absl::Status Parser::Call(std::string_view function, size_t count, size_t offset) {
  const auto operands = absl::MakeConstSpan(operands_).last(count);
  absl::StatusOr<NodeId> node = builder_->Call(function, operands);
  operands_.resize(operands_.size() - count);
  return Push(std::move(node), offset, Written::kExpression);
}

absl::StatusOr<NodeId> Parser::Parse() {
  for (;;) {
    const Token token = lexer_.Next();
    if (want_operand_) {
      RETURN_IF_ERROR(TakeOperand(token));
    } else if (token.kind == TokenKind::kEnd) {
      break;
    } else {
      RETURN_IF_ERROR(TakeOperator(token));
    }
  }
  RETURN_IF_ERROR(Finish());
  RETURN_IF_ERROR(builder_->CheckSize());
  return operands_.back();
}

absl::Status Parser::Finish() {
  RETURN_IF_ERROR(ReduceToBracket());
  if (pending_.empty()) return absl::OkStatus();
  return SyntaxError(
      text_, text_.size(),
      StrCat("expected ')' to close the '(' of ", PlaceOf(text_, pending_.back().bracket),
             ", found the end of the text"));
}

// --- Operands
// ----------------------------------------------------------------------------------------

absl::Status Parser::TakeOperand(const Token& token) {
  const bool opens = token.text == "(";
  const bool form = !pending_.empty() && OpensTuple();
  if (form && opens) {
    Open(Kind::kTuple, token, token.offset);
    return absl::OkStatus();
  }
  if (form) {
    const bool piecewise = pending_.back().kind == Kind::kPiecewise;
    return Expected(piecewise ? "a (value, condition) pair" : "a (parameter, ...) list", token);
  }
  switch (token.kind) {
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
      return TakeNumber(token);
    case TokenKind::kName:
      return TakeName(token);
    case TokenKind::kSymbol:
      break;
    case TokenKind::kEnd:
    case TokenKind::kStray:
      return Expected("an operand", token);
  }
  if (opens) {
    Open(Kind::kGroup, token, token.offset);
    return absl::OkStatus();
  }
  // Nothing between the brackets, or after a tuple's last comma.
  if (token.text == ")" && !pending_.empty()) {
    const Pending& top = pending_.back();
    const bool empty_call = top.kind == Kind::kCall && top.base == operands_.size();
    if (empty_call || top.kind == Kind::kTuple) return CloseBracket(token);
  }
  if (const Operator* op = FindPrefix(token.text)) return TakePrefix(*op, token);
  if (const Refusal* refusal = FindRefusal(token.text)) {
    if (refusal->code == absl::StatusCode::kInvalidArgument) {
      return SyntaxError(text_, token.offset, refusal->message);
    }
  }
  return Expected("an operand", token);
}

absl::Status Parser::TakeNumber(const Token& token) {
  if (token.kind == TokenKind::kInteger) {
    return Push(builder_->IntegerLiteral(token.text), token.offset, Written::kInteger);
  }
  return Push(builder_->DecimalLiteral(token.text), token.offset, Written::kDecimal);
}

absl::Status Parser::TakeName(const Token& token) {
  if (const Operator* op = FindPrefix(token.text)) return TakePrefix(*op, token);
  if (FindInfix(token.text) != nullptr) return Expected("an operand", token);
  if (token.text == "True" || token.text == "true") {
    return Push(builder_->graph().Boolean(true), token.offset, Written::kExpression);
  }
  if (token.text == "False" || token.text == "false") {
    return Push(builder_->graph().Boolean(false), token.offset, Written::kExpression);
  }
  if (lexer_.NextIs('(')) return TakeCall(token);
  const absl::StatusOr<NodeId> node = builder_->Symbol(token.text);
  const bool infinite = node.ok() && builder_->graph()[*node].kind == NodeKind::kReal &&
                        std::isinf(builder_->graph().real(*node));
  return Push(node, token.offset, infinite ? Written::kInfinity : Written::kExpression);
}

absl::Status Parser::TakePrefix(const Operator& op, const Token& token) {
  // "a + not b": a word that binds looser than the operator before it would take in what follows.
  const bool tighter = !pending_.empty() && pending_.back().kind == Kind::kOperator &&
                       pending_.back().op->precedence > op.precedence;
  if (tighter && op.precedence < kUnary) {
    return SyntaxError(text_, token.offset,
                       StrCat(Quoted(token.text),
                              " after an operator needs parentheses around it and its operand"));
  }
  if (op.function.empty()) return absl::OkStatus();
  pending_.push_back({.op = &op, .offset = static_cast<uint32_t>(token.offset)});
  return absl::OkStatus();
}

// --- Operators
// ---------------------------------------------------------------------------------------

absl::Status Parser::TakeOperator(const Token& token) {
  if (token.text == ",") return TakeComma(token);
  if (token.text == ")") return CloseBracket(token);
  if (written_ == Written::kTuple)
    return Expected("',' or ')' after the list in parentheses", token);
  const bool word = token.kind == TokenKind::kName || token.kind == TokenKind::kSymbol;
  if (const Operator* op = word ? FindInfix(token.text) : nullptr) return TakeInfix(*op, token);
  if (const Refusal* refusal = FindRefusal(token.text)) {
    return refusal->code == absl::StatusCode::kInvalidArgument
               ? SyntaxError(text_, token.offset, refusal->message)
               : UnsupportedSyntax(text_, token.offset, refusal->message);
  }
  const bool operand = token.kind == TokenKind::kName || token.kind == TokenKind::kInteger ||
                       token.kind == TokenKind::kDecimal || token.text == "(";
  if (!operand) return Expected("an operator", token);
  return SyntaxError(
      text_, token.offset,
      StrCat("expected an operator, found ", Shown(token), " (a product is written with *)"));
}

absl::Status Parser::TakeInfix(const Operator& op, const Token& token) {
  while (!pending_.empty() && pending_.back().kind == Kind::kOperator) {
    const Operator& top = *pending_.back().op;
    const bool binds =
        top.precedence > op.precedence || (top.precedence == op.precedence && op.fix == Fix::kLeft);
    if (!binds) break;
    RETURN_IF_ERROR(ReduceTop());
  }
  if (op.fix == Fix::kCompare) return ExtendChain(op, token);
  pending_.push_back({.op = &op, .offset = static_cast<uint32_t>(token.offset), .left = written_});
  want_operand_ = true;
  return absl::OkStatus();
}

// A comparison after a comparison: a < b is done, and b is also the left operand of the next.
absl::Status Parser::ExtendChain(const Operator& op, const Token& token) {
  Pending next{.op = &op, .offset = static_cast<uint32_t>(token.offset), .left = written_};
  const bool chained = !pending_.empty() && pending_.back().kind == Kind::kOperator &&
                       pending_.back().op->fix == Fix::kCompare;
  if (chained) {
    const NodeId middle = operands_.back();
    const Written written = written_;
    RETURN_IF_ERROR(ReduceTop());
    next.chained = true;
    next.chain = operands_.back();
    next.left = written;
    operands_.back() = middle;
  }
  pending_.push_back(next);
  want_operand_ = true;
  return absl::OkStatus();
}

absl::Status Parser::ReduceToBracket() {
  while (!pending_.empty() && pending_.back().kind == Kind::kOperator) RETURN_IF_ERROR(ReduceTop());
  return absl::OkStatus();
}

absl::Status Parser::ReduceTop() {
  const Pending entry = pending_.back();
  pending_.pop_back();
  const Operator& op = *entry.op;
  if (op.fix == Fix::kCompare) return ReduceComparison(entry);
  if (op.fix == Fix::kPrefix) return Negate(entry);
  if (JoinFraction(entry)) return absl::OkStatus();
  RETURN_IF_ERROR(Call(op.function, 2, entry.offset));
  if (op.precedence == kBar || op.precedence == kAmpersand) written_ = Written::kBareLogic;
  return absl::OkStatus();
}

absl::Status Parser::ReduceComparison(const Pending& entry) {
  // Python reads x > 0 & y > 0 as x > (0 & y) > 0, which nobody means.
  if (entry.left == Written::kBareLogic || written_ == Written::kBareLogic) {
    return SyntaxError(text_, entry.offset,
                       "& and | bind tighter than comparisons: put each comparison in parentheses");
  }
  RETURN_IF_ERROR(Call(entry.op->function, 2, entry.offset));
  if (!entry.chained) return absl::OkStatus();
  const NodeId last = std::exchange(operands_.back(), entry.chain);
  operands_.push_back(last);
  return Call(Row(fn::kAnd).name, 2, entry.offset);
}

// Any prefix operator; the sign of a bare literal becomes part of it.
absl::Status Parser::Negate(const Pending& entry) {
  Graph& graph = builder_->graph();
  const NodeId id = operands_.back();
  const bool minus = entry.op->precedence == kUnary && entry.op->symbol == "-";
  if (minus && written_ == Written::kInfinity) {
    operands_.back() = graph.Real(-graph.real(id));
    written_ = Written::kExpression;
    return absl::OkStatus();
  }
  const bool literal = written_ == Written::kInteger || written_ == Written::kDecimal;
  const bool integer = written_ == Written::kInteger;
  if (!minus || !literal || (integer && graph.number(id) == 0)) {
    return Call(entry.op->function, 1, entry.offset);
  }
  const mpq_class value = -graph.number(id);
  operands_.back() = value == 0
                         ? graph.Real(-0.0)
                         : graph.Number(value, integer ? NumberForm::kExact : NumberForm::kLiteral);
  written_ = integer ? Written::kNegativeInteger : Written::kExpression;
  return absl::OkStatus();
}

// 1/3 of bare integers in lowest terms is that number; 4/2 stays a quotient, which is not an
// integer's type.
bool Parser::JoinFraction(const Pending& entry) {
  const bool bare = (entry.left == Written::kInteger || entry.left == Written::kNegativeInteger) &&
                    written_ == Written::kInteger;
  if (!bare || entry.op->symbol != "/") return false;
  Graph& graph = builder_->graph();
  const mpz_class numerator = graph.number(operands_[operands_.size() - 2]).get_num();
  const mpz_class denominator = graph.number(operands_.back()).get_num();
  if (denominator <= 1 || gcd(numerator, denominator) != 1) return false;
  operands_.pop_back();
  operands_.back() = graph.Number(mpq_class(numerator, denominator));
  written_ = Written::kExpression;
  return true;
}

}  // namespace text

absl::StatusOr<NodeId> ParseText(std::string_view text, ProgramBuilder* builder) {
  if (text.size() >= std::numeric_limits<uint32_t>::max()) {
    return base::OverLimit("TEXT_TOO_LONG", "text", "max_text_bytes",
                           std::numeric_limits<uint32_t>::max() - 1, text.size());
  }
  if (text::IsFpCore(text)) return text::ParseFpCore(text, builder);
  return text::Parser(text, builder).Parse();
}

}  // namespace formulary::expr
