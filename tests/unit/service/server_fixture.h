#ifndef FORMULARY_TESTS_UNIT_SERVICE_SERVER_FIXTURE_H_
#define FORMULARY_TESTS_UNIT_SERVICE_SERVER_FIXTURE_H_

// A listening server over a fake engine, and a gRPC client of it.

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "formulary/v1/evaluation_service.grpc.pb.h"
#include "server/service/server.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::testing {

class ServerFixture : public ::testing::Test {
 protected:
  void SetUp() override { Start({}); }

  void Start(engine::Options options, const std::string& listen = "127.0.0.1:0") {
    channel_.reset();
    server_.reset();
    engine_ = std::make_unique<FakeEngine>(options);
    absl::StatusOr<std::unique_ptr<service::Server>> server =
        service::Server::Start({.listen = listen, .http_listen = ""}, engine_.get());
    ASSERT_OK(server);
    server_ = *std::move(server);
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    channel_ = grpc::CreateCustomChannel(server_->grpc_address(),
                                         grpc::InsecureChannelCredentials(), arguments);
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
  std::unique_ptr<service::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::EvaluationService::Stub> stub_;
};

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_UNIT_SERVICE_SERVER_FIXTURE_H_
