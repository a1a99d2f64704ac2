#include "server/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <string>

#include "server/base/error.h"
#include "server/base/file.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::engine {
namespace {

using testing::Call;
using ::testing::HasSubstr;
using testing::Linspace;
using testing::TestAnswer;
using testing::TestCall;

constexpr char kNormalPdf[] = "exp(-(x - mu)**2/(2*sigma**2))/(sqrt(2*pi)*sigma)";

std::unique_ptr<Engine> MakeEngine(const std::string& cache_dir = "") {
  Options options;
  options.cache_dir = cache_dir;
  options.threads = 2;
  absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Create(options);
  EXPECT_OK(engine);
  return *std::move(engine);
}

class EngineTest : public ::testing::Test {
 protected:
  std::unique_ptr<Engine> engine_ = MakeEngine();
};

TEST_F(EngineTest, InterpretsTheNormalDensity) {
  ASSERT_OK_AND_ASSIGN(
      const TestAnswer answer,
      Call(engine_.get(),
           {.outputs = {kNormalPdf}, .inputs = {{"x", {-1, 0, 1}}, {"mu", 0.0}, {"sigma", 1.0}}}));
  ASSERT_EQ(answer.outputs.size(), 1u);
  EXPECT_DOUBLE_EQ(answer.outputs[0][1], 0.3989422804014327);
  EXPECT_DOUBLE_EQ(answer.outputs[0][0], 0.24197072451914337);
  EXPECT_EQ(answer.report.tier, Tier::kInterpreter);
  EXPECT_EQ(answer.shapes[0], eval::Shape({3}));
}

TEST_F(EngineTest, CompiledAndInterpretedAgreeBitForBit) {
  const std::vector<double> x = Linspace(-40, 40, 10'007);
  TestCall call{
      .outputs = {kNormalPdf, "sin(x)*mu + x**3/sigma", "Piecewise((log(x), x > 0), (0, True))",
                  "gamma(x) + mod(x, sigma)", "x > mu"},
      .inputs = {{"x", x}, {"mu", 0.25}, {"sigma", 1.5}}};
  ASSERT_OK_AND_ASSIGN(const TestAnswer interpreted, Call(engine_.get(), call));
  call.mode = CompilationMode::kWait;
  ASSERT_OK_AND_ASSIGN(const TestAnswer compiled, Call(engine_.get(), call));
  EXPECT_EQ(compiled.report.tier, Tier::kCompiled);
  EXPECT_EQ(compiled.report.cache, CacheOutcome::kMiss);
  for (size_t k = 0; k < call.outputs.size(); ++k) {
    EXPECT_EQ(interpreted.bytes[k], compiled.bytes[k]) << call.outputs[k];
  }
}

TEST_F(EngineTest, ARestartFindsTheKernelOnDiskAndByName) {
  ASSERT_OK_AND_ASSIGN(const base::TempDir dir, base::TempDir::Create("/tmp", "engine_test"));
  const std::string cache = dir.Path("cache");
  TestCall call{.outputs = {kNormalPdf},
                .inputs = {{"x", Linspace(-3, 3, 100)}, {"mu", 0.5}, {"sigma", 2.0}},
                .mode = CompilationMode::kWait};
  std::string name;
  std::string bytes;
  {
    std::unique_ptr<Engine> first = MakeEngine(cache);
    ASSERT_OK_AND_ASSIGN(const TestAnswer cold, Call(first.get(), call));
    EXPECT_EQ(cold.report.cache, CacheOutcome::kMiss);
    ASSERT_OK_AND_ASSIGN(const TestAnswer warm, Call(first.get(), call));
    EXPECT_EQ(warm.report.cache, CacheOutcome::kMemory);
    name = cold.report.kernel;
    bytes = cold.bytes[0];
  }
  std::unique_ptr<Engine> second = MakeEngine(cache);
  ASSERT_OK_AND_ASSIGN(const TestAnswer again, Call(second.get(), call));
  EXPECT_EQ(again.report.cache, CacheOutcome::kDisk);
  EXPECT_EQ(again.report.tier, Tier::kCompiled);
  EXPECT_EQ(again.bytes[0], bytes);

  std::unique_ptr<Engine> third = MakeEngine(cache);
  TestCall by_name{.inputs = call.inputs, .kernel = name, .mode = CompilationMode::kWait};
  ASSERT_OK_AND_ASSIGN(const TestAnswer named, Call(third.get(), by_name));
  EXPECT_EQ(named.bytes[0], bytes);
  EXPECT_EQ(named.report.cache, CacheOutcome::kDisk);
  ASSERT_OK(third->DeleteKernel(name));
  EXPECT_THAT(Call(third.get(), by_name), testing::StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(EngineTest, OtherNamesSameKernelOtherNumbersSameArtefact) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer a,
                       Call(engine_.get(), {.outputs = {"3.7*x*y + exp(x)"},
                                            .inputs = {{"x", {1, 2}}, {"y", {1, 2}}},
                                            .mode = CompilationMode::kWait}));
  ASSERT_OK_AND_ASSIGN(const TestAnswer b,
                       Call(engine_.get(), {.outputs = {"exp(u) + v*3.7*u"},
                                            .inputs = {{"v", {1, 2}}, {"u", {1, 2}}},
                                            .mode = CompilationMode::kWait}));
  EXPECT_EQ(a.report.kernel, b.report.kernel);
  EXPECT_EQ(b.report.cache, CacheOutcome::kMemory);
  ASSERT_OK_AND_ASSIGN(const TestAnswer c,
                       Call(engine_.get(), {.outputs = {"9.25*x*y + exp(x)"},
                                            .inputs = {{"x", {1, 2}}, {"y", {1, 2}}},
                                            .mode = CompilationMode::kWait}));
  EXPECT_NE(a.report.kernel, c.report.kernel);
  EXPECT_EQ(c.report.cache, CacheOutcome::kMemory);
}

TEST_F(EngineTest, BitsDoNotDependOnPiecesOrSplits) {
  const std::vector<double> x = Linspace(-20, 20, 70'001);
  TestCall call{.outputs = {"exp(x)*sin(x*k) + gamma(x)"}, .inputs = {{"x", x}, {"k", 1.75}}};
  for (const CompilationMode mode : {CompilationMode::kNever, CompilationMode::kWait}) {
    call.mode = mode;
    call.piece_bytes = 0;
    call.inputs = {{"x", x}, {"k", 1.75}};
    ASSERT_OK_AND_ASSIGN(const TestAnswer whole, Call(engine_.get(), call));
    for (const size_t piece : {size_t{1000}, size_t{65'537}, size_t{7}}) {
      call.piece_bytes = piece;
      ASSERT_OK_AND_ASSIGN(const TestAnswer pieces, Call(engine_.get(), call));
      EXPECT_EQ(whole.bytes[0], pieces.bytes[0]) << piece;
    }
    call.piece_bytes = 0;
    for (const size_t at : {size_t{0}, size_t{1}, size_t{17}, size_t{69'999}}) {
      for (const size_t length : {size_t{1}, size_t{2}, size_t{15}, size_t{33}}) {
        const size_t end = std::min(at + length, x.size());
        call.inputs = {{"x", std::vector<double>(x.begin() + static_cast<ptrdiff_t>(at),
                                                 x.begin() + static_cast<ptrdiff_t>(end))},
                       {"k", 1.75}};
        ASSERT_OK_AND_ASSIGN(const TestAnswer part, Call(engine_.get(), call));
        EXPECT_EQ(part.bytes[0], whole.bytes[0].substr(at * 8, (end - at) * 8))
            << at << " " << length;
      }
    }
  }
}

TEST_F(EngineTest, BroadcastsByNumPysRules) {
  TestCall call{.outputs = {"a*b"}, .inputs = {{"a", {1, 2, 3}, {3, 1}}, {"b", {10, 20}, {1, 2}}}};
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer, Call(engine_.get(), call));
  EXPECT_EQ(answer.shapes[0], eval::Shape({3, 2}));
  EXPECT_EQ(answer.outputs[0], std::vector<double>({10, 20, 20, 40, 30, 60}));
  call.mode = CompilationMode::kWait;
  ASSERT_OK_AND_ASSIGN(const TestAnswer compiled, Call(engine_.get(), call));
  EXPECT_EQ(answer.bytes, compiled.bytes);
}

TEST_F(EngineTest, ZeroElementsInZeroElementsOut) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer,
                       Call(engine_.get(), {.outputs = {"x + 1"}, .inputs = {{"x", {}, {0, 5}}}}));
  EXPECT_EQ(answer.shapes[0], eval::Shape({0, 5}));
  EXPECT_TRUE(answer.outputs[0].empty());
}

TEST_F(EngineTest, TypesFollowNumPy) {
  using expr::DType;
  const TestCall single{.outputs = {"x/3 + 0.1"},
                        .inputs = {testing::TestInput("x", {1, 2}).As(DType::kFloat32)}};
  ASSERT_OK_AND_ASSIGN(const TestAnswer f32, Call(engine_.get(), single));
  EXPECT_EQ(f32.dtypes[0], DType::kFloat32);
  const TestCall converted{.outputs = {"n/2"},
                           .inputs = {testing::TestInput("n", {1, 2}).As(DType::kInt64)}};
  ASSERT_OK_AND_ASSIGN(const TestAnswer f64, Call(engine_.get(), converted));
  EXPECT_EQ(f64.dtypes[0], DType::kFloat64);
  EXPECT_EQ(f64.outputs[0], std::vector<double>({0.5, 1}));
  const std::vector<expr::Argument> declared = {{.name = "n", .dtype = DType::kInt64},
                                                {.name = "b", .dtype = DType::kBool}};
  TestCall typed{.outputs = {"n*n - 3", "n**3", "Mod(n, 3)", "Not(b)", "n + b", "n/2",
                             "Piecewise((n, b), (1, True))"},
                 .inputs = {testing::TestInput("n", {-5, 4}).As(DType::kInt64),
                            testing::TestInput("b", {1, 0}).As(DType::kBool)},
                 .declared = declared};
  ASSERT_OK_AND_ASSIGN(const TestAnswer integers, Call(engine_.get(), typed));
  EXPECT_EQ(integers.outputs[0], std::vector<double>({22, 13}));
  EXPECT_EQ(integers.outputs[1], std::vector<double>({-125, 64}));
  EXPECT_EQ(integers.outputs[2], std::vector<double>({1, 1}));
  EXPECT_EQ(integers.outputs[3], std::vector<double>({0, 1}));
  EXPECT_EQ(integers.outputs[4], std::vector<double>({-4, 4}));
  EXPECT_EQ(integers.outputs[5], std::vector<double>({-2.5, 2}));
  EXPECT_EQ(integers.outputs[6], std::vector<double>({-5, 1}));
  EXPECT_EQ(integers.dtypes[0], DType::kInt64);
  EXPECT_EQ(integers.dtypes[3], DType::kBool);
  EXPECT_EQ(integers.dtypes[5], DType::kFloat64);
  typed.mode = CompilationMode::kWait;
  ASSERT_OK_AND_ASSIGN(const TestAnswer compiled, Call(engine_.get(), typed));
  EXPECT_EQ(integers.bytes, compiled.bytes);
}

TEST_F(EngineTest, UntakenBranchesDoNotLeak) {
  TestCall call{.outputs = {"Piecewise((log(x), x > 0), (sqrt(-x), x < 0), (7, True))"},
                .inputs = {{"x", {-4, 0, 1}}}};
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer, Call(engine_.get(), call));
  EXPECT_EQ(answer.outputs[0], std::vector<double>({2, 7, 0}));
}

TEST_F(EngineTest, BadInputIsNamed) {
  struct Case {
    TestCall call;
    std::string reason;
    std::string text;
  };
  const Case cases[] = {
      {{.outputs = {"x + y"}, .inputs = {{"x", 1.0}}}, "MISSING_INPUT", "\"y\""},
      {{.outputs = {"x"}, .inputs = {{"x", 1.0}, {"z", 1.0}}}, "SURPLUS_INPUT", "\"z\""},
      {{.outputs = {"x"}, .inputs = {{"x", 1.0}, {"x", 1.0}}}, "DUPLICATE_INPUT", "\"x\""},
      {{.outputs = {"x + y"}, .inputs = {{"x", {1, 2}}, {"y", {1, 2, 3}}}},
       "SHAPE_MISMATCH",
       "(2,)"},
      {{.outputs = {"x + y"}, .inputs = {{"x", {1, 2}}, {"y", {1, 2, 3}}}},
       "SHAPE_MISMATCH",
       "(3,)"},
      {{.outputs = {"x"},
        .inputs = {{"x", 1.0}},
        .declared = {{.name = "x", .dtype = expr::DType::kInt64}}},
       "DTYPE_MISMATCH",
       "float64"},
      {{.outputs = {"sinn(x)"}, .inputs = {{"x", 1.0}}}, "UNKNOWN_FUNCTION", "sin"},
      {{.outputs = {"sin(x, x)"}, .inputs = {{"x", 1.0}}}, "ARITY", "1 operand"},
  };
  for (const Case& bad : cases) {
    const absl::StatusOr<TestAnswer> answer = Call(engine_.get(), bad.call);
    ASSERT_THAT(answer, testing::StatusIs(absl::StatusCode::kInvalidArgument))
        << bad.call.outputs[0];
    const auto detail = base::GetErrorDetail(answer.status());
    ASSERT_TRUE(detail.has_value());
    EXPECT_EQ(detail->reason, bad.reason);
    EXPECT_THAT(std::string(answer.status().message()), HasSubstr(bad.text));
  }
}

TEST_F(EngineTest, InputsShadowConstants) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer shadowed,
                       Call(engine_.get(), {.outputs = {"e + 1"}, .inputs = {{"e", 10.0}}}));
  EXPECT_EQ(shadowed.outputs[0][0], 11);
  ASSERT_OK_AND_ASSIGN(const TestAnswer constant,
                       Call(engine_.get(), {.outputs = {"e + x"}, .inputs = {{"x", 0.0}}}));
  EXPECT_DOUBLE_EQ(constant.outputs[0][0], std::exp(1.0));
}

TEST_F(EngineTest, AnExpiredDeadlineIsAnsweredAtOnce) {
  EvaluateCall call;
  call.program.bytes = "x";
  call.deadline = base::Deadline::After(absl::Seconds(-1));
  absl::Status status;
  engine_->Evaluate(std::move(call),
                    [&](absl::StatusOr<Evaluation> evaluation) { status = evaluation.status(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(EngineTest, BackgroundTasksHaveALowPriorityAndEndWithTheEngine) {
  const int own = getpriority(PRIO_PROCESS, 0);
  std::atomic<int> low{0}, normal{0};
  ASSERT_OK(engine_->RunInBackground([&] { low = getpriority(PRIO_PROCESS, 0); }));
  ASSERT_OK(engine_->RunOnPool([&] { normal = getpriority(PRIO_PROCESS, 0); }));
  engine_->Shutdown();
  EXPECT_EQ(engine_->RunInBackground([] {}).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(engine_->RunOnPool([] {}).code(), absl::StatusCode::kUnavailable);
  engine_.reset();
  EXPECT_EQ(low, std::min(19, own + 10));
  EXPECT_EQ(normal, own);
}

TEST_F(EngineTest, AMissingCompilerLeavesTheInterpreter) {
  Options options;
  options.compiler = "/nonexistent/gcc";
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Engine> engine, Engine::Create(options));
  ASSERT_OK_AND_ASSIGN(
      const TestAnswer answer,
      Call(engine.get(),
           {.outputs = {"x + 1"}, .inputs = {{"x", 1.0}}, .mode = CompilationMode::kWait}));
  EXPECT_EQ(answer.report.tier, Tier::kInterpreter);
  EXPECT_EQ(answer.outputs[0][0], 2);
}

TEST_F(EngineTest, ADeepChainPassesEveryStage) {
  std::string text = "x";
  for (int i = 0; i < 5'000; ++i) text = "(" + text + " + 1)*y";
  ASSERT_OK_AND_ASSIGN(
      const TestAnswer answer,
      Call(engine_.get(), {.outputs = {text}, .inputs = {{"x", {1, 2}}, {"y", 1.0}}}));
  EXPECT_EQ(answer.outputs[0], std::vector<double>({5001, 5002}));
}

}  // namespace
}  // namespace formulary::engine
