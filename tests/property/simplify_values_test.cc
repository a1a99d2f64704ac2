// Simplification keeps values: in STRICT to the bit, in STABLE within the promise of numerics.md
// (the error of the formula as written doubled, or 4 ulp). It is idempotent and gives the same
// bytes twice.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/expr/serialize.h"
#include "server/expr/text/print.h"
#include "server/passes/cost.h"
#include "server/passes/operations.h"
#include "server/passes/pipeline.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::Numerics;

constexpr uint64_t kSeed = 31'337;
constexpr size_t kPoints = 40;

expr::Program Simplified(const expr::Program& program) {
  expr::Program converted = program;
  EXPECT_TRUE(MakeConversionsExplicit(&converted).ok());
  return passes::Optimize(converted, {}).program;
}

std::string TextOf(const expr::Program& program) {
  const absl::StatusOr<std::string> text = PrintProgram(program);
  return text.ok() ? *text : text.status().ToString();
}

std::vector<Column> Arguments(const expr::Program& program, Random* random, bool any_pattern) {
  std::vector<Column> arguments;
  const std::vector<double> special = SpecialValues();
  for (const expr::Argument& argument : program.arguments) {
    std::vector<double> values;
    for (size_t k = 0; k < kPoints; ++k) {
      const bool odd = any_pattern && random->OneIn(3);
      values.push_back(!odd               ? random->Moderate()
                       : random->OneIn(2) ? special[random->Below(special.size())]
                                          : random->Pattern());
    }
    const DType dtype = argument.dtype == DType::kUnspecified ? DType::kFloat64 : argument.dtype;
    arguments.push_back(Column::Of(dtype, values));
    if (dtype == DType::kInt64) {
      for (uint64_t& bits : arguments.back().bits)
        bits = any_pattern && random->OneIn(3) ? random->Next() : random->Below(9) - 4;
    }
  }
  return arguments;
}

TEST(SimplifyValuesTest, StrictKeepsEveryBit) {
  const auto programs = static_cast<uint64_t>(ProgramsToTry(400));
  int failures = 0;
  for (uint64_t seed = kSeed; seed < kSeed + programs && failures < 8; ++seed) {
    GenerateOptions options{.calls = 4 + static_cast<int>(seed % 12),
                            .numerics = Numerics::kStrict};
    if (seed % 3 == 0) {
      options.arguments = {{.name = "x"},
                           {.name = "n", .dtype = DType::kInt64},
                           {.name = "p", .dtype = DType::kBool},
                           {.name = "y"}};
    }
    const expr::Program program = RandomProgram(seed, options);
    const expr::Program simplified = Simplified(program);
    Random random(seed);
    const std::vector<Column> arguments = Arguments(program, &random, true);
    const std::vector<Column> want = RunNaively(AsWritten(program), arguments);
    const std::vector<Column> naive = RunNaively(simplified, arguments);
    const std::vector<Column> blocks = RunLowered(LowerFor(simplified, arguments), arguments);
    for (size_t k = 0; k < want.size(); ++k) {
      for (size_t i = 0; i < naive[k].bits.size(); ++i) {
        const size_t at = want[k].bits.size() == 1 ? 0 : i;
        if (SameBits(want[k].at(at), naive[k].at(i)) && SameBits(want[k].at(at), blocks[k].at(i)))
          continue;
        ++failures;
        std::string inputs;
        for (const Column& argument : arguments) inputs += " " + Shown(argument.at(i));
        ADD_FAILURE() << "seed " << seed << " output " << k << "\nas sent    "
                      << TextOf(OnlyOutput(program, k)) << "\nsimplified "
                      << TextOf(OnlyOutput(simplified, k)) << "\nat" << inputs << "\nas written "
                      << Shown(want[k].at(at)) << "\nnaively    " << Shown(naive[k].at(i))
                      << "\nin blocks  " << Shown(blocks[k].at(i));
        break;
      }
    }
  }
}

struct StableTally {
  int points = 0, undefined = 0, failures = 0;
};

void CheckStable(uint64_t seed, Numerics numerics, DType dtype, StableTally* tally) {
  const expr::Program program = RandomProgram(
      seed, {.calls = 3 + static_cast<int>(seed % 8), .outputs = 2, .numerics = numerics});
  const expr::Program simplified = Simplified(program);
  const expr::Program as_written = AsWritten(program);
  Random random(seed);
  std::vector<Column> arguments = Arguments(program, &random, false);
  const int bits = dtype == DType::kFloat32 ? 24 : 53;
  for (Column& argument : arguments) {
    std::vector<double> values;
    for (size_t i = 0; i < argument.bits.size(); ++i) values.push_back(argument.at(i).ToDouble());
    argument = Column::Of(dtype, values);
  }
  const std::vector<Column> got = RunLowered(LowerFor(simplified, arguments), arguments);
  const std::vector<Column> plain = RunNaively(as_written, arguments);
  for (size_t i = 0; i < kPoints; ++i) {
    std::vector<double> x;
    for (const Column& argument : arguments) x.push_back(argument.at(i).ToDouble());
    const std::vector<Exact> exact = EvaluateExactly(as_written, x, {.significand_bits = bits});
    for (size_t k = 0; k < exact.size(); ++k) {
      const expr::Scalar value = got[k].at(i);
      const bool known = exact[k].sure && exact[k].in_range;
      bool good = true;
      double off = 0, bound = 0;
      if (exact[k].is_truth) {
        good = !known || value.boolean == exact[k].truth;
      } else if (known && std::isfinite(exact[k].error)) {
        const double ulp = UlpOf(exact[k].value.ToDouble(), bits);
        // Beyond a few thousand ulp the first-order bound says little, and nothing of poles nearby:
        // all floats below -2^24 are poles of lgamma.
        const size_t at = plain[k].bits.size() == 1 ? 0 : i;
        if (exact[k].error > 4096 * ulp || !std::isfinite(plain[k].at(at).ToDouble())) continue;
        // The bound is of first order: of powers of powers it says a little less.
        bound = std::max(3 * exact[k].error / ulp, numerics == Numerics::kFast ? 16.0 : 4.0) + 0.5;
        off = UlpsOff(value.ToDouble(), exact[k].value, bits);
        good = off <= bound;
      } else {
        ++tally->undefined;
        continue;
      }
      ++tally->points;
      if (good || ++tally->failures > 8) continue;
      std::string inputs;
      for (const Column& argument : arguments) inputs += " " + Shown(argument.at(i));
      ADD_FAILURE() << "seed " << seed << " output " << k << " " << Name(dtype) << "\nas sent    "
                    << TextOf(OnlyOutput(program, k)) << "\nsimplified "
                    << TextOf(OnlyOutput(simplified, k)) << "\nat" << inputs << "\ngot  "
                    << Shown(value) << "\nwant " << exact[k].value.ToDouble() << ": off by " << off
                    << " ulp, bound " << bound;
    }
  }
}

TEST(SimplifyValuesTest, StableKeepsValuesWithinItsPromise) {
  StableTally tally;
  const auto programs = static_cast<uint64_t>(ProgramsToTry(600));
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    CheckStable(seed, Numerics::kStable, seed % 4 == 0 ? DType::kFloat32 : DType::kFloat64, &tally);
  }
  std::cout << tally.points << " values, " << tally.undefined << " undefined or out of range, "
            << tally.failures << " failures\n";
  EXPECT_GT(tally.points, 5'000);
  EXPECT_EQ(tally.failures, 0);
}

class SimplifyLawsTest : public ::testing::TestWithParam<Numerics> {};

TEST_P(SimplifyLawsTest, IsIdempotentAndDeterministic) {
  const auto programs = static_cast<uint64_t>(ProgramsToTry(500));
  int failures = 0, longer = 0;
  for (uint64_t seed = kSeed; seed < kSeed + programs && failures < 10; ++seed) {
    const expr::Program program =
        RandomProgram(seed, {.calls = 3 + static_cast<int>(seed % 14), .numerics = GetParam()});
    const expr::Program once = Simplified(program);
    EXPECT_EQ(EncodeProgram(once, expr::WithNames::kYes),
              EncodeProgram(Simplified(program), expr::WithNames::kYes));
    const expr::Program twice = Simplified(once);
    // What is shared may come apart once more when the rules see it; it is never dearer then.
    EXPECT_LE(passes::ModelledNanoseconds(twice), passes::ModelledNanoseconds(once) * (1 + 1e-9))
        << TextOf(program);
    if (TextOf(once) != TextOf(twice) && ++failures > static_cast<int>(programs) / 250) {
      ADD_FAILURE() << "seed " << seed << "\nas sent " << TextOf(program) << "\nonce    "
                    << TextOf(once) << "\ntwice   " << TextOf(twice);
    }
    const expr::Program as_written = AsWritten(program);
    const uint32_t before = passes::CountOperations(as_written.graph, as_written.roots());
    const uint32_t after = passes::CountOperations(once.graph, once.roots());
    if (after > before && ++longer <= 3) {
      std::cout << "longer (" << before << " to " << after << "): " << TextOf(program) << "\n  -> "
                << TextOf(once) << "\n";
    }
  }
  std::cout << longer << " of " << programs << " have more operations than as sent\n";
}

INSTANTIATE_TEST_SUITE_P(Modes, SimplifyLawsTest,
                         ::testing::Values(Numerics::kStrict, Numerics::kStable, Numerics::kFast));

}  // namespace
}  // namespace formulary::testing
