#include "server/expr/text/number_text.h"

#include <mpfr.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "server/base/strings.h"

namespace formulary::expr::text {
namespace {

constexpr size_t kMostDigits = 17;  // enough for any binary64

Decimal Normalised(std::string digits, int64_t exponent) {
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return {"0", 1};
  exponent -= static_cast<int64_t>(first);
  const size_t last = digits.find_last_not_of('0');
  return {digits.substr(first, last - first + 1), exponent};
}

// Every digit of the magnitude, when they end.
std::optional<Decimal> Exactly(const mpq_class& magnitude) {
  mpz_class rest = magnitude.get_den();
  const mpz_class two = 2, five = 5;
  const mp_bitcnt_t twos = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), two.get_mpz_t());
  const mp_bitcnt_t fives = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), five.get_mpz_t());
  if (rest != 1) return std::nullopt;
  const mp_bitcnt_t places = std::max(twos, fives);
  mpz_class scaled;
  mpz_ui_pow_ui(scaled.get_mpz_t(), 10, places);
  scaled = scaled / magnitude.get_den() * magnitude.get_num();
  std::string digits = scaled.get_str();
  const auto exponent = static_cast<int64_t>(digits.size()) - static_cast<int64_t>(places);
  return Normalised(std::move(digits), exponent);
}

// The fewest digits that read back as the finite, non-zero `value`.
Decimal Shortest(double value) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const char* mark = std::find(buffer, end, 'e');
  int64_t exponent = 0;
  const char* stated = mark + 1 + (mark[1] == '+' ? 1 : 0);
  std::from_chars(stated, end, exponent);
  std::string digits(buffer, static_cast<size_t>(mark - buffer));
  std::erase(digits, '.');
  return Normalised(std::move(digits), exponent + 1);
}

Decimal Rounded(const mpq_class& magnitude) {
  mpfr_t nearest;
  mpfr_init2(nearest, 53);
  mpfr_set_q(nearest, magnitude.get_mpq_t(), MPFR_RNDN);
  const double value = mpfr_get_d(nearest, MPFR_RNDN);
  Decimal result;
  if (std::isfinite(value) && value != 0) {
    result = Shortest(value);
  } else {  // beyond binary64's range
    mpfr_exp_t exponent = 0;
    const std::unique_ptr<char, void (*)(char*)> digits(
        mpfr_get_str(nullptr, &exponent, 10, kMostDigits, nearest, MPFR_RNDN), &mpfr_free_str);
    result = Normalised(digits.get(), exponent);
  }
  mpfr_clear(nearest);
  return result;
}

}  // namespace

Decimal DecimalOf(const mpq_class& value) {
  const mpq_class magnitude = abs(value);
  if (magnitude == 0) return {"0", 1};
  std::optional<Decimal> exact = Exactly(magnitude);
  if (exact.has_value() && exact->digits.size() <= kMostDigits) return *std::move(exact);
  const double nearest = magnitude.get_d();
  const bool binary = std::isfinite(nearest) && mpq_class(nearest) == magnitude;
  if (binary || !exact.has_value()) return Rounded(magnitude);
  return *std::move(exact);
}

std::string PlainText(const Decimal& decimal) {
  const auto size = static_cast<int64_t>(decimal.digits.size());
  const int64_t exponent = decimal.exponent;
  if (exponent < -4 || exponent > 17) {
    const std::string tail = size > 1 ? base::StrCat(".", decimal.digits.substr(1)) : std::string();
    return base::StrCat(decimal.digits.substr(0, 1), tail, "e", exponent - 1);
  }
  if (exponent <= 0) {
    return base::StrCat("0.", std::string(static_cast<size_t>(-exponent), '0'), decimal.digits);
  }
  if (exponent >= size) {
    return base::StrCat(decimal.digits, std::string(static_cast<size_t>(exponent - size), '0'),
                        ".0");
  }
  const auto point = static_cast<size_t>(exponent);
  return base::StrCat(decimal.digits.substr(0, point), ".", decimal.digits.substr(point));
}

std::string MagnitudeText(const mpq_class& value, NumberForm form) {
  if (form == NumberForm::kLiteral) return PlainText(DecimalOf(value));
  return mpq_class(abs(value)).get_str();
}

bool IsFraction(const mpq_class& value, NumberForm form) {
  return form == NumberForm::kExact && value.get_den() != 1;
}

}  // namespace formulary::expr::text
