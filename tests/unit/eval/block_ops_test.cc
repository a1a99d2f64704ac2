// Every loop of every level this CPU has: each operation, element type and pattern of uniform
// operands against expr/scalar.h and the naive conversions.

#include "server/eval/block_ops.h"

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/scalar.h"
#include "server/runtime/isa.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"

namespace formulary::eval {
namespace {

using expr::DType;
using expr::Opcode;
using expr::Scalar;
using testing::Column;
using testing::Random;
namespace scalar = expr::scalar;

constexpr size_t kCount = 208;  // whole vectors at every level
constexpr DType kTypes[] = {DType::kFloat64, DType::kFloat32, DType::kInt64, DType::kBool};

struct Level {
  int level;
  BlockLoopFinder find;
};
std::vector<Level> Levels() {
  std::vector<Level> levels = {{2, &FindBlockLoopV2}};
  if (fy_v1_isa_level() >= 3) levels.push_back({3, &FindBlockLoopV3});
  if (fy_v1_isa_level() >= 4) levels.push_back({4, &FindBlockLoopV4});
  return levels;
}

template <typename T>
Scalar Made(T value) {
  if constexpr (std::is_same_v<T, double>) return Scalar::Float64(value);
  if constexpr (std::is_same_v<T, float>) return Scalar::Float32(value);
  if constexpr (std::is_same_v<T, int64_t>) return Scalar::Int64(value);
}

// The operation by expr/scalar.h; a type it does not have gives kUnspecified.
template <typename T>
Scalar Number(Opcode opcode, T a, T b, T c) {
  switch (opcode) {
    case Opcode::kAdd:
      return Made(scalar::Add(a, b));
    case Opcode::kSub:
      return Made(scalar::Sub(a, b));
    case Opcode::kMul:
      return Made(scalar::Mul(a, b));
    case Opcode::kNeg:
      return Made(scalar::Neg(a));
    case Opcode::kAbs:
      return Made(scalar::Abs(a));
    case Opcode::kMin:
      return Made(scalar::Min(a, b));
    case Opcode::kMax:
      return Made(scalar::Max(a, b));
    case Opcode::kSign:
      return Made(scalar::Sign(a));
    case Opcode::kLess:
      return Scalar::Bool(a < b);
    case Opcode::kLessEqual:
      return Scalar::Bool(a <= b);
    case Opcode::kEqual:
      return Scalar::Bool(a == b);
    case Opcode::kNotEqual:
      return Scalar::Bool(a != b);
    default:
      break;
  }
  if constexpr (std::is_integral_v<T>) {
    if (opcode == Opcode::kMod) return Made(scalar::Mod(a, b));
    if (opcode == Opcode::kGcd) return Made(scalar::Gcd(a, b));
    if (opcode == Opcode::kLcm) return Made(scalar::Lcm(a, b));
  } else {
    if (opcode == Opcode::kDiv) return Made(a / b);
    if (opcode == Opcode::kSqrt) return Made(std::sqrt(a));
    if (opcode == Opcode::kFloor) return Made(std::floor(a));
    if (opcode == Opcode::kCeil) return Made(std::ceil(a));
    if (opcode == Opcode::kRound) return Made(std::nearbyint(a));
    if (opcode == Opcode::kTrunc) return Made(std::trunc(a));
    if (opcode == Opcode::kFma) return Made(std::fma(a, b, c));
  }
  return {.dtype = DType::kUnspecified};
}

Scalar Expected(Opcode opcode, const Scalar& a, const Scalar& b, const Scalar& c) {
  switch (a.dtype) {
    case DType::kFloat64:
      return Number(opcode, a.f64, b.f64, c.f64);
    case DType::kFloat32:
      return Number(opcode, a.f32, b.f32, c.f32);
    case DType::kInt64:
      return Number(opcode, a.i64, b.i64, c.i64);
    default:
      break;
  }
  switch (opcode) {
    case Opcode::kAnd:
      return Scalar::Bool(a.boolean && b.boolean);
    case Opcode::kOr:
      return Scalar::Bool(a.boolean || b.boolean);
    case Opcode::kXor:
    case Opcode::kNotEqual:
      return Scalar::Bool(a.boolean != b.boolean);
    case Opcode::kEqual:
      return Scalar::Bool(a.boolean == b.boolean);
    case Opcode::kNot:
      return Scalar::Bool(!a.boolean);
    default:
      return {.dtype = DType::kUnspecified};
  }
}

int ArityOf(Opcode opcode) {
  switch (opcode) {
    case Opcode::kNeg:
    case Opcode::kAbs:
    case Opcode::kSign:
    case Opcode::kSqrt:
    case Opcode::kFloor:
    case Opcode::kCeil:
    case Opcode::kRound:
    case Opcode::kTrunc:
    case Opcode::kNot:
    case Opcode::kConvert:
      return 1;
    case Opcode::kFma:
    case Opcode::kSelect:
      return 3;
    default:
      return 2;
  }
}

// Aligned storage of a column, as the workspace has it.
struct Buffer {
  explicit Buffer(const Column& column) {
    for (size_t i = 0; i < column.bits.size(); ++i) {
      std::memcpy(bytes + i * ByteSize(column.dtype), &column.bits[i], ByteSize(column.dtype));
    }
  }
  Buffer() = default;
  Scalar at(DType dtype, size_t i) const {
    uint64_t bits = 0;
    std::memcpy(&bits, bytes + i * ByteSize(dtype), ByteSize(dtype));
    return testing::ScalarOf(dtype, bits);
  }
  alignas(64) unsigned char bytes[kCount * 8] = {};
};

Column RandomColumn(DType dtype, Random* random) {
  const std::vector<double> special = testing::SpecialValues();
  Column column{dtype, {}};
  for (size_t i = 0; i < kCount; ++i) {
    if (dtype == DType::kBool) {
      column.bits.push_back(random->Below(2));
    } else if (dtype == DType::kInt64) {
      const int64_t ends[] = {std::numeric_limits<int64_t>::min(),
                              std::numeric_limits<int64_t>::max(), 0, -1, 1};
      column.bits.push_back(random->OneIn(4)   ? static_cast<uint64_t>(ends[random->Below(5)])
                            : random->OneIn(2) ? random->Next()
                                               : random->Below(40) - 20);
    } else {
      const double value = random->OneIn(2)   ? random->Moderate()
                           : random->OneIn(2) ? special[random->Below(special.size())]
                                              : random->Pattern();
      column.bits.push_back(testing::BitsOf(Convert(Scalar::Float64(value), dtype)));
    }
  }
  return column;
}

Column SameEverywhere(Column column, bool uniform) {
  if (uniform) std::fill(column.bits.begin(), column.bits.end(), column.bits[0]);
  return column;
}

class BlockOpsTest : public ::testing::Test {
 protected:
  Random random_{99};
  int loops_ = 0;
};

TEST_F(BlockOpsTest, EveryOperationOfEveryTypeAndPattern) {
  for (const Level& level : Levels()) {
    for (int op = 1; op < static_cast<int>(Opcode::kSelect); ++op) {
      const auto opcode = static_cast<Opcode>(op);
      for (const DType dtype : kTypes) {
        const int arity = ArityOf(opcode);
        for (unsigned uniform = 0; uniform < (arity == 1 ? 1u : 1u << arity); ++uniform) {
          std::vector<Column> x;
          for (unsigned k = 0; k < 3; ++k)
            x.push_back(SameEverywhere(RandomColumn(dtype, &random_), (uniform >> k & 1) != 0));
          const DType result = Expected(opcode, x[0].at(0), x[1].at(0), x[2].at(0)).dtype;
          const BlockLoop loop = level.find(opcode, dtype, result, uniform);
          ASSERT_EQ(loop != nullptr, result != DType::kUnspecified)
              << "opcode " << op << " of " << Name(dtype);
          if (loop == nullptr) continue;
          ++loops_;
          const Buffer a(x[0]), b(x[1]), c(x[2]);
          Buffer y;
          loop(y.bytes, a.bytes, b.bytes, c.bytes, kCount);
          for (size_t i = 0; i < kCount; ++i) {
            const Scalar want = Expected(opcode, x[0].at(i), x[1].at(i), x[2].at(i));
            ASSERT_TRUE(testing::SameBits(y.at(result, i), want))
                << "opcode " << op << " of " << Name(dtype) << ", level " << level.level
                << ", uniform " << uniform << ": " << testing::Shown(x[0].at(i)) << " and "
                << testing::Shown(x[1].at(i)) << " give " << testing::Shown(y.at(result, i))
                << ", want " << testing::Shown(want);
          }
        }
      }
    }
  }
  EXPECT_GT(loops_, 100);
}

TEST_F(BlockOpsTest, SelectionsOfEveryTypeAndPattern) {
  for (const Level& level : Levels()) {
    for (const DType dtype : kTypes) {
      for (unsigned uniform = 0; uniform < 8; ++uniform) {
        const Column m = SameEverywhere(RandomColumn(DType::kBool, &random_), (uniform & 1) != 0);
        const Column a = SameEverywhere(RandomColumn(dtype, &random_), (uniform & 2) != 0);
        const Column b = SameEverywhere(RandomColumn(dtype, &random_), (uniform & 4) != 0);
        const BlockLoop loop = level.find(Opcode::kSelect, dtype, dtype, uniform);
        ASSERT_NE(loop, nullptr);
        const Buffer condition(m), first(a), second(b);
        Buffer y;
        loop(y.bytes, condition.bytes, first.bytes, second.bytes, kCount);
        for (size_t i = 0; i < kCount; ++i) {
          ASSERT_EQ(testing::BitsOf(y.at(dtype, i)), m.bits[i] != 0 ? a.bits[i] : b.bits[i])
              << Name(dtype) << " " << uniform;
        }
      }
    }
  }
}

TEST_F(BlockOpsTest, EveryConversion) {
  for (const Level& level : Levels()) {
    for (const DType from : kTypes) {
      for (const DType to : kTypes) {
        Column x = RandomColumn(from, &random_);
        // Floating numbers that no int64 holds have no defined conversion.
        for (uint64_t& bits : x.bits) {
          const double value = testing::ScalarOf(from, bits).ToDouble();
          if (IsFloat(from) && to == DType::kInt64 && !(std::abs(value) < 1e18)) bits = 0;
        }
        const BlockLoop loop = level.find(Opcode::kConvert, from, to, 0);
        ASSERT_NE(loop, nullptr);
        const Buffer a(x);
        Buffer y;
        loop(y.bytes, a.bytes, a.bytes, a.bytes, kCount);
        for (size_t i = 0; i < kCount; ++i) {
          ASSERT_TRUE(testing::SameBits(y.at(to, i), Convert(x.at(i), to)))
              << Name(from) << " to " << Name(to) << ": " << testing::Shown(x.at(i)) << " gives "
              << testing::Shown(y.at(to, i));
        }
      }
    }
  }
}

TEST_F(BlockOpsTest, WhatThereIsNotIsNull) {
  for (const Level& level : Levels()) {
    EXPECT_EQ(level.find(Opcode::kNone, DType::kFloat64, DType::kFloat64, 0), nullptr);
    EXPECT_EQ(level.find(Opcode::kAnd, DType::kFloat64, DType::kFloat64, 0), nullptr);
    EXPECT_EQ(level.find(Opcode::kSqrt, DType::kInt64, DType::kInt64, 0), nullptr);
    EXPECT_EQ(level.find(Opcode::kConvert, DType::kComplex64, DType::kFloat64, 0), nullptr);
  }
}

}  // namespace
}  // namespace formulary::eval
