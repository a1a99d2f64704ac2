// A client that comes to wait for a kernel whose compiler runs at idle priority already.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/capabilities.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"
#include "tests/unit/kernel/kernel_cache_fixture.h"

namespace formulary::kernel {
namespace {

using ::formulary::testing::Contents;
using ::formulary::testing::IsOk;

// Hands out when it is not at idle priority; BIN/started says that it waits for that.
constexpr char kHandOutUnlessIdle[] = R"sh(
echo started >> BIN/started
for i in $(seq 400); do
  case "$(cut -d' ' -f41 /proc/self/stat)" in 5) sleep 0.05;; *) break;; esac
done
)sh";

// At idle priority it fails, when another one has started that is not; that hands out.
constexpr char kFailWhenIdle[] = R"sh(
case "$(cut -d' ' -f41 /proc/self/stat)" in 5)
  echo started >> BIN/idle
  while ! [ -e BIN/urgent ]; do sleep 0.02; done
  echo failed >> BIN/idle
  exit 1
esac
echo started > BIN/urgent
while ! grep -q failed BIN/idle; do sleep 0.02; done
sleep 0.3
)sh";

// The kernel of a build that began at idle priority, for a client that waits.
class HurriedBuildTest : public KernelCacheTest {
 protected:
  void JoinAnIdleBuild() {
    UseCompiler(std::string(kHandOutUnlessIdle) + kHandOut);
    Start({.max_jobs = 1});
    BuildRequest background = Request(1);
    background.priority = base::ProcessPriority::kIdle;
    cache_->Acquire(std::move(background), base::Deadline::Infinite(),
                    [this](const absl::StatusOr<Acquired>& result) {
                      EXPECT_THAT(result, IsOk());
                      ++answered_;
                    });
    while (Contents(bin_.Path("started")).empty()) usleep(1000);
    usleep(100'000);  // the script may be ahead of the thread that started it
    ASSERT_OK_AND_ASSIGN(const Acquired acquired, Acquire(1));
    EXPECT_EQ(acquired.source, Source::kCompiled);
    EXPECT_EQ(FirstResult(*acquired.kernel), 7.0);
    EXPECT_EQ(cache_->counters().flights_joined, 1u);
    EXPECT_EQ(cache_->counters().flights, 0u);
    EXPECT_EQ(cache_->counters().compile_failures, 0u);
    EXPECT_EQ(Calls(), 1);
  }
  long Started() const {
    const std::string lines = Contents(bin_.Path("started"));
    return std::count(lines.begin(), lines.end(), '\n');
  }

  std::atomic<int> answered_{0};
};

TEST_F(HurriedBuildTest, TheRunningCompilerIsRaised) {
  if (!testing::MayRaisePriorities()) GTEST_SKIP() << "the system does not let this user do it";
  JoinAnIdleBuild();
  EXPECT_EQ(Started(), 1);
  Stop();
  EXPECT_EQ(answered_, 1);
}

TEST_F(HurriedBuildTest, WhereItCannotBeRaisedAnotherOneOvertakesIt) {
  testing::InThreadThatMayNotRaise([&] { JoinAnIdleBuild(); });
  EXPECT_EQ(Started(), 2);
  const base::SteadyTime start = base::Clock::Real()->Now();
  Stop();  // the first compiler has been told to end
  EXPECT_LT(base::Elapsed(start, base::Clock::Real()->Now()), absl::Seconds(10));
  EXPECT_EQ(answered_, 1);
  EXPECT_EQ(Calls(), 1);
}

TEST_F(HurriedBuildTest, AFailureOfOneOfTwoIsNotTheResult) {
  UseCompiler(std::string(kFailWhenIdle) + kHandOut);
  testing::InThreadThatMayNotRaise([&] {
    Start({.max_jobs = 1});
    BuildRequest background = Request(1);
    background.priority = base::ProcessPriority::kIdle;
    cache_->Acquire(std::move(background), base::Deadline::Infinite(),
                    [](const absl::StatusOr<Acquired>& result) { EXPECT_THAT(result, IsOk()); });
    while (Contents(bin_.Path("idle")).empty()) usleep(1000);
    EXPECT_THAT(Acquire(1), IsOk());
  });
  EXPECT_EQ(cache_->counters().compile_failures, 0u);
}

}  // namespace
}  // namespace formulary::kernel
