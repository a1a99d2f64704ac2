#include "server/analysis/sample.h"

#include <cmath>
#include <set>

#include "tests/support/status_matchers.h"
#include "tests/unit/analysis/analysis_helpers.h"

namespace formulary::analysis {
namespace {

using expr::DType;

SampleSpace SpaceOf(const expr::Program& program, const std::vector<Range>& ranges = {}) {
  absl::StatusOr<SampleSpace> space = SampleSpace::Make(program, ArgumentTypes(program), ranges);
  EXPECT_OK(space);
  return *std::move(space);
}

TEST(SampleTest, PointsLieInTheRanges) {
  const expr::Program program = ProgramOf({"x + y"});
  struct Row {
    std::optional<double> lower, upper;
    double least, greatest;
  };
  const Row rows[] = {{1, 2, 1, 2},
                      {-3, -3, -3, -3},
                      {0, 1, 0, 1},
                      {-1e-200, 1e-190, -1e-200, 1e-190},
                      {5, std::nullopt, 5, 0x1p100},
                      {1e40, HUGE_VAL, 1e40, 1.7976931348623157e308},
                      {std::nullopt, -2, -0x1p100, -2},
                      {std::nullopt, std::nullopt, -0x1p100, 0x1p100}};
  for (const Row& row : rows) {
    const SampleSpace space = SpaceOf(program, {{"x", row.lower, row.upper}});
    for (uint64_t i = 0; i < 300; ++i) {
      const std::vector<double> point = space.Point(0, i);
      ASSERT_EQ(point.size(), 2u);
      EXPECT_GE(point[0], row.least);
      EXPECT_LE(point[0], row.greatest);
    }
  }
}

TEST(SampleTest, EveryMagnitudeAndBothSignsComeUp) {
  const SampleSpace space = SpaceOf(ProgramOf({"x"}));
  int negative = 0, tiny = 0, huge = 0, moderate = 0;
  for (uint64_t i = 0; i < 400; ++i) {
    const double x = space.Point(0, i)[0];
    negative += x < 0;
    tiny += std::fabs(x) < 0x1p-50;
    huge += std::fabs(x) > 0x1p50;
    moderate += std::fabs(x) >= 0x1p-20 && std::fabs(x) <= 0x1p20;
  }
  EXPECT_NEAR(negative, 200, 50);
  EXPECT_NEAR(tiny, 50, 25);
  EXPECT_NEAR(huge, 50, 25);
  EXPECT_NEAR(moderate, 240, 40);
}

TEST(SampleTest, PointsAreTheSameEachTimeAndOthersInAnotherStream) {
  const expr::Program program = ProgramOf({"x*y"});
  std::set<double> seen;
  for (uint64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(SpaceOf(program).Point(0, i), SpaceOf(program).Point(0, i));
    seen.insert(SpaceOf(program).Point(0, i)[0]);
    seen.insert(SpaceOf(program).Point(1, i)[0]);
  }
  EXPECT_EQ(seen.size(), 200u);
}

TEST(SampleTest, SomePointsLieNearEnds) {
  const SampleSpace space = SpaceOf(ProgramOf({"exp(x)"}), {{"x", std::nullopt, 710}});
  int near = 0;
  for (uint64_t i = 0; i < 320; ++i) near += space.Point(0, i)[0] > 709.7;
  EXPECT_GE(near, 8);
}

TEST(SampleTest, AssumptionsAndTypesRestrict) {
  const expr::Program program =
      ProgramOf({"p + n + k + f"},
                {{.name = "p", .assumptions = {.positive = true}},
                 {.name = "n", .assumptions = {.negative = true, .lower = -4.0}},
                 {.name = "k", .assumptions = {.integer = true, .lower = 3.0, .upper = 5.0}},
                 {.name = "f", .dtype = DType::kFloat32}});
  const SampleSpace space = SpaceOf(program);
  std::set<double> integers;
  for (uint64_t i = 0; i < 200; ++i) {
    const std::vector<double> point = space.Point(0, i);
    EXPECT_GT(point[0], 0);
    EXPECT_LT(point[1], 0);
    EXPECT_GE(point[1], -4);
    integers.insert(point[2]);
    EXPECT_EQ(point[3], static_cast<double>(static_cast<float>(point[3])));
  }
  EXPECT_EQ(integers, (std::set<double>{3, 4, 5}));
}

TEST(SampleTest, MovedStaysInTheRange) {
  const SampleSpace space = SpaceOf(ProgramOf({"x"}), {{"x", -1, 2}});
  EXPECT_EQ(space.Moved(0, 1, 1), std::nextafter(1, 2));
  EXPECT_EQ(space.Moved(0, 1, -1), std::nextafter(1, 0));
  EXPECT_EQ(space.Moved(0, 2, int64_t{1} << 54), 2);
  EXPECT_EQ(space.Moved(0, -1, -(int64_t{1} << 54)), -1);
  EXPECT_EQ(space.Moved(0, 5e-324, -2), -5e-324);
}

TEST(SampleTest, RangesThatCannotBeAreRefused) {
  const expr::Program program = ProgramOf({"x + y"});
  const double nan = std::nan("");
  const std::vector<std::pair<std::vector<Range>, const char*>> rows = {
      {{{"z", 0, 1}}, "no argument 'z'"},
      {{{"x", 0, 1}, {"x", 0, 2}}, "has two ranges"},
      {{{"x", 2, 1}}, "[2, 1]"},
      {{{"x", nan, 1}}, "must not be above"},
      {{{"x", HUGE_VAL, HUGE_VAL}}, "must not be above"},
  };
  for (const auto& [ranges, message] : rows) {
    const auto space = SampleSpace::Make(program, ArgumentTypes(program), ranges);
    EXPECT_EQ(space.status().code(), absl::StatusCode::kInvalidArgument) << message;
    EXPECT_THAT(std::string(space.status().message()), ::testing::HasSubstr(message));
  }
  const expr::Program assumed =
      ProgramOf({"x"}, {{.name = "x", .assumptions = {.positive = true}}});
  const auto empty = SampleSpace::Make(assumed, ArgumentTypes(assumed), {{Range{"x", -2, -1}}});
  EXPECT_THAT(std::string(empty.status().message()), ::testing::HasSubstr("no value left"));
}

TEST(SampleTest, PointsWithoutAValueAreCounted) {
  const expr::Program program = ProgramOf({"sqrt(x)"});
  const ExactEvaluator exact(program, ArgumentTypes(program));
  const auto samples = DrawSamples(SpaceOf(program), exact, 0, 100, NoStop);
  ASSERT_OK(samples);
  EXPECT_EQ(samples->points.size(), 100u);
  EXPECT_NEAR(static_cast<double>(samples->undefined), 100, 40);
  for (const std::vector<double>& point : samples->points) EXPECT_GE(point[0], 0);
  const auto stopped = DrawSamples(SpaceOf(program), exact, 0, 100,
                                   [] { return absl::DeadlineExceededError("late"); });
  EXPECT_EQ(stopped.status().code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace formulary::analysis
