// Airy functions and their derivatives: polynomials on pieces in the middle, modulus and phase for
// x <= -8, an expansion in 1/zeta for x >= 10. Sources: DLMF 9.7 (expansions), 9.8 (modulus and
// phase). zeta and the phase are long double: their error would be the function's.

#include <cmath>

#include "server/runtime/special/airy_tables.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kPieceWidth = 0.5;
constexpr double kMiddleFrom = -8;
constexpr double kScaledFrom = 2;
constexpr double kLargeFrom = 10;

template <int kTerms>
double Polynomial(const double (&coefficients)[kTerms], double t) {
  double sum = coefficients[kTerms - 1];
  for (int k = kTerms - 2; k >= 0; --k) sum = sum * t + coefficients[k];
  return sum;
}

// A table's polynomial for x, its pieces beginning at `from`.
template <int kCount, int kTerms>
double Piece(const double (&table)[kCount][kTerms], double from, double x) {
  int piece = static_cast<int>((x - from) / kPieceWidth);
  if (piece > kCount - 1) piece = kCount - 1;
  return Polynomial(table[piece], x - (from + kPieceWidth * (piece + 0.5)));
}

long double Zeta(double x) {
  const long double size = x;
  return size * std::sqrt(size) * 2 / 3;
}

enum class Power { kFunction, kDerivative };  // x^(-1/4) and x^(1/4)

double Factor(double x, Power power) {
  const double root = std::sqrt(std::sqrt(x));
  return power == Power::kFunction ? 1 / root : root;
}

// f exp(+-zeta), x >= 2.
template <int kCount, int kTerms, int kLarge>
double Scaled(const double (&pieces)[kCount][kTerms], const double (&large)[kLarge], double x,
              Power power) {
  if (x < kLargeFrom) return Piece(pieces, kScaledFrom, x);
  return Polynomial(large, 1 / static_cast<double>(Zeta(x))) * Factor(x, power);
}

// exp of a long double, as long as double's exp will do.
double Exp(long double exponent) {
  const double high = static_cast<double>(exponent);
  if (std::abs(high) > 1e4) return std::exp(high);
  const double low = static_cast<double>(exponent - high);
  return std::exp(high) * (1 + low);
}

// f from its scaled form; the exponential in two steps, as the scaled form may be large or small.
double Unscale(double scaled, long double exponent) {
  const double half = Exp(exponent / 2);
  return scaled * half * half;
}

// Modulus and phase of Ai(-x) = M cos, Bi(-x) = -M sin, Ai'(-x) = M' sin, Bi'(-x) = M' cos.
struct Wave {
  double cosine;
  double sine;
};
template <int kTerms>
Wave Oscillation(const double (&modulus)[kTerms], const double (&phase)[kTerms], double x,
                 Power power) {
  constexpr long double kPi = 3.14159265358979323846264338L;
  const long double zeta = Zeta(x);
  const double inverse = 1 / static_cast<double>(zeta);
  const double w = inverse * inverse;
  const long double angle = zeta - kPi / 4 + Polynomial(phase, w) * inverse;
  const double reduced = static_cast<double>(angle - 2 * kPi * std::rint(angle / (2 * kPi)));
  const double size = Polynomial(modulus, w) * Factor(x, power);
  return {size * std::cos(reduced), size * std::sin(reduced)};
}
Wave FunctionWave(double x) { return Oscillation(kAiryModulus, kAiryPhase, x, Power::kFunction); }
Wave DerivativeWave(double x) {
  return Oscillation(kAiryPrimeModulus, kAiryPrimePhase, x, Power::kDerivative);
}

// Beyond, the phase is not known to a radian.
constexpr double kLastOscillation = -1e10;

}  // namespace

double airyai(double x) noexcept {
  if (x != x) return x;
  if (x < kMiddleFrom) {
    if (std::isinf(x)) return 0;
    return x < kLastOscillation ? __builtin_nan("") : FunctionWave(-x).cosine;
  }
  if (x < kScaledFrom) return Piece(kAiMiddle, kMiddleFrom, x);
  if (x > 110) return 0;
  return Unscale(Scaled(kAiScaled, kAiLarge, x, Power::kFunction), -Zeta(x));
}

double airyaiprime(double x) noexcept {
  if (x != x) return x;
  if (x < kMiddleFrom) {
    return x < kLastOscillation ? __builtin_nan("") : DerivativeWave(-x).sine;
  }
  if (x < kScaledFrom) return Piece(kAiPrimeMiddle, kMiddleFrom, x);
  if (x > 110) return -0.0;
  return Unscale(Scaled(kAiPrimeScaled, kAiPrimeLarge, x, Power::kDerivative), -Zeta(x));
}

double airybi(double x) noexcept {
  if (x != x) return x;
  if (x < kMiddleFrom) {
    if (std::isinf(x)) return 0;
    return x < kLastOscillation ? __builtin_nan("") : -FunctionWave(-x).sine;
  }
  if (x < kScaledFrom) return Piece(kBiMiddle, kMiddleFrom, x);
  if (x > 110) return __builtin_inf();
  return Unscale(Scaled(kBiScaled, kBiLarge, x, Power::kFunction), Zeta(x));
}

double airybiprime(double x) noexcept {
  if (x != x) return x;
  if (x < kMiddleFrom) {
    return x < kLastOscillation ? __builtin_nan("") : DerivativeWave(-x).cosine;
  }
  if (x < kScaledFrom) return Piece(kBiPrimeMiddle, kMiddleFrom, x);
  if (x > 110) return __builtin_inf();
  return Unscale(Scaled(kBiPrimeScaled, kBiPrimeLarge, x, Power::kDerivative), Zeta(x));
}

double airyai_scaled(double x) noexcept {
  if (!(x >= 0)) return __builtin_nan("");
  if (std::isinf(x)) return 0;
  if (x < kScaledFrom) return Piece(kAiMiddle, kMiddleFrom, x) * Exp(Zeta(x));
  return Scaled(kAiScaled, kAiLarge, x, Power::kFunction);
}

double airybi_scaled(double x) noexcept {
  if (!(x >= 0)) return __builtin_nan("");
  if (std::isinf(x)) return 0;
  if (x < kScaledFrom) return Piece(kBiMiddle, kMiddleFrom, x) * Exp(-Zeta(x));
  return Scaled(kBiScaled, kBiLarge, x, Power::kFunction);
}

}  // namespace formulary::runtime::special
