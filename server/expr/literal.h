#ifndef FORMULARY_SERVER_EXPR_LITERAL_H_
#define FORMULARY_SERVER_EXPR_LITERAL_H_

// Numbers as clients write them, read exactly. program_builder.cc calls it for integers, rationals
// and decimals of nodes and of text. Nothing here converts before the limit has been checked: a
// conversion takes longer than linear time in the digits.

#include <gmpxx.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace formulary::expr {

struct Decimal {
  mpq_class value;
  bool negative = false;  // tells -0.0 from 0.0
};

// "-12", "+12", "012" (twelve). INVALID_ARGUMENT: BAD_INTEGER; INTEGER_TOO_LARGE beyond
// `max_bits` bits.
absl::StatusOr<mpq_class> ReadInteger(std::string_view digits, size_t max_bits);

// "1.5", "-.5e-3", "2E10". INVALID_ARGUMENT: BAD_DECIMAL; DECIMAL_TOO_LARGE where numerator or
// denominator could need more than `max_bits` bits.
absl::StatusOr<Decimal> ReadDecimal(std::string_view text, size_t max_bits);

// A client's text for an error message: at most 64 bytes of it.
std::string ShownLiteral(std::string_view text);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_LITERAL_H_
