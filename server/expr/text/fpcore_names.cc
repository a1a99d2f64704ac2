#include "server/expr/text/fpcore_names.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>

#include "absl/strings/str_split.h"
#include "server/base/error.h"
#include "server/base/strings.h"

namespace formulary::expr::text {
namespace {

// clang-format off
constexpr FpCoreConstant kConstants[] = {
    {"E", "e", ""},
    {"PI", "pi", ""},
    {"INFINITY", "infinity", ""},
    {"NAN", "nan", ""},
    {"LOG2E", "", "(/ 1 (log 2))"},
    {"LOG10E", "", "(/ 1 (log 10))"},
    {"LN2", "", "(log 2)"},
    {"LN10", "", "(log 10)"},
    {"PI_2", "", "(/ PI 2)"},
    {"PI_4", "", "(/ PI 4)"},
    {"M_1_PI", "", "(/ 1 PI)"},
    {"M_2_PI", "", "(/ 2 PI)"},
    {"M_2_SQRTPI", "", "(/ 2 (sqrt PI))"},
    {"SQRT2", "", "(sqrt 2)"},
    {"SQRT1_2", "", "(sqrt 1/2)"},
};
// clang-format on

constexpr std::string_view kRefusedWords[] = {
    "while", "while*", "for",   "for*",      "tensor",   "tensor*", "array", "dim",      "size",
    "ref",   "digits", "round", "remainder", "isfinite", "isinf",   "isnan", "isnormal", "signbit",
};

absl::Status NoNumber() { return absl::NotFoundError("not a number"); }

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "1.8p3" without its sign and 0x.
absl::StatusOr<NodeId> HexNumber(std::string_view text, bool negative, ProgramBuilder* builder) {
  const size_t mark = std::min(text.find_first_of("pP"), text.size());
  const std::string_view mantissa = text.substr(0, mark);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa);
  std::erase(digits, '.');
  if (digits.empty() || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    return NoNumber();
  long exponent = 0;
  if (mark < text.size()) {
    const char* begin = text.data() + mark + 1;
    const char* end = text.data() + text.size();
    if (begin != end && *begin == '+') ++begin;
    const auto [rest, error] = std::from_chars(begin, end, exponent);
    if (error != std::errc() || rest != end) return NoNumber();
  }
  const auto limit = static_cast<long>(builder->limits().max_constant_bits);
  if (digits.size() * 4 > static_cast<size_t>(limit) || exponent > limit || exponent < -limit) {
    return base::OverLimit(
        "NUMBER_TOO_LARGE", "number", "max_constant_bits", static_cast<uint64_t>(limit),
        std::max<uint64_t>(digits.size() * 4, static_cast<uint64_t>(std::abs(exponent))));
  }
  mpq_class value{mpz_class(digits, 16)};
  if (negative) value = -value;
  exponent -= 4 * static_cast<long>(digits.size() - point);
  if (exponent >= 0) {
    mpq_mul_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(exponent));
  } else {
    mpq_div_2exp(value.get_mpq_t(), value.get_mpq_t(), static_cast<mp_bitcnt_t>(-exponent));
  }
  return value == 0 && negative ? builder->graph().Real(-0.0)
                                : builder->graph().Number(value, NumberForm::kLiteral);
}

}  // namespace

const FunctionRow* FindFpCoreFunction(std::string_view name) {
  static const base::StringMap<const FunctionRow*>* const kByName = [] {
    auto* index = new base::StringMap<const FunctionRow*>;
    for (const FunctionRow& row : Rows()) {
      for (const absl::string_view alias :
           absl::StrSplit(base::ToAbsl(row.fpcore), ' ', absl::SkipEmpty())) {
        index->emplace(std::string(alias), &row);
      }
    }
    return index;
  }();
  const auto found = kByName->find(name);
  return found == kByName->end() ? nullptr : found->second;
}

bool IsRefusedFpCoreWord(std::string_view name) {
  return std::find(std::begin(kRefusedWords), std::end(kRefusedWords), name) !=
         std::end(kRefusedWords);
}

const FpCoreConstant* FindFpCoreConstant(std::string_view name) {
  for (const FpCoreConstant& constant : kConstants) {
    if (constant.name == name) return &constant;
  }
  return nullptr;
}

absl::StatusOr<NodeId> FpCoreNumber(std::string_view text, ProgramBuilder* builder) {
  const bool negative = text.starts_with('-');
  std::string_view body = text;
  if (negative || body.starts_with('+')) body.remove_prefix(1);
  if (body.starts_with("0x") || body.starts_with("0X"))
    return HexNumber(body.substr(2), negative, builder);
  const bool numeric = !body.empty() && (IsDigits(body.substr(0, 1)) ||
                                         (body[0] == '.' && IsDigits(body.substr(1, 1))));
  if (!numeric) return NoNumber();
  const std::string sign = negative ? "-" : "";
  const size_t bar = body.find('/');
  if (bar != std::string_view::npos) {
    if (!IsDigits(body.substr(0, bar)) || !IsDigits(body.substr(bar + 1))) return NoNumber();
    return builder->Rational(sign + std::string(body.substr(0, bar)), body.substr(bar + 1));
  }
  if (IsDigits(body)) return builder->IntegerLiteral(sign + std::string(body));
  return builder->DecimalLiteral(sign + std::string(body));
}

}  // namespace formulary::expr::text
