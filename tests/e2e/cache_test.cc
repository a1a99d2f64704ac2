// Where kernels come from: cold, warm, after a restart, after damage, and under a crowd.

#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gmock/gmock.h"
#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"
#include "tests/support/fake_program.h"
#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

// A formula nobody has sent before, in this test process at least.
std::string NewFormula() {
  static std::atomic<int> next{0};
  const int number = next++;
  return "sin(x)**2*cos(" + std::to_string(number) + "*x) + exp(-x*x)*tanh(x) + Abs(x)**(1/" +
         std::to_string(number + 3) + ")";
}

// Files of at least that many bytes anywhere under the directory.
std::vector<std::string> FilesUnder(const std::string& directory, size_t least_bytes) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
    if (entry.is_regular_file() && entry.file_size() >= least_bytes)
      files.push_back(entry.path().string());
  }
  return files;
}

TEST(CacheE2eTest, ColdThenWarm) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const std::string formula = NewFormula();
  auto reply = client.Evaluate(TextRequest(formula, {0.5, 1, 2}));
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->report().tier(), v1::TIER_INTERPRETER);  // AUTO never waits
  EXPECT_EQ(reply->report().cache(), v1::CACHE_OUTCOME_MISS);
  const std::string cold = reply->outputs(0).array().raw();
  reply = client.Evaluate(TextRequest(formula, {0.5, 1, 2}, v1::COMPILATION_MODE_WAIT));
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->report().tier(), v1::TIER_COMPILED);
  EXPECT_EQ(reply->outputs(0).array().raw(), cold);
  reply = client.Evaluate(TextRequest(formula, {0.5, 1, 2}));
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->report().tier(), v1::TIER_COMPILED);
  EXPECT_EQ(reply->report().cache(), v1::CACHE_OUTCOME_MEMORY);
  EXPECT_EQ(reply->report().compile_seconds(), 0);
  EXPECT_EQ(server->Metric("formulary_compiles_total"), 1);
}

TEST(CacheE2eTest, WaitWaitsForTheCompiler) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const auto reply = client.Evaluate(TextRequest(NewFormula(), {1}, v1::COMPILATION_MODE_WAIT));
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->report().tier(), v1::TIER_COMPILED);
  EXPECT_EQ(reply->report().cache(), v1::CACHE_OUTCOME_MISS);
  EXPECT_GT(reply->report().compile_seconds(), 0);
  EXPECT_FALSE(FilesUnder(server->cache_dir(), 1000).empty());  // published before the answer
}

TEST(CacheE2eTest, NeverInterprets) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const std::string formula = NewFormula();
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.Evaluate(TextRequest(formula, {1}, v1::COMPILATION_MODE_NEVER));
    ASSERT_TRUE(reply.ok()) << reply.status;
    EXPECT_EQ(reply->report().tier(), v1::TIER_INTERPRETER);
  }
  EXPECT_EQ(server->Metric("formulary_compiles_total"), 0);
}

TEST(CacheE2eTest, ARestartedServerFindsItOnDisk) {
  const base::TempDir cache = MakeTempDir();
  const std::string formula = NewFormula();
  std::string kernel, answer;
  {
    const auto server = ServerProcess::Start({.cache_dir = cache.path()});
    ASSERT_NE(server, nullptr);
    const auto reply = Client(server->grpc_address())
                           .Evaluate(TextRequest(formula, {1, 2}, v1::COMPILATION_MODE_WAIT));
    ASSERT_TRUE(reply.ok()) << reply.status;
    kernel = reply->report().kernel();
    answer = reply->outputs(0).array().raw();
    EXPECT_EQ(server->Stop(), 0);
  }
  const auto server = ServerProcess::Start({.cache_dir = cache.path()});
  ASSERT_NE(server, nullptr);
  const Client client(server->grpc_address());
  const auto reply = client.Evaluate(TextRequest(formula, {1, 2}, v1::COMPILATION_MODE_WAIT));
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->report().tier(), v1::TIER_COMPILED);
  EXPECT_EQ(reply->report().cache(), v1::CACHE_OUTCOME_DISK);
  EXPECT_EQ(reply->report().kernel(), kernel);
  EXPECT_EQ(reply->outputs(0).array().raw(), answer);
  EXPECT_EQ(server->Metric("formulary_compiles_total"), 0);
}

TEST(CacheE2eTest, ARestartedServerServesAKernelByName) {
  const base::TempDir cache = MakeTempDir();
  v1::EvaluateRequest request = TextRequest(NewFormula(), {1, 2}, v1::COMPILATION_MODE_WAIT);
  std::string answer;
  {
    const auto server = ServerProcess::Start({.cache_dir = cache.path()});
    ASSERT_NE(server, nullptr);
    const auto reply = Client(server->grpc_address()).Evaluate(request);
    ASSERT_TRUE(reply.ok()) << reply.status;
    answer = reply->outputs(0).array().raw();
    request.set_kernel(reply->report().kernel());
    EXPECT_EQ(server->Stop(), 0);
  }
  const auto server = ServerProcess::Start({.cache_dir = cache.path()});
  ASSERT_NE(server, nullptr);
  const auto reply = Client(server->grpc_address()).Evaluate(request);
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->outputs(0).array().raw(), answer);
}

TEST(CacheE2eTest, DamagedFilesAreMissesAndAreRebuilt) {
  const base::TempDir cache = MakeTempDir();
  const std::string formula = NewFormula();
  std::string answer;
  enum class Damage { kNone, kFlip, kTruncate, kEmpty, kGarbage };
  for (const Damage damage :
       {Damage::kNone, Damage::kFlip, Damage::kTruncate, Damage::kEmpty, Damage::kGarbage}) {
    for (const std::string& file : FilesUnder(cache.path(), 1)) {
      const std::string bytes = Contents(file);
      std::string damaged = bytes;
      if (damage == Damage::kFlip)
        damaged[bytes.size() / 2] = static_cast<char>(damaged[bytes.size() / 2] ^ 1);
      if (damage == Damage::kTruncate) damaged.resize(bytes.size() / 2);
      if (damage == Damage::kEmpty) damaged.clear();
      if (damage == Damage::kGarbage) damaged.assign(bytes.size(), 'G');
      std::ofstream(file, std::ios::binary | std::ios::trunc) << damaged;
    }
    const auto server = ServerProcess::Start({.cache_dir = cache.path()});
    ASSERT_NE(server, nullptr);
    const Client client(server->grpc_address());
    const auto reply = client.Evaluate(TextRequest(formula, {1, 2}, v1::COMPILATION_MODE_WAIT));
    ASSERT_TRUE(reply.ok()) << reply.status << static_cast<int>(damage);
    EXPECT_EQ(reply->report().tier(), v1::TIER_COMPILED) << static_cast<int>(damage);
    EXPECT_EQ(reply->report().cache(), v1::CACHE_OUTCOME_MISS) << static_cast<int>(damage);
    if (answer.empty()) answer = reply->outputs(0).array().raw();
    EXPECT_EQ(reply->outputs(0).array().raw(), answer) << static_cast<int>(damage);
    EXPECT_EQ(server->Stop(), 0) << server->Log();
  }
}

TEST(CacheE2eTest, ACrowdWithOneNewProgramCompilesOnce) {
  const auto server = ServerProcess::Start();
  ASSERT_NE(server, nullptr);
  const v1::EvaluateRequest request =
      TextRequest(NewFormula(), {1, 2, 3}, v1::COMPILATION_MODE_WAIT);
  std::atomic<int> compiled{0};
  std::vector<std::string> answers(16);
  std::vector<std::thread> clients;
  for (size_t i = 0; i < answers.size(); ++i) {
    clients.emplace_back([&, i] {
      const Client client(server->grpc_address());
      const auto reply = client.Evaluate(request);
      EXPECT_TRUE(reply.ok()) << reply.status;
      if (!reply.ok()) return;
      compiled += reply->report().tier() == v1::TIER_COMPILED;
      answers[i] = reply->outputs(0).array().raw();
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(compiled, 16);
  for (const std::string& answer : answers) EXPECT_EQ(answer, answers[0]);
  EXPECT_EQ(server->Metric("formulary_compiles_total"), 1);
}

TEST(CacheE2eTest, TwoServersShareADirectory) {
  const base::TempDir cache = MakeTempDir();
  const auto first = ServerProcess::Start({.cache_dir = cache.path()});
  const auto second = ServerProcess::Start({.cache_dir = cache.path()});
  ASSERT_TRUE(first != nullptr && second != nullptr);
  const v1::EvaluateRequest request = TextRequest(NewFormula(), {1, 2}, v1::COMPILATION_MODE_WAIT);
  const auto here = Client(first->grpc_address()).Evaluate(request);
  const auto there = Client(second->grpc_address()).Evaluate(request);
  ASSERT_TRUE(here.ok() && there.ok()) << here.status << there.status;
  EXPECT_EQ(there->report().cache(), v1::CACHE_OUTCOME_DISK);
  EXPECT_EQ(here->outputs(0).array().raw(), there->outputs(0).array().raw());
}

// ---- compilers that do not compile ----

void ExpectInterpreted(const ServerProcess& server, v1::CompilationMode mode,
                       double limit_seconds) {
  const auto before = std::chrono::steady_clock::now();
  const auto reply =
      Client(server.grpc_address()).Evaluate(TextRequest(NewFormula(), {1, 2}, mode));
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - before;
  ASSERT_TRUE(reply.ok()) << reply.status;
  EXPECT_EQ(reply->report().tier(), v1::TIER_INTERPRETER);
  EXPECT_LT(elapsed.count(), limit_seconds);
}

TEST(CompilerE2eTest, WithoutACompilerEverythingIsInterpreted) {
  const auto server = ServerProcess::Start({.flags = {"--compiler=/no/such/compiler"}});
  ASSERT_NE(server, nullptr);
  ExpectInterpreted(*server, v1::COMPILATION_MODE_AUTO, 5);
  ExpectInterpreted(*server, v1::COMPILATION_MODE_WAIT, 5);
  EXPECT_EQ(server->Stop(), 0);
}

TEST(CompilerE2eTest, ACompilerThatHangsIsStoppedAndTheInterpreterAnswers) {
  const base::TempDir directory = MakeTempDir();
  const std::string compiler = WriteFakeCompiler(directory.path(), "exec sleep 600");
  const auto server =
      ServerProcess::Start({.flags = {"--compiler=" + compiler, "--compile_seconds=1"}});
  ASSERT_NE(server, nullptr);
  ExpectInterpreted(*server, v1::COMPILATION_MODE_AUTO, 1);
  ExpectInterpreted(*server, v1::COMPILATION_MODE_WAIT, 55);
  EXPECT_EQ(server->Stop(), 0);
}

TEST(CompilerE2eTest, ACompilerThatCrashesOrLiesIsNoMatter) {
  for (const char* const body : {"exit 4", "kill -SEGV $$", "exit 0", "echo rubbish > $out; exit 0",
                                 "yes error | head -c 10000000 >&2; exit 1"}) {
    const base::TempDir directory = MakeTempDir();
    const std::string compiler = WriteFakeCompiler(directory.path(), body);
    const auto server = ServerProcess::Start({.flags = {"--compiler=" + compiler}});
    ASSERT_NE(server, nullptr);
    ExpectInterpreted(*server, v1::COMPILATION_MODE_AUTO, 5);
    ExpectInterpreted(*server, v1::COMPILATION_MODE_WAIT, 55);
    EXPECT_EQ(server->Stop(), 0) << body;
  }
}

TEST(CompilerE2eTest, TheCompilersPathReachesNoClient) {
  const base::TempDir directory = MakeTempDir();
  const std::string compiler =
      WriteFakeCompiler(directory.path(), "echo secret-diagnostic >&2; exit 1");
  const auto server = ServerProcess::Start({.flags = {"--compiler=" + compiler}});
  ASSERT_NE(server, nullptr);
  const auto reply =
      Client(server->grpc_address())
          .Call<v1::CompileResponse>(
              "formulary.v1.EvaluationService/Compile",
              Proto<v1::CompileRequest>("program { outputs { text: 'sin(x)*19' } } options { "
                                        "compilation: COMPILATION_MODE_WAIT }"));
  EXPECT_THAT(reply.status.message, ::testing::Not(::testing::HasSubstr(directory.path())));
  EXPECT_THAT(reply.status.message, ::testing::Not(::testing::HasSubstr("secret-diagnostic")));
}

}  // namespace
}  // namespace formulary::testing
