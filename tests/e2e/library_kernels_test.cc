// Kernels across a server's life: cold, warm, found on disk by the next server, compiled once,
// never trusted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "formulary/v1/evaluation_service.pb.h"
#include "server/base/file.h"
#include "tests/e2e/library_server.h"
#include "tests/support/status_matchers.h"

namespace formulary {
namespace {

using client::Compilation;
using client::NamedArray;
using client::Result;
using testing::LibraryServer;

constexpr char kNormalPdf[] = "exp(-(x - mu)**2/(2*sigma**2))/(sqrt(2*pi)*sigma)";

std::vector<NamedArray> PdfInputs() {
  return {{"x", std::vector<double>{-1, 0, 1, 2}}, {"mu", 0.5}, {"sigma", 2.0}};
}

std::vector<double> Values(const Result& result) {
  const auto values = result.outputs[0].array.As<double>();
  return {values.begin(), values.end()};
}

class LibraryKernelsTest : public ::testing::Test {
 protected:
  LibraryKernelsTest() : dir_(*base::TempDir::Create("/tmp", "formulary-e2e-")) {}
  std::string cache() const { return dir_.Path("cache"); }

  absl::StatusOr<Result> Evaluate(const LibraryServer& server, Compilation compilation) {
    return server.Connect().Evaluate(kNormalPdf, PdfInputs(),
                                     {.compilation = compilation, .want_report = true});
  }

  base::TempDir dir_;
};

TEST_F(LibraryKernelsTest, ColdWarmAndAfterARestart) {
  std::vector<double> interpreted, compiled;
  std::string kernel;
  {
    LibraryServer server(cache());
    ASSERT_OK_AND_ASSIGN(const Result never, Evaluate(server, Compilation::kNever));
    EXPECT_EQ(never.report.tier(), v1::TIER_INTERPRETER);
    interpreted = Values(never);
    ASSERT_OK_AND_ASSIGN(const Result cold, Evaluate(server, Compilation::kWait));
    EXPECT_EQ(cold.report.tier(), v1::TIER_COMPILED);
    EXPECT_EQ(cold.report.cache(), v1::CACHE_OUTCOME_MISS);
    EXPECT_GT(cold.report.compile_seconds(), 0);
    compiled = Values(cold);
    ASSERT_OK_AND_ASSIGN(const Result warm, Evaluate(server, Compilation::kAuto));
    EXPECT_EQ(warm.report.cache(), v1::CACHE_OUTCOME_MEMORY);
    EXPECT_EQ(warm.report.tier(), v1::TIER_COMPILED);
    kernel = warm.report.kernel();
    EXPECT_EQ(server.process().Stop(), 0);
  }
  EXPECT_EQ(interpreted, compiled);
  LibraryServer server(cache());
  ASSERT_OK_AND_ASSIGN(const Result again, Evaluate(server, Compilation::kWait));
  EXPECT_EQ(again.report.cache(), v1::CACHE_OUTCOME_DISK);
  EXPECT_EQ(again.report.tier(), v1::TIER_COMPILED);
  EXPECT_EQ(Values(again), compiled);
  EXPECT_EQ(server.process().Metric("formulary_compiles_total"), 0);
  LibraryServer third(cache());
  ASSERT_OK_AND_ASSIGN(const Result by_name,
                       third.Connect().Evaluate(client::Target::Kernel(kernel), PdfInputs()));
  EXPECT_EQ(Values(by_name), compiled);
  ASSERT_OK(third.Connect().DeleteKernel(kernel));
  EXPECT_THAT(third.Connect().GetKernel(kernel), testing::StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LibraryKernelsTest, ManyClientsOneKeyOneCompilation) {
  LibraryServer server(cache());
  std::vector<std::thread> threads;
  std::atomic<int> compiled = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      const absl::StatusOr<Result> result = Evaluate(server, Compilation::kWait);
      if (result.ok() && result->report.tier() == v1::TIER_COMPILED) ++compiled;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(compiled, 16);
  EXPECT_EQ(server.process().Metric("formulary_compiles_total"), 1);
}

TEST_F(LibraryKernelsTest, ACorruptArtefactIsAMissAndIsReplaced) {
  std::vector<double> expected;
  {
    LibraryServer server(cache());
    ASSERT_OK_AND_ASSIGN(const Result result, Evaluate(server, Compilation::kWait));
    expected = Values(result);
  }
  int damaged = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(cache())) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || path.find("manifests") != std::string::npos) continue;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file.put('\x5a');
    ++damaged;
  }
  EXPECT_EQ(damaged, 1);
  LibraryServer server(cache());
  ASSERT_OK_AND_ASSIGN(const Result result, Evaluate(server, Compilation::kWait));
  EXPECT_EQ(result.report.cache(), v1::CACHE_OUTCOME_MISS);
  EXPECT_EQ(Values(result), expected);
  EXPECT_EQ(server.process().Metric("formulary_store_corrupt_total"), 1);
}

TEST_F(LibraryKernelsTest, WithoutACompilerTheInterpreterAnswers) {
  LibraryServer server(cache(), {"--compiler=/nonexistent/gcc"});
  ASSERT_OK_AND_ASSIGN(const Result result, Evaluate(server, Compilation::kWait));
  EXPECT_EQ(result.report.tier(), v1::TIER_INTERPRETER);
}

TEST_F(LibraryKernelsTest, ACompilerThatHangsIsKilledAndTheInterpreterAnswers) {
  const std::string path = dir_.Path("hanging-gcc");
  std::ofstream(path)
      << "#!/bin/sh\ncase \"$1\" in --version) echo 'gcc hanging';; -dumpmachine) echo x86_64;;"
         " -print-prog-name=*) echo /bin/true;; *) exec sleep 100;; esac\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  LibraryServer server(cache(), {"--compiler=" + path, "--compile_seconds=1"});
  ASSERT_OK_AND_ASSIGN(const Result result, Evaluate(server, Compilation::kWait));
  EXPECT_EQ(result.report.tier(), v1::TIER_INTERPRETER);
}

}  // namespace
}  // namespace formulary
