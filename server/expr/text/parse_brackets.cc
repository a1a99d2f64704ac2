// The part of the infix parser that opens and closes brackets: groups, calls, and the forms whose
// operands are not plain expressions.

#include <string>

#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/derivative.h"
#include "server/expr/text/diagnose.h"
#include "server/expr/text/parser.h"

namespace formulary::expr::text {

using base::StrCat;

void Parser::Open(Kind kind, const Token& name, size_t bracket) {
  pending_.push_back({.offset = static_cast<uint32_t>(name.offset),
                      .bracket = static_cast<uint32_t>(bracket),
                      .name_length = static_cast<uint32_t>(name.text.size()),
                      .base = static_cast<uint32_t>(operands_.size()),
                      .kind = kind});
  want_operand_ = true;
}

// Whether the operand that begins here is a tuple: every one of Piecewise, the first two of hyper.
bool Parser::OpensTuple() const {
  const Pending& top = pending_.back();
  return top.kind == Kind::kPiecewise || (top.kind == Kind::kHyper && top.tuples < 2);
}

bool Parser::IsDerivative(const Pending& call) const {
  return call.kind == Kind::kCall && FindFunction(NameOf(call), 2).id == fn::kDerivative;
}

// (x, 2) in Derivative(f, (x, 2)).
bool Parser::StandsInDerivative(const Pending& group) const {
  if (pending_.size() < 2) return false;
  const Pending& call = pending_[pending_.size() - 2];
  return group.kind == Kind::kGroup && IsDerivative(call) && group.base > call.base;
}

absl::Status Parser::TakeCall(const Token& name) {
  if (name.text == "Rational") return TakeRational(name);
  const Token bracket = lexer_.Next();
  const Kind kind = name.text == "Piecewise" ? Kind::kPiecewise
                    : name.text == "hyper"   ? Kind::kHyper
                                             : Kind::kCall;
  Open(kind, name, bracket.offset);
  return absl::OkStatus();
}

absl::StatusOr<Token> Parser::TakeSignedInteger(bool* negative) {
  Token token = lexer_.Next();
  while (token.text == "-" || token.text == "+") {
    if (token.text == "-") *negative = !*negative;
    token = lexer_.Next();
  }
  if (token.kind == TokenKind::kInteger) return token;
  return Expected("an integer literal, as in Rational(1, 3)", token);
}

absl::Status Parser::TakeRational(const Token& name) {
  lexer_.Next();  // the bracket
  bool negative = false;
  ASSIGN_OR_RETURN(const Token numerator, TakeSignedInteger(&negative));
  std::string_view denominator = "1";
  Token end = lexer_.Next();
  if (end.text == ",") {
    ASSIGN_OR_RETURN(const Token below, TakeSignedInteger(&negative));
    denominator = below.text;
    end = lexer_.Next();
  }
  if (end.text != ")") return Expected("')' after Rational's integers", end);
  return Push(builder_->Rational(StrCat(negative ? "-" : "", numerator.text), denominator),
              name.offset, Written::kExpression);
}

absl::Status Parser::TakeComma(const Token& token) {
  RETURN_IF_ERROR(ReduceToBracket());
  if (pending_.empty()) return Expected("an operator or the end of the text", token);
  if (StandsInDerivative(pending_.back())) pending_.back().kind = Kind::kTuple;
  if (pending_.back().kind == Kind::kGroup) {
    return Expected("')' (a list in parentheses stands only in Piecewise, hyper and Derivative)",
                    token);
  }
  written_ = Written::kExpression;
  want_operand_ = true;
  return absl::OkStatus();
}

absl::Status Parser::CloseBracket(const Token& token) {
  RETURN_IF_ERROR(ReduceToBracket());
  if (pending_.empty()) return SyntaxError(text_, token.offset, "this ')' closes nothing");
  const Pending bracket = pending_.back();
  pending_.pop_back();
  want_operand_ = false;
  switch (bracket.kind) {
    case Kind::kCall:
      return CloseCall(bracket);
    case Kind::kTuple:
      return CloseTuple(bracket);
    case Kind::kPiecewise:
      return ClosePiecewise(bracket);
    case Kind::kHyper:
      return CloseHyper(bracket);
    case Kind::kGroup:
    case Kind::kOperator:
      break;
  }
  written_ = Written::kExpression;
  return absl::OkStatus();
}

absl::Status Parser::CloseCall(const Pending& call) {
  const size_t count = operands_.size() - call.base;
  if (count > 1 && IsDerivative(call)) {
    const absl::Status status =
        ReadVariables(builder_->graph(), absl::MakeConstSpan(operands_).last(count),
                      builder_->limits().max_derivative_order)
            .status();
    if (!status.ok()) return WithPlace(text_, call.offset, status);
  }
  return Call(NameOf(call), count, call.offset);
}

absl::Status Parser::CloseTuple(const Pending& tuple) {
  Pending& form = pending_.back();
  const auto size = static_cast<uint32_t>(operands_.size() - tuple.base);
  if (form.kind == Kind::kHyper) {
    form.tuple_sizes[form.tuples++] = size;
  } else if (form.kind == Kind::kPiecewise && size != 2) {
    return SyntaxError(
        text_, tuple.bracket,
        StrCat("a pair in Piecewise is (value, condition); this has ", size, " members"));
  }
  written_ = Written::kTuple;
  return absl::OkStatus();
}

// value, condition, ... and, from a condition that is literally True, the default; pairs after it
// are dead.
absl::Status Parser::ClosePiecewise(const Pending& call) {
  const Graph& graph = builder_->graph();
  const auto is_true = [&graph](NodeId id) {
    return graph[id].kind == NodeKind::kBoolean && graph[id].detail != 0;
  };
  size_t end = call.base;
  while (end < operands_.size() && !is_true(operands_[end + 1])) end += 2;
  if (end < operands_.size()) {
    operands_.resize(end + 1);
  } else {
    RETURN_IF_ERROR(Push(builder_->NamedConstantNode("nan"), call.offset, Written::kExpression));
  }
  written_ = Written::kExpression;
  const size_t count = operands_.size() - call.base;
  return count == 1 ? absl::OkStatus() : Call(Row(fn::kPiecewise).name, count, call.offset);
}

// hyper((a, b), (c,), z) is the function hyp2f1 of a, b, c, z; likewise for other numbers of
// parameters.
absl::Status Parser::CloseHyper(const Pending& call) {
  const size_t parameters = call.tuple_sizes[0] + call.tuple_sizes[1];
  const size_t count = operands_.size() - call.base;
  if (call.tuples != 2 || count != parameters + 1) {
    return SyntaxError(text_, call.offset,
                       "hyper takes two lists and an operand: hyper((a, ...), (b, ...), z)");
  }
  return Call(StrCat("hyp", call.tuple_sizes[0], "f", call.tuple_sizes[1]), count, call.offset);
}

}  // namespace formulary::expr::text
