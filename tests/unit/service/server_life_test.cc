#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "server/service/server.h"
#include "tests/support/test_files.h"
#include "tests/unit/service/server_fixture.h"

namespace formulary::service {
namespace {

using testing::Doubles;
using testing::FakeEngine;
using testing::RawRequest;
using ServerLifeTest = testing::ServerFixture;

using ServerStreamTest = testing::ServerFixture;
using testing::AddRaw;

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

TEST_F(ServerStreamTest, AStreamAnswersWhileChunksArrive) {
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

TEST_F(ServerStreamTest, AStreamPipelines) {
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

TEST_F(ServerStreamTest, AStreamErrorNamesTheChunk) {
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
  EXPECT_THAT(status.error_message(),
              ::testing::HasSubstr("chunks[1].inputs[0].array.raw: 3 bytes"));
}

TEST_F(ServerStreamTest, ACancelledStreamEnds) {
  grpc::ClientContext context;
  auto stream = stub_->EvaluateStream(&context);
  ASSERT_TRUE(stream->Write(StreamStart()));
  context.TryCancel();
  v1::EvaluateStreamResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ServerStreamTest, AStreamThatStandsStillEnds) {
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

TEST_F(ServerLifeTest, DrainLetsCallsEndAndTakesNoNew) {
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
  auto running =
      std::async(std::launch::async, [&] { return Evaluate(RawRequest({1}), &response); });
  pending.get_future().get();
  server_->Drain(absl::Seconds(20));
  EXPECT_TRUE(running.get().ok());
  EXPECT_TRUE(engine_->shut_down);
  v1::EvaluateResponse late;
  EXPECT_EQ(Evaluate(RawRequest({1}), &late).error_code(), grpc::StatusCode::UNAVAILABLE);
  server_->Drain(absl::Seconds(20));  // again is nothing
}

TEST_F(ServerLifeTest, DrainCancelsWhatDoesNotEnd) {
  std::promise<engine::EvaluateDone> pending;
  engine_->on_evaluate = [&](engine::EvaluateCall, engine::EvaluateDone done) {
    pending.set_value(std::move(done));
  };
  v1::EvaluateResponse response;
  auto running =
      std::async(std::launch::async, [&] { return Evaluate(RawRequest({1}), &response); });
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

TEST_F(ServerLifeTest, TwoServersOnOnePortAreAnError) {
  FakeEngine other;
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost")}) {
    const std::string address =
        host + server_->grpc_address().substr(server_->grpc_address().rfind(':'));
    const absl::Status status =
        Server::Start({.listen = address, .http_listen = ""}, &other).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(address));
  }
}

TEST_F(ServerLifeTest, UnixSockets) {
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

TEST_F(ServerLifeTest, BadAddressesAreRefused) {
  FakeEngine other;
  for (const char* const address : {"", "nowhere", "no.such.host.invalid:1"})
    EXPECT_FALSE(Server::Start({.listen = address, .http_listen = ""}, &other).ok()) << address;
  EXPECT_FALSE(Server::Start({.listen = "127.0.0.1:0", .http_listen = "unix:/x"}, &other).ok());
}

}  // namespace
}  // namespace formulary::service
