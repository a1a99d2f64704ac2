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
#include "tests/support/test_files.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::AddRaw;
using testing::Doubles;
using testing::FakeEngine;
using testing::RawRequest;

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override { Start({}); }

  void Start(engine::Options options, const std::string& listen = "127.0.0.1:0") {
    channel_.reset();
    server_.reset();
    engine_ = std::make_unique<FakeEngine>(options);
    absl::StatusOr<std::unique_ptr<Server>> server =
        Server::Start({.listen = listen, .http_listen = ""}, engine_.get());
    ASSERT_OK(server);
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    channel_ = grpc::CreateCustomChannel(server_->grpc_address(), grpc::InsecureChannelCredentials(), arguments);
    stub_ = v1::EvaluationService::NewStub(channel_);
  }

  grpc::Status Evaluate(const v1::EvaluateRequest& request, v1::EvaluateResponse* response,
                        int timeout_ms = 20'000) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(timeout_ms));
    return stub_->Evaluate(&context, request, response);
  }

  // Sends bytes that need be no message.
  grpc::Status SendBytes(const std::string& method, const std::string& bytes) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> ended;
    stub.UnaryCall(&context, method, {}, &request, &response,
                   [&ended](grpc::Status status) { ended.set_value(status); });
    return ended.get_future().get();
  }

  std::unique_ptr<FakeEngine> engine_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::EvaluationService::Stub> stub_;
};

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
      "formulary.v1.SymbolicService/Render",          "formulary.v1.CatalogService/ListFunctions",
      "formulary.v1.CatalogService/GetFunction",      "formulary.v1.CatalogService/ListKernels",
      "formulary.v1.CatalogService/GetKernel",        "formulary.v1.CatalogService/DeleteKernel",
      "formulary.v1.CatalogService/GetServerInfo"};
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
  const grpc::Status status = stub_->Evaluate(&context, RawRequest(std::vector<double>(10'000)), &response);
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
  EXPECT_TRUE(Evaluate(RawRequest(std::vector<double>(250)), &response).ok());
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
  for (int i = 0; i < 2000 && !cancel->load(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
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
  EXPECT_LE(seen.remaining(), absl::Seconds(5));
  grpc::ClientContext context;  // no deadline: the server's default
  ASSERT_TRUE(stub_->Evaluate(&context, RawRequest({1}), &response).ok());
  EXPECT_GT(seen.remaining(), absl::Seconds(20));
  EXPECT_LE(seen.remaining(), absl::Seconds(30));
}

TEST(EffectiveDeadlineTest, DefaultAndCap) {
  const engine::Options options;
  const auto remaining = [&](ClientDeadline client) { return EffectiveDeadline(client, options).remaining(); };
  EXPECT_LE(remaining({.given = true, .remaining = absl::Seconds(3)}), absl::Seconds(3));
  EXPECT_GT(remaining({.given = true, .remaining = absl::Seconds(3)}), absl::Seconds(2));
  EXPECT_GT(remaining({.given = true, .remaining = absl::Hours(3)}), absl::Seconds(590));
  EXPECT_LE(remaining({.given = true, .remaining = absl::Hours(3)}), absl::Seconds(600));
  EXPECT_LE(remaining({}), absl::Seconds(30));
  EXPECT_TRUE(EffectiveDeadline({.given = true, .remaining = absl::Seconds(-1)}, options).expired());
}

// ---- streams ----

v1::EvaluateStreamRequest StreamStart() {
  v1::EvaluateStreamRequest request;
  request.mutable_start()->mutable_program()->add_outputs()->set_text("2*x");
  return request;
}

v1::EvaluateStreamRequest StreamChunk(double x) {
  v1::EvaluateStreamRequest request;
  AddRaw("x", {x}, request.mutable_chunk()->mutable_inputs());
  return request;
}

TEST_F(ServerTest, AStreamAnswersWhileChunksArrive) {
  grpc::ClientContext context;
  auto stream = stub_->EvaluateStream(&context);
  ASSERT_TRUE(stream->Write(StreamStart()));
  v1::EvaluateStreamResponse response;
  for (int i = 0; i < 100; ++i) {  // ping-pong: each answer before the next chunk
    ASSERT_TRUE(stream->Write(StreamChunk(i)));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(Doubles(response.outputs(0).array().raw())[0], 2.0 * i);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerTest, AStreamPipelines) {
  grpc::ClientContext context;
  auto stream = stub_->EvaluateStream(&context);
  std::thread writer([&] {
    EXPECT_TRUE(stream->Write(StreamStart()));
    for (int i = 0; i < 500; ++i) EXPECT_TRUE(stream->Write(StreamChunk(i)));
    stream->WritesDone();
  });
  v1::EvaluateStreamResponse response;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(Doubles(response.outputs(0).array().raw())[0], 2.0 * i);
  }
  writer.join();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerTest, AStreamErrorNamesTheChunk) {
  grpc::ClientContext context;
  auto stream = stub_->EvaluateStream(&context);
  ASSERT_TRUE(stream->Write(StreamStart()));
  ASSERT_TRUE(stream->Write(StreamChunk(1)));
  v1::EvaluateStreamRequest bad = StreamChunk(1);
  bad.mutable_chunk()->mutable_inputs(0)->mutable_array()->set_raw("odd");
  stream->Write(bad);
  v1::EvaluateStreamResponse response;
  EXPECT_TRUE(stream->Read(&response));
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), ::testing::HasSubstr("chunks[1].inputs[0].array.raw: 3 bytes"));
}

TEST_F(ServerTest, ACancelledStreamEnds) {
  grpc::ClientContext context;
  auto stream = stub_->EvaluateStream(&context);
  ASSERT_TRUE(stream->Write(StreamStart()));
  context.TryCancel();
  v1::EvaluateStreamResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ServerTest, AStreamThatStandsStillEnds) {
  engine::Options options;
  options.max_deadline_seconds = 0.3;
  Start(options);
  grpc::ClientContext context;
  auto stream = stub_->EvaluateStream(&context);
  v1::EvaluateStreamResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

// ---- life ----

TEST_F(ServerTest, DrainLetsCallsEndAndTakesNoNew) {
  std::promise<engine::EvaluateDone> pending;
  engine_->on_evaluate = [&](engine::EvaluateCall call, engine::EvaluateDone done) {
    engine_->on_evaluate = nullptr;
    ASSERT_OK(engine_->RunOnPool([&, call = std::make_shared<engine::EvaluateCall>(std::move(call)),
                                  done = std::move(done)]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      done(engine_->Double(*call));
    }));
    pending.set_value({});
  };
  v1::EvaluateResponse response;
  auto running = std::async(std::launch::async, [&] { return Evaluate(RawRequest({1}), &response); });
  pending.get_future().get();
  server_->Drain(absl::Seconds(20));
  EXPECT_TRUE(running.get().ok());
  EXPECT_TRUE(engine_->shut_down);
  v1::EvaluateResponse late;
  EXPECT_EQ(Evaluate(RawRequest({1}), &late).error_code(), grpc::StatusCode::UNAVAILABLE);
  server_->Drain(absl::Seconds(20));  // again is nothing
}

TEST_F(ServerTest, DrainCancelsWhatDoesNotEnd) {
  std::promise<engine::EvaluateDone> pending;
  engine_->on_evaluate = [&](engine::EvaluateCall, engine::EvaluateDone done) {
    pending.set_value(std::move(done));
  };
  v1::EvaluateResponse response;
  auto running = std::async(std::launch::async, [&] { return Evaluate(RawRequest({1}), &response); });
  engine::EvaluateDone done = pending.get_future().get();
  // What an engine does when it is shut down: it answers what waits.
  std::thread answerer([&] {
    while (!engine_->shut_down) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    done(absl::UnavailableError("shutting down"));
  });
  server_->Drain(absl::Milliseconds(100));
  answerer.join();
  EXPECT_FALSE(running.get().ok());
}

TEST_F(ServerTest, TwoServersOnOnePortAreAnError) {
  FakeEngine other;
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost")}) {
    const std::string address = host + server_->grpc_address().substr(server_->grpc_address().rfind(':'));
    const absl::Status status = Server::Start({.listen = address, .http_listen = ""}, &other).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(address));
  }
}

TEST_F(ServerTest, UnixSockets) {
  const base::TempDir directory = testing::MakeTempDir();
  const std::string address = "unix:" + directory.Path("f.sock");
  Start({}, address);
  EXPECT_EQ(server_->grpc_address(), address);
  v1::EvaluateResponse response;
  EXPECT_TRUE(Evaluate(RawRequest({1}), &response).ok());
  FakeEngine other;
  EXPECT_EQ(Server::Start({.listen = address, .http_listen = ""}, &other).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(Evaluate(RawRequest({1}), &response).ok());
}

TEST_F(ServerTest, BadAddressesAreRefused) {
  FakeEngine other;
  for (const char* const address : {"", "nowhere", "no.such.host.invalid:1"})
    EXPECT_FALSE(Server::Start({.listen = address, .http_listen = ""}, &other).ok()) << address;
  EXPECT_FALSE(Server::Start({.listen = "127.0.0.1:0", .http_listen = "unix:/x"}, &other).ok());
}

}  // namespace
}  // namespace formulary::service
