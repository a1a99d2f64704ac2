// The server as a process: start, flags, health, deadlines, load, drain, end.

#include <signal.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "gmock/gmock.h"
#include "server/engine/options.h"
#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"
#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

using ::testing::HasSubstr;

// Work for some time: a heavy function over many elements, so small to send.
v1::EvaluateRequest HeavyRequest(int rows, int columns) {
  v1::EvaluateRequest request;
  request.mutable_program()->add_outputs()->set_text("gamma(3 + sin(a)*cos(b))*exp(sin(a*b))");
  AddInput("a", std::vector<double>(static_cast<size_t>(rows), 0.5), &request);
  request.mutable_inputs(0)->mutable_array()->add_shape(1);
  AddInput("b", std::vector<double>(static_cast<size_t>(columns), 0.25), &request);
  request.mutable_options()->set_compilation(v1::COMPILATION_MODE_NEVER);
  return request;
}

double SecondsOf(const std::function<void()>& what) {
  const auto before = std::chrono::steady_clock::now();
  what();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
}

// ---- flags ----

TEST(FlagsE2eTest, HelpAndVersion) {
  const ProgramResult help = RunServer({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const engine::LimitRow& row : engine::LimitRows())
    EXPECT_THAT(help.standard_output, HasSubstr("--" + std::string(row.name)));
  const ProgramResult version = RunServer({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.standard_output, ::testing::StartsWith("formularyd "));
}

TEST(FlagsE2eTest, BadUsage) {
  for (const char* const flag : {"--nosuch", "--max_nodes=x", "--log_format=loud"}) {
    const ProgramResult result = RunServer({flag});
    EXPECT_EQ(result.exit_code, 2) << flag;
    EXPECT_EQ(result.standard_output, "") << flag;
    EXPECT_NE(result.standard_error, "") << flag;
  }
  EXPECT_EQ(RunServer({"--listen=nonsense", "--http_listen="}).exit_code, 1);
}

TEST(FlagsE2eTest, LimitsInForceAreReported) {
  const auto server = ServerProcess::Start({.flags = {"--max_nodes=123", "--cache_bytes=2GiB"}});
  ASSERT_NE(server, nullptr);
  const auto info = Client(server->grpc_address())
                        .Call<v1::GetServerInfoResponse>("formulary.v1.CatalogService/GetServerInfo",
                                                         v1::GetServerInfoRequest());
  ASSERT_TRUE(info.ok()) << info.status;
  std::map<std::string, double> limits;
  for (const v1::Limit& limit : info->limits()) limits[limit.name()] = limit.value();
  EXPECT_EQ(limits["max_nodes"], 123);
  EXPECT_EQ(limits["cache_bytes"], 2.0 * (1 << 30));
  EXPECT_EQ(limits["max_rank"], 8);
}

// ---- start ----

TEST(LifeE2eTest, TwoServersOnOnePortAreAnError) {
  const auto first = ServerProcess::Start();
  ASSERT_NE(first, nullptr);
  const ProgramResult second =
      RunServer({"--listen=" + first->grpc_address(), "--http_listen=", "--cache_dir="});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.standard_error, HasSubstr("another process listens there"));
  EXPECT_THAT(second.standard_error, HasSubstr(first->grpc_address()));
  const ProgramResult third =
      RunServer({"--listen=127.0.0.1:0", "--http_listen=" + first->http_address(), "--cache_dir="});
  EXPECT_EQ(third.exit_code, 1);
  EXPECT_EQ(third.standard_output, "");
  EXPECT_TRUE(Client(first->grpc_address()).Evaluate(TextRequest("x", {1})).ok());
}

TEST(LifeE2eTest, WithoutHttp) {
  const auto server = ServerProcess::Start({.flags = {"--http_listen="}});
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(server->http_address(), "");
}

TEST(LifeE2eTest, HttpEndpoints) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  ASSERT_TRUE(client.Evaluate(TextRequest("x + 1", {1})).ok());
  EXPECT_FALSE(client.Evaluate(TextRequest("x +", {1})).ok());
  EXPECT_EQ(server->HttpGet("/healthz").status, 200);
  EXPECT_EQ(server->HttpGet("/readyz").status, 200);
  EXPECT_EQ(server->HttpGet("/nothing").status, 404);
  const auto metrics = server->HttpGet("/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(server->Metric("formulary_rpc_duration_seconds_count", "method=\"EvaluationService/Evaluate\""), 2);
  EXPECT_EQ(server->Metric("formulary_rpc_duration_seconds_count", "code=\"INVALID_ARGUMENT\""), 1);
  EXPECT_GT(server->Metric("process_resident_memory_bytes"), 1e6);
}

// ---- protocol ----

TEST(ProtocolE2eTest, HealthServing) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  for (const std::string service : {"", "formulary.v1.EvaluationService", "formulary.v1.SymbolicService",
                                     "formulary.v1.CatalogService"}) {
    std::string request;  // HealthCheckRequest{string service = 1}
    if (!service.empty()) request = "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
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
  const auto stream = client.Stream("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  ASSERT_TRUE(stream->Write(std::string("\x3a\x01*", 3)));  // list_services = 7
  std::string answer;
  ASSERT_TRUE(stream->Read(&answer));
  for (const char* const service : {"formulary.v1.EvaluationService", "formulary.v1.SymbolicService",
                                    "formulary.v1.CatalogService"})
    EXPECT_THAT(answer, HasSubstr(service));
  stream->WritesDone();
}

TEST(ProtocolE2eTest, GzipIsRefusedWithoutInflating) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const auto reply = client.Evaluate(TextRequest("x", std::vector<double>(100'000)), {.gzip = true});
  EXPECT_EQ(reply.status.code, kUnimplemented) << reply.status;
  EXPECT_TRUE(client.Evaluate(TextRequest("x", {1})).ok());
}

TEST(ProtocolE2eTest, UnknownMethods) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(Client(server->grpc_address()).CallBytes("formulary.v1.EvaluationService/Nothing", "").status.code,
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
    const double seconds =
        SecondsOf([&] { reply = client.Evaluate(HeavyRequest(2000, 2000), {.timeout_seconds = timeout}); });
    EXPECT_EQ(reply.status.code, kDeadlineExceeded) << reply.status;
    EXPECT_LT(seconds, 2);
  }
  // What was given up has stopped: the server is idle at once.
  const double seconds = SecondsOf([&] { EXPECT_TRUE(client.Evaluate(TextRequest("x", {1})).ok()); });
  EXPECT_LT(seconds, 1);
}

TEST(LoadE2eTest, TheServersOwnDeadline) {
  const auto server = ServerProcess::Start({.flags = {"--default_deadline_seconds=0.05", "--threads=1"}});
  ASSERT_NE(server, nullptr);
  const auto reply = Client(server->grpc_address()).Evaluate(HeavyRequest(5000, 5000), {.timeout_seconds = 0});
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
  const auto server =
      ServerProcess::Start({.flags = {"--queue_length=1", "--threads=1", "--compiler=/no/such/compiler"}});
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

// ---- the end ----

TEST(DrainE2eTest, AnIdleServerEndsAtOnceForEitherSignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto server = ServerProcess::Start();
    ASSERT_NE(server, nullptr);
    server->Signal(signal);
    EXPECT_EQ(server->WaitForEnd(absl::Seconds(5)), 0) << server->Log();
  }
}

TEST(DrainE2eTest, CallsInFlightEnd) {
  const auto server = ServerProcess::Start({.flags = {"--threads=1", "--drain_seconds=60"}});
  ASSERT_NE(server, nullptr);
  std::atomic<int> ended{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      const auto reply = Client(server->grpc_address()).Evaluate(HeavyRequest(3000, 1000), {.timeout_seconds = 60});
      EXPECT_TRUE(reply.ok()) << reply.status;
      ++ended;
    });
  }
  for (int i = 0; i < 1000 && server->Metric("formulary_rpcs_in_flight") < 4; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  server->Signal(SIGTERM);
  // Meanwhile: alive, not ready, and closed to newcomers.
  int ready = 200;
  for (int i = 0; i < 200 && ready == 200 && ended < 4; ++i) {
    ready = server->HttpGet("/readyz").status;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_TRUE(ready == 503 || ended == 4) << ready;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(server->WaitForEnd(absl::Seconds(20)), 0) << server->Log();
  EXPECT_EQ(ended, 4);
  EXPECT_EQ(Client(server->grpc_address()).Evaluate(TextRequest("x", {1}), {.timeout_seconds = 2}).status.code,
            kUnavailable);
}

TEST(DrainE2eTest, WhatDoesNotEndInTimeIsCancelled) {
  const auto server = ServerProcess::Start({.flags = {"--threads=1", "--drain_seconds=0.2"}});
  ASSERT_NE(server, nullptr);
  std::thread client([&] {
    const auto reply = Client(server->grpc_address()).Evaluate(HeavyRequest(20'000, 2000), {.timeout_seconds = 120});
    EXPECT_FALSE(reply.ok());
  });
  for (int i = 0; i < 1000 && server->Metric("formulary_rpcs_in_flight") < 1; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  server->Signal(SIGTERM);
  EXPECT_EQ(server->WaitForEnd(absl::Seconds(15)), 0) << server->Log();
  client.join();
}

TEST(DrainE2eTest, ASecondSignalEndsAtOnce) {
  const auto server = ServerProcess::Start({.flags = {"--threads=1", "--drain_seconds=600"}});
  ASSERT_NE(server, nullptr);
  std::thread client([&] {
    (void)Client(server->grpc_address()).Evaluate(HeavyRequest(20'000, 2000), {.timeout_seconds = 60});
  });
  for (int i = 0; i < 1000 && server->Metric("formulary_rpcs_in_flight") < 1; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  server->Signal(SIGTERM);
  for (int i = 0; i < 1000 && server->HttpGet("/readyz").status != 503; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  server->Signal(SIGINT);
  EXPECT_EQ(server->WaitForEnd(absl::Seconds(5)), 128 + SIGINT);
  client.join();
}

TEST(DrainE2eTest, AStreamThatIsOpenDoesNotKeepTheServer) {
  const auto server = ServerProcess::Start({.flags = {"--drain_seconds=0.2"}});
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const auto stream = client.Stream("formulary.v1.EvaluationService/EvaluateStream");
  ASSERT_TRUE(stream->Write(
      Proto<v1::EvaluateStreamRequest>("start { program { outputs { text: 'x' } } }").SerializeAsString()));
  EXPECT_EQ(server->Stop(), 0) << server->Log();
}

TEST(LifeE2eTest, LogsAreOneJsonObjectALine) {
  const auto server = ServerProcess::Start({.flags = {"--log_format=json", "--log_level=debug"}});
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(server->Stop(), 0);
  const std::string log = server->Log();
  EXPECT_THAT(log, HasSubstr("draining"));
  for (size_t start = 0; start < log.size();) {
    const size_t end = log.find('\n', start);
    EXPECT_EQ(log[start], '{') << log.substr(start, end - start);
    EXPECT_EQ(log[end - 1], '}') << log.substr(start, end - start);
    start = end + 1;
  }
}

}  // namespace
}  // namespace formulary::testing
