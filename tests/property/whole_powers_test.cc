// STRICT powers with constant whole exponents are made of products in place wherever operands are
// in reach of them. That may not show in any bit: results are the strict routine's, alone or among
// other powers, whatever else the block holds, in either tier.

#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/base/strings.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using codegen::LoopProgram;
using expr::DType;

constexpr size_t kBlock = 1'024;
constexpr size_t kBlocks = 20;
constexpr int kLeast = -12, kGreatest = 40;

std::vector<std::string> PowersOf(const std::string& base, int least, int greatest) {
  std::vector<std::string> texts;
  for (int n = least; n <= greatest; ++n) texts.push_back(base::StrCat(base, "**(", n, ")"));
  return texts;
}

// A number beside a power of two that ends the reach of some exponent.
double NearAnEnd(Random* random) {
  const int n = 1 + static_cast<int>(random->Below(kGreatest));
  const int k = static_cast<int>(960 / n + random->Below(3)) - 1;
  const double end = std::ldexp(1.0, random->OneIn(2) ? k : -k);
  const size_t step = random->Below(3);
  const double beside = step == 0 ? end : std::nextafter(end, step == 1 ? 0 : HUGE_VAL);
  return random->OneIn(2) ? beside : -beside;
}

// Blocks within everyone's reach, with zeros besides, near ends, of any pattern, and of all that.
std::vector<double> Operands() {
  const std::vector<double> special = SpecialValues();
  Random random(2'024);
  std::vector<double> values;
  for (size_t i = 0; i < kBlocks * kBlock; ++i) {
    const size_t kind = i / kBlock % 5 == 4 ? random.Below(4) : i / kBlock % 5;
    const double near = std::ldexp(random.Between(1, 2), static_cast<int>(random.Below(40)) - 20);
    values.push_back(kind == 0         ? (random.OneIn(2) ? near : -near)
                     : kind == 1       ? (random.OneIn(9) ? random.OneIn(2) ? 0.0 : -0.0 : near)
                     : kind == 2       ? NearAnEnd(&random)
                     : random.OneIn(5) ? special[random.Below(special.size())]
                                       : random.Pattern());
  }
  return values;
}

expr::Program Parsed(const std::vector<std::string>& texts, DType width) {
  absl::StatusOr<expr::Program> program = ParseProgram(
      texts, expr::Numerics::kStrict, {{.name = "x", .dtype = width, .declared = true}});
  EXPECT_OK(program);
  return AsWritten(*program);
}

// The first element whose bits differ; "" if none does.
std::string Difference(const std::vector<Column>& got, const std::vector<Column>& want,
                       const std::vector<Column>& arguments) {
  for (size_t k = 0; k < want.size(); ++k) {
    for (size_t i = 0; i < want[k].bits.size(); ++i) {
      if (SameBits(got[k].at(i), want[k].at(i))) continue;
      return base::StrCat("output ", k, ", element ", i, ": ", Shown(arguments[0].at(i)), " gives ",
                          Shown(got[k].at(i)), ", not ", Shown(want[k].at(i)));
    }
  }
  return "";
}

class WholePowersTest : public ::testing::TestWithParam<DType> {};

TEST_P(WholePowersTest, ProductsInPlaceHaveTheRoutinesBits) {
  const std::vector<Column> arguments = {Column::Of(GetParam(), Operands())};
  const std::vector<std::vector<std::string>> sets = {
      PowersOf("x", kLeast, kGreatest),
      PowersOf("x", 2, 20),
      {"x**3"},
      {"x**(-2)"},
      {"x**6", "x**12", "(x + 1)**7", "Piecewise((x**5, x > 1), (exp(x)**3, True))"}};
  for (const std::vector<std::string>& texts : sets) {
    const expr::Program program = Parsed(texts, GetParam());
    const std::vector<Column> want = RunNaively(program, arguments);
    const LoopProgram lowered = LowerFor(program, arguments);
    EXPECT_EQ(Difference(RunLowered(lowered, arguments), want, arguments), "") << texts[0];
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<kernel::Kernel> kernel, CompileAndLoad(lowered));
    base::ThreadPool pool(2);
    for (const size_t piece : {size_t{0}, size_t{777}}) {
      const RunOptions compiled{.kernel = kernel.get(), .pool = &pool, .piece_bytes = piece};
      EXPECT_EQ(Difference(RunLowered(lowered, arguments, compiled), want, arguments), "")
          << texts[0] << ", compiled";
    }
  }
}

TEST_P(WholePowersTest, APowersBitsDoNotDependOnOthers) {
  const std::vector<Column> arguments = {Column::Of(GetParam(), Operands())};
  const std::vector<Column> together = RunLowered(
      LowerFor(Parsed(PowersOf("x", kLeast, kGreatest), GetParam()), arguments), arguments);
  for (int n = kLeast; n <= kGreatest; ++n) {
    const LoopProgram alone = LowerFor(Parsed(PowersOf("x", n, n), GetParam()), arguments);
    EXPECT_EQ(Difference(RunLowered(alone, arguments), {together[static_cast<size_t>(n - kLeast)]},
                         arguments),
              "")
        << n;
  }
}

// What the tests above would show if elements out of reach were computed by products, too.
TEST(WholePowersTest, OutOfReachProductsAreWrong) {
  const std::vector<Column> arguments = {Column::Of(DType::kFloat64, Operands())};
  for (const std::string text : {"x**3", "x**(-3)", "x**20"}) {
    const expr::Program program = Parsed({text}, DType::kFloat64);
    LoopProgram lowered = LowerFor(program, arguments);
    if (!lowered.in_reach.has_value()) GTEST_SKIP() << "no multiply-add here";
    lowered.in_reach.reset();
    lowered.otherwise.clear();
    EXPECT_NE(Difference(RunLowered(lowered, arguments), RunNaively(program, arguments), arguments),
              "")
        << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Widths, WholePowersTest,
                         ::testing::Values(DType::kFloat64, DType::kFloat32));

}  // namespace
}  // namespace formulary::testing
