// All forms of a function give the same bits for an operand, wherever it stands: scalar, array,
// SIMD of every width, at every alignment, next to any neighbours.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "tests/unit/runtime/level_tables.h"
#include "tests/unit/runtime/operands.h"
#include "tests/unit/runtime/simd_forms.h"

namespace formulary::runtime {
namespace {

constexpr size_t kCount = 1 << 17;

template <class T>
struct View1 {
  const char* form;
  T (*scalar)(T);
  void (*array)(T*, const T*, long);
};

template <class T>
std::vector<View1<T>> Views(const Function1& row) {
  if constexpr (sizeof(T) == 8) {
    return {{"plain", row.scalar_f64, row.array_f64},
            {"strict", row.strict_scalar_f64, row.strict_array_f64}};
  } else {
    return {{"plain", row.scalar_f32, row.array_f32},
            {"strict", row.strict_scalar_f32, row.strict_array_f32}};
  }
}

template <class T>
struct View2 {
  const char* form;
  T (*scalar)(T, T);
  void (*array)(T*, const T*, long, const T*, long, long);
};

template <class T>
std::vector<View2<T>> Views(const Function2& row) {
  if constexpr (sizeof(T) == 8) {
    return {{"plain", row.scalar_f64, row.array_f64},
            {"strict", row.strict_scalar_f64, row.strict_array_f64}};
  } else {
    return {{"plain", row.scalar_f32, row.array_f32},
            {"strict", row.strict_scalar_f32, row.strict_array_f32}};
  }
}

template <class T, class Forms>
auto PlainAndStrict(const Forms& forms) {
  if constexpr (sizeof(T) == 8) {
    return std::array{forms.f64, forms.strict_f64};
  } else {
    return std::array{forms.f32, forms.strict_f32};
  }
}

std::vector<SimdWidth> Widths() {
  std::vector<SimdWidth> all = {SseForms(), AvxForms(), Avx2Forms(), Avx512Forms()};
  std::erase_if(all, [](const SimdWidth& width) { return width.level > fy_v1_isa_level(); });
  return all;
}

// The index of the first difference, or the size.
template <class T>
size_t FirstDifference(const std::vector<T>& a, const std::vector<T>& b) {
  size_t i = 0;
  while (i < a.size() && Same(a[i], b[i])) ++i;
  return i;
}

template <class T>
std::string Where(const char* name, const char* form, const char* what) {
  return std::string(name) + (sizeof(T) == 8 ? " f64 " : " f32 ") + form + ", " + what;
}

// Operands in another order, so that each has other neighbours and another lane.
std::vector<size_t> Shuffled(size_t n) {
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  Random random(5);
  for (size_t i = n - 1; i > 0; --i) std::swap(order[i], order[random.Bits() % (i + 1)]);
  return order;
}

template <class T>
void CheckUnary(uint64_t seed) {
  const std::vector<T> x = Operands<T>(kCount, seed);
  const std::vector<size_t> order = Shuffled(kCount);
  const long n = static_cast<long>(kCount);
  for (size_t f = 0; f < std::size(kFunctions1); ++f) {
    const Function1& row = kFunctions1[f];
    const auto views = Views<T>(row);
    for (size_t form = 0; form < views.size(); ++form) {
      const View1<T>& view = views[form];
      std::vector<T> want(kCount);
      view.array(want.data(), x.data(), n);
      std::vector<T> got(kCount);
      const auto check = [&](const char* what) {
        const size_t at = FirstDifference(got, want);
        ASSERT_EQ(at, kCount) << Where<T>(row.name, view.form, what) << std::hexfloat << " at "
                              << x[at] << ": " << got[at] << " and " << want[at];
      };
      std::transform(x.begin(), x.end(), got.begin(), view.scalar);
      check("scalar");

      std::vector<T> mixed(kCount);
      for (size_t i = 0; i < kCount; ++i) mixed[i] = x[order[i]];
      view.array(mixed.data(), mixed.data(), n);  // in place
      for (size_t i = 0; i < kCount; ++i) got[order[i]] = mixed[i];
      check("other neighbours, in place");

      if (row.weight == Weight::kHeavy) continue;
      for (const SimdWidth& width : Widths()) {
        PlainAndStrict<T>(width.unary[f])[form](got.data(), x.data(), n);
        check(width.name);
      }
    }
  }
}

template <class T>
void CheckBinary(uint64_t seed) {
  std::vector<T> a;
  std::vector<T> b;
  OperandPairs<T>(kCount, seed, &a, &b);
  const std::vector<size_t> order = Shuffled(kCount);
  const long n = static_cast<long>(kCount);
  for (size_t f = 0; f < std::size(kFunctions2); ++f) {
    const Function2& row = kFunctions2[f];
    const auto views = Views<T>(row);
    for (size_t form = 0; form < views.size(); ++form) {
      const View2<T>& view = views[form];
      std::vector<T> want(kCount);
      view.array(want.data(), a.data(), 1, b.data(), 1, n);
      std::vector<T> got(kCount);
      const auto check = [&](const char* what) {
        const size_t at = FirstDifference(got, want);
        ASSERT_EQ(at, kCount) << Where<T>(row.name, view.form, what) << std::hexfloat << " at "
                              << a[at] << ", " << b[at] << ": " << got[at] << " and " << want[at];
      };
      std::transform(a.begin(), a.end(), b.begin(), got.begin(), view.scalar);
      check("scalar");

      std::vector<T> mixed_a(kCount);
      std::vector<T> mixed_b(kCount);
      for (size_t i = 0; i < kCount; ++i) {
        mixed_a[i] = a[order[i]];
        mixed_b[i] = b[order[i]];
      }
      view.array(mixed_a.data(), mixed_a.data(), 1, mixed_b.data(), 1, n);
      for (size_t i = 0; i < kCount; ++i) got[order[i]] = mixed_a[i];
      check("other neighbours, in place");

      if (row.weight == Weight::kHeavy) continue;
      for (const SimdWidth& width : Widths()) {
        PlainAndStrict<T>(width.binary[f])[form](got.data(), a.data(), 1, b.data(), 1, n);
        check(width.name);
      }
    }
  }
}

TEST(FormsTest, UnaryFormsAgreeInF64) { CheckUnary<double>(11); }
TEST(FormsTest, UnaryFormsAgreeInF32) { CheckUnary<float>(12); }
TEST(FormsTest, BinaryFormsAgreeInF64) { CheckBinary<double>(13); }
TEST(FormsTest, BinaryFormsAgreeInF32) { CheckBinary<float>(14); }

// v2 has no FMA and is left out.
template <class T>
void CheckLevels() {
  const std::vector<T> x = Operands<T>(kCount, 21);
  std::vector<T> a;
  std::vector<T> b;
  OperandPairs<T>(kCount, 22, &a, &b);
  const long n = static_cast<long>(kCount);
  std::vector<T> v3(kCount);
  std::vector<T> v4(kCount);
  for (size_t f = 0; f < std::size(kFunctions1); ++f) {
    PlainAndStrict<T>(kLevels1[1][f])[1](v3.data(), x.data(), n);
    PlainAndStrict<T>(kLevels1[2][f])[1](v4.data(), x.data(), n);
    EXPECT_EQ(FirstDifference(v3, v4), kCount) << kFunctions1[f].name;
  }
  for (size_t f = 0; f < std::size(kFunctions2); ++f) {
    PlainAndStrict<T>(kLevels2[1][f])[1](v3.data(), a.data(), 1, b.data(), 1, n);
    PlainAndStrict<T>(kLevels2[2][f])[1](v4.data(), a.data(), 1, b.data(), 1, n);
    EXPECT_EQ(FirstDifference(v3, v4), kCount) << kFunctions2[f].name;
  }
}

TEST(FormsTest, StrictAndHeavyAgreeBetweenLevels3And4) {
  if (fy_v1_isa_level() < 4) GTEST_SKIP() << "no x86-64-v4";
  CheckLevels<double>();
  CheckLevels<float>();
}

TEST(FormsTest, BroadcastOperandsEqualArraysOfThem) {
  for (const Function2& row : kFunctions2) {
    for (const double value : {2.5, -0.0, std::nan("")}) {
      Random random(31);
      std::vector<double> x(64);
      for (double& each : x) each = RandomOperand<double>(random);
      const std::vector<double> constant(64, value);
      std::vector<double> want(64);
      std::vector<double> got(64);
      row.array_f64(want.data(), x.data(), 1, constant.data(), 1, 64);
      row.array_f64(got.data(), x.data(), 1, &value, 0, 64);
      EXPECT_EQ(FirstDifference(got, want), got.size()) << row.name << " b = " << value;
      row.array_f64(want.data(), constant.data(), 1, x.data(), 1, 64);
      row.array_f64(got.data(), &value, 0, x.data(), 1, 64);
      EXPECT_EQ(FirstDifference(got, want), got.size()) << row.name << " a = " << value;
      row.array_f64(want.data(), constant.data(), 1, constant.data(), 1, 64);
      row.array_f64(got.data(), &value, 0, &value, 0, 64);
      EXPECT_EQ(FirstDifference(got, want), got.size()) << row.name << " both = " << value;
    }
  }
}

TEST(FormsTest, OddAddressesGiveTheSameBits) {
  const std::vector<double> x = Operands<double>(256, 41);
  std::vector<unsigned char> in(256 * sizeof(double) + 8);
  std::vector<unsigned char> out(256 * sizeof(double) + 8);
  for (const Function1& row : kFunctions1) {
    std::vector<double> want(256);
    row.array_f64(want.data(), x.data(), 256);
    for (size_t offset = 1; offset < 8; offset += 3) {
      std::memcpy(in.data() + offset, x.data(), 256 * sizeof(double));
      row.array_f64(reinterpret_cast<double*>(out.data() + offset),
                    reinterpret_cast<const double*>(in.data() + offset), 256);
      std::vector<double> got(256);
      std::memcpy(got.data(), out.data() + offset, 256 * sizeof(double));
      EXPECT_EQ(FirstDifference(got, want), got.size()) << row.name;
    }
  }
}

TEST(FormsTest, ArraysTouchWholeBlocksOf16Only) {
  for (const Function1& row : kFunctions1) {
    for (const long n : {-16L, -1L, 0L, 1L, 15L, 16L, 31L, 33L}) {
      const std::vector<float> x(64, 1.5F);
      std::vector<float> y(64, -7.0F);
      row.array_f32(y.data(), x.data(), n);
      const long whole = n > 0 ? n / 16 * 16 : 0;
      EXPECT_EQ(std::count(y.begin(), y.end(), -7.0F), 64 - whole) << row.name << " n = " << n;
      EXPECT_EQ(std::count(y.begin() + whole, y.end(), -7.0F), 64 - whole)
          << row.name << " n = " << n;
    }
  }
}

TEST(FormsTest, ThreadsDoNotDisturbEachOther) {
  const std::vector<double> x = Operands<double>(4096, 51);
  const long n = static_cast<long>(x.size());
  const auto evaluate = [&] {
    std::vector<double> y(x.size());
    std::vector<double> all;
    for (const Function1& row : kFunctions1) {
      row.array_f64(y.data(), x.data(), n);
      all.insert(all.end(), y.begin(), y.end());
    }
    return all;
  };
  const std::vector<double> want = evaluate();
  std::vector<std::vector<double>> got(4);
  std::vector<std::thread> threads;
  for (auto& each : got) threads.emplace_back([&] { each = evaluate(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& each : got) EXPECT_EQ(FirstDifference(each, want), want.size());
}

TEST(FormsTest, ControlRegistersStayAsTheyWere) {
  const unsigned before = __builtin_ia32_stmxcsr();
  const std::vector<double> x = Operands<double>(8192, 61);
  std::vector<double> y(x.size());
  for (const Function1& row : kFunctions1) {
    row.array_f64(y.data(), x.data(), static_cast<long>(x.size()));
    row.strict_array_f64(y.data(), x.data(), static_cast<long>(x.size()));
  }
  constexpr unsigned kControl = ~0x3FU;  // all but the sticky exception flags
  EXPECT_EQ(__builtin_ia32_stmxcsr() & kControl, before & kControl);
}

}  // namespace
}  // namespace formulary::runtime
