// Serving: streams in order, draining, health, listings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "formulary/v1/catalog_service.pb.h"
#include "formulary/v1/symbolic_service.pb.h"
#include "server/base/file.h"
#include "tests/e2e/library_server.h"
#include "tests/support/status_matchers.h"

namespace formulary {
namespace {

using client::NamedArray;
using testing::LibraryServer;

class LibraryServingTest : public ::testing::Test {
 protected:
  LibraryServingTest()
      : dir_(*base::TempDir::Create("/tmp", "formulary-e2e-")),
        server_(dir_.Path("cache")),
        client_(server_.Connect()) {}

  base::TempDir dir_;
  LibraryServer server_;
  client::Client client_;
};

TEST_F(LibraryServingTest, StreamsAnswerInOrder) {
  ASSERT_OK_AND_ASSIGN(client::StreamCall stream, client_.EvaluateStream("x*k", {{"k", 3.0}}));
  constexpr int kChunks = 50;
  std::thread writer([&stream] {
    for (int i = 0; i < kChunks; ++i) {
      if (!stream.Write({{"x", std::vector<double>(1000, i)}})) return;
    }
    stream.WritesDone();
  });
  int received = 0;
  while (true) {
    absl::StatusOr<std::optional<client::Result>> answer = stream.Read();
    ASSERT_OK(answer);
    if (!answer->has_value()) break;
    EXPECT_EQ((*answer)->outputs[0].array.AsDouble(999), 3.0 * received);
    ++received;
  }
  writer.join();
  EXPECT_EQ(received, kChunks);
}

TEST_F(LibraryServingTest, AMillionElementsComeBackInTheirPlaces) {
  std::vector<double> x(1'000'003);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  ASSERT_OK_AND_ASSIGN(
      const client::Result result,
      client_.Evaluate("2*x + 1", {{"x", x}}, {.compilation = client::Compilation::kWait}));
  const auto y = result.outputs[0].array.As<double>();
  ASSERT_EQ(y.size(), x.size());
  for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(y[i], 2 * x[i] + 1);
}

// The value is mpmath's, rounded once; the routine is some ulp off there.
TEST_F(LibraryServingTest, AccurateProgramsGiveTheNearestDouble) {
  client::Program program;
  program.AddOutput("y", "besselj(2.5, x)").SetAccurate(true);
  ASSERT_OK_AND_ASSIGN(
      const client::Result result,
      client_.Evaluate(program, {{"x", 15.125}},
                       {.compilation = client::Compilation::kWait, .want_report = true}));
  EXPECT_EQ(result.outputs[0].array.AsDouble(0), -0.07748762200249133);
  EXPECT_EQ(result.report.tier(), v1::TIER_INTERPRETER);
}

TEST_F(LibraryServingTest, DrainsUnderLoadWithoutLosingAnswers) {
  std::atomic<int> answered = 0, lost = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const client::Client client = server_.Connect();
      const std::vector<NamedArray> inputs = {{"x", std::vector<double>(50'000, 0.5)}};
      while (!stop) {
        const absl::StatusOr<client::Result> result = client.Evaluate("gamma(x) + exp(x)", inputs);
        if (result.ok()) {
          ++answered;
        } else {
          // After the drain began only UNAVAILABLE may be said.
          if (result.status().code() != absl::StatusCode::kUnavailable) {
            ++lost;
            ADD_FAILURE() << result.status();
          }
          break;
        }
      }
    });
  }
  while (answered < 20) std::this_thread::yield();
  EXPECT_EQ(server_.process().Stop(), 0);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lost, 0);
}

TEST_F(LibraryServingTest, TellsItsHealthAndItself) {
  EXPECT_EQ(server_.process().HttpGet("/healthz").status, 200);
  EXPECT_EQ(server_.process().HttpGet("/readyz").status, 200);
  ASSERT_OK_AND_ASSIGN(const v1::GetServerInfoResponse info, client_.GetServerInfo());
  EXPECT_GT(info.functions(), 50u);
  EXPECT_GT(info.limits_size(), 15);
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::Function> functions, client_.ListFunctions());
  EXPECT_EQ(functions.size(), info.functions());
  ASSERT_OK_AND_ASSIGN(const v1::Function erf, client_.GetFunction("erf"));
  EXPECT_EQ(erf.derivatives(0), "2*exp(-a**2)/sqrt(pi)");
}

TEST_F(LibraryServingTest, SimplifiesAndRenders) {
  ASSERT_OK_AND_ASSIGN(const v1::SimplifyResponse simplified,
                       client_.Simplify("exp(x)/(exp(x) + 1)"));
  EXPECT_EQ(simplified.texts(0), "1/(exp(-x) + 1)");
  EXPECT_EQ(simplified.operations_before(), 3u);
  EXPECT_GT(simplified.applied_rules_size(), 0);
  ASSERT_OK_AND_ASSIGN(const std::string c, client_.Render("x**2 + 1", v1::FORMAT_C,
                                                           client::Client::RenderOf::kSimplified));
  EXPECT_THAT(c, ::testing::HasSubstr("void FY_KERNEL(long n"));
  EXPECT_THAT(c, ::testing::Not(::testing::HasSubstr("#include")));
  ASSERT_OK_AND_ASSIGN(const std::string latex, client_.Render("sqrt(x)/2", v1::FORMAT_LATEX,
                                                               client::Client::RenderOf::kAsSent));
  EXPECT_THAT(latex, ::testing::HasSubstr("\\sqrt"));
  ASSERT_OK_AND_ASSIGN(const std::string dot, client_.Render("sin(x) + 1", v1::FORMAT_DOT,
                                                             client::Client::RenderOf::kAsSent));
  EXPECT_THAT(dot, ::testing::HasSubstr("digraph"));
}

TEST_F(LibraryServingTest, AnalyzesAndImproves) {
  v1::Range range;
  range.set_argument("x");
  range.set_lower(-0.4);
  range.set_upper(0.4);
  ASSERT_OK_AND_ASSIGN(
      const v1::AnalyzeResponse response,
      client_.Analyze("(exp(x) - 1 - x)/x**2",
                      {.ranges = {range}, .samples = 200, .improve = true, .want_points = true}));
  EXPECT_EQ(response.samples(), 200u);
  EXPECT_EQ(response.points_size(), 200);
  EXPECT_GT(response.as_written(0).mean_bits(), 20);
  EXPECT_GT(response.operations_size(), 0);
  EXPECT_EQ(response.tier(), v1::TIER_COMPILED);
  ASSERT_TRUE(response.has_improved());
  EXPECT_LT(response.improved().errors(0).mean_bits(), 2);
  // The better program evaluates as it was measured.
  ASSERT_OK_AND_ASSIGN(const client::Result result,
                       client_.Evaluate(response.improved().texts(0), {{"x", 1e-9}}));
  EXPECT_DOUBLE_EQ(result.outputs[0].array.AsDouble(0), 0.5 + 1e-9 / 6);
  EXPECT_EQ(client_.Analyze("log(x)", {.ranges = {range}, .samples = 20000}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace formulary
