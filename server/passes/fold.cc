#include "server/passes/fold.h"

namespace formulary::passes {
namespace {

using expr::Opcode;

mpz_class Floor(const mpq_class& value) {
  mpz_class result;
  mpz_fdiv_q(result.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
  return result;
}

mpq_class RoundHalfEven(const mpq_class& value) {
  const mpz_class below = Floor(value);
  const mpq_class fraction = value - below;
  const int side = cmp(fraction, mpq_class(1, 2));
  const bool up = side > 0 || (side == 0 && mpz_odd_p(below.get_mpz_t()));
  return mpq_class(up ? mpz_class(below + 1) : below);
}

// The exact root of a non-negative integer, if it has one.
bool ExactRoot(const mpz_class& value, unsigned long degree, mpz_class* root) {
  return mpz_root(root->get_mpz_t(), value.get_mpz_t(), degree) != 0;
}

}  // namespace

size_t BitsOf(const mpq_class& value) {
  return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
}

std::optional<mpq_class> FoldPower(const mpq_class& base, const mpq_class& exponent,
                                   size_t max_bits) {
  if (!exponent.get_num().fits_slong_p() || !exponent.get_den().fits_ulong_p()) return std::nullopt;
  const long power = exponent.get_num().get_si();
  const unsigned long degree = exponent.get_den().get_ui();
  if (base == 0 && power <= 0) return std::nullopt;
  if (base == 1) return mpq_class(1);
  mpq_class root = base;
  if (degree != 1) {
    if (base < 0 || degree > 64) return std::nullopt;
    mpz_class top, bottom;
    if (!ExactRoot(base.get_num(), degree, &top) || !ExactRoot(base.get_den(), degree, &bottom)) {
      return std::nullopt;
    }
    root = mpq_class(top, bottom);
  }
  const unsigned long magnitude =
      power < 0 ? 0UL - static_cast<unsigned long>(power) : static_cast<unsigned long>(power);
  if (abs(root) != 1 && (magnitude > max_bits || BitsOf(root) * magnitude > max_bits))
    return std::nullopt;
  mpz_class top, bottom;
  mpz_pow_ui(top.get_mpz_t(), root.get_num_mpz_t(), magnitude);
  mpz_pow_ui(bottom.get_mpz_t(), root.get_den_mpz_t(), magnitude);
  mpq_class result = power < 0 ? mpq_class(bottom, top) : mpq_class(top, bottom);
  result.canonicalize();
  return result;
}

std::optional<mpq_class> FoldNumber(Opcode opcode, absl::Span<const mpq_class> operands) {
  const mpq_class& a = operands[0];
  switch (opcode) {
    case Opcode::kAbs:
      return abs(a);
    case Opcode::kSign:
      return mpq_class(sgn(a));
    case Opcode::kFloor:
      return mpq_class(Floor(a));
    case Opcode::kCeil:
      return -mpq_class(Floor(-a));
    case Opcode::kTrunc:
      return a < 0 ? mpq_class(-mpq_class(Floor(-a))) : mpq_class(Floor(a));
    case Opcode::kRound:
      return RoundHalfEven(a);
    case Opcode::kMod:
      if (operands[1] == 0) return std::nullopt;
      return mpq_class(a - operands[1] * Floor(a / operands[1]));
    case Opcode::kGcd:
      if (a.get_den() != 1 || operands[1].get_den() != 1) return std::nullopt;
      return mpq_class(gcd(a.get_num(), operands[1].get_num()));
    case Opcode::kLcm:
      if (a.get_den() != 1 || operands[1].get_den() != 1) return std::nullopt;
      return mpq_class(lcm(a.get_num(), operands[1].get_num()));
    case Opcode::kFma:
      return mpq_class(a * operands[1] + operands[2]);
    default:
      return std::nullopt;
  }
}

std::optional<bool> FoldComparison(Opcode opcode, const mpq_class& a, const mpq_class& b) {
  switch (opcode) {
    case Opcode::kLess:
      return a < b;
    case Opcode::kLessEqual:
      return a <= b;
    case Opcode::kEqual:
      return a == b;
    case Opcode::kNotEqual:
      return a != b;
    default:
      return std::nullopt;
  }
}

}  // namespace formulary::passes
