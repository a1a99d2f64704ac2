// Special values by C99 Annex F, and by runtime.h where it defines more: every form on every
// processor level that this machine has, for both types, in every lane.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "tests/unit/runtime/level_tables.h"
#include "tests/unit/runtime/operands.h"

namespace formulary::runtime {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPi = 3.141592653589793;

// Stand for the type's own numbers.
constexpr double kMax = 1.7976931348623157e308;
constexpr double kLeast = 4.9406564584124654e-324;

template <class T>
T Typed(double x) {
  if (x == kMax || x == -kMax)
    return std::copysign(std::numeric_limits<T>::max(), static_cast<T>(x > 0 ? 1 : -1));
  if (x == kLeast || x == -kLeast) {
    return std::copysign(std::numeric_limits<T>::denorm_min(), static_cast<T>(x > 0 ? 1 : -1));
  }
  return static_cast<T>(x);
}

struct Case1 {
  double x;
  double want;
};
struct Cases1 {
  std::string name;
  std::vector<Case1> cases;
};

// clang-format off
std::vector<Cases1> UnaryCases() {
  return {
      {"exp", {{0.0, 1}, {-0.0, 1}, {kInf, kInf}, {-kInf, 0}, {kMax, kInf}, {-kMax, 0}, {kLeast, 1},
        {1000, kInf}, {-1000, 0}}},
      {"exp2", {{0.0, 1}, {-0.0, 1}, {kInf, kInf}, {-kInf, 0}, {10, 1024}, {-3, 0.125},
        {2000, kInf},
        {-2000, 0}}},
      {"expm1", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kInf}, {-kInf, -1}, {-kMax, -1}, {kMax, kInf},
        {kLeast, kLeast}, {-kLeast, -kLeast}}},
      {"log", {{0.0, -kInf}, {-0.0, -kInf}, {1, 0.0}, {kInf, kInf}, {-1, kNan}, {-kInf, kNan},
        {-kLeast, kNan}, {-kMax, kNan}}},
      {"log2", {{0.0, -kInf}, {-0.0, -kInf}, {1, 0.0}, {kInf, kInf}, {-1, kNan}, {-kInf, kNan},
        {8, 3}, {0.25, -2}}},
      {"log10", {{0.0, -kInf}, {-0.0, -kInf}, {1, 0.0}, {kInf, kInf}, {-1, kNan}, {-kInf, kNan}}},
      {"log1p", {{0.0, 0.0}, {-0.0, -0.0}, {-1, -kInf}, {-2, kNan}, {kInf, kInf}, {-kInf, kNan},
        {kLeast, kLeast}, {-kLeast, -kLeast}}},
      {"sin", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kNan}, {-kInf, kNan}, {kLeast, kLeast},
        {-kLeast, -kLeast}}},
      {"cos", {{0.0, 1}, {-0.0, 1}, {kInf, kNan}, {-kInf, kNan}, {kLeast, 1}}},
      {"tan", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kNan}, {-kInf, kNan}, {kLeast, kLeast},
        {-kLeast, -kLeast}}},
      {"asin", {{0.0, 0.0}, {-0.0, -0.0}, {1, kPi / 2}, {-1, -kPi / 2}, {2, kNan}, {-2, kNan},
        {kInf, kNan}, {-kInf, kNan}, {kLeast, kLeast}}},
      {"acos", {{1, 0.0}, {-1, kPi}, {0.0, kPi / 2}, {-0.0, kPi / 2}, {2, kNan}, {-2, kNan},
        {kInf, kNan}, {-kInf, kNan}}},
      {"atan", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kPi / 2}, {-kInf, -kPi / 2}, {kMax, kPi / 2},
        {kLeast, kLeast}, {-kLeast, -kLeast}}},
      {"sinh", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kInf}, {-kInf, -kInf}, {1000, kInf},
        {-1000, -kInf},
        {kMax, kInf}, {kLeast, kLeast}, {-kLeast, -kLeast}}},
      {"cosh", {{0.0, 1}, {-0.0, 1}, {kInf, kInf}, {-kInf, kInf}, {1000, kInf}, {-kMax, kInf}}},
      {"tanh", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, 1}, {-kInf, -1}, {kMax, 1}, {-kMax, -1},
        {kLeast, kLeast}, {-kLeast, -kLeast}}},
      {"asinh", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kInf}, {-kInf, -kInf}, {kLeast, kLeast},
        {-kLeast, -kLeast}}},
      {"acosh", {{1, 0.0}, {0.5, kNan}, {0.0, kNan}, {-1, kNan}, {kInf, kInf}, {-kInf, kNan},
        {-kMax, kNan}}},
      {"atanh", {{0.0, 0.0}, {-0.0, -0.0}, {1, kInf}, {-1, -kInf}, {2, kNan}, {-2, kNan},
        {kInf, kNan}, {-kInf, kNan}, {kLeast, kLeast}}},
      {"cbrt", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kInf}, {-kInf, -kInf}}},
      {"erf", {{0.0, 0.0}, {-0.0, -0.0}, {kInf, 1}, {-kInf, -1}, {100, 1}, {-kMax, -1}}},
      {"erfc", {{0.0, 1}, {-0.0, 1}, {kInf, 0}, {-kInf, 2}, {100, 0}, {kMax, 0}, {-kMax, 2},
        {-100, 2}}},
      {"gamma", {{0.0, kInf}, {-0.0, -kInf}, {1, 1}, {2, 1}, {5, 24}, {8, 5040}, {-1, kNan},
        {-2, kNan}, {-3, kNan}, {-171, kNan}, {-200, kNan}, {-1e15, kNan}, {-1e300, kNan},
        {-kMax, kNan}, {-kInf, kNan}, {kInf, kInf}, {kMax, kInf}, {200, kInf}, {kLeast, kInf},
        {-kLeast, -kInf}, {-300.5, -0.0}, {-301.5, 0.0}, {-1000.5, -0.0}}},
      {"lgamma", {{0.0, kInf}, {-0.0, kInf}, {1, 0.0}, {2, 0.0}, {-1, kInf}, {-2, kInf},
        {-50, kInf},
        {-1e300, kInf}, {-kMax, kInf}, {kInf, kInf}, {-kInf, kInf}, {kMax, kInf}}},
      {"loggamma", {{0.0, kInf}, {-0.0, kInf}, {1, 0.0}, {2, 0.0}, {-kLeast, kNan}, {-0.5, kNan},
        {-1, kNan}, {-2.5, kNan}, {-kInf, kNan}, {kInf, kInf}, {kMax, kInf}}},
  };
}
// clang-format on

struct Case2 {
  double a;
  double b;
  double want;
};
struct Cases2 {
  std::string name;
  std::vector<Case2> cases;
};

// clang-format off
std::vector<Cases2> BinaryCases() {
  return {
      {"pow", {{kNan, 0.0, 1}, {kNan, -0.0, 1}, {kInf, 0.0, 1}, {0.0, 0.0, 1}, {-3, -0.0, 1},
        {1, kNan, 1}, {1, kInf, 1}, {1, -kInf, 1}, {1, 1e30, 1}, {kNan, 1, kNan}, {2, kNan, kNan},
        {-1, kInf, 1}, {-1, -kInf, 1}, {-1, kNan, kNan}, {0.0, 3, 0.0}, {-0.0, 3, -0.0},
        {0.0, 2, 0.0},
        {-0.0, 2, 0.0}, {-0.0, 0.5, 0.0}, {0.0, -1, kInf}, {-0.0, -1, -kInf}, {-0.0, -2, kInf},
        {-0.0, -0.5, kInf}, {0.0, -kInf, kInf}, {-0.0, -kInf, kInf}, {0.0, kInf, 0.0},
        {-0.0, kInf, 0.0}, {-2, 3, -8}, {-2, 2, 4}, {-2, 0.5, kNan}, {-2, -1, -0.5},
        {-kMax, 0.5, kNan},
        {0.5, kInf, 0.0}, {0.5, -kInf, kInf}, {-0.5, kInf, 0.0}, {2, kInf, kInf}, {2, -kInf, 0.0},
        {-2, kInf, kInf}, {-kInf, 3, -kInf}, {-kInf, 2, kInf}, {-kInf, 0.5, kInf},
        {-kInf, -3, -0.0},
        {-kInf, -2, 0.0}, {kInf, 0.5, kInf}, {kInf, -0.5, 0.0}, {kMax, 1, kMax}, {-kMax, 1, -kMax},
        {kMax, 2, kInf}, {kMax, -2, 0.0}, {-kMax, 3, -kInf}, {kLeast, 1, kLeast},
        {-kLeast, 1, -kLeast},
        {kLeast, 2, 0.0}, {10, 2, 100}}},
      {"atan2", {{0.0, 0.0, 0.0}, {-0.0, 0.0, -0.0}, {0.0, -0.0, kPi}, {-0.0, -0.0, -kPi},
        {0.0, 1, 0.0}, {-0.0, 1, -0.0}, {0.0, -1, kPi}, {-0.0, -1, -kPi}, {1, 0.0, kPi / 2},
        {1, -0.0, kPi / 2}, {-1, 0.0, -kPi / 2}, {1, kInf, 0.0}, {-1, kInf, -0.0}, {1, -kInf, kPi},
        {-1, -kInf, -kPi}, {kInf, 1, kPi / 2}, {-kInf, -1, -kPi / 2}, {kInf, kInf, kPi / 4},
        {kInf, -kInf, 3 * kPi / 4}, {-kInf, kInf, -kPi / 4}, {-kInf, -kInf, -3 * kPi / 4},
        {kNan, 1, kNan}, {1, kNan, kNan}}},
      {"hypot", {{kInf, kNan, kInf}, {kNan, kInf, kInf}, {-kInf, kNan, kInf}, {kNan, -kInf, kInf},
        {kInf, 1, kInf}, {-1, -kInf, kInf}, {kNan, 1, kNan}, {0.0, -0.0, 0.0}, {-0.0, -0.0, 0.0},
        {3, -4, 5}, {kMax, kMax, kInf}, {kLeast, 0.0, kLeast}}},
      {"mod", {{5, 3, 2}, {-5, 3, 1}, {5, -3, -1}, {-5, -3, -2}, {6, 3, 0.0}, {-6, 3, 0.0},
        {6, -3, -0.0}, {-6, -3, -0.0}, {0.0, 3, 0.0}, {-0.0, 3, 0.0}, {0.0, -3, -0.0},
        {5, 0.0, kNan},
        {-5, -0.0, kNan}, {0.0, 0.0, kNan}, {kInf, 3, kNan}, {-kInf, kInf, kNan}, {5, kInf, 5},
        {-5, kInf, kInf}, {5, -kInf, -kInf}, {-5, -kInf, -5}, {0.0, kInf, 0.0}, {-0.0, -kInf, -0.0},
        {kNan, 3, kNan}, {3, kNan, kNan}, {kNan, kInf, kNan}, {5.5, 1, 0.5}, {-kLeast, kMax, kMax},
        {kMax, kMax, 0.0}, {kLeast, kMax, kLeast}, {kMax, kLeast, 0.0}}},
  };
}
// clang-format on

// Annex F leaves one ulp where the table gives a rounded constant.
template <class T>
bool Matches(T got, T want) {
  if (want == 0 || !std::isfinite(want) || want == std::numeric_limits<T>::max() ||
      std::abs(want) == std::numeric_limits<T>::denorm_min() || want == std::round(want)) {
    return Same(got, want);
  }
  return std::isfinite(got) &&
         std::abs(got - want) <= 1.01 * std::abs(std::nextafter(want, T{0}) - want);
}

constexpr long kBlock = 32;

template <class T>
std::string Label(const std::string& name, int level, long lane) {
  return name + (sizeof(T) == 8 ? " f64 v" : " f32 v") + std::to_string(level) + " lane " +
         std::to_string(lane);
}

// The special operand alone in every lane in turn, among harmless ones.
template <class T, class Array>
void Check1(const std::string& name, int level, Array array, const Case1& c) {
  for (long lane = 0; lane < kBlock; ++lane) {
    std::vector<T> x(kBlock, T{1.5});
    std::vector<T> y(kBlock);
    x[static_cast<size_t>(lane)] = Typed<T>(c.x);
    array(y.data(), x.data(), kBlock);
    const T got = y[static_cast<size_t>(lane)];
    ASSERT_TRUE(Matches(got, Typed<T>(c.want)))
        << Label<T>(name, level, lane) << ": " << c.x << " gives " << got << ", want " << c.want;
  }
}

template <class T, class Array>
void Check2(const std::string& name, int level, Array array, const Case2& c) {
  for (long lane = 0; lane < kBlock; ++lane) {
    std::vector<T> a(kBlock, T{1.5});
    std::vector<T> b(kBlock, T{2.25});
    std::vector<T> y(kBlock);
    a[static_cast<size_t>(lane)] = Typed<T>(c.a);
    b[static_cast<size_t>(lane)] = Typed<T>(c.b);
    array(y.data(), a.data(), 1, b.data(), 1, kBlock);
    const T got = y[static_cast<size_t>(lane)];
    ASSERT_TRUE(Matches(got, Typed<T>(c.want)))
        << Label<T>(name, level, lane) << ": " << c.a << ", " << c.b << " gives " << got
        << ", want " << c.want;
  }
}

// Every form of kFunctions1[i] on every level.
void CheckAll1(size_t i, const Case1& c) {
  const std::string name = kFunctions1[i].name;
  for (int level = kFirstLevel; level <= fy_v1_isa_level(); ++level) {
    const Level1& arrays = kLevels1[level - kFirstLevel][i];
    Check1<double>(name, level, arrays.f64, c);
    Check1<double>("strict " + name, level, arrays.strict_f64, c);
    Check1<float>(name, level, arrays.f32, c);
    Check1<float>("strict " + name, level, arrays.strict_f32, c);
  }
}

void CheckAll2(size_t i, const Case2& c) {
  const std::string name = kFunctions2[i].name;
  for (int level = kFirstLevel; level <= fy_v1_isa_level(); ++level) {
    const Level2& arrays = kLevels2[level - kFirstLevel][i];
    Check2<double>(name, level, arrays.f64, c);
    Check2<double>("strict " + name, level, arrays.strict_f64, c);
    Check2<float>(name, level, arrays.f32, c);
    Check2<float>("strict " + name, level, arrays.strict_f32, c);
  }
}

// The cases of a function, or null.
template <class Table>
auto* Find(const Table& table, const std::string& name) {
  const auto row =
      std::find_if(table.begin(), table.end(), [&](const auto& r) { return r.name == name; });
  return row == table.end() ? nullptr : &row->cases;
}

// Special functions have tables of their own, in special_*_test.cc.
bool IsSpecial(const std::string& name) {
#define FY_NAME(stem, ...) #stem,
  static const std::vector<std::string> kNames = {FY_RUNTIME_SPECIAL_VECTOR(FY_NAME)
                                                      FY_RUNTIME_SPECIAL_VECTOR2(FY_NAME)};
#undef FY_NAME
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

TEST(SpecialValuesTest, UnaryFunctionsHonourTheTable) {
  const std::vector<Cases1> table = UnaryCases();
  for (size_t i = 0; i < std::size(kFunctions1); ++i) {
    if (IsSpecial(kFunctions1[i].name)) continue;
    const auto* cases = Find(table, kFunctions1[i].name);
    ASSERT_NE(cases, nullptr) << kFunctions1[i].name << " has no special values";
    for (const Case1& c : *cases) CheckAll1(i, c);
  }
}

TEST(SpecialValuesTest, BinaryFunctionsHonourTheTable) {
  const std::vector<Cases2> table = BinaryCases();
  for (size_t i = 0; i < std::size(kFunctions2); ++i) {
    if (IsSpecial(kFunctions2[i].name)) continue;
    const auto* cases = Find(table, kFunctions2[i].name);
    ASSERT_NE(cases, nullptr) << kFunctions2[i].name << " has no special values";
    for (const Case2& c : *cases) CheckAll2(i, c);
  }
}

TEST(SpecialValuesTest, NanGivesNan) {
  for (size_t i = 0; i < std::size(kFunctions1); ++i) CheckAll1(i, {kNan, kNan});
}

// What is near a multiple of pi/2 has a sine or cosine near 1, where an error of an ulp would leave
// sqrt(1 - sin(x)**2) without a value.
template <class T, class Array>
void CheckWithinOne(const std::string& name, int level, Array array) {
  Random random(20240603);
  std::vector<T> x(1 << 16);
  std::vector<T> y(x.size());
  for (T& value : x) {
    const double turn = std::floor(random.Between(-1000, 1000)) * kPi / 2;
    value = static_cast<T>(turn + random.Between(-1e-3, 1e-3));
  }
  array(y.data(), x.data(), static_cast<long>(x.size()));
  for (size_t i = 0; i < x.size(); ++i) {
    ASSERT_LE(std::abs(y[i]), T{1}) << Label<T>(name, level, 0) << " of " << x[i];
  }
}

TEST(SpecialValuesTest, SinesAndCosinesAreNeverBeyondOne) {
  for (size_t i = 0; i < std::size(kFunctions1); ++i) {
    const std::string name = kFunctions1[i].name;
    if (name != "sin" && name != "cos") continue;
    for (int level = kFirstLevel; level <= fy_v1_isa_level(); ++level) {
      const Level1& arrays = kLevels1[level - kFirstLevel][i];
      CheckWithinOne<double>(name, level, arrays.f64);
      CheckWithinOne<double>("strict " + name, level, arrays.strict_f64);
      CheckWithinOne<float>(name, level, arrays.f32);
      CheckWithinOne<float>("strict " + name, level, arrays.strict_f32);
    }
  }
}

}  // namespace
}  // namespace formulary::runtime
