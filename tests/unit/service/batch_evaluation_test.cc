#include "server/service/batch_evaluation.h"

#include <algorithm>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "server/service/evaluation_service.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::Doubles;
using testing::FakeCall;
using testing::FakeEngine;
using testing::Proto;
using testing::RawRequest;
using testing::ReasonOf;

struct Fixture {
  explicit Fixture(engine::Options options = {}, int threads = 2) : engine(options, threads) {}
  FakeEngine engine;
  ByteBudget budget{ToCount(engine.options().max_inflight_bytes)};
  ServiceContext context{&engine, &budget};
  EvaluationService service{&context};

  absl::StatusOr<v1::BatchEvaluateResponse> Run(const v1::BatchEvaluateRequest& request,
                                                size_t piece_bytes = SIZE_MAX) {
    auto call =
        std::make_shared<FakeCall>(request.SerializeAsString(), absl::Seconds(30), piece_bytes);
    service.BatchEvaluate(call);
    return call->WaitFor<v1::BatchEvaluateResponse>();
  }
};

v1::BatchEvaluateRequest Batch(int items) {
  v1::BatchEvaluateRequest batch;
  for (int i = 0; i < items; ++i) *batch.add_requests() = RawRequest({static_cast<double>(i)});
  return batch;
}

TEST(BatchEvaluationTest, ResultsStandInOrder) {
  Fixture fixture;
  for (const int items : {1, 7, 1000}) {
    const auto response = fixture.Run(Batch(items), 64);
    ASSERT_OK(response);
    ASSERT_EQ(response->results_size(), items);
    for (int i = 0; i < items; ++i) {
      EXPECT_EQ(Doubles(response->results(i).response().outputs(0).array().raw()),
                (std::vector<double>{2.0 * i}));
    }
  }
}

TEST(BatchEvaluationTest, NoItemsNoResults) {
  Fixture fixture;
  const auto response = fixture.Run({});
  ASSERT_OK(response);
  EXPECT_EQ(response->results_size(), 0);
}

TEST(BatchEvaluationTest, OneBadItemSpoilsNoOther) {
  Fixture fixture;
  v1::BatchEvaluateRequest batch = Batch(5);
  batch.mutable_requests(1)->mutable_program()->mutable_outputs(0)->set_text("nosuch(x)");
  batch.mutable_requests(3)->mutable_inputs(0)->mutable_array()->set_raw("odd");
  const auto response = fixture.Run(batch);
  ASSERT_OK(response);
  ASSERT_EQ(response->results_size(), 5);
  for (const int good : {0, 2, 4}) EXPECT_TRUE(response->results(good).has_response());
  EXPECT_EQ(response->results(1).error().code(), 3);
  EXPECT_THAT(response->results(1).error().message(), ::testing::HasSubstr("nosuch"));
  EXPECT_THAT(response->results(3).error().message(),
              ::testing::HasSubstr("requests[3].inputs[0].array.raw: 3 bytes"));
  EXPECT_GT(response->results(3).error().details_size(), 0);
}

TEST(BatchEvaluationTest, AMalformedItemIsItsOwnError) {
  Fixture fixture;
  std::string bytes;
  PutBytes(1, RawRequest({1}).SerializeAsString(), &bytes);
  PutBytes(1, "\xff", &bytes);
  auto call = std::make_shared<FakeCall>(bytes);
  fixture.service.BatchEvaluate(call);
  const auto response = call->WaitFor<v1::BatchEvaluateResponse>();
  ASSERT_OK(response);
  EXPECT_TRUE(response->results(0).has_response());
  EXPECT_EQ(response->results(1).error().code(), 3);
}

TEST(BatchEvaluationTest, MalformedAndOversizeBatchesAreRefused) {
  engine::Options options;
  options.max_batch_items = 3;
  Fixture fixture(options);
  EXPECT_EQ(ReasonOf(fixture.Run(Batch(4)).status()), "BATCH_LIMIT");
  auto call = std::make_shared<FakeCall>("\x0a\x7f");
  fixture.service.BatchEvaluate(call);
  EXPECT_EQ(ReasonOf(call->Wait().status()), "MALFORMED_MESSAGE");
}

TEST(BatchEvaluationTest, AFullQueueRefusesTheBatch) {
  Fixture fixture;
  fixture.engine.refuse_tasks = true;
  EXPECT_EQ(fixture.Run(Batch(2)).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(BatchEvaluationTest, ItemsStartInTheBackground) {
  Fixture fixture;
  ASSERT_OK(fixture.Run(Batch(5)));
  EXPECT_EQ(fixture.engine.background_tasks, 1);  // of two threads, one is left to others
}

TEST(BatchEvaluationTest, AShortBatchDoesNotWaitForTheEndOfALongOne) {
  Fixture fixture({}, 1);
  v1::BatchEvaluateRequest pair;
  *pair.add_requests() = RawRequest({1, 2});
  auto call = std::make_shared<FakeCall>(pair.SerializeAsString());
  std::atomic<int> others{0}, before_pair{-1};
  // The long batch has the only thread when the short one comes.
  fixture.engine.on_evaluate = [&](engine::EvaluateCall item, engine::EvaluateDone done) {
    if (item.inputs[0].array.shape[0] == 2) {
      before_pair = others.load();
    } else if (++others == 1) {
      fixture.service.BatchEvaluate(call);
    }
    done(fixture.engine.Double(item));
  };
  ASSERT_OK(fixture.Run(Batch(1000)));
  ASSERT_OK(call->WaitFor<v1::BatchEvaluateResponse>());
  EXPECT_GE(before_pair, 1);
  EXPECT_LT(before_pair, 100);
}

TEST(BatchEvaluationTest, AQueueThatFillsUpMeanwhileStopsNoBatch) {
  Fixture fixture;
  base::ThreadPool pool(1);
  fixture.engine.on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    fixture.engine.refuse_tasks = true;
    auto shared = std::make_shared<std::pair<engine::EvaluateCall, engine::EvaluateDone>>(
        std::move(call), std::move(done));
    pool.Schedule([&, shared] { shared->second(fixture.engine.Double(shared->first)); });
  };
  const auto response = fixture.Run(Batch(100));
  ASSERT_OK(response);
  EXPECT_EQ(response->results_size(), 100);
}

TEST(BatchEvaluationTest, ItemsUnderWayAreBounded) {
  Fixture fixture;
  std::atomic<int> under_way{0}, most{0};
  base::ThreadPool pool(3);
  fixture.engine.on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    const int now = ++under_way;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    auto shared = std::make_shared<std::pair<engine::EvaluateCall, engine::EvaluateDone>>(
        std::move(call), std::move(done));
    pool.Schedule([&, shared] {
      absl::StatusOr<engine::Evaluation> evaluation = fixture.engine.Double(shared->first);
      --under_way;
      shared->second(std::move(evaluation));
    });
  };
  const auto response = fixture.Run(Batch(500));
  ASSERT_OK(response);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(Doubles(response->results(i).response().outputs(0).array().raw())[0], 2.0 * i);
  }
  EXPECT_LE(most, 8);  // four for each of two threads
  EXPECT_GE(most, 2);
}

TEST(BatchEvaluationTest, ACancelledBatchIsCancelled) {
  Fixture fixture;
  auto call = std::make_shared<FakeCall>(Batch(50).SerializeAsString());
  std::atomic<int> evaluated{0};
  fixture.engine.on_evaluate = [&](engine::EvaluateCall item, engine::EvaluateDone done) {
    if (++evaluated == 3) call->terms().cancel->store(true);
    done(fixture.engine.Double(item));
  };
  fixture.service.BatchEvaluate(call);
  EXPECT_EQ(call->Wait().status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(evaluated, 50);
  EXPECT_EQ(call->answers(), 1);
}

}  // namespace
}  // namespace formulary::service
