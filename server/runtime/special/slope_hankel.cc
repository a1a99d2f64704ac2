// Derivatives of the Bessel functions J and Y by their order v. Those of the Hankel function
// H = J + iY are -H times the mean of z in DLMF 10.9.17, the integral of exp(x sinh(z) - vz) from
// -infinity to infinity + i pi, taken here over two curves from the saddle (v <= x) or from 0
// (v > x) by quadrature. J for v > x by its own path of steepest descent, or its power series.

#include "server/runtime/special/bessel.h"
#include "server/runtime/special/slope.h"
#include "server/runtime/special/slope_bessel.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace slope {
namespace {

constexpr double kNan = __builtin_nan("");

struct Complex {
  double re;
  double im;
};

inline Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
inline Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
inline Complex operator*(double a, Complex b) { return {a * b.re, a * b.im}; }
inline Complex operator/(Complex a, Complex b) {
  const double size = b.re * b.re + b.im * b.im;
  return {(a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size};
}
inline Complex Exp(Complex z) {
  const double size = std::exp(z.re);
  return {size * std::cos(z.im), size * std::sin(z.im)};
}

// cosh(z) - 1 and sinh(z) - z.
struct Rests {
  Complex cosh;
  Complex sinh;
};
inline Rests RestsOf(Complex z) {
  if (z.re * z.re + z.im * z.im > 1) {
    const double grow = std::exp(z.re);
    const double ch = (grow + 1 / grow) / 2;
    const double sh = (grow - 1 / grow) / 2;
    const double c = std::cos(z.im);
    const double s = std::sin(z.im);
    return {{ch * c - 1, sh * s}, {sh * c - z.re, ch * s - z.im}};
  }
  const Complex square = z * z;
  Complex even{1, 0};
  Complex odd{1, 0};
  for (int k = 18; k > 2; k -= 2) {
    even = Complex{1, 0} + 1.0 / (k * (k - 1)) * (square * even);
    odd = Complex{1, 0} + 1.0 / (k * (k + 1)) * (square * odd);
  }
  return {0.5 * (square * even), 1.0 / 6 * (square * (z * odd))};
}

// The integrals of exp(e) and of that times the path's offset.
struct Moments {
  Complex zeroth;
  Complex first;
};

struct Curve {
  double forward;  // +-1: the direction of the real part
  double height;   // of the imaginary part at the end
  double tilt;     // d im/dt at the start
  bool is_straight;

  // The point at t and its rate of change.
  void At(double t, Complex* point, Complex* rate) const {
    if (is_straight) {
      *point = {forward * t, tilt * t};
      *rate = {forward, tilt};
      return;
    }
    const double fall = std::exp(-2 * tilt * t / height);  // tilt and height have the same sign
    *point = {forward * t, height * (1 - fall) / (1 + fall)};
    *rate = {forward, tilt * 4 * fall / ((1 + fall) * (1 + fall))};
  }
};

// Over a curve from the start outwards.
template <typename Exponent>
Moments Over(const Curve& curve, double guess, const Exponent& exponent) {
  Complex z;
  Complex rate;
  const double length = LengthOf(guess, [&](double t) {
    curve.At(t, &z, &rate);
    return -exponent(z).re;
  });
  const double panels = std::min(2 + std::floor(length / 2), 500.0);
  const double width = length / panels;
  Moments sum{{0, 0}, {0, 0}};
  for (double panel = 0; panel < panels; ++panel) {
    for (int i = 0; i < incomplete::kNodeCount; ++i) {
      const double t = (panel + incomplete::kNodes[i]) * width;
      curve.At(t, &z, &rate);
      const Complex value = incomplete::kWeights[i] * width * (Exp(exponent(z)) * rate);
      sum.zeroth = sum.zeroth + value;
      sum.first = sum.first + value * z;
    }
  }
  return sum;
}

constexpr double kRoot3 = 1.7320508075688772;
constexpr double kDownTilt = 0.2679491924311227;  // tan(pi/12)
// x from which the curves are lines.
constexpr double kStraightUp = 100;
constexpr double kStraightDown = 20;

Curve Up(double x, double angle) { return {1, kPi - angle, kRoot3, x >= kStraightUp}; }

// Below the saddle i angle.
Curve Down(double x, double angle) {
  if (x >= kStraightDown) return {-1, -angle, -kDownTilt, true};
  if (angle < 0.8) return {-1, 0, 0, true};
  return {-1, -angle, -kDownTilt, false};
}

// v <= x
Complex MeanOscillating(double v, double x) {
  const double root = std::sqrt((x - v) * (x + v));
  const double angle = std::atan2(root, v);
  const auto exponent = [=](Complex z) {
    const Rests rests = RestsOf(z);
    return Complex{0, root} * rests.cosh + v * rests.sinh;
  };
  const double guess = 1 / (1 + std::cbrt(x) + std::sqrt(root));
  const Moments up = Over(Up(x, angle), guess, exponent);
  const Moments down = Over(Down(x, angle), guess, exponent);
  return Complex{0, angle} + (up.first - down.first) / (up.zeroth - down.zeroth);
}

// v > x: the negative real axis, with its maximum at -peak, and from 0 up.
Complex MeanMonotone(double v, double x) {
  const double root = std::sqrt((v - x) * (v + x));
  const double peak = std::asinh(root / x);
  const double fall = x / (root + v) * x / 2;
  const double grow = (root + v) / 2;
  const auto drop = [=](double s) { return grow * ExpRest(s) - fall * ExpRest(-s); };
  const double guess = 1 / (1 + std::cbrt(v) + std::sqrt(root));
  double zeroth = 0;
  double first = 0;
  const auto add = [&](double length, double sign) {
    zeroth += Integrate(length, [&](double s) { return std::exp(-drop(sign * s)); });
    first += Integrate(length, [&](double s) { return sign * s * std::exp(-drop(sign * s)); });
  };
  add(LengthOf(guess, drop), 1);
  const double height = drop(-peak);  // from the axis' end at 0
  add(height < kDrop ? peak : LengthOf(guess, [&](double s) { return drop(-std::min(s, peak)); }),
      -1);
  Complex whole{zeroth, 0};
  Complex moment{-peak * zeroth - first, 0};
  if (height < kDrop) {
    const Moments up =
        Over(Up(x, 0), guess, [=](Complex z) { return x * RestsOf(z).sinh - (v - x) * z; });
    const double size = std::exp(-height);
    whole = whole + size * up.zeroth;
    moment = moment + size * up.first;
  }
  return moment / whole;
}

// By Hankel's expansion (DLMF 10.17.5), for x >= 25 and v^2 <= 2x.
Complex MeanFar(double v, double x) {
  Complex sum{1, 0};
  Complex slope{0, 0};
  double term = 1;
  double change = 0;  // of the term by v
  for (int k = 1; k < 60; ++k) {
    const double odd = 2 * k - 1;
    const double scale = 1 / (8 * k * x);
    const double factor = (2 * v - odd) * (2 * v + odd) * scale;
    change = change * factor + 8 * v * scale * term;
    term *= factor;
    // Times i^k.
    const double sign = (k & 2) == 0 ? 1 : -1;
    if ((k & 1) == 0) {
      sum.re += sign * term;
      slope.re += sign * change;
    } else {
      sum.im += sign * term;
      slope.im += sign * change;
    }
    if (std::abs(term) < 1e-18 && std::abs(change) < 1e-18) break;
  }
  return Complex{0, kPi / 2} - slope / sum;
}

Complex HankelMean(double v, double x) {
  if (x >= 25 && v * v <= 2 * x) return MeanFar(v, x);
  return v <= x ? MeanOscillating(v, x) : MeanMonotone(v, x);
}

// d log J/dv by DLMF 10.15.1, for x^2/4 <= v + 1: before the first zero.
double LogJSeries(double v, double x) {
  const double quarter = x * x / 4;
  double weight = std::log(x / 2) - fy_v1_digamma(v + 1);
  double term = 1;
  double top = weight;
  double bottom = 1;
  for (int k = 1; k < 100; ++k) {
    term *= -quarter / (k * (v + k));
    weight -= 1 / (v + k);
    top += term * weight;
    bottom += term;
    if (std::abs(term) < 1e-18) break;
  }
  return top / bottom;
}

// J of v >= 0 without Y: its log derivative; NaN where it takes Y.
double LogJSlope(double v, double x) {
  if (x * x / 4 <= v + 1) return LogJSeries(v, x);
  if (v <= x) return kNan;
  const double peak = std::asinh(std::sqrt((v - x) * (v + x)) / x);
  return x * peak * peak * peak > 3 ? -PathMean(v, x, -1) : kNan;
}

double JSlope(double v, double x) {
  const double j = besselj(v, x);
  const double rate = LogJSlope(v, x);
  if (rate == rate) return j == 0 ? 0 : j * rate;
  const Complex mean = HankelMean(v, x);
  return bessely(v, x) * mean.im - j * mean.re;
}

double YSlope(double v, double x) {
  const double y = bessely(v, x);
  if (std::isinf(y)) return y;
  const Complex mean = HankelMean(v, x);
  return -y * mean.re - besselj(v, x) * mean.im;
}

bool IsInside(double v, double x) { return std::abs(v) <= kLastOrder && x > 0; }

}  // namespace
}  // namespace slope

double besselj_dv(double a, double b) noexcept {
  if (!slope::IsInside(a, b)) return slope::kNan;
  if (std::isinf(b)) return 0;
  const double v = std::abs(a);
  if (a >= 0) return slope::JSlope(v, b);
  // DLMF 10.2.2, 10.4.7 here and below.
  const double sine = slope::SinPi(v);
  const double cosine = slope::CosPi(v);
  double result = slope::kPi * cosine * bessely(v, b) - cosine * slope::JSlope(v, b);
  if (sine != 0) result += sine * (slope::YSlope(v, b) + slope::kPi * besselj(v, b));
  return result;
}

double bessely_dv(double a, double b) noexcept {
  if (!slope::IsInside(a, b)) return slope::kNan;
  if (std::isinf(b)) return 0;
  const double v = std::abs(a);
  if (a >= 0) return slope::YSlope(v, b);
  const double sine = slope::SinPi(v);
  const double cosine = slope::CosPi(v);
  double result = -cosine * (slope::YSlope(v, b) + slope::kPi * besselj(v, b));
  if (sine != 0) result += sine * (slope::kPi * bessely(v, b) - slope::JSlope(v, b));
  return result;
}

}  // namespace formulary::runtime::special
