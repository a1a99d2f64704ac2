// mod against its definition by libm's fmod, to the bit.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "tests/unit/runtime/level_tables.h"
#include "tests/unit/runtime/operands.h"

namespace formulary::runtime {
namespace {

// Python's float remainder.
template <class T>
T Expected(T a, T b) {
  const T rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(T{0}, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

template <class T, class Array>
void Check(int level, Array array) {
  constexpr size_t kCount = 60000;
  std::vector<T> a;
  std::vector<T> b;
  OperandPairs<T>(kCount, 77, &a, &b);
  Random random(78);
  for (size_t i = kCount / 2; i < kCount; ++i) {  // whole multiples, and a hair off them
    b[i] = static_cast<T>(random.Sign() * std::exp2(random.Between(-20, 20)));
    a[i] =
        static_cast<T>(b[i] * std::floor(std::exp2(random.Between(0, sizeof(T) == 8 ? 60 : 30))));
    if ((random.Bits() & 1) != 0) a[i] = std::nextafter(a[i], T{0});
  }
  std::vector<T> y(kCount);
  array(y.data(), a.data(), 1, b.data(), 1, static_cast<long>(kCount));
  for (size_t i = 0; i < kCount; ++i) {
    ASSERT_TRUE(Same(y[i], Expected(a[i], b[i])))
        << std::hexfloat << "v" << level << " mod(" << a[i] << ", " << b[i] << ") = " << y[i]
        << ", want " << Expected(a[i], b[i]);
  }
}

TEST(ModTest, EqualsItsDefinition) {
  size_t mod = 0;
  while (std::string(kFunctions2[mod].name) != "mod") ++mod;
  for (int level = kFirstLevel; level <= fy_v1_isa_level(); ++level) {
    Check<double>(level, kLevels2[level - kFirstLevel][mod].f64);
    Check<float>(level, kLevels2[level - kFirstLevel][mod].f32);
  }
}

}  // namespace
}  // namespace formulary::runtime
