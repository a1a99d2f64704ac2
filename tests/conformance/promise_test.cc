// What STABLE and FAST promise (design: numerics), over the corpora's formulas: the simplified
// result is within max(2 bounds of the program as sent, 4 ulps) of the exact value (FAST: 16 of
// both), and is finite where that and the plain result are. A point's bound is the corpus's own
// running bound (eb), or what the program as sent, computed plainly by the same routines, is off by
// where that is more: eb takes every function to be within 1 ulp and constants such as pi/2 to be
// exact. Values come from the engine; a share of the formulas is compiled, too, and agrees bit for
// bit.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
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

using engine::CompilationMode;
using expr::DType;
using expr::Numerics;

struct Bar {
  Numerics numerics;
  double times;  // of the bound
  double least;  // ulps
};
constexpr Bar kStable{Numerics::kStable, 2, 4};
constexpr Bar kFast{Numerics::kFast, 16, 16};
// Of bounds beyond this no digit is known.
constexpr double kUndetermined = 0x1p53;
// Not told as the worst.
constexpr double kIllConditioned = 1e6;
// Where the plain result decides and not eb: points in a thousand.
constexpr int kBeyondTheirBoundPerMille = 5;
// One case in so many is compiled, too; of sympy's, which are many and small, one in eight times
// that.
constexpr size_t kCompiledShare = 40;
constexpr int kShownFailures = 12;
// Of a case's points, so many are tried with infinite arguments.
constexpr size_t kPointsAtInfinity = 4;
// Points in a thousand that may lose their value there: powers of -inf with broken exponents, which
// are no real numbers, sums of terms of either sign that a polynomial's forms order anew, and a
// quadratic's root with an infinite coefficient.
constexpr int kLostAtInfinityPerMille = 15;

struct Worst {
  double share = 0;  // of what is allowed
  double ulps = 0;
  std::string where;
};

struct Tally {
  int cases = 0, unknown = 0, points = 0, beyond_their_bound = 0, undetermined = 0, failed = 0,
      compiled = 0;
  Worst worst;
};

// The points of a case, as columns.
struct Points {
  std::vector<const Json*> points;
  std::vector<TestInput> inputs;
  std::vector<Column> columns;
};

Points PointsOf(const Json& one, const std::string& text) {
  Points all;
  for (const Json& point : one["points"]) {
    if (!IsOtherBranch(text, point)) all.points.push_back(&point);
  }
  for (size_t k = 0; k < one["args"].size() && !all.points.empty(); ++k) {
    std::vector<double> column;
    for (const Json* point : all.points) column.push_back(NumberOf((*point)["in"][k]));
    all.columns.push_back(Column::Of(DType::kFloat64, column));
    all.inputs.emplace_back(one["args"][k].get<std::string>(), std::move(column));
  }
  return all;
}

// The program as sent, element by element as written, in the blocks' routines.
expr::Program PlainProgram(const Json& one, const std::string& text) {
  absl::StatusOr<expr::Program> program = ParseProgram({text}, Numerics::kStable, ArgumentsOf(one));
  for (expr::Argument& argument : program->arguments) argument.dtype = DType::kFloat64;
  return AsWritten(*program);
}

class Promise {
 public:
  Promise(engine::Engine* engine, Bar bar) : engine_(engine), bar_(bar) {}

  void Case(const Json& one, bool compile);
  const Tally& tally() const { return tally_; }

 private:
  void Compare(const Json& one, const std::string& text, const Points& at,
               const std::vector<double>& values);
  void Point(const Json& one, const std::string& text, const Json& point,
             const expr::Program& written, std::pair<double, double> got_and_plain);

  engine::Engine* engine_;
  const Bar bar_;
  Tally tally_;
};

void Promise::Point(const Json& one, const std::string& text, const Json& point,
                    const expr::Program& written, std::pair<double, double> got_and_plain) {
  const auto [got, plain] = got_and_plain;
  const double want = NumberOf(point["out"]), ulp = UlpOf(want);
  const double eb = point["eb"].get<double>();
  const double off = std::abs(got - want) / ulp, plain_off = std::abs(plain - want) / ulp;
  ++tally_.points;
  if (!std::isfinite(plain) && !std::isfinite(got)) return;
  const bool lost = !std::isfinite(got);
  // A value that is 0 has no relative error, and what is computed from nothing but rounding errors
  // (0/0) may be anything.
  if (eb > kUndetermined) {
    const bool noise = !std::isfinite(EvaluateExactly(written, PlaceOf(point))[0].error);
    if (want == 0 || noise || !lost) {
      ++tally_.undetermined;
      return;
    }
  }
  // Where the plain result is infinite or NaN anything is as good.
  const double bound = std::isfinite(plain_off) ? std::max(eb, plain_off) : HUGE_VAL;
  if (bound > bar_.times * eb && bound > bar_.least) ++tally_.beyond_their_bound;
  const double allowed = std::max(bar_.times * bound, bar_.least);
  const std::string where = one["id"].get<std::string>() + ": " + text + " at " +
                            point["in"].dump() + ": " + std::to_string(off) + " ulp, allowed " +
                            std::to_string(allowed);
  if (!lost && allowed < kIllConditioned && off / allowed > tally_.worst.share)
    tally_.worst = {off / allowed, off, where};
  if (!lost && off <= allowed) return;
  if (++tally_.failed > kShownFailures) return;
  ADD_FAILURE() << where << "\n  gives " << got << ", want " << want << ", plain " << plain;
}

void Promise::Compare(const Json& one, const std::string& text, const Points& at,
                      const std::vector<double>& values) {
  const expr::Program written = PlainProgram(one, text);
  const std::vector<Column> plain = RunLowered(LowerFor(written, at.columns), at.columns);
  for (size_t i = 0; i < at.points.size(); ++i) {
    Point(one, text, *at.points[i], written,
          {values[values.size() == 1 ? 0 : i], plain[0].at(i).ToDouble()});
  }
}

void Promise::Case(const Json& one, bool compile) {
  const std::string text = TextOf(one);
  if (text.empty()) return;
  const Points at = PointsOf(one, text);
  if (at.points.empty()) return;
  TestCall call{.outputs = {text}, .inputs = at.inputs, .numerics = bar_.numerics};
  call.declared = ArgumentsOf(one);  // a gradient's component need not hold all of them
  const absl::StatusOr<TestAnswer> answer = Call(engine_, call);
  if (!answer.ok()) {
    // Rows that the catalogue lacks; symbols that the corpus does without are inputs that are
    // missing.
    const auto detail = base::GetErrorDetail(answer.status());
    EXPECT_THAT(detail.has_value() ? detail->reason : "",
                ::testing::AnyOf("UNKNOWN_FUNCTION", "ARITY", "WRONG_ARITY", "SURPLUS_INPUT",
                                 "MISSING_INPUT", "COMPLEX_UNIMPLEMENTED", "SYNTAX_UNIMPLEMENTED"))
        << one["id"] << ": " << answer.status().ToString();
    ++tally_.unknown;
    return;
  }
  ++tally_.cases;
  if (answer->dtypes[0] == DType::kFloat64) Compare(one, text, at, answer->outputs[0]);
  if (!compile) return;
  call.mode = CompilationMode::kWait;
  const absl::StatusOr<TestAnswer> compiled = Call(engine_, call);
  ASSERT_OK(compiled) << text;
  EXPECT_EQ(compiled->report.tier, engine::Tier::kCompiled) << text;
  EXPECT_TRUE(compiled->bytes[0] == answer->bytes[0])
      << "compiled and interpreted differ: " << text;
  ++tally_.compiled;
}

class PromiseTest : public ::testing::TestWithParam<std::string> {};

void HoldsFor(const std::string& corpus, const Bar& bar) {
  const Json cases = LoadCases(corpus);
  if (cases.empty())
    GTEST_SKIP() << "no ../shared/corpora/" << corpus << ".json beside the source tree";
  engine::Options options;
  options.threads = 2;
  const absl::StatusOr<std::unique_ptr<engine::Engine>> engine = engine::Engine::Create(options);
  ASSERT_OK(engine);
  Promise promise(engine->get(), bar);
  const size_t share = corpus == "sympy" ? 8 * kCompiledShare : kCompiledShare;
  const bool compile = bar.numerics == Numerics::kStable;
  for (size_t i = 0; i < cases.size(); ++i) promise.Case(cases[i], compile && i % share == 0);
  const Tally& tally = promise.tally();
  std::cout << corpus << ": " << tally.cases << " cases, " << tally.unknown
            << " not in the catalogue, " << tally.points << " points, " << tally.undetermined
            << " undetermined, " << tally.beyond_their_bound
            << " where the plain result exceeds its bound, " << tally.failed << " failed, "
            << tally.compiled << " compiled\n  nearest to the limit: " << tally.worst.where << '\n';
  EXPECT_EQ(tally.failed, 0);
  EXPECT_GT(tally.points, 1000);
  EXPECT_LE(tally.beyond_their_bound * 1000, tally.points * kBeyondTheirBoundPerMille);
}

TEST_P(PromiseTest, StableKeepsTheBoundOfTheProgramAsSent) { HoldsFor(GetParam(), kStable); }

TEST_P(PromiseTest, FastKeepsItsBudget) { HoldsFor(GetParam(), kFast); }

// The first points of a case with one argument after the other infinite, of either sign.
std::vector<TestInput> AtInfinity(const Points& at) {
  const size_t base = std::min(at.points.size(), kPointsAtInfinity);
  const size_t arguments = at.inputs.size();
  std::vector<TestInput> all;
  for (size_t k = 0; k < arguments; ++k) {
    std::vector<double> column;
    for (size_t infinite = 0; infinite < arguments; ++infinite) {
      for (const double value : {HUGE_VAL, -HUGE_VAL}) {
        for (size_t i = 0; i < base; ++i)
          column.push_back(infinite == k ? value : at.columns[k].at(i).ToDouble());
      }
    }
    all.emplace_back(at.inputs[k].name, std::move(column));
  }
  return all;
}

TEST_P(PromiseTest, WhatIsDefinedAtInfinityStaysDefined) {
  const Json cases = LoadCases(GetParam());
  if (cases.empty())
    GTEST_SKIP() << "no ../shared/corpora/" << GetParam() << ".json beside the source tree";
  engine::Options options;
  options.threads = 2;
  const absl::StatusOr<std::unique_ptr<engine::Engine>> engine = engine::Engine::Create(options);
  ASSERT_OK(engine);
  int points = 0, lost = 0;
  std::string first;
  for (const Json& one : cases) {
    const std::string text = TextOf(one);
    if (text.empty()) continue;
    const Points at = PointsOf(one, text);
    if (at.points.empty() || at.inputs.empty()) continue;
    TestCall call{.outputs = {text}, .inputs = AtInfinity(at), .numerics = Numerics::kStable};
    call.declared = ArgumentsOf(one);
    const absl::StatusOr<TestAnswer> answer = Call(engine->get(), call);
    if (!answer.ok() || answer->dtypes[0] != DType::kFloat64) continue;
    std::vector<Column> columns;
    for (const TestInput& input : call.inputs)
      columns.push_back(Column::Of(DType::kFloat64, input.values));
    const std::vector<Column> plain =
        RunLowered(LowerFor(PlainProgram(one, text), columns), columns);
    const std::vector<double>& got = answer->outputs[0];
    for (size_t i = 0; i < call.inputs[0].values.size(); ++i) {
      const double want = plain[0].at(i).ToDouble();
      ++points;
      if (std::isnan(want) || !std::isnan(got[got.size() == 1 ? 0 : i])) continue;
      if (++lost > 1) continue;
      for (const TestInput& input : call.inputs)
        first += " " + input.name + "=" + std::to_string(input.values[i]);
      first = one["id"].get<std::string>() + ": " + text + " at" + first;
    }
  }
  std::cout << GetParam() << ": " << points << " points, " << lost << " lost, " << first << '\n';
  EXPECT_LE(lost * 1000, points * kLostAtInfinityPerMille) << first;
}

std::string NameOf(const ::testing::TestParamInfo<std::string>& corpus) { return corpus.param; }

INSTANTIATE_TEST_SUITE_P(Corpora, PromiseTest,
                         ::testing::Values("fpbench", "herbie", "feynman", "sr", "mgh", "stats",
                                           "sympy"),
                         NameOf);

}  // namespace
}  // namespace formulary::testing
