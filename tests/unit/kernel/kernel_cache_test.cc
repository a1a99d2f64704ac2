#include "server/kernel/kernel_cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_program.h"
#include "tests/support/sample_kernels.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"
#include "tests/unit/kernel/kernel_cache_fixture.h"
#include "tests/unit/kernel/test_objects.h"

namespace formulary::kernel {
namespace {

using ::formulary::testing::CallUnary;
using ::formulary::testing::Contents;
using ::formulary::testing::FakeClock;
using ::formulary::testing::IsOk;
using ::formulary::testing::KernelMaps;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::MemoryMaps;
using ::formulary::testing::OpenDescriptors;
using ::formulary::testing::StatusIs;
using ::formulary::testing::WriteFakeCompiler;
using ::formulary::testing::WriteFile;
using ::testing::Not;

constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;

TEST_F(KernelCacheTest, CompiledThenMemoryThenDisk) {
  Start();
  EXPECT_EQ(cache_->Find(Key(1)), nullptr);
  ASSERT_OK_AND_ASSIGN(const Acquired compiled, Acquire(1));
  EXPECT_EQ(compiled.source, Source::kCompiled);
  EXPECT_GT(compiled.compile_seconds, 0);
  EXPECT_EQ(FirstResult(*compiled.kernel), 7.0);
  EXPECT_EQ(compiled.kernel->metadata(), "metadata 1");
  EXPECT_TRUE(testing::Exists(StoredPath(1)));  // before the answer

  ASSERT_OK_AND_ASSIGN(const Acquired memory, Acquire(1));
  EXPECT_EQ(memory.source, Source::kMemory);
  EXPECT_EQ(memory.kernel, compiled.kernel);
  EXPECT_EQ(cache_->Find(Key(1)), compiled.kernel);

  Start();
  ASSERT_OK_AND_ASSIGN(const Acquired disk, Acquire(1));
  EXPECT_EQ(disk.source, Source::kDisk);
  EXPECT_EQ(disk.compile_seconds, 0);
  EXPECT_GT(disk.kernel->compile_seconds(), 0);
  EXPECT_EQ(disk.kernel->metadata(), "metadata 1");
  EXPECT_EQ(FirstResult(*disk.kernel), 7.0);
  EXPECT_EQ(Calls(), 1);
  EXPECT_EQ(cache_->counters().disk_hits, 1u);
}

TEST_F(KernelCacheTest, ManyThreadsOneKeyCompileOnce) {
  UseCompiler(std::string("sleep 0.1\n") + kHandOut);
  Start();
  BuildRequest first = Request(1);
  std::vector<std::thread> threads;
  std::vector<KernelPointer> kernels(16);
  for (size_t t = 0; t < kernels.size(); ++t) {
    threads.emplace_back([&, t] {
      const auto acquired = Acquire(1);
      ASSERT_THAT(acquired, IsOk());
      kernels[t] = acquired->kernel;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Calls(), 1);
  for (const KernelPointer& kernel : kernels) EXPECT_EQ(kernel, kernels[0]);
  const KernelCacheCounters counters = cache_->counters();
  EXPECT_EQ(counters.compiles, 1u);
  EXPECT_EQ(counters.flights_joined + counters.memory_hits, 15u);
  EXPECT_EQ(counters.flights, 0u);
}

TEST_F(KernelCacheTest, ManyThreadsManyKeys) {
  Start({.max_loaded_kernels = 3});
  for (int i = 0; i < 6; ++i) Request(i, i);  // builds the objects
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 60; ++round) {
        const int i = (t + round) % 6;
        KernelPointer kernel = cache_->Find(Key(i));
        if (kernel == nullptr) {
          const auto acquired = Acquire(i, i);
          ASSERT_THAT(acquired, IsOk());
          kernel = acquired->kernel;
        }
        ASSERT_EQ(FirstResult(*kernel), 3.0 * i + 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Calls(), 6);  // evicted ones came back from disk
  EXPECT_LE(cache_->counters().loaded, 3u);
}

TEST_F(KernelCacheTest, WaiterLeavesAtItsDeadlineAndTheBuildGoesOn) {
  UseCompiler(std::string("sleep 0.5\n") + kHandOut);
  Start();
  const base::SteadyTime start = base::Clock::Real()->Now();
  EXPECT_THAT(Acquire(1, 2, base::Deadline::After(absl::Milliseconds(100))),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_LT(base::Elapsed(start, base::Clock::Real()->Now()), absl::Milliseconds(400));
  EXPECT_EQ(cache_->counters().waiters_expired, 1u);
  ASSERT_OK_AND_ASSIGN(const Acquired later, Acquire(1));  // joins, or finds it
  EXPECT_EQ(FirstResult(*later.kernel), 7.0);
  EXPECT_EQ(Calls(), 1);
}

TEST_F(KernelCacheTest, PassedDeadlineStartsNothing) {
  Start();
  EXPECT_THAT(Acquire(1, 2, base::Deadline(base::SteadyTime::min())),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(cache_->counters().flights, 0u);
  EXPECT_EQ(Calls(), 0);
}

TEST_F(KernelCacheTest, FailedBuildIsToldToAllAndForgotten) {
  UseCompiler("sleep 0.2; echo call >> BIN/calls; echo 'error: no' >&2; exit 1");
  Start({.failure_memory = absl::ZeroDuration()});
  Request(1);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      const absl::Status status = Acquire(1).status();
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
      EXPECT_EQ(Reason(status), compile::kCompileFailed);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache_->counters().compile_failures, cache_->counters().compiles);
  const long failed_calls = Calls();
  EXPECT_LE(failed_calls, 4);
  UseCompiler(kHandOut);
  EXPECT_THAT(Acquire(1), IsOk());
}

TEST_F(KernelCacheTest, CompileLimitIsRememberedForAWhile) {
  UseCompiler("echo call >> BIN/calls; sleep 60");
  compile_seconds_ = 0.2;
  FakeClock clock;
  Start({.limit_memory = absl::Seconds(30), .clock = &clock});
  for (int i = 0; i < 3; ++i) {
    const absl::Status status = Acquire(1).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(Reason(status), compile::kCompileBudget);
  }
  EXPECT_EQ(Calls(), 1);
  EXPECT_EQ(cache_->counters().remembered_failures, 2u);
  clock.Advance(absl::Seconds(31));
  UseCompiler(kHandOut);
  EXPECT_THAT(Acquire(1), IsOk());
}

TEST_F(KernelCacheTest, RefusalIsRememberedBriefly) {
  UseCompiler("echo call >> BIN/calls; exit 4");
  FakeClock clock;
  Start({.clock = &clock});
  EXPECT_THAT(Acquire(1), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(Acquire(1), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Calls(), 1);
  clock.Advance(absl::Seconds(6));
  EXPECT_THAT(Acquire(1), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Calls(), 2);
}

TEST_F(KernelCacheTest, WithoutACompilerStoredKernelsStillServe) {
  Start();
  ASSERT_THAT(Acquire(1), IsOk());
  ASSERT_EQ(unlink(bin_.Path("gcc").c_str()), 0);
  Start();
  EXPECT_THAT(Acquire(1), IsOk());
  const absl::Status status = Acquire(2).status();
  EXPECT_THAT(status, StatusIs(kUnavailable));
  EXPECT_EQ(Reason(status), compile::kCompilerUnavailable);
  UseCompiler(kHandOut);
  EXPECT_THAT(Acquire(2), IsOk());  // not remembered
}

TEST_F(KernelCacheTest, ObjectsThatTheLoaderMustNotSeeAreInternal) {
  const struct {
    const char* what;
    std::string bytes;
  } rows[] = {
      {"another symbol", AffineObject(2)},
      {"constructor", BuildObject(testing::AffineKernelText(2) +
                                      "__attribute__((constructor)) static void c(void) { "
                                      "__builtin_trap(); }",
                                  {}, SymbolOf(Key(1)))},
      {"not linkable",
       BuildObject("double fy_v1_missing(double);\n__attribute__((visibility(\"default\"))) double "
                   "FY_KERNEL(double x) { return fy_v1_missing(x); }",
                   {}, SymbolOf(Key(1)))},
      {"truncated", AffineObject(2, SymbolOf(Key(1))).substr(0, 700)},
  };
  for (const auto& row : rows) {
    Start({.failure_memory = absl::ZeroDuration()});
    WriteFile(bin_.Path("object1"), row.bytes);
    const absl::Status status = Acquire(1).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal)) << row.what;
    EXPECT_EQ(Reason(status), compile::kCompileFailed) << row.what;
    EXPECT_FALSE(testing::Exists(StoredPath(1))) << row.what;
  }
}

TEST_F(KernelCacheTest, DamagedAndHostileStoreEntriesAreRebuilt) {
  Start();
  ASSERT_THAT(Acquire(1), IsOk());
  const std::string good = Contents(StoredPath(1));
  const store::Artifact wrong_object{.fields = "fields\n", .elf = AffineObject(2)};
  const store::Artifact missing_import{
      .fields = "fields\n",
      .elf = BuildObject(
          "double fy_v1_missing(double);\n__attribute__((visibility(\"default\"))) double "
          "FY_KERNEL(double x) { return fy_v1_missing(x); }",
          {}, SymbolOf(Key(1)))};
  const std::string rows[] = {good.substr(0, 500),
                              "",
                              std::string(good.size(), 'x'),
                              store::EncodeArtifact(Key(2), wrong_object),
                              store::EncodeArtifact(Key(1), wrong_object),
                              store::EncodeArtifact(Key(1), missing_import)};
  long calls = Calls();
  for (const std::string& bytes : rows) {
    WriteFile(StoredPath(1), bytes);
    Start();
    ASSERT_OK_AND_ASSIGN(const Acquired acquired, Acquire(1));
    EXPECT_EQ(acquired.source, Source::kCompiled);
    EXPECT_EQ(FirstResult(*acquired.kernel), 7.0);
    EXPECT_EQ(store_->counters().corrupt, 1u);
    EXPECT_EQ(Calls(), ++calls);
    Start();
    ASSERT_OK_AND_ASSIGN(const Acquired again, Acquire(1));
    EXPECT_EQ(again.source, Source::kDisk);
  }
}

TEST_F(KernelCacheTest, AStoreThatFailsCostsNothing) {
  Start();
  ASSERT_EQ(system(("rm -rf " + dir_.path()).c_str()), 0);
  EXPECT_THAT(Acquire(1), IsOk());
  EXPECT_EQ(store_->counters().publish_failures, 1u);
  with_store_ = false;
  Start();
  ASSERT_OK_AND_ASSIGN(const Acquired acquired, Acquire(1));
  EXPECT_EQ(acquired.source, Source::kCompiled);
}

TEST_F(KernelCacheTest, LoadedKernelsSurviveWhateverHappensToTheirFile) {
  Start();
  ASSERT_THAT(Acquire(1), IsOk());
  Start();
  ASSERT_OK_AND_ASSIGN(const Acquired disk, Acquire(1));
  ASSERT_EQ(truncate(StoredPath(1).c_str(), 10), 0);
  EXPECT_EQ(FirstResult(*disk.kernel), 7.0);
  ASSERT_EQ(unlink(StoredPath(1).c_str()), 0);
  EXPECT_EQ(FirstResult(*disk.kernel), 7.0);
}

TEST_F(KernelCacheTest, ReloadsAfterEvictionGiveTheRightFunction) {
  Start({.max_loaded_kernels = 1});
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_OK_AND_ASSIGN(const Acquired acquired, Acquire(i, i + 2));
      ASSERT_EQ(FirstResult(*acquired.kernel), 3.0 * (i + 2) + 1) << "round " << round;
    }
  }
  EXPECT_EQ(Calls(), 3);
  loader_->Drain();
  const KernelCacheCounters counters = cache_->counters();
  EXPECT_EQ(counters.loaded, 1u);
  EXPECT_EQ(counters.loads, counters.unloads + 1);
}

TEST_F(KernelCacheTest, HandlesPinWhatTheMapHasLetGo) {
  Start({.max_loaded_kernels = 1});
  ASSERT_OK_AND_ASSIGN(Acquired held, Acquire(1));
  ASSERT_THAT(Acquire(2), IsOk());
  EXPECT_EQ(cache_->Find(Key(1)), nullptr);
  EXPECT_EQ(FirstResult(*held.kernel), 7.0);
  loader_->Drain();
  EXPECT_EQ(loader_->unloads(), 0u);
  held.kernel.reset();
  loader_->Drain();
  EXPECT_EQ(loader_->unloads(), 1u);
}

TEST_F(KernelCacheTest, EvictTakesOutOfMemoryOnly) {
  Start();
  ASSERT_THAT(Acquire(1), IsOk());
  EXPECT_TRUE(cache_->Evict(Key(1)));
  EXPECT_FALSE(cache_->Evict(Key(1)));
  ASSERT_OK_AND_ASSIGN(const Acquired again, Acquire(1));
  EXPECT_EQ(again.source, Source::kDisk);
}

TEST_F(KernelCacheTest, KernelsOutliveTheCacheAndTheLoader) {
  Start();
  ASSERT_OK_AND_ASSIGN(const Acquired held, Acquire(1));
  Stop();
  EXPECT_EQ(FirstResult(*held.kernel), 7.0);
}

TEST_F(KernelCacheTest, FullQueueRejectsWithATimeToTryAgain) {
  UseCompiler("sleep 60");
  Start({.max_jobs = 1, .queue_length = 2});
  for (int i = 0; i < 2; ++i) {
    cache_->Acquire(Request(i), base::Deadline::Infinite(), [](absl::StatusOr<Acquired> result) {
      EXPECT_THAT(result, StatusIs(kUnavailable));
    });
  }
  const absl::Status status = Acquire(2).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(Reason(status), kQueueFull);
  EXPECT_GT(base::GetErrorDetail(status)->retry_after_seconds, 0);
  EXPECT_EQ(cache_->counters().rejected, 1u);
  // Joining a flight is not a place in the queue.
  EXPECT_THAT(Acquire(1, 2, base::Deadline::After(absl::Milliseconds(20))),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(KernelCacheTest, DiskLookupsDoNotWaitForCompilers) {
  Start();
  ASSERT_THAT(Acquire(1), IsOk());
  UseCompiler("sleep 60");
  Start({.max_jobs = 1});
  for (int i = 2; i < 6; ++i) {
    cache_->Acquire(Request(i), base::Deadline::Infinite(), [](absl::StatusOr<Acquired>) {});
  }
  ASSERT_OK_AND_ASSIGN(const Acquired disk,
                       Acquire(1, 2, base::Deadline::After(absl::Seconds(10))));
  EXPECT_EQ(disk.source, Source::kDisk);
}

TEST_F(KernelCacheTest, ShutdownKillsCompilersAndAnswersEverybody) {
  UseCompiler("sleep 60");
  Start({.max_jobs = 1});
  std::atomic<int> answered{0};
  for (int i = 0; i < 5; ++i) {
    cache_->Acquire(Request(i), base::Deadline::After(absl::Seconds(60)),
                    [&](absl::StatusOr<Acquired> result) {
                      EXPECT_THAT(result, StatusIs(kUnavailable));
                      EXPECT_EQ(Reason(result.status()), kShuttingDown);
                      ++answered;
                    });
  }
  usleep(50000);  // let one of them get as far as the compiler
  const base::SteadyTime start = base::Clock::Real()->Now();
  cache_->Shutdown();
  EXPECT_LT(base::Elapsed(start, base::Clock::Real()->Now()), absl::Seconds(10));
  EXPECT_EQ(answered, 5);
  EXPECT_THAT(Acquire(9), StatusIs(kUnavailable));
  EXPECT_THAT(testing::Names(temp_.path()), ::testing::IsEmpty());
}

TEST_F(KernelCacheTest, ShutdownWhileEverythingHappens) {
  for (int round = 0; round < 5; ++round) {
    Start();
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      for (int i = 0; i < 4; ++i) Request(10 * t + i);
      threads.emplace_back([&, t] {
        for (int i = 0; i < 4; ++i) {
          const auto acquired =
              Acquire(10 * t + i, 2, base::Deadline::After(absl::Milliseconds(5 * i + 1)));
          if (!acquired.ok()) continue;
          EXPECT_EQ(FirstResult(*acquired->kernel), 7.0);
        }
      });
    }
    usleep(3000 * static_cast<unsigned>(round));
    cache_->Shutdown();
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_F(KernelCacheTest, FailingToDescribeTheJobIsTheAnswer) {
  Start();
  BuildRequest request = Request(1);
  request.make_job = []() -> absl::StatusOr<compile::CompileJob> {
    return absl::InternalError("lowering");
  };
  EXPECT_THAT(cache_->AcquireAndWait(std::move(request), base::Deadline::Infinite()),
              StatusIs(absl::StatusCode::kInternal, "lowering"));
}

TEST_F(KernelCacheTest, KeysThatAreNoDigestsAreRefused) {
  Start();
  for (const char* key : {"", "../../x", "short"}) {
    BuildRequest request = Request(1);
    request.key_hex = key;
    EXPECT_THAT(cache_->AcquireAndWait(std::move(request), base::Deadline::Infinite()),
                StatusIs(absl::StatusCode::kInternal));
  }
}

TEST_F(KernelCacheTest, PublishingAfterTheAnswerHappensToo) {
  Start();
  BuildRequest request = Request(1);
  request.publish = PublishOrder::kAfterAnswer;
  ASSERT_THAT(cache_->AcquireAndWait(std::move(request), base::Deadline::Infinite()), IsOk());
  cache_->Shutdown();
  EXPECT_TRUE(testing::Exists(StoredPath(1)));
}

TEST_F(KernelCacheTest, ChurnLeavesDescriptorsAndMapsFlat) {
  Start({.max_loaded_kernels = 2});
  for (int i = 0; i < 5; ++i) ASSERT_THAT(Acquire(i, i), IsOk());
  for (int i = 0; i < 20; ++i) ASSERT_THAT(Acquire(i % 5, i % 5), IsOk());
  loader_->Drain();
  const size_t descriptors = OpenDescriptors(), maps = MemoryMaps(), kernels = KernelMaps();
  const base::SteadyTime start = base::Clock::Real()->Now();
  for (int i = 0; i < 2000; ++i) {
    ASSERT_OK_AND_ASSIGN(const Acquired acquired, Acquire(i % 5, i % 5));
    ASSERT_EQ(FirstResult(*acquired.kernel), 3.0 * (i % 5) + 1);
  }
  loader_->Drain();
  std::printf("disk hit with load and unload: %.1f us\n",
              absl::ToDoubleMicroseconds(base::Elapsed(start, base::Clock::Real()->Now())) / 2000);
  EXPECT_EQ(OpenDescriptors(), descriptors);
  EXPECT_EQ(KernelMaps(), kernels);
  EXPECT_LE(MemoryMaps(),
            maps + 100);  // a leak would be thousands; sanitizers add a few of their own
  EXPECT_EQ(Calls(), 5);
}

}  // namespace
}  // namespace formulary::kernel
