#include "server/service/server.h"

#include <google/protobuf/text_format.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <cstring>
#include <future>
#include <string>
#include <thread>

#include "formulary/v1/catalog_service.grpc.pb.h"
#include "formulary/v1/evaluation_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/service/reactors.h"
#include "tests/unit/service/server_fixture.h"

namespace formulary::service {
namespace {

using testing::Doubles;
using testing::RawRequest;
using ServerTest = testing::ServerFixture;

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) || details.details_size() == 0) return "";
  return details.details(0).UnpackTo(&info) ? info.reason() : "";
}

TEST_F(ServerTest, RawArraysThereAndBack) {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{1000}, size_t{3'000'000}}) {
    std::vector<double> values(count);
    for (size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i);
    v1::EvaluateResponse response;
    const grpc::Status status = Evaluate(RawRequest(values), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const std::vector<double> doubled = Doubles(response.outputs(0).array().raw());
    ASSERT_EQ(doubled.size(), count);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(doubled[i], 2 * values[i]) << i;
  }
}

TEST_F(ServerTest, MalformedBytesAreInvalidForEveryMethod) {
  const char* const methods[] = {
      "formulary.v1.EvaluationService/Compile",       "formulary.v1.EvaluationService/Evaluate",
      "formulary.v1.EvaluationService/BatchEvaluate", "formulary.v1.SymbolicService/Simplify",
      "formulary.v1.SymbolicService/Differentiate",   "formulary.v1.SymbolicService/Render",
      "formulary.v1.CatalogService/ListFunctions",    "formulary.v1.CatalogService/GetFunction",
      "formulary.v1.CatalogService/ListKernels",      "formulary.v1.CatalogService/GetKernel",
      "formulary.v1.CatalogService/DeleteKernel",     "formulary.v1.CatalogService/GetServerInfo"};
  for (const char* const method : methods) {
    const grpc::Status status = SendBytes("/" + std::string(method), "\xff\xff");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
    EXPECT_EQ(ReasonOf(status), "MALFORMED_MESSAGE") << method;
  }
  v1::EvaluateResponse response;
  EXPECT_TRUE(Evaluate(RawRequest({1}), &response).ok());
}

TEST_F(ServerTest, UnknownMethodsAreUnimplemented) {
  EXPECT_EQ(SendBytes("/formulary.v1.EvaluationService/Nothing", "").error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, CompressedRequestsAreRefused) {
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::EvaluateResponse response;
  const grpc::Status status =
      stub_->Evaluate(&context, RawRequest(std::vector<double>(10'000)), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
}

TEST_F(ServerTest, OversizeMessagesAreRefused) {
  engine::Options options;
  options.max_message_bytes = 1000;
  Start(options);
  v1::EvaluateResponse response;
  EXPECT_EQ(Evaluate(RawRequest(std::vector<double>(200)), &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Evaluate(RawRequest({1}), &response).ok());
}

TEST_F(ServerTest, RequestsOverTheBudgetAreRefusedWithRetryInfo) {
  engine::Options options;
  options.max_inflight_bytes = 5000;
  Start(options);
  std::promise<void> entered, go;
  std::shared_future<void> gone = go.get_future().share();
  std::atomic<bool> first{true};
  engine_->on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    if (!first.exchange(false)) return done(engine_->Double(call));
    auto shared = std::make_shared<std::pair<engine::EvaluateCall, engine::EvaluateDone>>(
        std::move(call), std::move(done));
    ASSERT_OK(engine_->RunOnPool([&, shared] {
      entered.set_value();
      gone.wait();
      shared->second(engine_->Double(shared->first));
    }));
  };
  std::thread holder([&] {
    v1::EvaluateResponse response;
    EXPECT_TRUE(Evaluate(RawRequest(std::vector<double>(200)), &response).ok());
  });
  entered.get_future().wait();
  v1::EvaluateResponse response;
  const grpc::Status status = Evaluate(RawRequest(std::vector<double>(250)), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::RetryInfo retry;
  EXPECT_TRUE(details.details(details.details_size() - 1).UnpackTo(&retry));
  go.set_value();
  holder.join();
  // The bytes come back when gRPC is done with the call, which the client's answer may precede.
  const absl::Time patience = absl::Now() + absl::Seconds(10);
  bool served = false;
  while (!served && absl::Now() < patience)
    served = Evaluate(RawRequest(std::vector<double>(250)), &response).ok();
  EXPECT_TRUE(served);
}

TEST_F(ServerTest, CancellationReachesTheEngine) {
  std::promise<std::shared_ptr<const std::atomic<bool>>> seen;
  std::promise<engine::EvaluateDone> pending;
  engine_->on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    pending.set_value(std::move(done));
    seen.set_value(call.cancel);
  };
  grpc::ClientContext context;
  v1::EvaluateResponse response;
  auto status = std::async(std::launch::async,
                           [&] { return stub_->Evaluate(&context, RawRequest({1}), &response); });
  const auto cancel = seen.get_future().get();
  EXPECT_FALSE(cancel->load());
  context.TryCancel();
  EXPECT_EQ(status.get().error_code(), grpc::StatusCode::CANCELLED);
  for (int i = 0; i < 2000 && !cancel->load(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_TRUE(cancel->load());
  pending.get_future().get()(absl::CancelledError("stopped"));
}

TEST_F(ServerTest, ClientDeadlineIsTheEngines) {
  base::Deadline seen;
  engine_->on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    seen = call.deadline;
    done(engine_->Double(call));
  };
  v1::EvaluateResponse response;
  ASSERT_TRUE(Evaluate(RawRequest({1}), &response, 5000).ok());
  // gRPC sends timeouts in few digits, rounded up.
  EXPECT_LE(seen.remaining(), absl::Seconds(5.1));
  EXPECT_GT(seen.remaining(), absl::Seconds(4));
  grpc::ClientContext context;  // no deadline: the server's default
  ASSERT_TRUE(stub_->Evaluate(&context, RawRequest({1}), &response).ok());
  EXPECT_GT(seen.remaining(), absl::Seconds(20));
  EXPECT_LE(seen.remaining(), absl::Seconds(30));
}

TEST(EffectiveDeadlineTest, DefaultAndCap) {
  const engine::Options options;
  const auto remaining = [&](ClientDeadline client) {
    return EffectiveDeadline(client, options).remaining();
  };
  EXPECT_LE(remaining({.given = true, .remaining = absl::Seconds(3)}), absl::Seconds(3));
  EXPECT_GT(remaining({.given = true, .remaining = absl::Seconds(3)}), absl::Seconds(2));
  EXPECT_GT(remaining({.given = true, .remaining = absl::Hours(3)}), absl::Seconds(590));
  EXPECT_LE(remaining({.given = true, .remaining = absl::Hours(3)}), absl::Seconds(600));
  EXPECT_LE(remaining({}), absl::Seconds(30));
  EXPECT_TRUE(
      EffectiveDeadline({.given = true, .remaining = absl::Seconds(-1)}, options).expired());
}

}  // namespace
}  // namespace formulary::service
