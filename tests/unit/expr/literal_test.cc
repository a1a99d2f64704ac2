#include "server/expr/literal.h"

#include <gtest/gtest.h>

#include <string>

namespace formulary::expr {
namespace {

constexpr size_t kMaxBits = 4'096;

TEST(Literal, ReadsNumbersExactly) {
  struct {
    const char* text;
    const char* value;
    bool negative;
  } const kCases[] = {
      {"1.5", "3/2", false},    {"-.5e-3", "-1/2000", true}, {"2E10", "20000000000", false},
      {"+0.10", "1/10", false}, {"-0.0", "0", true},         {"010", "10", false},
      {"1e+2", "100", false},   {"5.", "5", false},
  };
  for (const auto& [text, value, negative] : kCases) {
    SCOPED_TRACE(text);
    const auto decimal = ReadDecimal(text, kMaxBits);
    ASSERT_TRUE(decimal.ok()) << decimal.status();
    EXPECT_EQ(decimal->value, mpq_class(value));
    EXPECT_EQ(decimal->negative, negative);
  }
  EXPECT_EQ(*ReadInteger("+012", kMaxBits), 12);
  EXPECT_EQ(*ReadInteger("-7", kMaxBits), -7);
}

TEST(Literal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", ".", "e5", "1e", "1e1.5", "1.2.3", "0x10", "1 2", "--1"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(ReadDecimal(text, kMaxBits).status().code(), absl::StatusCode::kInvalidArgument);
  }
  for (const char* text : {"", "-", "1.0", "1e5", " 1", "0x10"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(ReadInteger(text, kMaxBits).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(Literal, ChecksTheLimitBeforeItConverts) {
  const std::string long_number(100'000'000, '7');
  EXPECT_FALSE(ReadInteger(long_number, kMaxBits).ok());
  EXPECT_FALSE(ReadDecimal(long_number, kMaxBits).ok());
  EXPECT_FALSE(ReadDecimal("1e999999999999", kMaxBits).ok());
  EXPECT_FALSE(ReadDecimal("1e-9223372036854775807", kMaxBits).ok());
  EXPECT_TRUE(ReadDecimal("1e1000", kMaxBits).ok());
  EXPECT_LE(ShownLiteral(long_number).size(), 64u);
}

}  // namespace
}  // namespace formulary::expr
