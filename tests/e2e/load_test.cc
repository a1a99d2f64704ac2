// What surrounds the methods: health, reflection, compression, deadlines and limits under load.

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "gmock/gmock.h"
#include "tests/e2e/client.h"
#include "tests/e2e/heavy_request.h"
#include "tests/e2e/server_process.h"

namespace formulary::testing {
namespace {

using ::testing::HasSubstr;

double SecondsOf(const std::function<void()>& what) {
  const auto before = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
}

// ---- protocol ----

TEST(ProtocolE2eTest, HealthServing) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  for (const std::string service :
       {"", "formulary.v1.EvaluationService", "formulary.v1.SymbolicService",
        "formulary.v1.CatalogService"}) {
    std::string request;  // HealthCheckRequest{string service = 1}
    if (!service.empty())
      request = "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
    const auto reply = client.CallBytes("grpc.health.v1.Health/Check", request);
    ASSERT_TRUE(reply.ok()) << reply.status;
    EXPECT_EQ(reply.message, "\x08\x01") << service;  // SERVING
  }
  EXPECT_EQ(client.CallBytes("grpc.health.v1.Health/Check", "\x0a\x01x").status.code, kNotFound);
}

TEST(ProtocolE2eTest, ReflectionListsTheServices) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const auto stream =
      client.Stream("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  ASSERT_TRUE(stream->Write(std::string("\x3a\x01*", 3)));  // list_services = 7
  std::string answer;
  ASSERT_TRUE(stream->Read(&answer));
  for (const char* const service : {"formulary.v1.EvaluationService",
                                    "formulary.v1.SymbolicService", "formulary.v1.CatalogService"})
    EXPECT_THAT(answer, HasSubstr(service));
  stream->WritesDone();
}

TEST(ProtocolE2eTest, GzipIsRefusedWithoutInflating) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const auto reply =
      client.Evaluate(TextRequest("x", std::vector<double>(100'000)), {.gzip = true});
  EXPECT_EQ(reply.status.code, kUnimplemented) << reply.status;
  EXPECT_TRUE(client.Evaluate(TextRequest("x", {1})).ok());
}

TEST(ProtocolE2eTest, UnknownMethods) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(Client(server->grpc_address())
                .CallBytes("formulary.v1.EvaluationService/Nothing", "")
                .status.code,
            kUnimplemented);
}

// ---- deadlines and load ----

TEST(LoadE2eTest, Deadlines) {
  const auto server = ServerProcess::Start({.flags = {"--threads=2"}});
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  ASSERT_TRUE(client.Evaluate(TextRequest("x", {1})).ok());  // connected
  for (const double timeout : {0.001, -1.0}) {
    Reply<v1::EvaluateResponse> reply;
    const double seconds = SecondsOf(
        [&] { reply = client.Evaluate(HeavyRequest(2000, 2000), {.timeout_seconds = timeout}); });
    EXPECT_EQ(reply.status.code, kDeadlineExceeded) << reply.status;
    EXPECT_LT(seconds, 2);
  }
  // What was given up has stopped: the server is idle at once.
  const double seconds =
      SecondsOf([&] { EXPECT_TRUE(client.Evaluate(TextRequest("x", {1})).ok()); });
  EXPECT_LT(seconds, 1);
}

TEST(LoadE2eTest, TheServersOwnDeadline) {
  const auto server =
      ServerProcess::Start({.flags = {"--default_deadline_seconds=0.05", "--threads=1"}});
  ASSERT_NE(server, nullptr);
  const auto reply =
      Client(server->grpc_address()).Evaluate(HeavyRequest(5000, 5000), {.timeout_seconds = 0});
  EXPECT_EQ(reply.status.code, kDeadlineExceeded) << reply.status;
}

TEST(LoadE2eTest, OverTheInflightBudget) {
  const auto server = ServerProcess::Start({.flags = {"--max_inflight_bytes=1MiB"}});
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  auto reply = client.Evaluate(TextRequest("x", std::vector<double>(100'000)));
  EXPECT_EQ(reply.status.code, kResourceExhausted) << reply.status;
  EXPECT_EQ(reply.status.reason, "INFLIGHT_BYTES");
  reply = client.Evaluate(HeavyRequest(1000, 1000));  // small to send, 8 MB to answer
  EXPECT_EQ(reply.status.code, kResourceExhausted) << reply.status;
  EXPECT_TRUE(client.Evaluate(TextRequest("x", std::vector<double>(10'000))).ok());
  // Given back a moment after the client has its answer.
  for (int i = 0; i < 1000 && server->Metric("formulary_inflight_bytes") > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(server->Metric("formulary_inflight_bytes"), 0);
}

TEST(LoadE2eTest, AFullQueueIsRefusedWithRetryInfo) {
  const auto server = ServerProcess::Start(
      {.flags = {"--queue_length=1", "--threads=1", "--compiler=/no/such/compiler"}});
  ASSERT_NE(server, nullptr);
  std::atomic<int> answered{0}, refused{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 12; ++i) {
    clients.emplace_back([&] {
      const Client client(server->grpc_address());
      const auto reply = client.Evaluate(HeavyRequest(700, 1000), {.timeout_seconds = 120});
      if (reply.ok()) {
        ++answered;
      } else {
        EXPECT_EQ(reply.status.code, kResourceExhausted) << reply.status;
        EXPECT_GT(reply.status.retry_seconds, 0) << reply.status;
        ++refused;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_GE(answered, 1);
  EXPECT_GE(refused, 1);
  EXPECT_TRUE(Client(server->grpc_address()).Evaluate(TextRequest("x", {1})).ok());
}

TEST(LoadE2eTest, ManyClientsManyCalls) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      const Client client(server->grpc_address());
      for (int k = 0; k < 200; ++k) {
        const double x = i * 1000 + k;
        const auto reply = client.Evaluate(TextRequest("3*x - 1", {x}));
        if (reply.ok() && Doubles(reply->outputs(0).array())[0] == 3 * x - 1) ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 1600);
}

}  // namespace
}  // namespace formulary::testing
