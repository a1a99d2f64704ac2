// Constants are rounded once, whatever they are made of; in STRICT every operation is.

#include "server/codegen/constants.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "tests/unit/codegen/codegen_helpers.h"

namespace formulary::codegen {
namespace {

using expr::DType;
using expr::Numerics;

expr::Program ProgramOf(const std::string& text, Numerics numerics) {
  absl::StatusOr<expr::Program> program = testing::ParseProgram({text}, numerics);
  EXPECT_TRUE(program.ok()) << text << ": " << program.status().ToString();
  EXPECT_TRUE(MakeConversionsExplicit(&*program).ok());
  return *std::move(program);
}

uint64_t BitsOf(const std::string& text, DType dtype, Numerics numerics = Numerics::kStable) {
  const expr::Program program = ProgramOf(text, numerics);
  return Constants(program).Bits(program.outputs[0].node, dtype);
}

double Double(const std::string& text, Numerics numerics = Numerics::kStable) {
  return std::bit_cast<double>(BitsOf(text, DType::kFloat64, numerics));
}
float Float(const std::string& text) {
  return std::bit_cast<float>(static_cast<uint32_t>(BitsOf(text, DType::kFloat32)));
}

TEST(ConstantsTest, AreRoundedOnce) {
  // References: 40 digits, rounded by the compiler.
  EXPECT_EQ(Double("sqrt(2*pi)"), 2.506628274631000502415765284811045253007);
  EXPECT_EQ(Double("1/3"), 0.3333333333333333333333333333333333333333);
  EXPECT_EQ(Double("pi**10"), 93648.04747608302097371669018491934563599);
  EXPECT_EQ(Double("exp(1) - 2"), 0.718281828459045235360287471352662497757);
  EXPECT_EQ(Double("EulerGamma"), 0.5772156649015328606065120900824024310422);
  EXPECT_EQ(Double("gamma(1/2)"), 1.772453850905516027298167483341145182798);
  EXPECT_EQ(Double("10**(-320)"), 1e-320);
  EXPECT_EQ(Double("10**400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(Double("-10**400"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Double("10**(-400)"), 0.0);
  // cancels to nothing when each step is rounded
  EXPECT_EQ(Double("(1 + 10**(-20) - 1)*10**20"), 1.0);
  EXPECT_EQ(Float("pi"), 3.141592653589793238462643383279502884197f);
  EXPECT_EQ(Float("1/10"), 0.1f);
  EXPECT_EQ(Float("10**(-40)"), 1e-40f);
  // Through binary64 this would be rounded twice, to the other side.
  EXPECT_EQ(Float("1 + 2**(-24) + 2**(-60)"), 0x1.000002p+0f);
}

TEST(ConstantsTest, StrictRoundsEveryOperation) {
  EXPECT_EQ(Double("0.1 + 0.2", Numerics::kStrict), 0.1 + 0.2);
  EXPECT_EQ(Double("pi*10.0*pi", Numerics::kStrict), M_PI * 10.0 * M_PI);
  EXPECT_EQ(Double("(1 + 1e-20 - 1)*1e20", Numerics::kStrict), 0.0);
  EXPECT_EQ(Double("sqrt(2)*sqrt(2)", Numerics::kStrict), std::sqrt(2.0) * std::sqrt(2.0));
}

TEST(ConstantsTest, UndefinedIsNaNAndPolesAreInfinite) {
  EXPECT_TRUE(std::isnan(Double("log(-1)")));
  EXPECT_TRUE(std::isnan(Double("sqrt(-2)")));
  EXPECT_TRUE(std::isnan(Double("0*oo")));
  EXPECT_EQ(Double("-oo"), -std::numeric_limits<double>::infinity());
}

// What lies beyond the exponent range is infinite, and so takes no time and no memory: the sine of
// the former would need a pi of 29 million bits.
TEST(ConstantsTest, ExponentsAreBounded) {
  EXPECT_TRUE(std::isnan(Double("sin(exp(20000000))")));
  EXPECT_TRUE(std::isnan(Double("Mod(exp(exp(30)), 3)")));
  EXPECT_EQ(Double("log(10**30000)"), 69077.55278982137);
}

struct TruthCase {
  const char* text;
  bool value;
};

TEST(ConstantsTest, TruthValues) {
  const TruthCase table[] = {
      {"pi > 3", true},           {"pi < 3", false},      {"1 < 2 and 2 < 1", false},
      {"Xor(True, True)", false}, {"Xor(True)", true},    {"And(True)", true},
      {"Or(False)", false},       {"not (1 < 2)", false}, {"Xor(pi > 3)", true},
      {"nan < 1", false},         {"Ne(nan, nan)", true},
  };
  for (const TruthCase& row : table) {
    for (const Numerics numerics : {Numerics::kStrict, Numerics::kStable}) {
      EXPECT_EQ(BitsOf(row.text, DType::kBool, numerics), row.value ? 1u : 0u) << row.text;
    }
  }
}

TEST(ConstantsTest, Integers) {
  EXPECT_EQ(BitsOf("2**40 - 1", DType::kInt64), (1ull << 40) - 1);
  EXPECT_EQ(BitsOf("-7", DType::kInt64), static_cast<uint64_t>(-7));
}

TEST(ConstantsTest, SumsAndProductsAreRoundedOnceAsAWhole) {
  const expr::Program program = ProgramOf("Max(pi, 1/3, 10**20)", Numerics::kStable);
  const absl::Span<const expr::NodeId> parts = program.graph.operands(program.outputs[0].node);
  Constants constants(program);
  EXPECT_EQ(std::bit_cast<double>(constants.SumBits(parts, DType::kFloat64)), 1e20);
  EXPECT_EQ(std::bit_cast<double>(constants.ProductBits(parts.subspan(0, 2), DType::kFloat64)),
            1.047197551196597746154214461093167628066);
}

TEST(ConstantsTest, DeepConstantsNeedNoStack) {
  expr::Program program;
  expr::NodeId node = program.graph.Integer(1);
  for (int i = 0; i < 50'000; ++i) {
    node = program.graph.Call(i % 2 == 0 ? expr::fn::kSqrt : expr::fn::kNeg, {node});
    if (i % 2 == 1) node = program.graph.Call(expr::fn::kAbs, {node});
  }
  program.outputs = {{"y0", node}};
  EXPECT_EQ(std::bit_cast<double>(Constants(program).Bits(node, DType::kFloat64)), 1.0);
}

}  // namespace
}  // namespace formulary::codegen
