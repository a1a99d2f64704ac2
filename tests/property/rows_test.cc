// Every row, in the types it has, in one program: compiled kernels and the block interpreter agree
// bit for bit, in STRICT with the naive interpreter, too, and routines are within their published
// error of the real value.

#include <cmath>
#include <iostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::FunctionRow;
using expr::NodeId;
using expr::Numerics;

constexpr uint64_t kSeed = 987654321;
constexpr int kPoints = 1'500;
constexpr int kSpecialPoints = 8;  // routines that go value by value take their time

struct Case {
  DType dtype;
  Numerics numerics;
  bool special = false;  // the rows whose bounds hold in a region, instead of the others
};

std::string NameOf(const ::testing::TestParamInfo<Case>& info) {
  return std::string(Name(info.param.dtype)) +
         (info.param.numerics == Numerics::kStrict ? "Strict" : "Stable") +
         (info.param.special ? "Special" : "");
}

// A call of each row that has the type; its domain besides.
struct AllRows {
  expr::Program program;
  std::vector<const FunctionRow*> rows;  // by output
  std::vector<expr::Program> domains;    // by output
};

AllRows Build(const Case& parameters) {
  AllRows all;
  expr::Program& program = all.program;
  program.numerics = parameters.numerics;
  std::vector<NodeId> numbers, truths;
  for (uint32_t i = 0; i < 3; ++i) {
    program.arguments.push_back(
        {.name = std::string(1, static_cast<char>('a' + i)), .dtype = parameters.dtype});
    numbers.push_back(program.graph.Argument(i));
  }
  for (uint32_t i = 3; i < 6; ++i) {
    program.arguments.push_back(
        {.name = std::string(1, static_cast<char>('a' + i)), .dtype = DType::kBool});
    truths.push_back(program.graph.Argument(i));
  }
  for (const FunctionRow& row : expr::Rows()) {
    if (IsPlain(row) == parameters.special || row.lowering == expr::Lowering::kSymbolic) continue;
    // Integers that convert are floating rows again.
    const bool of_integers =
        row.typing == expr::Typing::kArithmetic || row.typing == expr::Typing::kCompare ||
        row.typing == expr::Typing::kPiecewise || row.typing == expr::Typing::kLogic ||
        row.typing == expr::Typing::kChoose;
    if (parameters.dtype == DType::kInt64 && !of_integers) continue;
    for (size_t arity = row.min_arity;
         arity <= (row.max_arity == expr::kVariadic ? 5 : row.max_arity); ++arity) {
      if (row.typing == expr::Typing::kPiecewise && arity % 2 == 0) continue;
      if (row.max_arity == expr::kVariadic && arity == 4) continue;
      std::vector<NodeId> operands;
      for (size_t k = 0; k < arity; ++k)
        operands.push_back((TakesTruth(row, k) ? truths : numbers)[(k + arity - 1) % 3]);
      const NodeId call = program.graph.Call(expr::IdOf(row.name), operands);
      program.outputs.push_back({std::string(row.name) + std::to_string(arity), call});
      all.rows.push_back(&row);
      expr::Program domain = program;
      domain.outputs = {{"domain", expr::Instantiate(expr::TextsOf(expr::IdOf(row.name)).domain,
                                                     operands, call, &domain.graph)}};
      all.domains.push_back(AsWritten(OnlyOutput(domain, 0)));
    }
  }
  program = AsWritten(program);
  return all;
}

std::vector<Column> Arguments(DType dtype, int points) {
  Random random(kSeed);
  std::vector<Column> arguments;
  const std::vector<double> special = SpecialValues();
  for (int k = 0; k < 3; ++k) {
    Column column{dtype, {}};
    for (int i = 0; i < points; ++i) {
      double value = random.Moderate();
      if (i % 5 == 0) value = special[random.Below(special.size())];
      if (i % 5 == 1) value = random.Pattern();
      if (i % 5 == 2) value = (random.OneIn(2) ? -1 : 1) * std::pow(10, random.Between(-30, 30));
      if (dtype == DType::kInt64) {
        const auto small = static_cast<int64_t>(std::abs(value) < 1e18 ? value : 7);
        column.bits.push_back(i % 3 == 0 ? random.Next() : static_cast<uint64_t>(small));
      } else {
        column.bits.push_back(BitsOf(Convert(expr::Scalar::Float64(value), dtype)));
      }
    }
    // Ends of the integers, where signs overflow.
    if (dtype == DType::kInt64) column.bits[static_cast<size_t>(k)] = 1ull << 63;
    arguments.push_back(std::move(column));
  }
  for (int k = 0; k < 3; ++k) {
    Column column{DType::kBool, {}};
    for (int i = 0; i < points; ++i) column.bits.push_back(random.Below(2));
    arguments.push_back(std::move(column));
  }
  return arguments;
}

class RowsTest : public ::testing::TestWithParam<Case> {
 protected:
  RowsTest()
      : all_(Build(GetParam())),
        arguments_(Arguments(GetParam().dtype, GetParam().special ? kSpecialPoints : kPoints)) {}

  std::string At(size_t output, size_t i) const {
    std::string text = all_.program.outputs[output].name + " at";
    for (const Column& argument : arguments_) text += " " + Shown(argument.at(i));
    return text + ", seed " + std::to_string(kSeed);
  }

  void ExpectSame(const std::vector<Column>& got, const std::vector<Column>& want,
                  const char* what) const {
    ASSERT_EQ(got.size(), want.size());
    for (size_t k = 0; k < got.size(); ++k) {
      ASSERT_EQ(got[k].dtype, want[k].dtype) << all_.program.outputs[k].name << ", " << what;
      int shown = 0;
      for (size_t i = 0; i < got[k].bits.size() && shown < 3; ++i) {
        if (SameBits(got[k].at(i), want[k].at(i))) continue;
        ++shown;
        ADD_FAILURE() << what << ": " << Shown(got[k].at(i)) << " and " << Shown(want[k].at(i))
                      << "\n  " << At(k, i);
      }
    }
  }

  AllRows all_;
  std::vector<Column> arguments_;
};

TEST_P(RowsTest, CompiledInterpretedAndNaiveAgree) {
  const codegen::LoopProgram lowered = LowerFor(all_.program, arguments_);
  const std::vector<Column> interpreted = RunLowered(lowered, arguments_);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<kernel::Kernel> kernel, CompileAndLoad(lowered));
  ExpectSame(RunLowered(lowered, arguments_, {.kernel = kernel.get()}), interpreted,
             "compiled and interpreted");
  if (GetParam().numerics == Numerics::kStrict && !GetParam().special) {
    ExpectSame(interpreted, RunNaively(all_.program, arguments_),
               "interpreted in blocks and naively");
  }
  std::cout << all_.rows.size() << " calls, " << lowered.units.size() << " units\n";
}

TEST_P(RowsTest, RoutinesAreWithinTheirPublishedError) {
  const DType dtype = GetParam().dtype;
  if (!IsFloat(dtype)) GTEST_SKIP() << "routines compute floating numbers";
  if (GetParam().special) GTEST_SKIP() << "accuracy_test and distribution_test measure these";
  const bool single = dtype == DType::kFloat32, strict = GetParam().numerics == Numerics::kStrict;
  const int bits = single ? 24 : 53;
  const std::vector<Column> outputs = RunLowered(LowerFor(all_.program, arguments_), arguments_);
  int compared = 0;
  for (size_t k = 0; k < outputs.size(); ++k) {
    const FunctionRow& row = *all_.rows[k];
    if (!IsNumberRow(row) || row.lowering == expr::Lowering::kExpansion || !IsPlain(row)) continue;
    double ulps = 0.5;
    if (row.routine != nullptr) {
      const auto& bound = strict ? row.routine->strict_accuracy : row.routine->accuracy;
      ulps = single ? bound.ulp_f32 : bound.ulp_f64;
    }
    const expr::Program alone = OnlyOutput(all_.program, k);
    double worst = 0;
    for (size_t i = 0; i < outputs[k].bits.size(); ++i) {
      std::vector<double> x;
      for (const Column& argument : arguments_) x.push_back(argument.at(i).ToDouble());
      if (!std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); }))
        continue;
      const Exact exact = EvaluateExactly(alone, x, {.significand_bits = bits})[0];
      if (!exact.in_range || !exact.value.finite() || !EvaluateExactly(all_.domains[k], x)[0].truth)
        continue;
      // Sums of several terms have a bound of their own.
      if (row.max_arity == expr::kVariadic &&
          alone.graph.operands(alone.outputs[0].node).size() > 2)
        continue;
      ++compared;
      const double off = UlpsOff(outputs[k].at(i).ToDouble(), exact.value, bits);
      worst = std::max(worst, off);
      if (off <= ulps + 1e-6) continue;
      ADD_FAILURE() << off << " ulp, published " << ulps << ": " << Shown(outputs[k].at(i))
                    << ", want " << exact.value.ToDouble() << "\n  " << At(k, i);
      break;
    }
  }
  EXPECT_GT(compared, 1'000);
}

INSTANTIATE_TEST_SUITE_P(Types, RowsTest,
                         ::testing::Values(Case{DType::kFloat64, Numerics::kStable},
                                           Case{DType::kFloat64, Numerics::kStrict},
                                           Case{DType::kFloat32, Numerics::kStable},
                                           Case{DType::kFloat32, Numerics::kStrict},
                                           Case{DType::kInt64, Numerics::kStable},
                                           Case{DType::kInt64, Numerics::kStrict},
                                           Case{DType::kFloat64, Numerics::kStable, true},
                                           Case{DType::kFloat32, Numerics::kStable, true}),
                         NameOf);

}  // namespace
}  // namespace formulary::testing
