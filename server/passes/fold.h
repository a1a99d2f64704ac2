#ifndef FORMULARY_SERVER_PASSES_FOLD_H_
#define FORMULARY_SERVER_PASSES_FOLD_H_

// Exact arithmetic on constants, with its cost known before it is paid.

#include <gmpxx.h>

#include <cstddef>
#include <optional>

#include "absl/types/span.h"
#include "server/expr/opcode.h"

namespace formulary::passes {

// base**exponent when it is a rational that needs at most max_bits bits; nullopt otherwise (an
// irrational root, a division by zero, too many bits).
std::optional<mpq_class> FoldPower(const mpq_class& base, const mpq_class& exponent,
                                   size_t max_bits);

// A number operation whose exact result is a number; nullopt for all others.
std::optional<mpq_class> FoldNumber(expr::Opcode opcode, absl::Span<const mpq_class> operands);

// A comparison of two numbers; nullopt when the opcode is no comparison.
std::optional<bool> FoldComparison(expr::Opcode opcode, const mpq_class& a, const mpq_class& b);

// Exponents are not multiplied into longer ones: a chain of squares would double them at every
// step.
inline constexpr size_t kMaxExponentBits = 96;

// Bits of numerator and denominator together.
size_t BitsOf(const mpq_class& value);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_FOLD_H_
