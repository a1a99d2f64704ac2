// The server as a process: flags, start, drain, end.

#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "gmock/gmock.h"
#include "server/engine/options.h"
#include "tests/e2e/client.h"
#include "tests/e2e/heavy_request.h"
#include "tests/e2e/server_process.h"
#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

using ::testing::HasSubstr;

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
  const auto info =
      Client(server->grpc_address())
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
  EXPECT_EQ(server->Metric("formulary_rpc_duration_seconds_count",
                           "method=\"EvaluationService/Evaluate\""),
            2);
  EXPECT_EQ(server->Metric("formulary_rpc_duration_seconds_count", "code=\"INVALID_ARGUMENT\""), 1);
  EXPECT_GT(server->Metric("process_resident_memory_bytes"), 1e6);
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
      const auto reply = Client(server->grpc_address())
                             .Evaluate(HeavyRequest(3000, 1000), {.timeout_seconds = 60});
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
  EXPECT_EQ(Client(server->grpc_address())
                .Evaluate(TextRequest("x", {1}), {.timeout_seconds = 2})
                .status.code,
            kUnavailable);
}

TEST(DrainE2eTest, WhatDoesNotEndInTimeIsCancelled) {
  const auto server = ServerProcess::Start({.flags = {"--threads=1", "--drain_seconds=0.2"}});
  ASSERT_NE(server, nullptr);
  std::thread client([&] {
    const auto reply = Client(server->grpc_address())
                           .Evaluate(HeavyRequest(20'000, 2000), {.timeout_seconds = 120});
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
    (void)Client(server->grpc_address())
        .Evaluate(HeavyRequest(20'000, 2000), {.timeout_seconds = 60});
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
  ASSERT_TRUE(
      stream->Write(Proto<v1::EvaluateStreamRequest>("start { program { outputs { text: 'x' } } }")
                        .SerializeAsString()));
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
