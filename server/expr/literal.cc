#include "server/expr/literal.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "server/base/error.h"
#include "server/base/strings.h"

namespace formulary::expr {
namespace {

using base::InvalidArgument;
using base::OverLimit;

// Bits that `digits` decimal digits can need: log2(10) < 3.33.
size_t BitsOfDigits(size_t digits) { return digits * 333 / 100 + 1; }

// "-12" or "+12"; false when it is not digits with an optional sign.
bool IsInteger(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// The parts of a decimal: [sign]digits * 10^exponent.
struct Parts {
  std::string digits;
  int64_t exponent = 0;
};

// False when `text` is not a decimal number.
bool SplitDecimal(std::string_view text, Parts* parts) {
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
    parts->digits.push_back(text[i++] == '-' ? '-' : '0');
  }
  bool point = false, any = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return false;
    parts->digits.push_back(text[i]);
    any = true;
    if (point) --parts->exponent;
  }
  if (!any) return false;
  if (i < text.size()) {
    int64_t stated = 0;
    const std::string rest(text.substr(i + 1));
    if (!IsInteger(rest) || !absl::SimpleAtoi(rest, &stated)) return false;
    constexpr int64_t kFar = int64_t{1} << 40;  // over any limit, and sums of it do not overflow
    parts->exponent += std::clamp(stated, -kFar, kFar);
  }
  return true;
}

}  // namespace

std::string ShownLiteral(std::string_view text) {
  return text.size() <= 64 ? std::string(text) : base::StrCat(text.substr(0, 61), "...");
}

absl::StatusOr<mpq_class> ReadInteger(std::string_view digits, size_t max_bits) {
  if (!IsInteger(digits)) {
    return InvalidArgument("BAD_INTEGER", "",
                           base::StrCat("\"", ShownLiteral(digits), "\" is not an integer"));
  }
  if (BitsOfDigits(digits.size()) > max_bits + 8) {
    return OverLimit("INTEGER_TOO_LARGE", "integer", "max_constant_bits", max_bits,
                     BitsOfDigits(digits.size()));
  }
  if (digits[0] == '+') digits.remove_prefix(1);
  return mpq_class(std::string(digits), 10);  // not base 0: 010 is ten
}

absl::StatusOr<Decimal> ReadDecimal(std::string_view text, size_t max_bits) {
  Parts parts;
  if (!SplitDecimal(text, &parts)) {
    return InvalidArgument("BAD_DECIMAL", "",
                           base::StrCat("\"", ShownLiteral(text), "\" is not a decimal number"));
  }
  const auto too_large = [max_bits](uint64_t bits) {
    return OverLimit("DECIMAL_TOO_LARGE", "decimal", "max_constant_bits", max_bits, bits);
  };
  const auto magnitude =
      static_cast<uint64_t>(parts.exponent < 0 ? -parts.exponent : parts.exponent);
  if (magnitude > max_bits) return too_large(BitsOfDigits(magnitude));
  if (BitsOfDigits(parts.digits.size() + magnitude) > max_bits + 8) {
    return too_large(BitsOfDigits(parts.digits.size() + magnitude));
  }
  mpq_class value(parts.digits, 10);
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, magnitude);
  if (parts.exponent < 0) {
    value /= power;
  } else {
    value *= power;
  }
  return Decimal{value, parts.digits[0] == '-'};
}

}  // namespace formulary::expr
