#include "client/cli/number_parser.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

#include "client/cli/caret.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

constexpr int kMaxDepth = 200;

struct Constant {
  std::string_view name;
  double value;
};

constexpr std::array<Constant, 6> kConstants = {{
    {"pi", std::numbers::pi},
    {"e", std::numbers::e},
    {"E", std::numbers::e},
    {"inf", std::numeric_limits<double>::infinity()},
    {"oo", std::numeric_limits<double>::infinity()},
    {"nan", std::numeric_limits<double>::quiet_NaN()},
}};

bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

void NumberParser::SkipBlanks() {
  while (offset_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[offset_])) != 0)
    ++offset_;
}

bool NumberParser::Take(std::string_view token) {
  SkipBlanks();
  if (!text_.substr(offset_).starts_with(token)) return false;
  offset_ += token.size();
  SkipBlanks();
  return true;
}

bool NumberParser::TakeCall(std::string_view name) {
  const size_t start = offset_;
  if (Take(name) && Take("(")) return true;
  offset_ = start;
  return false;
}

absl::Status NumberParser::Expected(std::string_view what) const {
  return CaretError(
      client::Cat("expected ", what, ", column ", DisplayWidth(text_.substr(0, offset_)) + 1),
      text_, offset_);
}

absl::StatusOr<double> NumberParser::Sum() {
  SkipBlanks();
  ASSIGN_OR_RETURN(double value, Term());
  while (true) {
    if (Take("+")) {
      ASSIGN_OR_RETURN(const double other, Term());
      value += other;
    } else if (Take("-")) {
      ASSIGN_OR_RETURN(const double other, Term());
      value -= other;
    } else {
      return value;
    }
  }
}

absl::StatusOr<double> NumberParser::Term() {
  ASSIGN_OR_RETURN(double value, Factor());
  while (true) {
    if (Take("*")) {
      ASSIGN_OR_RETURN(const double other, Factor());
      value *= other;
    } else if (Take("/")) {
      ASSIGN_OR_RETURN(const double other, Factor());
      value /= other;
    } else {
      return value;
    }
  }
}

absl::StatusOr<double> NumberParser::Factor() {
  if (depth_ == kMaxDepth) return Expected("a number that is nested less deeply");
  ++depth_;
  absl::StatusOr<double> value = 0.0;
  if (Take("-")) {
    value = Factor();
    if (value.ok()) value = -*value;
  } else if (Take("+")) {
    value = Factor();
  } else {
    value = Atom();
    if (value.ok() && (Take("**") || Take("^"))) {
      const absl::StatusOr<double> exponent = Factor();
      value = exponent.ok() ? absl::StatusOr<double>(std::pow(*value, *exponent)) : exponent;
    }
  }
  --depth_;
  return value;
}

absl::StatusOr<double> NumberParser::Atom() {
  const bool root = TakeCall("sqrt");
  if (root || Take("(")) {
    ASSIGN_OR_RETURN(const double value, Sum());
    if (!Take(")")) return Expected("')'");
    return root ? std::sqrt(value) : value;
  }
  if (offset_ < text_.size() && !IsNameCharacter(text_[offset_]) && text_[offset_] != '.') {
    return Expected("a number");
  }
  size_t end = offset_;
  while (end < text_.size() && IsNameCharacter(text_[end])) ++end;
  const std::string_view word = text_.substr(offset_, end - offset_);
  for (const Constant& constant : kConstants) {
    if (word != constant.name) continue;
    offset_ = end;
    SkipBlanks();
    return constant.value;
  }
  return Literal();
}

absl::StatusOr<double> NumberParser::Literal() {
  // from_chars alone would also take "infinity" and "nan(...)": a literal starts with a digit or a
  // point.
  const char first = offset_ < text_.size() ? text_[offset_] : ' ';
  if (std::isdigit(static_cast<unsigned char>(first)) == 0 && first != '.')
    return Expected("a number");
  double value = 0;
  const auto result = std::from_chars(text_.data() + offset_, text_.data() + text_.size(), value);
  if (result.ec == std::errc::invalid_argument) return Expected("a number");
  if (result.ec != std::errc()) return Expected("a number within the range of float64");
  const size_t end = static_cast<size_t>(result.ptr - text_.data());
  if (end < text_.size() && IsNameCharacter(text_[end])) {
    offset_ = end;
    return Expected("an operator or the end of the number");
  }
  offset_ = end;
  SkipBlanks();
  return value;
}

}  // namespace formulary::cli
