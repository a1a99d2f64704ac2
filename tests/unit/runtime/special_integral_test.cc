// The integral family against values of 17 digits computed in 40, at special points, across the
// joins of regions, and by identities.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "server/runtime/isa.h"
#include "server/runtime/level.h"
#include "server/runtime/runtime.h"

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr double kHuge = std::numeric_limits<double>::max();
constexpr double kBranchPoint = -0x1.78b56362cef38p-2;  // the double next to -1/e

using Function = double (*)(double);

// The distance in units of want's last place.
double Ulps(double got, double want) {
  if (std::isnan(want)) return std::isnan(got) ? 0 : kInf;
  if (got == want) return std::signbit(got) == std::signbit(want) ? 0 : kInf;
  const double size = std::abs(want);
  return std::abs(got - want) / (std::nextafter(size, kInf) - size);
}

struct Case {
  const char* name;
  Function function;
  double x;
  double want;
};

// clang-format off
const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"e1", &fy_v1_e1, 1e-300, 690.19831223331221}, {"e1", &fy_v1_e1, 0.001, 6.331539364136149},
      {"e1", &fy_v1_e1, 0.25, 1.0442826344437381}, {"e1", &fy_v1_e1, 0.7499, 0.34040380246694446},
      {"e1", &fy_v1_e1, 0.75, 0.34034081291123003}, {"e1", &fy_v1_e1, 1.0, 0.21938393439552029},
      {"e1", &fy_v1_e1, 3.0, 0.013048381094197037}, {"e1", &fy_v1_e1, 30.0, 3.0215520106888124e-15},
      {"e1", &fy_v1_e1, 200.0, 6.8852261063076359e-90}, {"e1", &fy_v1_e1, 690.0, 3.1428984321772301e-303},
      {"lambertw", &fy_v1_lambertw, -0.3678794, -0.99952696660770057}, {"lambertw", &fy_v1_lambertw, -0.36, -0.80608431597081764},
      {"lambertw", &fy_v1_lambertw, -0.2778, -0.42486127606702939}, {"lambertw", &fy_v1_lambertw, -0.2777, -0.42459545816788902},
      {"lambertw", &fy_v1_lambertw, -0.1, -0.11183255915896297}, {"lambertw", &fy_v1_lambertw, -1e-05, -1.0000100001500027e-05},
      {"lambertw", &fy_v1_lambertw, 1e-10, 9.9999999989999997e-11}, {"lambertw", &fy_v1_lambertw, 0.01, 0.0099014738435950125},
      {"lambertw", &fy_v1_lambertw, 1.0, 0.56714329040978384}, {"lambertw", &fy_v1_lambertw, 3.999, 1.2020313841504151},
      {"lambertw", &fy_v1_lambertw, 4.001, 1.2023043351602767}, {"lambertw", &fy_v1_lambertw, 1000.0, 5.2496028524015959},
      {"lambertw", &fy_v1_lambertw, 1e+100, 224.84310644511851}, {"lambertw", &fy_v1_lambertw, 1e+308, 702.64136203410681},
      {"lambertw_m1", &fy_v1_lambertw_m1, -0.3678794, -1.0004731826130855}, {"lambertw_m1", &fy_v1_lambertw_m1, -0.36, -1.2227701339785062},
      {"lambertw_m1", &fy_v1_lambertw_m1, -0.2778, -1.9472951618325325}, {"lambertw_m1", &fy_v1_lambertw_m1, -0.2777, -1.948035116865678},
      {"lambertw_m1", &fy_v1_lambertw_m1, -0.11, -3.4438710600422153}, {"lambertw_m1", &fy_v1_lambertw_m1, -0.1, -3.5771520639572971},
      {"lambertw_m1", &fy_v1_lambertw_m1, -0.01, -6.4727751243940048}, {"lambertw_m1", &fy_v1_lambertw_m1, -1e-100, -235.72115887568532},
      {"lambertw_m1", &fy_v1_lambertw_m1, -1e-300, -697.32277629546013}, {"lambertw_m1", &fy_v1_lambertw_m1, -1e-310, -720.38115928798788},
      {"expi", &fy_v1_expi, -700.0, -1.406518766234033e-307}, {"expi", &fy_v1_expi, -1.0, -0.21938393439552029},
      {"expi", &fy_v1_expi, -1e-10, -22.448635265138925}, {"expi", &fy_v1_expi, 1e-10, -22.448635264938925},
      {"expi", &fy_v1_expi, 0.25, -0.54254326466191372}, {"expi", &fy_v1_expi, 0.3725, -2.8874183188745963e-05},
      {"expi", &fy_v1_expi, 0.3725074107813666, -5.1196989365556847e-17}, {"expi", &fy_v1_expi, 0.5, 0.4542199048631736},
      {"expi", &fy_v1_expi, 5.99, 85.320174333183061}, {"expi", &fy_v1_expi, 6.01, 86.664953165180918},
      {"expi", &fy_v1_expi, 20.0, 25615652.664056588}, {"expi", &fy_v1_expi, 50.0, 1.058563689713169e+20},
      {"expi", &fy_v1_expi, 100.0, 2.7155527448538798e+41}, {"expi", &fy_v1_expi, 709.0, 1.1607943366572636e+305},
      {"expi", &fy_v1_expi, 716.0, 1.2605029106040893e+308},
      {"li", &fy_v1_li, 1e-10, -4.1688877500196483e-12}, {"li", &fy_v1_li, 0.5, -0.37867104306108795},
      {"li", &fy_v1_li, 0.999, -6.3310396557611659}, {"li", &fy_v1_li, 1.001, -6.3300396557334988},
      {"li", &fy_v1_li, 1.45, -0.0036803891158161111}, {"li", &fy_v1_li, 1.451369234883381, 1.2958497702998693e-16},
      {"li", &fy_v1_li, 1.46, 0.02298674438782012}, {"li", &fy_v1_li, 3.0, 2.1635885946671918},
      {"li", &fy_v1_li, 403.0, 85.918290227422659}, {"li", &fy_v1_li, 405.0, 86.251545050556572},
      {"li", &fy_v1_li, 10000000000.0, 455055614.58662307}, {"li", &fy_v1_li, 1e+300, 1.4497500526693365e+297},
      {"li2", &fy_v1_li2, 0.5, -1.4238348231785807}, {"li2", &fy_v1_li2, 1.5, -0.92009879380219639},
      {"li2", &fy_v1_li2, 1.63, -0.62881980152103345}, {"li2", &fy_v1_li2, 1.9999999, -1.4426950937655337e-07},
      {"li2", &fy_v1_li2, 2.0000001, 1.4426949864936583e-07}, {"li2", &fy_v1_li2, 2.6, 0.72898078922610521},
      {"li2", &fy_v1_li2, 2.63, 0.76019024283524539}, {"li2", &fy_v1_li2, 5.0, 2.589424529915159},
      {"li2", &fy_v1_li2, 1000000.0, 78626.503995682069},
      {"sinint", &fy_v1_sinint, -3.0, -1.8486525279994683}, {"sinint", &fy_v1_sinint, 1e-05, 9.9999999999444456e-06},
      {"sinint", &fy_v1_sinint, 1.0, 0.94608307036718298}, {"sinint", &fy_v1_sinint, 3.999, 1.7583922814762951},
      {"sinint", &fy_v1_sinint, 4.001, 1.7580138803110599}, {"sinint", &fy_v1_sinint, 11.99, 1.505422082564722},
      {"sinint", &fy_v1_sinint, 12.01, 1.5045278051590845}, {"sinint", &fy_v1_sinint, 100.0, 1.5622254668890563},
      {"sinint", &fy_v1_sinint, 1000000.0, 1.5707953900431191},
      {"cosint", &fy_v1_cosint, 1e-05, -10.935709800093695}, {"cosint", &fy_v1_cosint, 0.6165, -7.2598997999420001e-06},
      {"cosint", &fy_v1_cosint, 0.6165054856207162, -9.1215127989372718e-17}, {"cosint", &fy_v1_cosint, 1.0, 0.33740392290096816},
      {"cosint", &fy_v1_cosint, 1.75, 0.46251999672693572}, {"cosint", &fy_v1_cosint, 2.0, 0.42298082877486498},
      {"cosint", &fy_v1_cosint, 3.384, 5.175500810255962e-05}, {"cosint", &fy_v1_cosint, 3.3841804225511862, 5.6568522015712357e-17},
      {"cosint", &fy_v1_cosint, 4.25, -0.17455541413162715}, {"cosint", &fy_v1_cosint, 4.26, -0.17559326867001052},
      {"sinhint", &fy_v1_sinhint, -2.0, -2.5015674333549756}, {"sinhint", &fy_v1_sinhint, 1e-05, 1.0000000000055556e-05},
      {"sinhint", &fy_v1_sinhint, 1.0, 1.0572508753757286}, {"sinhint", &fy_v1_sinhint, 5.99, 42.660269285541879},
      {"sinhint", &fy_v1_sinhint, 6.01, 43.332654570191544}, {"sinhint", &fy_v1_sinhint, 24.9, 1365661776.2068908},
      {"sinhint", &fy_v1_sinhint, 25.1, 1654124745.6241305}, {"sinhint", &fy_v1_sinhint, 100.0, 1.3577763724269399e+41},
      {"sinhint", &fy_v1_sinhint, 700.0, 7.2548936802628038e+300},
      {"coshint", &fy_v1_coshint, 1e-05, -10.935709800043696}, {"coshint", &fy_v1_coshint, 0.5238, -4.9138674235027499e-05},
      {"coshint", &fy_v1_coshint, 0.5238225713898644, 5.8063560101731737e-17}, {"coshint", &fy_v1_coshint, 1.0, 0.8378669409802082},
      {"coshint", &fy_v1_coshint, 5.99, 42.659905047641189}, {"coshint", &fy_v1_coshint, 6.01, 43.332298594989375},
      {"coshint", &fy_v1_coshint, 24.9, 1365661776.2068908}, {"coshint", &fy_v1_coshint, 25.1, 1654124745.6241305},
      {"coshint", &fy_v1_coshint, 100.0, 1.3577763724269399e+41}, {"coshint", &fy_v1_coshint, 700.0, 7.2548936802628038e+300},
  };
  return cases;
}

const std::vector<Case>& Specials() {
  static const std::vector<Case> cases = {
      {"e1", &fy_v1_e1, 0.0, kInf}, {"e1", &fy_v1_e1, -0.0, kInf}, {"e1", &fy_v1_e1, kInf, 0.0},
      {"e1", &fy_v1_e1, -kInf, kNan}, {"e1", &fy_v1_e1, -1, kNan}, {"e1", &fy_v1_e1, kNan, kNan},
      {"e1", &fy_v1_e1, -kLeast, kNan}, {"e1", &fy_v1_e1, kHuge, 0.0}, {"e1", &fy_v1_e1, 800, 0.0},
      {"lambertw", &fy_v1_lambertw, 0.0, 0.0}, {"lambertw", &fy_v1_lambertw, -0.0, -0.0},
      {"lambertw", &fy_v1_lambertw, kInf, kInf}, {"lambertw", &fy_v1_lambertw, -kInf, kNan},
      {"lambertw", &fy_v1_lambertw, kNan, kNan}, {"lambertw", &fy_v1_lambertw, kLeast, kLeast},
      {"lambertw", &fy_v1_lambertw, -kLeast, -kLeast}, {"lambertw", &fy_v1_lambertw, kBranchPoint, -1},
      {"lambertw", &fy_v1_lambertw, std::nextafter(kBranchPoint, -1), kNan},
      {"lambertw", &fy_v1_lambertw, -1, kNan}, {"lambertw", &fy_v1_lambertw, -kHuge, kNan},
      {"lambertw_m1", &fy_v1_lambertw_m1, 0.0, -kInf}, {"lambertw_m1", &fy_v1_lambertw_m1, -0.0, -kInf},
      {"lambertw_m1", &fy_v1_lambertw_m1, 1, kNan}, {"lambertw_m1", &fy_v1_lambertw_m1, kInf, kNan},
      {"lambertw_m1", &fy_v1_lambertw_m1, -kInf, kNan}, {"lambertw_m1", &fy_v1_lambertw_m1, kNan, kNan},
      {"lambertw_m1", &fy_v1_lambertw_m1, kBranchPoint, -1}, {"lambertw_m1", &fy_v1_lambertw_m1, kLeast, kNan},
      {"lambertw_m1", &fy_v1_lambertw_m1, std::nextafter(kBranchPoint, -1), kNan},
      {"expi", &fy_v1_expi, 0.0, -kInf}, {"expi", &fy_v1_expi, -0.0, -kInf}, {"expi", &fy_v1_expi, kInf, kInf},
      {"expi", &fy_v1_expi, -kInf, -0.0}, {"expi", &fy_v1_expi, kNan, kNan}, {"expi", &fy_v1_expi, 717, kInf},
      {"expi", &fy_v1_expi, kHuge, kInf}, {"expi", &fy_v1_expi, -kHuge, -0.0},
      {"li", &fy_v1_li, 0.0, 0.0}, {"li", &fy_v1_li, 1, -kInf}, {"li", &fy_v1_li, kInf, kInf},
      {"li", &fy_v1_li, -1, kNan}, {"li", &fy_v1_li, -kInf, kNan}, {"li", &fy_v1_li, kNan, kNan},
      {"li2", &fy_v1_li2, 2, 0.0}, {"li2", &fy_v1_li2, 1, -kInf}, {"li2", &fy_v1_li2, kInf, kInf},
      {"li2", &fy_v1_li2, -1, kNan}, {"li2", &fy_v1_li2, kNan, kNan},
      {"sinint", &fy_v1_sinint, 0.0, 0.0}, {"sinint", &fy_v1_sinint, -0.0, -0.0},
      {"sinint", &fy_v1_sinint, kInf, 1.5707963267948966}, {"sinint", &fy_v1_sinint, -kInf, -1.5707963267948966},
      {"sinint", &fy_v1_sinint, kNan, kNan}, {"sinint", &fy_v1_sinint, kLeast, kLeast},
      {"sinint", &fy_v1_sinint, kHuge, 1.5707963267948966},
      {"cosint", &fy_v1_cosint, 0.0, -kInf}, {"cosint", &fy_v1_cosint, kInf, 0.0}, {"cosint", &fy_v1_cosint, -1, kNan},
      {"cosint", &fy_v1_cosint, -kInf, kNan}, {"cosint", &fy_v1_cosint, kNan, kNan},
      {"sinhint", &fy_v1_sinhint, 0.0, 0.0}, {"sinhint", &fy_v1_sinhint, -0.0, -0.0},
      {"sinhint", &fy_v1_sinhint, kInf, kInf}, {"sinhint", &fy_v1_sinhint, -kInf, -kInf},
      {"sinhint", &fy_v1_sinhint, kNan, kNan}, {"sinhint", &fy_v1_sinhint, -kLeast, -kLeast},
      {"coshint", &fy_v1_coshint, 0.0, -kInf}, {"coshint", &fy_v1_coshint, kInf, kInf},
      {"coshint", &fy_v1_coshint, -1, kNan}, {"coshint", &fy_v1_coshint, kNan, kNan},
  };
  return cases;
}
// clang-format on

TEST(SpecialIntegralTest, Values) {
  for (const Case& c : Cases()) {
    EXPECT_LE(Ulps(c.function(c.x), c.want), 4)
        << c.name << "(" << c.x << ") = " << c.function(c.x) << ", want " << c.want;
  }
}

TEST(SpecialIntegralTest, SpecialPoints) {
  for (const Case& c : Specials()) {
    EXPECT_EQ(Ulps(c.function(c.x), c.want), 0)
        << c.name << "(" << c.x << ") = " << c.function(c.x) << ", want " << c.want;
  }
}

struct Join {
  const char* name;
  Function function;
  double x;
  double slope;  // bound of |f'| there
};

TEST(SpecialIntegralTest, RegionsJoin) {
  const Join joins[] = {
      {"e1", &fy_v1_e1, 0.75, 1},
      {"expi", &fy_v1_expi, 6, 70},
      {"expi", &fy_v1_expi, 12, 14000},
      {"expi", &fy_v1_expi, 25, 3e9},
      {"expi", &fy_v1_expi, 60, 2e24},
      {"expi", &fy_v1_expi, -0.75, 1},
      {"li", &fy_v1_li, 404, 1},
      {"li2", &fy_v1_li2, 1.625, 3},
      {"li2", &fy_v1_li2, 2.625, 2},
      {"sinint", &fy_v1_sinint, 4, 1},
      {"sinint", &fy_v1_sinint, 12, 1},
      {"cosint", &fy_v1_cosint, 1.75, 1},
      {"cosint", &fy_v1_cosint, 4.25, 1},
      {"sinhint", &fy_v1_sinhint, 6, 40},
      {"sinhint", &fy_v1_sinhint, 25, 2e9},
      {"coshint", &fy_v1_coshint, 6, 40},
      {"coshint", &fy_v1_coshint, 25, 2e9},
      {"lambertw", &fy_v1_lambertw, (0.245 - 1) / 2.718281828459045, 4},
      {"lambertw", &fy_v1_lambertw, 1e-9, 1},
      {"lambertw", &fy_v1_lambertw, 4, 1},
      {"lambertw_m1", &fy_v1_lambertw_m1, (0.245 - 1) / 2.718281828459045, 10},
      {"lambertw_m1", &fy_v1_lambertw_m1, (0.7 - 1) / 2.718281828459045, 20},
  };
  for (const Join& join : joins) {
    const double below = join.function(std::nextafter(join.x, -kInf));
    const double above = join.function(std::nextafter(join.x, kInf));
    const double step = std::nextafter(std::abs(join.x), kInf) - std::abs(join.x);
    const double ulp = std::nextafter(std::abs(above), kInf) - std::abs(above);
    EXPECT_LE(std::abs(above - below), 3 * step * join.slope + 8 * ulp) << join.name << join.x;
  }
}

TEST(SpecialIntegralTest, LambertSolvesItsEquation) {
  for (double x = -0.3678; x < 1e6; x += 0.01 + std::abs(x) / 10) {
    const double w = fy_v1_lambertw(x);
    EXPECT_NEAR(w * std::exp(w), x, 4e-15 * std::abs(x) * (1 + std::abs(w))) << x;
    if (x >= 0) continue;
    const double v = fy_v1_lambertw_m1(x);
    EXPECT_LE(v, -1);
    EXPECT_NEAR(v * std::exp(v), x, 4e-15 * std::abs(x) * (1 + std::abs(v))) << x;
  }
}

TEST(SpecialIntegralTest, ExpintOfWholeOrders) {
  const double orders[] = {1, 2, 3, 10, 40, 60, 61, 300};
  for (const double x : {1e-5, 0.01, 0.49, 0.51, 1.0, 1.99, 2.01, 10.0, 100.0, 600.0}) {
    EXPECT_LE(Ulps(fy_v1_expint(1, x), fy_v1_e1(x)), 5) << x;
    for (const double n : orders) {  // n E_(n+1)(x) = exp(-x) - x E_n(x), DLMF 8.19.12
      const double left = n * fy_v1_expint(n + 1, x) + x * fy_v1_expint(n, x);
      EXPECT_NEAR(left, std::exp(-x), 1e-15 * std::exp(-x)) << n << " " << x;
    }
  }
}

TEST(SpecialIntegralTest, ExpintSpecialPoints) {
  EXPECT_EQ(fy_v1_expint(3, 0), 0.5);
  EXPECT_EQ(fy_v1_expint(1, 0), kInf);
  EXPECT_EQ(fy_v1_expint(-2, 0), kInf);
  EXPECT_EQ(fy_v1_expint(2, kInf), 0);
  EXPECT_TRUE(std::isnan(fy_v1_expint(2, -1)));
  EXPECT_TRUE(std::isnan(fy_v1_expint(kNan, 1)));
  EXPECT_TRUE(std::isnan(fy_v1_expint(1, kNan)));
  EXPECT_LE(Ulps(fy_v1_expint(0, 2), std::exp(-2.0) / 2), 1);
  EXPECT_LE(Ulps(fy_v1_expint(2.0000000000001, 0.5), 0.32664386232453829), 1);
  EXPECT_LE(Ulps(fy_v1_expint(-2.5, 0.25), 425.15346353146245), 1);
}

// E1 and W on each processor level give nearly the same, and on the levels with FMA the very same.
TEST(SpecialIntegralTest, LevelsAgree) {
  using Array = void (*)(double*, const double*, long);
  struct Row {
    const char* name;
    Array levels[3];
    double low, high;
  };
  const Row rows[] = {
      {"e1", {&fy_rt2_e1_f64, &fy_rt3_e1_f64, &fy_rt4_e1_f64}, 1e-3, 720},
      {"lambertw", {&fy_rt2_lambertw_f64, &fy_rt3_lambertw_f64, &fy_rt4_lambertw_f64}, -0.3678, 50},
      {"lambertw_m1",
       {&fy_rt2_lambertw_m1_f64, &fy_rt3_lambertw_m1_f64, &fy_rt4_lambertw_m1_f64},
       -0.3678,
       -1e-4},
  };
  const int best = fy_v1_isa_level();
  constexpr long kCount = 1600;
  for (const Row& row : rows) {
    std::vector<double> x(kCount);
    for (long i = 0; i < kCount; ++i) {
      const double part = static_cast<double>(i) / kCount;
      x[i] = row.low + (row.high - row.low) * part * part;
    }
    std::vector<double> y[3];
    for (int level = 2; level <= best; ++level) {
      y[level - 2].resize(kCount);
      row.levels[level - 2](y[level - 2].data(), x.data(), kCount);
    }
    for (long i = 0; i < kCount; ++i) {
      if (best >= 3) {
        EXPECT_LE(Ulps(y[0][i], y[1][i]), 6) << row.name << x[i];
      }
      if (best >= 4) {
        EXPECT_EQ(y[1][i], y[2][i]) << row.name << x[i];
      }
    }
  }
}

}  // namespace
