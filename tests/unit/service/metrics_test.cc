#include "server/service/metrics.h"

#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/service/fake_engine.h"

namespace formulary::service {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Fixture {
  testing::FakeEngine engine;
  ByteBudget budget{1000};
  Metrics metrics{&engine, &budget};
};

TEST(MetricsTest, CallsAreCountedByMethodAndCode) {
  Fixture fixture;
  for (const double seconds : {0.00005, 0.002, 0.002}) {
    fixture.metrics.CallStarted();
    fixture.metrics.CallEnded(Method::kEvaluate, 0, seconds);
  }
  fixture.metrics.CallStarted();
  fixture.metrics.CallEnded(Method::kEvaluate, 3, 0.1);
  fixture.metrics.CallStarted();
  const std::string text = fixture.metrics.Text();
  EXPECT_THAT(
      text, HasSubstr("formulary_rpc_duration_seconds_count{code=\"OK\",method=\"EvaluationService/"
                      "Evaluate\"} 3"));
  EXPECT_THAT(text,
              HasSubstr("formulary_rpc_duration_seconds_count{code=\"INVALID_ARGUMENT\",method="
                        "\"EvaluationService/Evaluate\"} 1"));
  EXPECT_THAT(text, HasSubstr("le=\"0.0001\"} 1"));
  EXPECT_THAT(text, HasSubstr("formulary_rpcs_in_flight 1"));
  EXPECT_THAT(text, Not(HasSubstr("Simplify")));
}

TEST(MetricsTest, RowsOfTheEngineAreThere) {
  Fixture fixture;
  fixture.engine.metrics = {
      {.name = "formulary_compiles_total",
       .help = "Compiles.",
       .counter = true,
       .value = 7,
       .label = "result",
       .label_value = "ok"},
      {.name = "formulary_kernels_loaded", .help = "Loaded.", .value = 3},
      {.name = "formulary_compiles_total",
       .help = "Compiles.",
       .counter = true,
       .value = 1,
       .label = "result",
       .label_value = "failed"},
  };
  const std::string text = fixture.metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE formulary_compiles_total counter"));
  EXPECT_THAT(text, HasSubstr("formulary_compiles_total{result=\"ok\"} 7"));
  EXPECT_THAT(text, HasSubstr("formulary_compiles_total{result=\"failed\"} 1"));
  EXPECT_THAT(text, HasSubstr("formulary_kernels_loaded 3"));
  EXPECT_EQ(text.find("# TYPE formulary_compiles_total"),
            text.rfind("# TYPE formulary_compiles_total"));
}

TEST(MetricsTest, BytesInFlightAndTheProcessAreThere) {
  Fixture fixture;
  ByteBudget::Reservation reservation(&fixture.budget);
  ASSERT_TRUE(reservation.Grow(123).ok());
  const std::string text = fixture.metrics.Text();
  EXPECT_THAT(text, HasSubstr("formulary_inflight_bytes 123"));
  EXPECT_THAT(text, HasSubstr("formulary_inflight_bytes_limit 1000"));
  EXPECT_THAT(text, HasSubstr("formulary_build_info{version=\"1.2.3\"} 1"));
  EXPECT_THAT(text, HasSubstr("process_resident_memory_bytes"));
  EXPECT_THAT(text, HasSubstr("process_open_fds"));
}

TEST(MetricsTest, CodesOutsideTheTableAreUnknown) {
  Fixture fixture;
  fixture.metrics.CallEnded(Method::kRender, 99, 1);
  fixture.metrics.CallEnded(Method::kRender, -1, 1);
  EXPECT_THAT(fixture.metrics.Text(),
              HasSubstr("count{code=\"UNKNOWN\",method=\"SymbolicService/Render\"} 2"));
}

TEST(MetricsTest, ManyThreads) {
  Fixture fixture;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        fixture.metrics.CallStarted();
        fixture.metrics.CallEnded(static_cast<Method>(i % kMethodCount), i % kCodeCount, 0.001);
        if (i % 500 == 0) (void)fixture.metrics.Text();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(fixture.metrics.Text(), HasSubstr("formulary_rpcs_in_flight 0"));
}

}  // namespace
}  // namespace formulary::service
