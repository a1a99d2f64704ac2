#ifndef FORMULARY_SERVER_EXPR_TEXT_NUMBER_TEXT_H_
#define FORMULARY_SERVER_EXPR_TEXT_NUMBER_TEXT_H_

// Numbers as digits, for every printer: exact integers and quotients as they are, literals as
// decimals.

#include <gmpxx.h>

#include <cstdint>
#include <string>

#include "server/expr/graph.h"

namespace formulary::expr::text {

// The decimal 0.d1d2d3... * 10^exponent, without sign; zero is the digit 0 with exponent 1.
struct Decimal {
  std::string digits;  // neither leading nor trailing zeros
  int64_t exponent = 0;
};

// The literal |value| in decimal: all its digits when it is a decimal number of at most 17, or no
// binary64 value; else the fewest digits that give its nearest binary64 value back.
Decimal DecimalOf(const mpq_class& value);

// 1.5, 0.001, 2.0, 1e-7, 1.25e20.
std::string PlainText(const Decimal& decimal);

// |value| as the text syntax writes it: 12, 1/3 when exact; a decimal when a literal.
std::string MagnitudeText(const mpq_class& value, NumberForm form);

// True when MagnitudeText has a fraction bar.
bool IsFraction(const mpq_class& value, NumberForm form);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_NUMBER_TEXT_H_
