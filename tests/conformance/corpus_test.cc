// Formulas and reference values made by others, through the whole engine: text in, arrays out. Read
// in place from ../shared/corpora (README.md there says what a case is); skipped where that is not
// there. A value passes within (4*eb + 1) units in the last place, where eb is the corpus's own
// bound for a plain evaluation in ulps, and 4 the largest error of our functions. The corpora take
// constants such as pi/2 for exact and evaluate some intermediates as complex numbers: a value that
// is off is held to the running error bound of the formula as written, too, in which constants are
// rounded, and passes where that has no bound or a larger one. STABLE in binary64 is held to more:
// promise_test.cc.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/error.h"
#include "tests/conformance/corpora.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::Numerics;

constexpr double kFunctionUlps = 4;
// Of functions whose published errors hold in a region, or against an amplitude, where neither
// does.
constexpr double kRegionalUlps = 1e5;
// A bound beyond this is of first order only in name: nothing is determined there.
constexpr double kUndetermined = 0x1p40;
constexpr int kShownFailures = 12;

struct Tally {
  int cases = 0, unknown = 0, points = 0, flow = 0, undetermined = 0, constants = 0, complex = 0,
      outside = 0;
  int failed_points = 0, failed_cases = 0;
};

// One corpus in one numerics mode and one type.
class CorpusRun {
 public:
  CorpusRun(engine::Engine* engine, Numerics numerics, DType dtype)
      : engine_(engine), numerics_(numerics), dtype_(dtype) {}

  void Case(const Json& one, const std::string& text);
  const Tally& tally() const { return tally_; }

 private:
  bool Select(const Json& one);
  void Compare(const Json& one, const std::string& text, const std::vector<double>& values);
  bool IsExplained(const Json& one, const std::string& text, const Json& point, double off);

  engine::Engine* engine_;
  Numerics numerics_;
  DType dtype_;
  Tally tally_;
  TestCall call_;
  std::vector<const Json*> points_;
  double function_ulps_ = kFunctionUlps;  // of the case's worst function
  bool partly_known_ = false;  // some function is not computed for all operands it is defined for
};

// The largest error that a routine of the formula publishes, at least kFunctionUlps.
double WorstUlps(const std::string& text, const Json& one, DType dtype, bool* partly_known) {
  *partly_known = false;
  const absl::StatusOr<expr::Program> program =
      ParseProgram({text}, Numerics::kStable, ArgumentsOf(one));
  double worst = kFunctionUlps;
  if (!program.ok()) return worst;
  const expr::Program written = AsWritten(*program);
  for (uint32_t i = 0; i < written.graph.size(); ++i) {
    const expr::Node& node = written.graph[expr::NodeId{i}];
    if (node.kind != expr::NodeKind::kCall || Row(node.function).routine == nullptr) continue;
    const auto& bound = Row(node.function).routine->accuracy;
    const expr::FunctionRow& row = Row(node.function);
    if (!row.routine->strict_twin) *partly_known = true;
    if (!row.region.empty() || !row.amplitude.empty()) worst = kRegionalUlps;
    worst = std::max(worst, dtype == DType::kFloat32 ? bound.ulp_f32 : bound.ulp_f64);
  }
  return worst;
}

// Fills the call's inputs with the case's points. False: there are none for this type.
bool CorpusRun::Select(const Json& one) {
  points_.clear();
  for (const Json& point : one["points"]) {
    if (dtype_ == DType::kFloat64 || point.contains("f32")) points_.push_back(&point);
  }
  if (points_.empty()) return false;
  call_.inputs.clear();
  for (size_t k = 0; k < one["args"].size(); ++k) {
    std::vector<double> column;
    for (const Json* point : points_) column.push_back(NumberOf((*point)["in"][k]));
    call_.inputs.push_back(TestInput(one["args"][k].get<std::string>(), column).As(dtype_));
  }
  return true;
}

// By what the formula as written, with rounded constants, may be off.
bool CorpusRun::IsExplained(const Json& one, const std::string& text, const Json& point,
                            double off) {
  const absl::StatusOr<expr::Program> program = ParseProgram({text}, numerics_, ArgumentsOf(one));
  if (!program.ok()) return false;
  const int bits = dtype_ == DType::kFloat32 ? 24 : 53;
  const Exact exact =
      EvaluateExactly(AsWritten(*program), PlaceOf(point), {.significand_bits = bits})[0];
  if (mpfr_nan_p(exact.value.get()) != 0) {
    ++tally_.complex;
    return true;
  }
  const bool explained =
      2 * exact.error / UlpOf(exact.value.ToDouble(), bits) + 1 >= off || !exact.sure;
  if (explained) ++tally_.constants;
  return explained;
}

void CorpusRun::Compare(const Json& one, const std::string& text,
                        const std::vector<double>& values) {
  int failures = 0;
  for (size_t i = 0; i < points_.size(); ++i) {
    const Json& point = *points_[i];
    const double got = values[values.size() == 1 ? 0 : i];
    const double want = NumberOf(point["out"]);
    // The real value lies outside of what the format's intermediates hold: infinity or zero may
    // come of it.
    const bool lost = !std::isfinite(got) || got == 0;
    if (IsOtherBranch(text, point)) continue;
    if (point.contains("flow") || (dtype_ == DType::kFloat32 && lost)) {
      ++tally_.flow;
      continue;
    }
    if (std::isnan(got) && partly_known_) {
      ++tally_.outside;
      continue;
    }
    const double bound = function_ulps_ * point["eb"].get<double>() + 1;
    if (bound > kUndetermined) {
      ++tally_.undetermined;
      continue;
    }
    ++tally_.points;
    const int bits = dtype_ == DType::kFloat32 ? 24 : 53;
    const double off = std::abs(got - want) / UlpOf(want, bits);
    if (off <= bound || IsExplained(one, text, point, off)) continue;
    ++tally_.failed_points;
    if (failures++ > 0 || tally_.failed_cases >= kShownFailures) continue;
    ADD_FAILURE() << one["id"] << ": " << text << "\n  at " << point["in"] << " of " << one["args"]
                  << "\n  gives " << got << ", want " << want << ": off by " << off
                  << " ulp, bound " << bound;
  }
  if (failures > 0) ++tally_.failed_cases;
}

void CorpusRun::Case(const Json& one, const std::string& text) {
  call_ = {.outputs = {text}, .numerics = numerics_};
  if (!Select(one)) return;
  const absl::StatusOr<TestAnswer> answer = Call(engine_, call_);
  if (!answer.ok()) {
    // Rows that the catalogue lacks; symbols that the corpus does without are inputs that are
    // missing.
    const auto detail = base::GetErrorDetail(answer.status());
    const std::string reason = detail.has_value() ? detail->reason : "";
    EXPECT_THAT(reason,
                ::testing::AnyOf("UNKNOWN_FUNCTION", "ARITY", "WRONG_ARITY", "SURPLUS_INPUT",
                                 "MISSING_INPUT", "COMPLEX_UNIMPLEMENTED", "SYNTAX_UNIMPLEMENTED"))
        << one["id"] << ": " << answer.status().ToString();
    ++tally_.unknown;
    return;
  }
  ++tally_.cases;
  function_ulps_ = WorstUlps(text, one, dtype_, &partly_known_);
  Compare(one, text, answer->outputs[0]);
}

class CorpusTest : public ::testing::TestWithParam<std::string> {
 protected:
  CorpusTest() {
    engine::Options options;
    options.threads = 2;
    absl::StatusOr<std::unique_ptr<engine::Engine>> made = engine::Engine::Create(options);
    EXPECT_OK(made);
    engine_ = *std::move(made);
  }

  void Run(Numerics numerics, DType dtype) {
    const std::string& corpus = GetParam();
    const Json cases = LoadCases(corpus);
    if (cases.empty())
      GTEST_SKIP() << "no ../shared/corpora/" << corpus << ".json beside the source tree";
    CorpusRun run(engine_.get(), numerics, dtype);
    for (const Json& one : cases) {
      const std::string text = TextOf(one);
      if (!text.empty()) run.Case(one, text);
    }
    const Tally& tally = run.tally();
    std::cout << corpus << ": " << tally.cases << " cases, " << tally.unknown
              << " not in the catalogue, " << tally.points << " points, " << tally.flow
              << " beyond the format's range, " << tally.undetermined << " undetermined, "
              << tally.outside << " outside a function's domain, " << tally.complex
              << " complex on the way, " << tally.constants << " off by the rounding of constants, "
              << tally.failed_points << " points of " << tally.failed_cases << " cases failed\n";
    EXPECT_EQ(tally.failed_points, 0);
    EXPECT_GT(tally.cases, 0);
  }

  std::unique_ptr<engine::Engine> engine_;
};

TEST_P(CorpusTest, StrictValuesAreWithinTheBound) { Run(Numerics::kStrict, DType::kFloat64); }

TEST_P(CorpusTest, SinglePrecisionIsWithinTheBound) { Run(Numerics::kStable, DType::kFloat32); }

std::string NameOf(const ::testing::TestParamInfo<std::string>& corpus) { return corpus.param; }

INSTANTIATE_TEST_SUITE_P(Corpora, CorpusTest,
                         ::testing::Values("fpbench", "herbie", "feynman", "sr", "stats", "sympy"),
                         NameOf);

}  // namespace
}  // namespace formulary::testing
