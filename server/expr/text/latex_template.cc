#include "server/expr/text/latex_template.h"

#include <algorithm>

namespace formulary::expr::text {
namespace {

constexpr size_t kNone = std::string_view::npos;

// "{0}" at `i`: the operand's number; -1 otherwise.
int OperandAt(std::string_view latex, size_t i) {
  if (latex.size() - i < 3 || latex[i] != '{' || latex[i + 2] != '}') return -1;
  const char digit = latex[i + 1];
  return digit >= '0' && digit <= '9' ? digit - '0' : -1;
}

bool StartsAt(std::string_view text, size_t i, std::string_view what) {
  return text.substr(i, what.size()) == what;
}

// "_{10}" and "{1}{2}" look like operands; an index with its own braces is none.
bool IsSubscript(std::string_view latex, size_t i) { return i > 0 && latex[i - 1] == '_'; }

int FindOperand(std::string_view latex, size_t i) {
  return IsSubscript(latex, i) ? -1 : OperandAt(latex, i);
}

// What stands right after an operand tells whether something closes around it.
bool IsEnclosed(std::string_view latex, size_t begin) {
  const size_t end = begin + 3;
  const bool closes = StartsAt(latex, end, "\\right") || StartsAt(latex, end, "}") ||
                      StartsAt(latex, end, "]") || StartsAt(latex, end, ",");
  const bool follows_sign =
      begin > 1 && (StartsAt(latex, begin - 2, "+ ") || StartsAt(latex, begin - 2, "- "));
  return closes && !follows_sign;
}

size_t CountOperands(std::string_view latex) {
  int most = -1;
  for (size_t i = 0; i < latex.size(); ++i) most = std::max(most, FindOperand(latex, i));
  return static_cast<size_t>(most + 1);
}

}  // namespace

uint8_t TemplatePrecedence(std::string_view latex) {
  uint8_t result = StartsAt(latex, 0, "\\left") ? kAtom : kPower;
  int depth = 0;
  for (size_t i = 0; i < latex.size(); ++i) {
    if (latex[i] == '{' || StartsAt(latex, i, "\\left")) ++depth;
    if (latex[i] == '}' || StartsAt(latex, i, "\\right")) --depth;
    if (depth > 0 || latex[i] != ' ') continue;
    const bool sum = StartsAt(latex, i, " + ") || StartsAt(latex, i, " - ");
    result = std::min<uint8_t>(result, sum ? kSum : kProduct);
  }
  return result;
}

std::string_view InfixSign(std::string_view latex) {
  const bool infix =
      latex.size() > 6 && OperandAt(latex, 0) == 0 && OperandAt(latex, latex.size() - 3) == 1;
  return infix ? latex.substr(3, latex.size() - 6) : std::string_view();
}

size_t ExponentPosition(std::string_view latex) {
  constexpr std::string_view kOpen = "\\left(", kClose = "\\right)";
  const size_t open = latex.find(kOpen);
  if (open == kNone || open == 0 || latex[0] != '\\' || !latex.ends_with(kClose)) return kNone;
  // One command in front, and one pair of brackets.
  const bool simple =
      latex.substr(1, open - 1).find('\\') == kNone && latex.find("\\left", open + 1) == kNone;
  return simple && latex.substr(0, open).find("{1}") == kNone ? open : kNone;
}

void ExpandTemplate(std::string_view latex, absl::Span<const NodeId> operands,
                    std::string_view exponent, Pieces* out) {
  const size_t power = exponent.empty() ? kNone : ExponentPosition(latex);
  const bool list = operands.size() != CountOperands(latex);
  bool listed = false;
  std::string text;
  const auto flush = [&] {
    if (!text.empty()) out->Text(std::move(text));
    text.clear();
  };
  for (size_t i = 0; i < latex.size(); ++i) {
    if (i == power) text += exponent;
    const int operand = FindOperand(latex, i);
    if (operand < 0) {
      text += latex[i];
      continue;
    }
    if (list && listed) {  // the separator before it belongs to the list
      text.clear();
    } else if (list) {
      flush();
      out->List(operands, ", ");
      listed = true;
    } else {
      flush();
      out->Node(operands[static_cast<size_t>(operand)],
                IsEnclosed(latex, i) ? Context{} : Context{.precedence = kAtom, .leading = false});
    }
    i += 2;
  }
  flush();
}

}  // namespace formulary::expr::text
