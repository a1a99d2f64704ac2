// Fresnel integrals, one value at a time. S(x) and C(x) by their power series near 0, else by the
// auxiliary functions f and g, which do not oscillate (DLMF 7.5.3, 7.5.4; pi/2 t^2 convention):
//   C(x) = 1/2 + f(x) sin(pi x^2/2) - g(x) cos(pi x^2/2)
//   S(x) = 1/2 - f(x) cos(pi x^2/2) - g(x) sin(pi x^2/2)
// The tables are Chebyshev interpolants, lowest power first.

#include <cmath>

#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kPi = 3.141592653589793;
constexpr double kSixthOfPi = 0.5235987755982989;
constexpr double kSixthOfPiLow = -5.360408832255455e-17;

// (S(x)/x^3 - pi/6)/x^4 for x in [0, 1.25], in x^4/h - 1, h = 1.25^4/2.
constexpr double kSineNear[] = {
    -0.08388692687683115,   0.00795826827538205,   -0.0004210388896555896,  1.4026037023672435e-05,
    -3.199114284814022e-07, 5.300417346095001e-09, -6.663451674468447e-11,  6.571233693862291e-13,
    -5.218239008968331e-15, 3.408018080253498e-17, -1.8627480194952883e-19, 8.644632912282473e-22,
};

// (C(x)/x - 1)/x^4 for x in [0, 1.25], in x^4/h - 1.
constexpr double kCosineNear[] = {
    -0.2146296973761441,     0.029907877426129225,   -0.0021118699173846866, 8.819772955345601e-05,
    -2.4200278675034477e-06, 4.6868246697112654e-08, -6.743519981655275e-10, 7.489691057417221e-12,
    -6.614045452658385e-14,  4.754747350458724e-16,  -2.836634476219248e-18, 1.426736292947432e-20,
};

// pi x f(x) for x in [1.25, 2.25], linear in 1/x.
constexpr double kFLow[] = {
    0.966544629818751,      -0.030147567852250055,   -0.0069064737695293775,
    0.0006409013520393778,  0.00018640554549101407,  -5.357302078752078e-05,
    1.792300764608857e-06,  2.1296125769366243e-06,  -5.970128674277939e-07,
    4.451973899445895e-08,  1.9575277159895727e-08,  -8.10655218787169e-09,
    1.3463510475375682e-09, 4.5345251614995747e-11,  -9.4100785344271e-11,
    2.8913385354167386e-11, -4.3388663833792285e-12, -3.309530935518773e-13,
    4.502941684840984e-13,  -1.0940706647549525e-13,
};

// pi^2 x^3 g(x) likewise.
constexpr double kGLow[] = {
    0.8610281423358758,     -0.10864045209120579,    -0.01398995711217452,   0.005173283045033758,
    -5.500136330801258e-06, -0.0002837998087074479,  6.472161353489465e-05,  3.2054066468505686e-07,
    -3.970744294181757e-06, 1.130330524153638e-06,   -9.677338404009402e-08, -4.072762695187405e-08,
    1.9564270051774713e-08, -3.9830641801568484e-09, 1.0802593031900964e-10, 2.2637765189419167e-10,
    -9.435054469266886e-11, 1.885270796042753e-11,   1.4913281562830408e-12, -1.399224347485137e-12,
};

// pi x f(x) for x in [2.25, 4.0], linear in 1/x.
constexpr double kFHigh[] = {
    0.995783009896722,       -0.004521744813708077,   -0.0016960985349202147,
    -0.00020505514089191006, 1.976145688238131e-05,   4.5776397995090355e-06,
    -5.200756255403836e-07,  -9.919343395935784e-08,  1.8654007035973474e-08,
    2.0025115618597964e-09,  -7.940003392702827e-10,  5.287033458612565e-12,
    2.938171659125003e-11,   -3.939372305620529e-12,  -6.515662200185107e-13,
    2.6623070216478666e-13,  -1.4190840883330502e-14, -9.447212128295739e-15,
    1.8810446947554084e-15,  6.877901185360289e-17,
};

// pi^2 x^3 g(x) likewise.
constexpr double kGHigh[] = {
    0.979633921276336,      -0.021158479162560542,   -0.007285314971459681,
    -0.0005379140366764974, 0.00018055085226029022,  1.6321361107259663e-05,
    -6.12036522785682e-06,  -2.605758451540792e-07,  2.322525068870592e-07,
    -8.332025034885048e-09, -8.526300415376824e-09,  1.322621878920029e-09,
    1.990657447976077e-10,  -8.766576348191435e-11,  4.485847142644553e-12,
    3.386980482160607e-12,  -8.13112494374718e-13,   -1.6467249656367256e-14,
    4.0003630220573905e-14, -5.8694283416159365e-15,
};

// (pi x f(x) - 1) x^4 for x >= 4, in 512/x^4 - 1.
constexpr double kFFar[] = {
    -0.30189797033037563,   0.0020272458773081025,  -3.7000263902335767e-05, 1.2619614959368156e-06,
    -6.698856803698049e-08, 4.962150029642944e-09,  -4.766223380228127e-10,  5.651087257011108e-11,
    -8.64078896518121e-12,  1.4385408231873911e-12,
};

// (pi^2 x^3 g(x) - 1) x^4 likewise.
constexpr double kGFar[] = {
    -1.5013808681426435,     0.017949210784341436,    -0.0004658598930761735,
    2.0381531812390736e-05,  -1.3075131598081035e-06, 1.1259965243037697e-07,
    -1.2254202923295264e-08, 1.6134388894192607e-09,  -2.469224999677483e-10,
    4.333907929391876e-11,   -1.0191339434769067e-11, 2.285830818925597e-12,
};

template <int n>
double Polynomial(double x, const double (&c)[n]) {
  double sum = c[n - 1];
  for (int i = n - 2; i >= 0; --i) sum = sum * x + c[i];
  return sum;
}

constexpr double kNear = 1.25;
constexpr double kHalfNear4 = 1.220703125;  // 1.25^4/2
constexpr double kLow = 2.25;
constexpr double kHigh = 4;
constexpr double kLast = 0x1p56;  // beyond, both integrals are 1/2 for a double

struct Auxiliary {
  double f;
  double g;
};

// REQUIRES: x >= kNear.
Auxiliary FAndG(double x) {
  const double inverse = 1 / x;
  const double f_scale = inverse / kPi;
  const double g_scale = f_scale * f_scale * inverse;
  if (x <= kLow) {
    const double t = (inverse - 28.0 / 45) * (45.0 / 8);
    return {f_scale * Polynomial(t, kFLow), g_scale * Polynomial(t, kGLow)};
  }
  if (x <= kHigh) {
    const double t = (inverse - 25.0 / 72) * (72.0 / 7);
    return {f_scale * Polynomial(t, kFHigh), g_scale * Polynomial(t, kGHigh)};
  }
  const double square = inverse * inverse;
  const double u = square * square;
  const double t = 512 * u - 1;
  return {f_scale * (1 + u * Polynomial(t, kFFar)), g_scale * (1 + u * Polynomial(t, kGFar))};
}

struct Turn {
  double sine;
  double cosine;
};

// sin and cos of pi x^2/2, from x^2 modulo 4 with the square exact. REQUIRES: x < 2^60.
Turn HalfTurnsOfSquare(double x) {
  const double split = x * (0x1p27 + 1);
  const double high = split - (split - x);
  const double low = x - high;
  const double square = x * x;
  const double rest = ((high * high - square) + 2 * high * low) + low * low;
  const double turns =
      square < 0x1p50 ? square - 4 * std::floor(square * 0.25) : std::fmod(square, 4);
  const double total = turns + std::fmod(rest, 4);
  const double quarter = std::floor(total + 0.5);
  const double angle = ((turns - quarter) + std::fmod(rest, 4)) * (kPi / 2);
  const double sine = std::sin(angle);
  const double cosine = std::cos(angle);
  switch (static_cast<int>(quarter) & 3) {
    case 0:
      return {sine, cosine};
    case 1:
      return {cosine, -sine};
    case 2:
      return {-sine, -cosine};
    default:
      return {-cosine, sine};
  }
}

double PositiveS(double x) {
  if (x <= kNear) {
    const double square = x * x;
    const double u = square * square;
    const double slope = Polynomial(u / kHalfNear4 - 1, kSineNear);
    return x * square * (kSixthOfPi + (u * slope + kSixthOfPiLow));
  }
  if (!(x < kLast)) return 0.5;
  const Auxiliary at = FAndG(x);
  const Turn turn = HalfTurnsOfSquare(x);
  return 0.5 - (at.f * turn.cosine + at.g * turn.sine);
}

double PositiveC(double x) {
  if (x <= kNear) {
    const double square = x * x;
    const double u = square * square;
    return x + x * (u * Polynomial(u / kHalfNear4 - 1, kCosineNear));
  }
  if (!(x < kLast)) return 0.5;
  const Auxiliary at = FAndG(x);
  const Turn turn = HalfTurnsOfSquare(x);
  return 0.5 + (at.f * turn.sine - at.g * turn.cosine);
}

}  // namespace

double fresnels(double x) noexcept {
  return std::isnan(x) ? x : std::copysign(PositiveS(std::fabs(x)), x);
}

double fresnelc(double x) noexcept {
  return std::isnan(x) ? x : std::copysign(PositiveC(std::fabs(x)), x);
}

}  // namespace formulary::runtime::special
