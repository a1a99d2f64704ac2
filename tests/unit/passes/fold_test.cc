// Exact arithmetic on constants: what folds, what does not, and what it may cost.

#include "server/passes/fold.h"

#include <optional>

#include "gtest/gtest.h"

namespace formulary::passes {
namespace {

using expr::Opcode;

struct PowerCase {
  const char *base, *exponent, *result;  // null: does not fold
};

TEST(FoldTest, Powers) {
  const PowerCase table[] = {
      {"2", "10", "1024"},
      {"2", "-3", "1/8"},
      {"-2", "3", "-8"},
      {"4/9", "1/2", "2/3"},
      {"4/9", "-3/2", "27/8"},
      {"27", "1/3", "3"},
      {"1", "123456789/7", "1"},
      {"-1", "1000000001", "-1"},
      {"0", "5", "0"},
      {"7", "0", "1"},
      // irrational, undefined, or complex
      {"2", "1/2", nullptr},
      {"0", "0", nullptr},
      {"0", "-1", nullptr},
      {"-8", "1/3", nullptr},
      {"-4", "1/2", nullptr},
      {"4", "1/100", nullptr},
      // too large
      {"10", "10000000000", nullptr},
      {"10", "-10000000000", nullptr},
      {"3", "20000", nullptr},
      {"2", "99999999999999999999999", nullptr},
  };
  for (const PowerCase& row : table) {
    const std::optional<mpq_class> folded =
        FoldPower(mpq_class(row.base), mpq_class(row.exponent), 16'384);
    ASSERT_EQ(folded.has_value(), row.result != nullptr) << row.base << " ** " << row.exponent;
    if (folded.has_value()) {
      EXPECT_EQ(*folded, mpq_class(row.result)) << row.base << " ** " << row.exponent;
      EXPECT_LE(BitsOf(*folded), 16'384u + 64);
    }
  }
}

TEST(FoldTest, Roundings) {
  struct Case {
    Opcode opcode;
    const char *operand, *result;
  };
  const Case table[] = {
      {Opcode::kFloor, "-7/2", "-4"}, {Opcode::kFloor, "7/2", "3"},
      {Opcode::kFloor, "-3", "-3"},   {Opcode::kCeil, "-7/2", "-3"},
      {Opcode::kCeil, "7/2", "4"},    {Opcode::kTrunc, "-7/2", "-3"},
      {Opcode::kTrunc, "7/2", "3"},   {Opcode::kRound, "5/2", "2"},
      {Opcode::kRound, "7/2", "4"},   {Opcode::kRound, "-5/2", "-2"},
      {Opcode::kRound, "-7/2", "-4"}, {Opcode::kRound, "8/3", "3"},
      {Opcode::kAbs, "-7/2", "7/2"},  {Opcode::kSign, "-7/2", "-1"},
      {Opcode::kSign, "0", "0"},
  };
  for (const Case& row : table) {
    const mpq_class operand(row.operand);
    const std::optional<mpq_class> folded = FoldNumber(row.opcode, {&operand, 1});
    ASSERT_TRUE(folded.has_value()) << row.operand;
    EXPECT_EQ(*folded, mpq_class(row.result))
        << static_cast<int>(row.opcode) << " of " << row.operand;
  }
}

TEST(FoldTest, RemaindersHaveTheDivisorsSign) {
  const auto mod = [](const char* a, const char* b) {
    const mpq_class operands[] = {mpq_class(a), mpq_class(b)};
    return FoldNumber(Opcode::kMod, operands);
  };
  EXPECT_EQ(mod("-7", "3"), mpq_class(2));
  EXPECT_EQ(mod("7", "-3"), mpq_class(-2));
  EXPECT_EQ(mod("-7", "-3"), mpq_class(-1));
  EXPECT_EQ(mod("7/2", "1"), mpq_class(1, 2));
  EXPECT_FALSE(mod("7", "0").has_value());
}

TEST(FoldTest, CommonDivisorsOfIntegersOnly) {
  const auto fold = [](Opcode opcode, const char* a, const char* b) {
    const mpq_class operands[] = {mpq_class(a), mpq_class(b)};
    return FoldNumber(opcode, operands);
  };
  EXPECT_EQ(fold(Opcode::kGcd, "-12", "18"), mpq_class(6));
  EXPECT_EQ(fold(Opcode::kLcm, "-12", "18"), mpq_class(36));
  EXPECT_EQ(fold(Opcode::kGcd, "0", "0"), mpq_class(0));
  EXPECT_EQ(fold(Opcode::kGcd, "36893488147419103233", "36893488147419103236"), mpq_class(3));
  EXPECT_FALSE(fold(Opcode::kGcd, "1/2", "3").has_value());
  EXPECT_FALSE(fold(Opcode::kLcm, "2", "3/2").has_value());
}

TEST(FoldTest, ComparisonsAndOthers) {
  EXPECT_EQ(FoldComparison(Opcode::kLess, 1, 2), true);
  EXPECT_EQ(FoldComparison(Opcode::kLessEqual, 2, 2), true);
  EXPECT_EQ(FoldComparison(Opcode::kEqual, 1, 2), false);
  EXPECT_EQ(FoldComparison(Opcode::kNotEqual, 1, 2), true);
  EXPECT_FALSE(FoldComparison(Opcode::kAdd, 1, 2).has_value());
  const mpq_class operand(2);
  EXPECT_FALSE(FoldNumber(Opcode::kSqrt, {&operand, 1}).has_value());
}

}  // namespace
}  // namespace formulary::passes
