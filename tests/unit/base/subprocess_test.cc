#include "server/base/subprocess.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/file.h"
#include "server/base/strings.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::base {
namespace {

using ::formulary::testing::IsOk;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::OpenDescriptors;
using ::formulary::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using End = SubprocessResult::End;

SubprocessOptions Shell(const std::string& script) { return {.argv = {"/bin/sh", "-c", script}}; }

SubprocessResult RunProgram(const SubprocessOptions& options) {
  absl::StatusOr<SubprocessResult> result = RunSubprocess(options);
  EXPECT_THAT(result, IsOk());
  return result.ok() ? *std::move(result) : SubprocessResult{};
}

// Waits until the process is gone; a killed orphan is reaped by init, which takes a moment.
bool EndsSoon(pid_t pid) {
  for (int i = 0; i < 500; ++i) {
    const std::string stat = testing::Contents(StrCat("/proc/", pid, "/stat"));
    if (stat.empty() || stat.find(") Z ") != std::string::npos) return true;
    usleep(10000);
  }
  return false;
}

TEST(SubprocessTest, CapturesBothStreamsAndTheExitCode) {
  const SubprocessResult result = RunProgram(Shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
  EXPECT_FALSE(result.succeeded());
  EXPECT_GT(result.wall_seconds, 0);
  EXPECT_GT(result.max_rss_bytes, 100000u);
}

TEST(SubprocessTest, MissingProgramIsNotFound) {
  EXPECT_THAT(RunSubprocess({.argv = {"/nonexistent/program"}}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(RunSubprocess({}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SubprocessTest, FileThatCannotBeExecutedIsAnError) {
  const TempDir dir = MakeTempDir();
  testing::WriteFile(dir.Path("data"), "x");
  EXPECT_THAT(RunSubprocess({.argv = {dir.Path("data")}}),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(SubprocessTest, MissingWorkingDirectoryIsAnError) {
  SubprocessOptions options = Shell("true");
  options.working_directory = "/nonexistent";
  EXPECT_THAT(RunSubprocess(options), Not(IsOk()));
}

TEST(SubprocessTest, NoArgumentIsEverInterpreted) {
  const SubprocessResult result =
      RunProgram({.argv = {"/usr/bin/printf", "%s", "$(id); `id` 'x\" \n > /tmp/y"}});
  EXPECT_EQ(result.standard_output, "$(id); `id` 'x\" \n > /tmp/y");
}

TEST(SubprocessTest, EnvironmentAndDirectoryAreTheGivenOnes) {
  setenv("FORMULARY_SECRET", "x", 1);
  SubprocessOptions options = {.argv = {"/usr/bin/env"}};
  EXPECT_EQ(RunProgram(options).standard_output, "PATH=/usr/bin:/bin\nLC_ALL=C\n");
  options = {.argv = {"/bin/pwd"}, .working_directory = "/usr"};
  EXPECT_EQ(RunProgram(options).standard_output, "/usr\n");
}

TEST(SubprocessTest, StandardInputIsEmptyAndNoDescriptorLeaks) {
  const FileDescriptor leaky(open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  const SubprocessResult result = RunProgram(Shell("cat; ls /proc/self/fd"));
  EXPECT_EQ(result.standard_output, "0\n1\n2\n3\n");  // 3 is the listing's own
}

TEST(SubprocessTest, SignalsAreUnblockedAndAtTheirDefaults) {
  signal(SIGPIPE, SIG_IGN);
  const SubprocessResult result = RunProgram(Shell("grep -E 'SigBlk|SigIgn' /proc/self/status"));
  signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(result.standard_output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(SubprocessTest, DeathBySignalIsReported) {
  const SubprocessResult result = RunProgram(Shell("kill -SEGV $$"));
  EXPECT_EQ(result.end, End::kSignalled);
  EXPECT_EQ(result.signal, SIGSEGV);
}

TEST(SubprocessTest, WallLimitKillsTheWholeGroup) {
  SubprocessOptions options = Shell("trap '' TERM; sleep 60 & echo $!; sleep 60");
  options.wall_limit = absl::Milliseconds(200);
  const SubprocessResult result = RunProgram(options);
  EXPECT_EQ(result.end, End::kTimedOut);
  EXPECT_GE(result.wall_seconds, 0.2);
  EXPECT_LT(result.wall_seconds, 10);
  EXPECT_TRUE(EndsSoon(std::atoi(result.standard_output.c_str())));
}

TEST(SubprocessTest, AStoppedProgramIsKilledToo) {
  SubprocessOptions options = Shell("kill -STOP $$");
  options.wall_limit = absl::Milliseconds(100);
  EXPECT_EQ(RunProgram(options).end, End::kTimedOut);
}

TEST(SubprocessTest, ChildrenLeftBehindDieAndDoNotHoldTheCallUp) {
  SubprocessOptions options = Shell("sleep 60 & echo $!");
  options.wall_limit = absl::Seconds(30);
  const SubprocessResult result = RunProgram(options);
  EXPECT_TRUE(result.succeeded());
  EXPECT_LT(result.wall_seconds, 10);
  EXPECT_TRUE(EndsSoon(std::atoi(result.standard_output.c_str())));
}

TEST(SubprocessTest, CancelEndsItAtOnce) {
  CancelFlag cancel;
  SubprocessOptions options = Shell("sleep 60");
  options.maybe_cancel = &cancel;
  std::thread canceller([&] {
    usleep(50000);
    cancel.Cancel();
  });
  const SubprocessResult result = RunProgram(options);
  canceller.join();
  EXPECT_EQ(result.end, End::kCancelled);
  EXPECT_LT(result.wall_seconds, 10);
}

TEST(SubprocessTest, CancelledBeforeTheStartStillEnds) {
  CancelFlag cancel;
  cancel.Cancel();
  SubprocessOptions options = Shell("sleep 60");
  options.maybe_cancel = &cancel;
  EXPECT_EQ(RunProgram(options).end, End::kCancelled);
}

TEST(SubprocessTest, EndlessOutputIsCappedAndStillTimesOut) {
  SubprocessOptions options = {.argv = {"/usr/bin/yes"}, .wall_limit = absl::Milliseconds(200)};
  const SubprocessResult result = RunProgram(options);
  EXPECT_EQ(result.end, End::kTimedOut);
  EXPECT_EQ(result.standard_output.size(), options.capture_bytes);
}

TEST(SubprocessTest, OutputOverTheCapIsDiscardedNotBlocked) {
  SubprocessOptions options = Shell("head -c 5000000 /dev/zero >&2; exit 4");
  options.capture_bytes = 10;
  const SubprocessResult result = RunProgram(options);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(result.standard_error.size(), 10u);
}

TEST(SubprocessTest, ClosedOutputIsNoReasonToSpin) {
  const SubprocessResult result = RunProgram(Shell("exec >&- 2>&-; sleep 0.2"));
  EXPECT_TRUE(result.succeeded());
  EXPECT_LT(result.cpu_seconds, 0.15);
}

TEST(SubprocessTest, LimitsHoldInEveryProcessOfTheGroup) {
  SubprocessOptions options =
      Shell("sh -c 'ulimit -v; ulimit -t; ulimit -f; ulimit -c; ulimit -n'");
  options.memory_bytes = 1 << 30;
  options.cpu_seconds = 7;
  options.file_bytes = 51200;
  EXPECT_EQ(RunProgram(options).standard_output, "1048576\n7\n100\n0\n64\n");
}

TEST(SubprocessTest, CpuLimitEndsABusyProgram) {
  SubprocessOptions options = Shell("while :; do :; done");
  options.cpu_seconds = 1;
  options.wall_limit = absl::Seconds(30);
  const SubprocessResult result = RunProgram(options);
  EXPECT_EQ(result.end, End::kSignalled);
  EXPECT_EQ(result.signal, SIGXCPU);
}

TEST(SubprocessTest, IdlePriorityIsSeenByTheProgram) {
  SubprocessOptions options = Shell("cut -d' ' -f19,41 /proc/self/stat");
  options.priority = ProcessPriority::kIdle;
  EXPECT_EQ(RunProgram(options).standard_output, "19 5\n");  // nice, SCHED_IDLE
}

TEST(SubprocessTest, HundredRunsLeaveNoDescriptorsAndNoZombies) {
  RunProgram(Shell("true"));
  const size_t before = OpenDescriptors();
  for (int i = 0; i < 100; ++i) RunProgram({.argv = {"/bin/true"}});
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(SubprocessTest, ManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(RunProgram(Shell(StrCat("exit ", t + 1))).exit_code, t + 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace formulary::base
