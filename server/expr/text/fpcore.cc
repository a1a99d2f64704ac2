#include "server/expr/text/fpcore.h"

#include <string>
#include <utility>
#include <vector>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/text/datum_lexer.h"
#include "server/expr/text/diagnose.h"
#include "server/expr/text/fpcore_apply.h"
#include "server/expr/text/fpcore_names.h"
#include "server/expr/text/utf8.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

// One thread at a time; reads one text.
class FpCoreReader {
 public:
  FpCoreReader(std::string_view text, ProgramBuilder* builder)
      : text_(text), builder_(builder), lexer_(text) {}

  absl::StatusOr<NodeId> ReadCore();
  absl::StatusOr<NodeId> ReadExpression();

 private:
  enum class Kind : uint8_t { kCall, kLet, kBindings, kBinding, kAnnotation };
  struct Frame {
    Kind kind = Kind::kCall;
    std::string_view name;  // kCall: the operation; kBinding: the name bound
    size_t offset = 0;
    size_t base = 0;          // operands_.size() when it opened; kBindings: waiting_.size()
    size_t bound = 0;         // kLet: bound_.size() when it opened
    bool sequential = false;  // kBindings of let*
  };

  absl::Status ReadArguments();
  absl::Status SkipProperties();
  absl::Status Open(const DatumToken& token);
  absl::Status Close(const DatumToken& token);
  absl::Status Atom(const DatumToken& token);
  absl::StatusOr<NodeId> Variable(const DatumToken& token);
  absl::Status Apply(const Frame& frame);
  void Bind(std::string_view name, NodeId value);
  void UnbindTo(size_t count);

  static bool IsName(const DatumToken& token) {
    return token.kind == DatumKind::kAtom && IsPrintable(token.text);
  }
  absl::Status Expected(std::string_view what, const DatumToken& token) const {
    const std::string found =
        token.kind == DatumKind::kEnd ? "the end of the text" : Quoted(token.text);
    return SyntaxError(text_, token.offset, StrCat("expected ", what, ", found ", found));
  }

  std::string_view text_;
  ProgramBuilder* builder_;
  DatumLexer lexer_;
  base::StringSet<> arguments_;
  std::vector<Frame> frames_;
  std::vector<NodeId> operands_;
  base::StringMap<std::vector<NodeId>> scope_;                // innermost value last
  std::vector<std::string_view> bound_;                       // names in the order they were bound
  std::vector<std::pair<std::string_view, NodeId>> waiting_;  // of let: bound when all are known
};

absl::StatusOr<NodeId> FpCoreReader::ReadCore() {
  lexer_.Next();  // the bracket and the word: IsFpCore saw them
  lexer_.Next();
  if (lexer_.Peek().kind == DatumKind::kAtom) lexer_.Next();  // the core's own name
  RETURN_IF_ERROR(ReadArguments());
  RETURN_IF_ERROR(SkipProperties());
  ASSIGN_OR_RETURN(const NodeId body, ReadExpression());
  const DatumToken close = lexer_.Next();
  if (close.kind != DatumKind::kClose) return Expected("')' after the body of the FPCore", close);
  const DatumToken end = lexer_.Next();
  if (end.kind != DatumKind::kEnd)
    return Expected("the end of the text: one FPCore is one expression", end);
  RETURN_IF_ERROR(builder_->CheckSize());
  return body;
}

absl::Status FpCoreReader::ReadArguments() {
  const DatumToken open = lexer_.Next();
  if (open.kind != DatumKind::kOpen) return Expected("'(' before the arguments", open);
  for (;;) {
    DatumToken token = lexer_.Next();
    if (token.kind == DatumKind::kClose) return absl::OkStatus();
    const bool annotated = token.kind == DatumKind::kOpen;
    if (annotated) {
      token = lexer_.Next();
      if (token.text != "!")
        return UnsupportedSyntax(text_, token.offset,
                                 "FPCore's tensor arguments are not implemented");
      RETURN_IF_ERROR(SkipProperties());
      token = lexer_.Next();
    }
    if (!IsName(token)) return Expected("an argument's name", token);
    if (!arguments_.insert(std::string(token.text)).second) {
      return SyntaxError(text_, token.offset,
                         StrCat("the argument ", Quoted(token.text), " stands twice"));
    }
    builder_->AddInputName(token.text);
    const absl::StatusOr<NodeId> argument = builder_->Symbol(token.text);
    if (!argument.ok()) return WithPlace(text_, token.offset, argument.status());
    if (!annotated) continue;
    const DatumToken close = lexer_.Next();
    if (close.kind != DatumKind::kClose) return Expected("')' after the argument", close);
  }
}

// ":name value", any number of times.
absl::Status FpCoreReader::SkipProperties() {
  while (lexer_.Peek().kind == DatumKind::kAtom && lexer_.Peek().text.starts_with(':')) {
    const DatumToken property = lexer_.Next();
    if (!lexer_.SkipDatum()) {
      return SyntaxError(text_, property.offset,
                         StrCat("the property ", Quoted(property.text), " has no value"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<NodeId> FpCoreReader::ReadExpression() {
  do {
    const DatumToken token = lexer_.Next();
    switch (token.kind) {
      case DatumKind::kOpen:
        RETURN_IF_ERROR(Open(token));
        break;
      case DatumKind::kClose:
        RETURN_IF_ERROR(Close(token));
        break;
      case DatumKind::kAtom:
        RETURN_IF_ERROR(Atom(token));
        break;
      case DatumKind::kString:
        return Expected("an expression", token);
      case DatumKind::kEnd:
        if (frames_.empty()) return Expected("an expression", token);
        return Expected(StrCat("')' to close the '(' of ", PlaceOf(text_, frames_.back().offset)),
                        token);
    }
  } while (!frames_.empty());
  return operands_.back();
}

absl::Status FpCoreReader::Open(const DatumToken& token) {
  const DatumToken head = lexer_.Next();
  const bool binding = !frames_.empty() && frames_.back().kind == Kind::kBindings;
  if (!IsName(head)) return Expected(binding ? "a name to bind" : "an operation", head);
  if (binding) {
    frames_.push_back({.kind = Kind::kBinding,
                       .name = head.text,
                       .offset = token.offset,
                       .base = operands_.size()});
    return absl::OkStatus();
  }
  if (IsRefusedFpCoreWord(head.text)) {
    return UnsupportedSyntax(text_, head.offset,
                             StrCat("FPCore's ", Quoted(head.text), " is not implemented"));
  }
  if (head.text == "!") {
    RETURN_IF_ERROR(SkipProperties());
    frames_.push_back(
        {.kind = Kind::kAnnotation, .offset = token.offset, .base = operands_.size()});
    return absl::OkStatus();
  }
  if (head.text != "let" && head.text != "let*") {
    frames_.push_back({.name = head.text, .offset = token.offset, .base = operands_.size()});
    return absl::OkStatus();
  }
  const DatumToken bindings = lexer_.Next();
  if (bindings.kind != DatumKind::kOpen) return Expected("'(' before the bindings", bindings);
  frames_.push_back({.kind = Kind::kLet,
                     .offset = token.offset,
                     .base = operands_.size(),
                     .bound = bound_.size()});
  frames_.push_back({.kind = Kind::kBindings,
                     .offset = bindings.offset,
                     .base = waiting_.size(),
                     .sequential = head.text == "let*"});
  return absl::OkStatus();
}

absl::Status FpCoreReader::Close(const DatumToken& token) {
  if (frames_.empty()) return Expected("an expression", token);
  const Frame frame = frames_.back();
  if (frame.kind == Kind::kBindings) {
    frames_.pop_back();
    for (size_t i = frame.base; i < waiting_.size(); ++i)
      Bind(waiting_[i].first, waiting_[i].second);
    waiting_.resize(frame.base);
    return absl::OkStatus();
  }
  if (frame.kind != Kind::kCall && operands_.size() != frame.base + 1) {
    return SyntaxError(
        text_, frame.offset,
        StrCat("one expression is expected here, there are ", operands_.size() - frame.base));
  }
  frames_.pop_back();
  switch (frame.kind) {
    case Kind::kCall:
      return Apply(frame);
    case Kind::kLet:
      UnbindTo(frame.bound);
      break;
    case Kind::kBinding: {
      const NodeId value = operands_.back();
      operands_.pop_back();
      if (frames_.back().sequential) {
        Bind(frame.name, value);
      } else {
        waiting_.emplace_back(frame.name, value);
      }
      break;
    }
    case Kind::kBindings:
    case Kind::kAnnotation:
      break;
  }
  return absl::OkStatus();
}

absl::Status FpCoreReader::Atom(const DatumToken& token) {
  if (!frames_.empty() && frames_.back().kind == Kind::kBindings)
    return Expected("[name expression]", token);
  if (!IsName(token)) return Expected("a name or a number", token);
  const absl::StatusOr<NodeId> node = Variable(token);
  if (!node.ok()) return WithPlace(text_, token.offset, node.status());
  operands_.push_back(*node);
  return absl::OkStatus();
}

absl::StatusOr<NodeId> FpCoreReader::Variable(const DatumToken& token) {
  const auto bound = scope_.find(token.text);
  if (bound != scope_.end() && !bound->second.empty()) return bound->second.back();
  if (arguments_.contains(token.text)) return builder_->Symbol(token.text);
  absl::StatusOr<NodeId> number = FpCoreNumber(token.text, builder_);
  if (!absl::IsNotFound(number.status())) return number;
  if (token.text == "TRUE" || token.text == "FALSE")
    return builder_->graph().Boolean(token.text == "TRUE");
  const FpCoreConstant* constant = FindFpCoreConstant(token.text);
  if (constant == nullptr) {
    return base::InvalidArgument(
        "PARSE_ERROR", "",
        StrCat(Quoted(token.text), " is neither an argument, nor bound, nor a constant"));
  }
  if (!constant->named.empty()) return builder_->NamedConstantNode(constant->named);
  return FpCoreReader(constant->expression, builder_).ReadExpression();
}

absl::Status FpCoreReader::Apply(const Frame& frame) {
  const absl::StatusOr<NodeId> node =
      ApplyFpCore(frame.name, absl::MakeConstSpan(operands_).subspan(frame.base), builder_);
  if (!node.ok()) return WithPlace(text_, frame.offset, node.status());
  operands_.resize(frame.base);
  operands_.push_back(*node);
  return absl::OkStatus();
}

void FpCoreReader::Bind(std::string_view name, NodeId value) {
  scope_[std::string(name)].push_back(value);
  bound_.push_back(name);
}

void FpCoreReader::UnbindTo(size_t count) {
  for (; bound_.size() > count; bound_.pop_back()) scope_[std::string(bound_.back())].pop_back();
}

}  // namespace

bool IsFpCore(std::string_view text) {
  DatumLexer lexer(text);
  return lexer.Next().text == "(" && lexer.Next().text == "FPCore";
}

absl::StatusOr<NodeId> ParseFpCore(std::string_view text, ProgramBuilder* builder) {
  return FpCoreReader(text, builder).ReadCore();
}

}  // namespace formulary::expr::text
