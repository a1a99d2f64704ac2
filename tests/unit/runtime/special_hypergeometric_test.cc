// The hypergeometric functions against values of 17 digits computed in 60, at special points, and
// by identities that cross the regions of the methods.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "server/runtime/runtime.h"

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Ulps(double got, double want) {
  if (std::isnan(want)) return std::isnan(got) ? 0 : kInf;
  if (got == want) return 0;
  const double size = std::abs(want);
  return std::abs(got - want) / (std::nextafter(size, kInf) - size);
}

struct Case2 {
  double b, x, want;
};
struct Case3 {
  double a, b, x, want;
};
struct Case4 {
  double a, b, c, x, want;
};

// clang-format off
const Case2 k0f1[] = {
    {1.5, 1e-05, 1.00000666668},
    {1.5, -3.0, -0.091494764996574329},
    {1.5, -100.0, 0.045647262536381385},
    {0.25, -5000.0, -5.3578621182142765},
    {-2.5, 7.0, -294.81212644412449},
    {2.5, 10000.0, 2.6961914622319203e+82},
    {30.5, -400.0, -1.113193118650876e-08},
    {0.001, 2.0, 4787.4410256150632},
    {2.5, -5.047682139106658, -1.6579492330260175e-17},
    {2.5, -95.0, -0.006070103102610671},
    {0.75, -12.5, 0.4674135511672235},
};
const Case3 k1f1[] = {
    {1.5, 2.5, 1.0, 1.8834451238277954},
    {1.5, 2.5, -1.0, 0.56841703746147709},
    {1.5, 2.5, -30.0, 0.0080901079689773246},
    {1.5, 2.5, 100.0, 4.0119124785141241e+41},
    {1.5, 2.5, -600.0, 9.0450156819783453e-05},
    {-3.5, 0.5, 20.0, 76683.959430158968},
    {-30.5, 2.5, 40.0, 62103.210841892884},
    {50.0, -20.5, 10.0, -4.1877642378487449e+31},
    {-4.0, 2.5, 30.0, 1567.5454545454545},
    {2.0, 0.125, -12.0, 0.027285427248890076},
    {-3.7, 2.5, 5.25, 0.40013200402836496},
    {-3.7, 2.5, 95.0, 7.270196292733017e+29},
    {0.5, 7.25, -90.0, 0.2605814387224994},
    {1.5, 2.5, -1.0000000000000002, 0.568417037461477},
};
const Case3 kU[] = {
    {2.3125, 1.6875, 0.0625, 5.0905350716609045},
    {2.25, 2.0, 0.25, 2.1664187858752716},
    {0.5, 1.0, 0.001953125, 3.9799574073779077},
    {3.5, -2.0, 0.375, 0.0041632443515314654},
    {0.75, 4.0, 0.4375, 31.974960454604009},
    {-1.5, 0.0, 0.125, -0.37300336240465815},
    {1.25, 0.5, 5.0, 0.096111493633358023},
    {12.0, 3.0, 7.5, 1.1118530333223819e-14},
    {0.5, 1.0, 300.0, 0.057687093578179463},
    {42.51348269988641, -44.96456727529506, 44.836868855662459, 4.3169068209075438e-89},
    {1.5, 2.5, 1.0, 1},
    {1.5, 2.0, 0.1, 9.9616477605355449},
    {1.5, 2.0, 30.0, 0.0059423501804980383},
    {0.5, -3.0, 2.0, 0.40741448085395626},
    {-2.5, 1.5, 4.0, -6.4375},
    {-4.0, 2.5, 3.0, 0.5625},
    {10.0, 1.5, 5.0, 2.3599216865174877e-11},
    {3.0, 7.25, 0.01, 294105060846358.81},
    {1.0, 1.0, 500.0, 0.001996015904760411},
    {0.5, 1.0, 0.25, 1.4115140086389164},
    {0.5, 1.0, 12.0, 0.2831459507990839},
    {-3.25, 2.0, 3.5, 5.677214978577835},
    {1.5, 2.0, 45.0, 0.0032596448977216617},
    {20.5, 3.0, 1.5, 9.984526649720362e-22},
    {-0.5, 12.0, 6.0, -4.349561492384083},
};
const Case4 k2f1[] = {
    {1.0, 2.0, 3.5, 0.984375, 3.7907588916153676},
    {1.0, 2.25, 3.5, 0.998046875, 7.0214623751004617},
    {0.5, 0.5, 1.0, 0.9921875, 2.430502954758431},
    {1.5, 2.0, 4.5, 0.9765625, 3.6892772244562111},
    {2.5, 3.25, 2.75, 0.984375, 249072.14918711015},
    {2.0, 3.0, -1.5, 0.9765625, 12526007062633.853},
    {1.0, 2.0, 3.5, -40.0, 0.055115405937095083},
    {1.0, 2.0, 3.0, -1000.0, 0.0019861824904413696},
    {1.25, 4.25, 2.0, -100.5, 0.00062004857923924679},
    {1.1, 2.2, 3.5, -1000000.0, 5.8026639894866997e-7},
    {2.0, 2.0, 5.5, -64.0, 0.0067251330825172997},
    {-1.5, 2.5, 0.75, -300.0, 25418.713409257197},
    {1.5, 2.25, 3.125, 0.5, 2.0545728820961027},
    {1.5, 2.25, 3.125, 0.97, 22.932582300959041},
    {1.5, 2.5, 4.0, 0.97, 9.7847348610851572},
    {1.5, 2.25, 3.125, 0.999999, 18078.636708123769},
    {1.5, 2.25, 3.125, -0.9, 0.48793685122383401},
    {1.5, 2.25, 3.125, -30.0, 0.013246492645383049},
    {1.0, 2.0, 4.0, -100000000.0, 2.9999989547591438e-08},
    {-30.5, 40.25, 7.5, 0.9, -2.0788823228824037e-07},
    {-99.0, -46.5, 55.0, 0.95, 21206757407617848},
    {100.0, 20.5, -30.25, -0.75, -107.97954079351443},
    {-5.0, 3.0, 2.5, 0.5, -0.012654012654012654},
    {-5.0, 3.0, 2.5, 40.0, -162993094.67765567},
    {0.5, 0.5, 1.0, -1.0, 0.83462684167407319},
    {2.0, 3.0, 5.0, 0.9999999999990905, 302.710646670502},
    {1.25, 0.5, 4.5, 1.0, 1.2231014896259171},
    {1.0, 2.0, 4.0, -12.5, 0.1704612533652505},
    {1.0, 2.0, 4.0, 0.9375, 2.364830732633984},
    {1.25, 2.5, 3.75, -30.5, 0.027824753771587458},
    {2.0, 0.5, 0.75, -0.875, 0.4623838819280348},
    {-30.5, 40.25, 7.5, 0.5, 2.9909513419595684e-07},
};
// clang-format on

TEST(SpecialHypergeometricTest, Values) {
  for (const Case2& c : k0f1)
    EXPECT_LE(Ulps(fy_v1_hyp0f1(c.b, c.x), c.want), 1) << c.b << " " << c.x;
  for (const Case3& c : k1f1)
    EXPECT_LE(Ulps(fy_v1_hyp1f1(c.a, c.b, c.x), c.want), 1) << c.a << " " << c.b << " " << c.x;
  for (const Case3& c : kU)
    EXPECT_LE(Ulps(fy_v1_hyperu(c.a, c.b, c.x), c.want), 1) << c.a << " " << c.b << " " << c.x;
  for (const Case4& c : k2f1) {
    EXPECT_LE(Ulps(fy_v1_hyp2f1(c.a, c.b, c.c, c.x), c.want), 1)
        << c.a << " " << c.b << " " << c.c << " " << c.x;
  }
}

TEST(SpecialHypergeometricTest, SpecialPoints) {
  const Case2 of_0f1[] = {{1, 0, 1},       {-2, 0, kNan},   {0, 1, kNan},    {-2, 1, kNan},
                          {1, kInf, kInf}, {kNan, 1, kNan}, {1, kNan, kNan}, {-0.5, kInf, -kInf},
                          {1, 1e9, kInf},  {kInf, 1, kNan}};
  for (const Case2& c : of_0f1)
    EXPECT_EQ(Ulps(fy_v1_hyp0f1(c.b, c.x), c.want), 0) << c.b << " " << c.x;
  const Case3 of_1f1[] = {{1, 2, 0, 1},
                          {0, 2, 5, 1},
                          {1, -2, 1, kNan},
                          {-1, -2, 1, 1.5},
                          {-2, -2, 1, 2.5},
                          {-3, -2, 1, kNan},
                          {kNan, 1, 1, kNan},
                          {1, kNan, 1, kNan},
                          {1, 1, kNan, kNan},
                          {2, 2, 1, std::exp(1.0)},
                          {1.5, 2.5, kInf, kInf},
                          {-0.5, 2.5, kInf, -kInf},
                          {-1, -3, -257.5, 1 - 257.5 / 3}};
  for (const Case3& c : of_1f1)
    EXPECT_LE(Ulps(fy_v1_hyp1f1(c.a, c.b, c.x), c.want), 0.5) << c.a << " " << c.b << " " << c.x;
  const Case3 of_u[] = {{0, 2, 5, 1},        {1, 2, -1, kNan},   {1, 2, 0, kInf},
                        {-0.5, 2, 0, -kInf}, {1, 2, kInf, 0},    {-2, 1, kInf, kInf},
                        {-1, 3, -2, -5},     {-1, 3, 0, -3},     {kNan, 1, 1, kNan},
                        {1, kNan, 1, kNan},  {1, 1, kNan, kNan}, {1, 0, 0, 1}};
  for (const Case3& c : of_u)
    EXPECT_EQ(Ulps(fy_v1_hyperu(c.a, c.b, c.x), c.want), 0) << c.a << " " << c.b << " " << c.x;
  const Case4 of_2f1[] = {
      {1, 2, 3, 0, 1},         {0, 2, 3, 0.5, 1},        {1, 2, 3, 1.5, kNan},
      {1, 1, 3, 1, 2},         {1, 1, 2, 1, kInf},       {1, 1, -2, 0.5, kNan},
      {-1, 1, -2, 0.5, 1.25},  {-2, 1, -2, 2, 7},        {-2, 3, 1, 5, 121},
      {-3, 1, -2, 0.5, kNan},  {1, 1, 2, -kInf, 0},      {kNan, 1, 1, 0.5, kNan},
      {1, kNan, 1, 0.5, kNan}, {1, 1, kNan, 0.5, kNan},  {1, 1, 1, kNan, kNan},
      {1, 1, 2, kInf, kNan},   {1, -0.5, 0.25, 1, -kInf}};
  for (const Case4& c : of_2f1) {
    EXPECT_EQ(Ulps(fy_v1_hyp2f1(c.a, c.b, c.c, c.x), c.want), 0)
        << c.a << " " << c.b << " " << c.c << " " << c.x;
  }
}

TEST(SpecialHypergeometricTest, ElementaryCases) {
  for (double x = -50; x < 0.999; x += x < -1 ? 0.73 : 0.0137) {
    if (x == 0) continue;
    EXPECT_LE(Ulps(fy_v1_hyp2f1(1, 1, 2, x), -std::log1p(-x) / x), 3) << x;
    if (x < 0) {
      const double root = std::sqrt(-x);
      EXPECT_LE(Ulps(fy_v1_hyp2f1(0.5, 1, 1.5, x), std::atan(root) / root), 3) << x;
    }
  }
  for (double x = -60; x < 60; x += 0.37) {
    EXPECT_LE(Ulps(fy_v1_hyp1f1(1, 2, x), std::expm1(x) / x), 3) << x;
    if (x > 0) {
      EXPECT_LE(Ulps(fy_v1_hyp0f1(1.5, x), std::sinh(2 * std::sqrt(x)) / (2 * std::sqrt(x))), 40);
      EXPECT_LE(Ulps(fy_v1_hyperu(1, 1, x), fy_v1_expint(1, x) * std::exp(x)), 3) << x;
    }
  }
}

// (c - a) F(a-1) + (2a - c + (b - a) x) F(a) + a (x - 1) F(a+1) = 0, DLMF 15.5.11, whichever way
// each of the three is computed.
TEST(SpecialHypergeometricTest, ContiguousFunctions) {
  for (const double a : {0.3, 1.75, 8.5}) {
    for (const double b : {-2.25, 0.6, 3.0}) {
      for (const double c : {0.4, 2.0, 11.5}) {
        for (const double x : {-40.0, -2.5, -0.8, 0.3, 0.74, 0.78, 0.95}) {
          const double terms[] = {(c - a) * fy_v1_hyp2f1(a - 1, b, c, x),
                                  (2 * a - c + (b - a) * x) * fy_v1_hyp2f1(a, b, c, x),
                                  a * (x - 1) * fy_v1_hyp2f1(a + 1, b, c, x)};
          double size = 0;
          for (const double term : terms) size = std::fmax(size, std::abs(term));
          EXPECT_NEAR(terms[0] + terms[1] + terms[2], 0, 2e-15 * size)
              << a << " " << b << " " << c << " " << x;
        }
      }
    }
  }
}

TEST(SpecialHypergeometricTest, ThreadsAgree) {
  std::vector<double> got(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&got, i] {
      for (int turn = 0; turn < 20; ++turn) got[i] = fy_v1_hyp2f1(-30.5, 40.25, 7.5, 0.9);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const double value : got) EXPECT_EQ(value, got[0]);
}

// Where two ways of computing meet: neighbours in x differ by roundings only.
TEST(SpecialHypergeometricTest, Joints) {
  const auto near = [](auto&& function, double x) {
    const double before = function(std::nextafter(x, -kInf));
    const double at = function(x);
    EXPECT_LE(std::abs(before - at), 4e-16 * std::abs(at) * (1 + 4 * std::abs(x))) << x;
  };
  for (const double x : {-512.0, -64.0, -8.0, -1.0, -1.0 / 64, 1.0 / 64, 1.0625, 9.0, 100.0}) {
    near([](double z) { return fy_v1_hyp0f1(2.5, z); }, x);
    near([](double z) { return fy_v1_hyp1f1(1.5, 2.25, z); }, x);
    near([](double z) { return fy_v1_hyp1f1(-0.5, 2.25, z); }, x);
  }
  for (const double x : {-31.0, -9.7, -0.5, -0.25, 0.5, 0.76, 0.90625, 0.96875})
    near([](double z) { return fy_v1_hyp2f1(0.75, 1.5, 2.75, z); }, x);
  for (const double x : {0.25, 1.0, 20.0, 30.0, 50.0})
    near([](double z) { return fy_v1_hyperu(0.75, 1.5, z); }, x);
}

// Uniform parameters, whichever way the elements go, with their neighbours or alone.
TEST(SpecialHypergeometricTest, ArraysAreTheValues) {
  constexpr long kCount = 1008;
  std::vector<double> x(2 * kCount);
  std::vector<double> y(kCount);
  for (const double b : {2.5, -1.25, 40.0}) {
    for (long i = 0; i < kCount; ++i) x[2 * i] = -120 + 0.2 * static_cast<double>(i);
    x[0] = kNan;
    x[2] = -kInf;
    x[4] = kInf;
    x[6] = -0.0;
    x[8] = 5e-324;
    fy_v1_hyp0f1_f64(y.data(), &b, 0, x.data(), 2, kCount);
    for (long i = 0; i < kCount; ++i)
      EXPECT_EQ(Ulps(y[i], fy_v1_hyp0f1(b, x[2 * i])), 0) << b << " " << x[2 * i];
    for (const double a : {1.5, -3.7, -2.0}) {
      fy_v1_hyp1f1_f64(y.data(), &a, 0, &b, 0, x.data(), 2, kCount);
      for (long i = 0; i < kCount; ++i)
        EXPECT_EQ(Ulps(y[i], fy_v1_hyp1f1(a, b, x[2 * i])), 0) << a << " " << b << " " << x[2 * i];
      for (long i = 5; i < kCount; ++i) x[2 * i] = i < 900 ? -1 + i / 450.0 : -0.4 * (i - 890.0);
      for (const double shift : {0.0, 1.0}) {
        const double lower = b + shift * (1.0 - b);
        fy_v1_hyperu_f64(y.data(), &a, 0, &lower, 0, x.data(), 2, kCount);
        for (long i = 0; i < kCount; ++i) {
          EXPECT_EQ(Ulps(y[i], fy_v1_hyperu(a, lower, x[2 * i])), 0)
              << a << " " << lower << " " << x[2 * i];
        }
      }
      const double c = 3.25;
      fy_v1_hyp2f1_f64(y.data(), &a, 0, &b, 0, &c, 0, x.data(), 2, kCount);
      for (long i = 0; i < kCount; ++i) {
        EXPECT_EQ(Ulps(y[i], fy_v1_hyp2f1(a, b, c, x[2 * i])), 0)
            << a << " " << b << " " << x[2 * i];
      }
    }
  }
}

// Parameters that vary, too.
TEST(SpecialHypergeometricTest, VaryingParametersAreTheValues) {
  constexpr long kCount = 1008;
  std::vector<double> operands[4], y(kCount);
  const double* of[4];
  for (size_t k = 0; k < 4; ++k) {
    for (long i = 0; i < kCount; ++i) {
      const double turn = std::fmod(0.618 * static_cast<double>((i + 1) * (2 * k + 1)), 1.0);
      operands[k].push_back(k == 3 ? 2.4 * turn - 1.4 : 14 * turn - (k == 2 ? 1 : 4));
    }
    of[k] = operands[k].data();
  }
  fy_v1_hyp0f1_f64(y.data(), of[2], 1, of[0], 1, kCount);
  for (size_t i = 0; i < kCount; ++i)
    EXPECT_EQ(Ulps(y[i], fy_v1_hyp0f1(of[2][i], of[0][i])), 0) << of[2][i] << " " << of[0][i];
  fy_v1_hyp1f1_f64(y.data(), of[1], 1, of[2], 1, of[0], 1, kCount);
  for (size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(Ulps(y[i], fy_v1_hyp1f1(of[1][i], of[2][i], of[0][i])), 0)
        << of[1][i] << " " << of[2][i] << " " << of[0][i];
  }
  fy_v1_hyp2f1_f64(y.data(), of[0], 1, of[1], 1, of[2], 1, of[3], 1, kCount);
  for (size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(Ulps(y[i], fy_v1_hyp2f1(of[0][i], of[1][i], of[2][i], of[3][i])), 0)
        << of[0][i] << " " << of[1][i] << " " << of[2][i] << " " << of[3][i];
  }
}

}  // namespace
