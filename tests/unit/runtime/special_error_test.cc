// The error functions: values at special points, joints of their regions, relations between them,
// and agreement of their forms.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "server/runtime/level.h"
#include "server/runtime/runtime.h"

namespace formulary::runtime {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr double kBelowOne = 1 - 0x1p-53;

using Value1 = double (*)(double);
using Value1F = float (*)(float);
using Array1 = void (*)(double*, const double*, long);
using Array1F = void (*)(float*, const float*, long);

struct Function {
  const char* name;
  Value1 value;
  Value1F value_f;
  Array1 array;
  Array1F array_f;
};

#define FY_FUNCTION(name) \
  { #name, &fy_v1_##name, &fy_v1_##name##f, &fy_v1_##name##_f64, &fy_v1_##name##_f32 }
constexpr Function kVector[] = {FY_FUNCTION(erfcx),    FY_FUNCTION(erfi),    FY_FUNCTION(dawson),
                                FY_FUNCTION(erfinv),   FY_FUNCTION(erfcinv), FY_FUNCTION(ndtr),
                                FY_FUNCTION(log_ndtr), FY_FUNCTION(ndtri)};
constexpr Function kScalar[] = {FY_FUNCTION(fresnels), FY_FUNCTION(fresnelc)};
#undef FY_FUNCTION

bool SameBits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}
bool SameBits(float a, float b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
}

double Ulp(double x) {
  const double magnitude = std::fabs(x);
  return std::nextafter(magnitude, kInf) - magnitude;
}

// Within so many ulps of `want`, and half of one more.
bool WithinUlps(float got, float want, double ulps) {
  const float magnitude = std::fabs(want);
  const double ulp = static_cast<double>(
      std::nextafter(magnitude, std::numeric_limits<float>::infinity()) - magnitude);
  return std::fabs(static_cast<double>(got) - static_cast<double>(want)) <= (ulps + 0.5) * ulp;
}

// Operands of all sizes, with NaN, the infinities and subnormals among them; a multiple of 16.
std::vector<double> Operands() {
  std::vector<double> x = {0.0,     -0.0, kInf, -kInf, kNan, kMax,      -kMax,      kLeast,
                           -kLeast, 1,    -1,   2,     0.5,  kBelowOne, -kBelowOne, 0x1p-1022};
  uint64_t state = 42;
  const auto uniform = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  while (x.size() < 4096) {
    const double sign = uniform() < 0.5 ? -1 : 1;
    x.push_back(uniform());
    x.push_back(sign * 10 * uniform());
    x.push_back(sign * 40 * uniform());
    x.push_back(sign * std::exp2(2000 * uniform() - 1000));
  }
  return x;
}

TEST(SpecialErrorTest, SpecialPoints) {
  struct Case {
    const char* name;
    Value1 function;
    double x;
    double want;
  };
  const Case cases[] = {
      {"erfcx", &fy_v1_erfcx, 0.0, 1},
      {"erfcx", &fy_v1_erfcx, -0.0, 1},
      {"erfcx", &fy_v1_erfcx, kInf, 0},
      {"erfcx", &fy_v1_erfcx, -kInf, kInf},
      {"erfcx", &fy_v1_erfcx, -27, kInf},
      {"erfcx", &fy_v1_erfcx, kLeast, 1},
      {"erfcx", &fy_v1_erfcx, kMax, 3.138408733985445e-309},
      {"erfcx", &fy_v1_erfcx, -kMax, kInf},
      {"erfi", &fy_v1_erfi, 0.0, 0.0},
      {"erfi", &fy_v1_erfi, -0.0, -0.0},
      {"erfi", &fy_v1_erfi, kInf, kInf},
      {"erfi", &fy_v1_erfi, -kInf, -kInf},
      {"erfi", &fy_v1_erfi, kLeast, kLeast},
      {"erfi", &fy_v1_erfi, 27, kInf},
      {"erfi", &fy_v1_erfi, -kMax, -kInf},
      {"dawson", &fy_v1_dawson, 0.0, 0.0},
      {"dawson", &fy_v1_dawson, -0.0, -0.0},
      {"dawson", &fy_v1_dawson, kInf, 0.0},
      {"dawson", &fy_v1_dawson, -kInf, -0.0},
      {"dawson", &fy_v1_dawson, kLeast, kLeast},
      {"dawson", &fy_v1_dawson, kMax, 0.5 / kMax},
      {"erfinv", &fy_v1_erfinv, 0.0, 0.0},
      {"erfinv", &fy_v1_erfinv, -0.0, -0.0},
      {"erfinv", &fy_v1_erfinv, 1, kInf},
      {"erfinv", &fy_v1_erfinv, -1, -kInf},
      {"erfinv", &fy_v1_erfinv, 1 + 0x1p-52, kNan},
      {"erfinv", &fy_v1_erfinv, -2, kNan},
      {"erfinv", &fy_v1_erfinv, kInf, kNan},
      {"erfinv", &fy_v1_erfinv, -kInf, kNan},
      {"erfinv", &fy_v1_erfinv, kLeast, kLeast},
      {"erfcinv", &fy_v1_erfcinv, 0.0, kInf},
      {"erfcinv", &fy_v1_erfcinv, -0.0, kInf},
      {"erfcinv", &fy_v1_erfcinv, 1, 0.0},
      {"erfcinv", &fy_v1_erfcinv, 2, -kInf},
      {"erfcinv", &fy_v1_erfcinv, -kLeast, kNan},
      {"erfcinv", &fy_v1_erfcinv, 3, kNan},
      {"erfcinv", &fy_v1_erfcinv, kInf, kNan},
      {"erfcinv", &fy_v1_erfcinv, -kInf, kNan},
      {"ndtr", &fy_v1_ndtr, 0.0, 0.5},
      {"ndtr", &fy_v1_ndtr, -0.0, 0.5},
      {"ndtr", &fy_v1_ndtr, kInf, 1},
      {"ndtr", &fy_v1_ndtr, -kInf, 0},
      {"ndtr", &fy_v1_ndtr, 9, 1},
      {"ndtr", &fy_v1_ndtr, -39, 0},
      {"ndtr", &fy_v1_ndtr, kMax, 1},
      {"ndtr", &fy_v1_ndtr, -kMax, 0},
      {"log_ndtr", &fy_v1_log_ndtr, -kInf, -kInf},
      {"log_ndtr", &fy_v1_log_ndtr, kInf, -0.0},
      {"log_ndtr", &fy_v1_log_ndtr, kMax, -0.0},
      {"log_ndtr", &fy_v1_log_ndtr, -kMax, -kInf},
      {"log_ndtr", &fy_v1_log_ndtr, -1e150, -5e299},
      {"log_ndtr", &fy_v1_log_ndtr, 0.0, -0.6931471805599453},
      {"ndtri", &fy_v1_ndtri, 0.0, -kInf},
      {"ndtri", &fy_v1_ndtri, -0.0, -kInf},
      {"ndtri", &fy_v1_ndtri, 1, kInf},
      {"ndtri", &fy_v1_ndtri, 0.5, 0.0},
      {"ndtri", &fy_v1_ndtri, -kLeast, kNan},
      {"ndtri", &fy_v1_ndtri, 1 + 0x1p-52, kNan},
      {"ndtri", &fy_v1_ndtri, kInf, kNan},
      {"ndtri", &fy_v1_ndtri, -kInf, kNan},
      {"fresnels", &fy_v1_fresnels, 0.0, 0.0},
      {"fresnels", &fy_v1_fresnels, -0.0, -0.0},
      {"fresnels", &fy_v1_fresnels, kInf, 0.5},
      {"fresnels", &fy_v1_fresnels, -kInf, -0.5},
      {"fresnels", &fy_v1_fresnels, kMax, 0.5},
      {"fresnels", &fy_v1_fresnels, -kLeast, -0.0},
      {"fresnelc", &fy_v1_fresnelc, 0.0, 0.0},
      {"fresnelc", &fy_v1_fresnelc, -0.0, -0.0},
      {"fresnelc", &fy_v1_fresnelc, kInf, 0.5},
      {"fresnelc", &fy_v1_fresnelc, -kInf, -0.5},
      {"fresnelc", &fy_v1_fresnelc, -kMax, -0.5},
      {"fresnelc", &fy_v1_fresnelc, kLeast, kLeast},
  };
  for (const Case& c : cases) {
    const double got = c.function(c.x);
    EXPECT_TRUE(SameBits(got, c.want) || std::fabs(got - c.want) <= Ulp(c.want))
        << c.name << "(" << c.x << ") = " << got << ", want " << c.want;
    if (c.want == 0) {
      EXPECT_EQ(std::signbit(got), std::signbit(c.want)) << c.name << "(" << c.x << ")";
    }
    EXPECT_TRUE(std::isnan(c.function(kNan))) << c.name;
  }
}

// Values to 17 digits from ball arithmetic, in the tails and at the ends of the number range.
TEST(SpecialErrorTest, KnownValues) {
  struct Case {
    const char* name;
    Value1 function;
    double x;
    double want;
    double ulps;
  };
  const Case cases[] = {
      {"erfcx", &fy_v1_erfcx, 1e-08, 0.9999999887162084, 1},
      {"erfcx", &fy_v1_erfcx, 0.5, 0.6156903441929259, 1},
      {"erfcx", &fy_v1_erfcx, 3.0, 0.17900115118138996, 1},
      {"erfcx", &fy_v1_erfcx, 26.0, 0.021683584850562907, 1},
      {"erfcx", &fy_v1_erfcx, 100000000.0, 5.641895835477562e-09, 1},
      {"erfcx", &fy_v1_erfcx, -0.25, 1.358642370104722, 2.6},
      {"erfcx", &fy_v1_erfcx, -3.0, 16205.988853999586, 2.6},
      {"erfcx", &fy_v1_erfcx, -26.5, 1.924553162418569e+305, 2.6},
      {"erfi", &fy_v1_erfi, 1e-05, 1.1283791671331254e-05, 3.6},
      {"erfi", &fy_v1_erfi, 0.75, 1.035757284411963, 3.6},
      {"erfi", &fy_v1_erfi, 2.0, 18.564802414575553, 3.6},
      {"erfi", &fy_v1_erfi, 5.0, 8298273880.676804, 3.6},
      {"erfi", &fy_v1_erfi, 26.0, 8.314637164730988e+291, 3.6},
      {"erfi", &fy_v1_erfi, 26.65, 5.912168581618709e+306, 3.6},
      {"dawson", &fy_v1_dawson, 1e-05, 9.999999999333333e-06, 2.6},
      {"dawson", &fy_v1_dawson, 0.75, 0.5230127677445182, 2.6},
      {"dawson", &fy_v1_dawson, 2.0, 0.30134038892379195, 2.6},
      {"dawson", &fy_v1_dawson, 5.0, 0.10213407442427684, 2.6},
      {"dawson", &fy_v1_dawson, 26.0, 0.019245024851840636, 2.6},
      {"erfinv", &fy_v1_erfinv, 1e-300, 8.86226925452758e-301, 2.6},
      {"erfinv", &fy_v1_erfinv, 0.25, 0.2253120550121781, 2.6},
      {"erfinv", &fy_v1_erfinv, 0.9, 1.1630871536766743, 2.6},
      {"erfinv", &fy_v1_erfinv, 0.999, 2.3267537655135246, 2.6},
      {"erfinv", &fy_v1_erfinv, 0.9999999999999999, 5.8635847487551676, 2.6},
      {"erfcinv", &fy_v1_erfcinv, 0.001, 2.3267537655135246, 2.6},
      {"erfcinv", &fy_v1_erfcinv, 1e-20, 6.601580622355143, 2.6},
      {"erfcinv", &fy_v1_erfcinv, 1e-300, 26.209469960516124, 2.6},
      {"erfcinv", &fy_v1_erfcinv, 5e-324, 27.21329321081295, 2.6},
      {"ndtr", &fy_v1_ndtr, -1.0, 0.15865525393145705, 2.6},
      {"ndtr", &fy_v1_ndtr, -5.0, 2.866515718791939e-07, 2.6},
      {"ndtr", &fy_v1_ndtr, -12.0, 1.776482112077679e-33, 2.6},
      {"ndtr", &fy_v1_ndtr, -30.0, 4.906713927148187e-198, 2.6},
      {"ndtr", &fy_v1_ndtr, -37.5, 4.605353009581955e-308, 2.6},
      {"ndtr", &fy_v1_ndtr, 1.0, 0.8413447460685429, 1.6},
      {"ndtr", &fy_v1_ndtr, 3.0, 0.9986501019683699, 1.6},
      {"log_ndtr", &fy_v1_log_ndtr, -1000000.0, -500000000014.73444, 2.6},
      {"log_ndtr", &fy_v1_log_ndtr, -100.0, -5005.524208694205, 2.6},
      {"log_ndtr", &fy_v1_log_ndtr, -1.0, -1.8410216450092636, 2.6},
      {"log_ndtr", &fy_v1_log_ndtr, 0.5, -0.3689464152886564, 3},
      {"log_ndtr", &fy_v1_log_ndtr, 5.0, -2.866516129637636e-07, 3},
      {"log_ndtr", &fy_v1_log_ndtr, 20.0, -2.7536241186062337e-89, 3},
      {"log_ndtr", &fy_v1_log_ndtr, 37.0, -5.725571222524577e-300, 3},
      {"ndtri", &fy_v1_ndtri, 0.25, -0.6744897501960817, 2.6},
      {"ndtri", &fy_v1_ndtri, 0.001, -3.0902323061678136, 2.6},
      {"ndtri", &fy_v1_ndtri, 1e-20, -9.262340089798407, 2.6},
      {"ndtri", &fy_v1_ndtri, 1e-300, -37.0470962993612, 2.6},
      {"ndtri", &fy_v1_ndtri, 5e-324, -38.467405617144344, 2.6},
      {"ndtri", &fy_v1_ndtri, 0.9999999999999999, 8.209536151601387, 2.6},
      {"fresnels", &fy_v1_fresnels, 0.001, 5.235987755982066e-10, 2.6},
      {"fresnelc", &fy_v1_fresnelc, 0.001, 0.0009999999999997533, 2.6},
      {"fresnels", &fy_v1_fresnels, 1.2, 0.6234009185462497, 2.6},
      {"fresnelc", &fy_v1_fresnelc, 1.2, 0.7154377229230734, 2.6},
      {"fresnels", &fy_v1_fresnels, 1.3, 0.6863332855346501, 2.6},
      {"fresnelc", &fy_v1_fresnelc, 1.3, 0.6385504547270292, 2.6},
      {"fresnels", &fy_v1_fresnels, 2.0, 0.34341567836369824, 2.6},
      {"fresnelc", &fy_v1_fresnelc, 2.0, 0.48825340607534073, 2.6},
      {"fresnels", &fy_v1_fresnels, 3.5, 0.41524801197243755, 2.6},
      {"fresnelc", &fy_v1_fresnelc, 3.5, 0.5325724350280009, 2.6},
      {"fresnels", &fy_v1_fresnels, 10.3, 0.5306078018634376, 2.6},
      {"fresnelc", &fy_v1_fresnelc, 10.3, 0.49573750967047575, 2.6},
  };
  for (const Case& c : cases) {
    const double got = c.function(c.x);
    EXPECT_LE(std::fabs(got - c.want), c.ulps * Ulp(c.want))
        << c.name << "(" << c.x << ") = " << got << ", want " << c.want;
  }
}

TEST(SpecialErrorTest, ValuesOfTwoOperands) {
  struct Case {
    double a, b;
    double want;
  };
  const Case erf2[] = {{1, 1, 0},     {kInf, kInf, 0},     {-kInf, kInf, 2},   {kInf, -kInf, -2},
                       {0, kInf, 1},  {kNan, 1, kNan},     {1, kNan, kNan},    {30, 40, 0},
                       {-40, -30, 0}, {0, kLeast, kLeast}, {1e-300, 1e300, 1}, {-kMax, kMax, 2}};
  for (const Case& c : erf2) {
    const double got = fy_v1_erf2(c.a, c.b);
    EXPECT_TRUE(SameBits(got, c.want) || got == c.want)
        << "erf2(" << c.a << ", " << c.b << ") = " << got;
    EXPECT_TRUE(SameBits(fy_v1_erf2(c.b, c.a), -got) || got == 0) << c.a << ", " << c.b;
  }
  const Case owens_t[] = {{0, 1, 0.125},
                          {0, kInf, 0.25},
                          {0, -kInf, -0.25},
                          {kInf, 1, 0},
                          {-kInf, -1, -0.0},
                          {1, 0, 0},
                          {1, -0.0, -0.0},
                          {kNan, 1, kNan},
                          {1, kNan, kNan},
                          {50, 1, 0},
                          {kMax, kMax, 0},
                          {0, kMax, 0.25},
                          {kInf, kInf, 0},
                          {1, kInf, 0.07932762696572852},
                          {1, kMax, 0.07932762696572852}};
  for (const Case& c : owens_t) {
    const double got = fy_v1_owens_t(c.a, c.b);
    EXPECT_TRUE(SameBits(got, c.want) || std::fabs(got - c.want) <= Ulp(c.want) ||
                (c.want == 0 && got == 0))
        << "owens_t(" << c.a << ", " << c.b << ") = " << got << ", want " << c.want;
  }
}

// Odd functions are odd to the last bit.
TEST(SpecialErrorTest, OddFunctionsAreOdd) {
  const Value1 odd[] = {&fy_v1_erfi, &fy_v1_dawson, &fy_v1_erfinv, &fy_v1_fresnels,
                        &fy_v1_fresnelc};
  for (const double x : Operands()) {
    for (const Value1 f : odd) EXPECT_TRUE(SameBits(f(-x), -f(x))) << x;
    if (!std::isnan(x)) {
      EXPECT_TRUE(SameBits(fy_v1_owens_t(1, -x), -fy_v1_owens_t(1, x))) << x;
      EXPECT_TRUE(SameBits(fy_v1_owens_t(-x, 2), fy_v1_owens_t(x, 2))) << x;
    }
  }
}

// From one operand to the next at the joints of their regions, functions move by no more than their
// slope and a few ulp.
TEST(SpecialErrorTest, NoStepsAtJoints) {
  struct Joint {
    const char* name;
    Value1 function;
    double at;
  };
  const double far = 0x1p27;
  const Joint joints[] = {
      {"erfcx", &fy_v1_erfcx, 0x1p-60},
      {"erfcx", &fy_v1_erfcx, far},
      {"erfcx", &fy_v1_erfcx, 5},
      {"erfi", &fy_v1_erfi, 1},
      {"erfi", &fy_v1_erfi, 3},
      {"erfi", &fy_v1_erfi, 6},
      {"erfi", &fy_v1_erfi, 26},
      {"dawson", &fy_v1_dawson, 1},
      {"dawson", &fy_v1_dawson, 3},
      {"dawson", &fy_v1_dawson, 6},
      {"erfinv", &fy_v1_erfinv, 0.9966253},
      {"erfcinv", &fy_v1_erfcinv, 0.00337467},
      {"erfcinv", &fy_v1_erfcinv, 3.457e-13},
      {"ndtri", &fy_v1_ndtri, 0.001687333},
      {"ndtri", &fy_v1_ndtri, 1.72860e-13},
      {"ndtr", &fy_v1_ndtr, -5},
      {"ndtr", &fy_v1_ndtr, 0x1p-60},
      {"log_ndtr", &fy_v1_log_ndtr, 0x1p-60},
      {"log_ndtr", &fy_v1_log_ndtr, -far},
      {"log_ndtr", &fy_v1_log_ndtr, -1e9},
      {"fresnels", &fy_v1_fresnels, 1.25},
      {"fresnels", &fy_v1_fresnels, 2.25},
      {"fresnels", &fy_v1_fresnels, 4},
      {"fresnelc", &fy_v1_fresnelc, 1.25},
      {"fresnelc", &fy_v1_fresnelc, 2.25},
      {"fresnelc", &fy_v1_fresnelc, 4},
  };
  for (const Joint& joint : joints) {
    const double step = joint.at * 0x1p-20;
    const double rise = joint.function(joint.at + step) - joint.function(joint.at - step);
    const double slope = std::fabs(rise / (2 * step));
    double x = joint.at;
    for (int i = 0; i < 8; ++i) x = std::nextafter(x, -kInf);
    double before = joint.function(x);
    for (int i = 0; i < 16; ++i) {
      x = std::nextafter(x, kInf);
      const double now = joint.function(x);
      EXPECT_LE(std::fabs(now - before), 6 * Ulp(before) + 2 * slope * Ulp(x))
          << joint.name << " at " << x;
      before = now;
    }
  }
}

// Each against another that takes another way.
TEST(SpecialErrorTest, RelationsHold) {
  for (double x = -26; x <= 26; x += 0.03125) {
    const double square = x * x;  // exact
    const double erfc = fy_v1_strict_erfc(x);
    if (erfc > 1e-300) {
      EXPECT_NEAR(fy_v1_erfcx(x) / (std::exp(square) * erfc), 1, 1e-14 + 3e-16 * square) << x;
    }
    EXPECT_NEAR(fy_v1_log_ndtr(x) - std::log(fy_v1_ndtr(x)), 0,
                2e-15 * std::fabs(fy_v1_log_ndtr(x)) + 2e-16)
        << x;
    if (x != 0) {
      const double ratio = fy_v1_erfi(x) * std::exp(-square) / fy_v1_dawson(x);
      EXPECT_NEAR(ratio, 1.1283791670955126, 2e-15) << x;
    }
    EXPECT_EQ(fy_v1_ndtr(x) + fy_v1_ndtr(-x), 1) << x;
  }
  for (double p = 1e-300; p < 0.5; p *= 7.3) {
    const double x = fy_v1_ndtri(p);
    EXPECT_NEAR(fy_v1_ndtr(x) / p, 1, 4e-16 * (2 + x * x)) << p;
    const double y = fy_v1_erfcinv(p);
    EXPECT_NEAR(fy_v1_strict_erfc(y) / p, 1, 4e-16 * (2 + 2 * y * y)) << p;
    EXPECT_NEAR(fy_v1_erfinv(p) / fy_v1_erfcinv(1 - p), 1, p > 1e-3 ? 1e-13 : kInf) << p;
    EXPECT_NEAR(fy_v1_erf2(0, p), fy_v1_strict_erf(p), 2 * Ulp(p)) << p;
  }
}

TEST(SpecialErrorTest, Erf2KeepsItsDigitsWhereErfCancels) {
  // For a small step the mean slope of erf, at the middle.
  for (double a = -20; a <= 20; a += 0.375) {
    const double width = 0x1p-30;
    const double middle = a + width / 2;
    const double slope = 1.1283791670955126 * std::exp(-middle * middle);
    EXPECT_NEAR(fy_v1_erf2(a, a + width) / (slope * width), 1, 1e-13) << a;
  }
  EXPECT_NEAR(fy_v1_erf2(1, 2), 0.15262147206923787, 3e-17);
  EXPECT_NEAR(fy_v1_erf2(5, 6) / 1.5374382746913223e-12, 1, 1e-12);
}

TEST(SpecialErrorTest, FormsAgreeBitForBit) {
  const std::vector<double> x = Operands();
  const long n = static_cast<long>(x.size());
  std::vector<float> x_f(x.begin(), x.end());
  std::vector<double> y(x.size());
  std::vector<float> y_f(x.size());
  const auto check = [&](const Function& f) {
    f.array(y.data(), x.data(), n);
    f.array_f(y_f.data(), x_f.data(), n);
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_TRUE(SameBits(f.value(x[i]), y[i])) << f.name << " " << x[i];
      ASSERT_TRUE(SameBits(f.value_f(x_f[i]), y_f[i])) << f.name << " " << x_f[i];
      // Rounded once, unless floats have a form of their own.
      const float rounded = static_cast<float>(f.value(static_cast<double>(x_f[i])));
      const double bound = RoutineOf(f.name)->accuracy.ulp_f32;
      ASSERT_TRUE(SameBits(y_f[i], rounded) || (bound > 1 && WithinUlps(y_f[i], rounded, bound)))
          << f.name << " " << x_f[i];
    }
  };
  for (const Function& f : kVector) check(f);
  for (const Function& f : kScalar) check(f);
}

TEST(SpecialErrorTest, FormsOfTwoOperandsAgreeBitForBit) {
  std::vector<double> a = Operands();
  a.resize(512);
  std::vector<double> b(a.rbegin(), a.rend());
  const long n = static_cast<long>(a.size());
  std::vector<double> y(a.size());
  for (const long stride : {0L, 1L}) {
    fy_v1_erf2_f64(y.data(), a.data(), 1, b.data() + 1 - stride, stride, n);
    for (size_t i = 0; i < a.size(); ++i) {
      const double other = stride != 0 ? b[i] : b[1];
      ASSERT_TRUE(SameBits(fy_v1_erf2(a[i], other), y[i])) << a[i] << ", " << other;
    }
    fy_v1_owens_t_f64(y.data(), a.data(), 1, b.data() + 1 - stride, stride, n);
    for (size_t i = 0; i < a.size(); ++i) {
      const double other = stride != 0 ? b[i] : b[1];
      ASSERT_TRUE(SameBits(fy_v1_owens_t(a[i], other), y[i])) << a[i] << ", " << other;
    }
  }
}

TEST(SpecialErrorTest, LevelsWithFusedProductsAgree) {
  if (fy_v1_isa_level() < 4) GTEST_SKIP() << "the machine has not all levels";
  const std::vector<double> x = Operands();
  const long n = static_cast<long>(x.size());
  std::vector<double> third(x.size()), fourth(x.size());
  const auto check = [&](const char* name, Array1 level3, Array1 level4) {
    level3(third.data(), x.data(), n);
    level4(fourth.data(), x.data(), n);
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_TRUE(SameBits(third[i], fourth[i])) << name << " " << x[i];
  };
#define FY_CHECK(name, ...) check(#name, &fy_rt3_##name##_f64, &fy_rt4_##name##_f64);
  FY_ERROR_VECTOR(FY_CHECK)
#undef FY_CHECK
}

}  // namespace
}  // namespace formulary::runtime
