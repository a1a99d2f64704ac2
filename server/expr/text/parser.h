#ifndef FORMULARY_SERVER_EXPR_TEXT_PARSER_H_
#define FORMULARY_SERVER_EXPR_TEXT_PARSER_H_

// The infix parser behind ParseText: operator precedence over an explicit stack. Nobody else uses
// it. What names mean is the builder's affair; this knows syntax and four forms (Piecewise, hyper,
// Rational, and the variables of Derivative). Must never recurse and never look back further than
// its stacks.

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/expr/program_builder.h"
#include "server/expr/text/lexer.h"
#include "server/expr/text/operators.h"

namespace formulary::expr::text {

// One thread at a time; parses one text.
class Parser {
 public:
  Parser(std::string_view text, ProgramBuilder* builder)
      : text_(text), builder_(builder), lexer_(text) {}

  absl::StatusOr<NodeId> Parse();

 private:
  // How the last complete operand stands in the text. A sign or a fraction bar joins literals into
  // one exact number (-2, 1/3), and only literals that stand there bare.
  enum class Written : uint8_t {
    kExpression,
    kInteger,
    kNegativeInteger,
    kDecimal,
    kInfinity,
    kBareLogic,  // a & or | that no parentheses enclose
    kTuple,      // (value, condition): its members are on the operand stack
  };

  enum class Kind : uint8_t { kOperator, kGroup, kCall, kPiecewise, kHyper, kTuple };

  // An operator that waits for its right operand, or a bracket that waits for its end.
  struct Pending {
    const Operator* op = nullptr;
    uint32_t offset = 0;   // of the operator, or of the name before the bracket
    uint32_t bracket = 0;  // of the '('
    uint32_t name_length = 0;
    uint32_t base = 0;                 // operands_.size() when the bracket opened
    uint32_t tuple_sizes[2] = {0, 0};  // kHyper
    NodeId chain;                      // a < b of a < b < c
    Kind kind = Kind::kOperator;
    Written left = Written::kExpression;
    bool chained = false;
    uint8_t tuples = 0;  // kHyper
  };

  absl::Status TakeOperand(const Token& token);
  absl::Status TakeNumber(const Token& token);
  absl::Status TakeName(const Token& token);
  absl::Status TakePrefix(const Operator& op, const Token& token);
  absl::Status TakeOperator(const Token& token);
  absl::Status TakeInfix(const Operator& op, const Token& token);
  absl::Status Finish();

  absl::Status ReduceTop();
  absl::Status ReduceToBracket();
  absl::Status ReduceComparison(const Pending& entry);
  absl::Status Negate(const Pending& entry);
  absl::Status ExtendChain(const Operator& op, const Token& token);
  bool JoinFraction(const Pending& entry);

  // Brackets and forms: parse_brackets.cc.
  bool OpensTuple() const;
  bool IsDerivative(const Pending& call) const;
  bool StandsInDerivative(const Pending& group) const;
  absl::Status TakeCall(const Token& name);
  absl::Status TakeRational(const Token& name);
  absl::StatusOr<Token> TakeSignedInteger(bool* negative);
  void Open(Kind kind, const Token& name, size_t bracket);
  absl::Status TakeComma(const Token& token);
  absl::Status CloseBracket(const Token& token);
  absl::Status CloseTuple(const Pending& tuple);
  absl::Status CloseCall(const Pending& call);
  absl::Status ClosePiecewise(const Pending& call);
  absl::Status CloseHyper(const Pending& call);

  // Replaces the last `count` operands by the call.
  absl::Status Call(std::string_view function, size_t count, size_t offset);
  absl::Status Push(absl::StatusOr<NodeId> node, size_t offset, Written written);
  absl::Status Expected(std::string_view what, const Token& token) const;
  std::string_view NameOf(const Pending& call) const {
    return text_.substr(call.offset, call.name_length);
  }

  std::string_view text_;
  ProgramBuilder* builder_;
  Lexer lexer_;
  bool want_operand_ = true;
  std::vector<Pending> pending_;
  std::vector<NodeId> operands_;
  Written written_ = Written::kExpression;  // of operands_.back()
};

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_PARSER_H_
