#include "server/base/urgency.h"

#include <unistd.h>

#include <functional>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/cancel_flag.h"
#include "server/base/file.h"
#include "server/base/strings.h"
#include "server/base/subprocess.h"
#include "tests/support/capabilities.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::base {
namespace {

using ::formulary::testing::Contents;
using ::formulary::testing::InThreadThatMayNotRaise;
using ::formulary::testing::IsOk;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::MayRaisePriorities;

// Niceness and policy, as /proc/PID/stat has them.
constexpr char kNormal[] = "0 0";

// A shell and a child of it, which write a line each to DIR/seen when they are no longer idle. A
// program that is never raised ends after ten seconds all the same.
constexpr char kScript[] = R"sh(
echo > DIR/started
show() { cut -d' ' -f19,41 /proc/self/stat; }
wait_until_raised() {
  for i in $(seq 200); do
    case "$(show)" in "19 5") sleep 0.05;; *) break;; esac
  done
  show >> DIR/seen
}
wait_until_raised &
wait_until_raised
wait
)sh";

// Raises what may just be starting.
bool RaiseSoon(Urgency* urgency) {
  for (int i = 0; i < 100; ++i) {
    if (urgency->Raise()) return true;
    usleep(10'000);
  }
  return false;
}

class UrgencyTest : public ::testing::Test {
 protected:
  // Runs the script on a thread of its own, at idle priority, until `act` has returned.
  SubprocessResult RunIdle(Urgency* urgency, const std::function<void()>& act) {
    std::string script = kScript;
    for (size_t at; (at = script.find("DIR")) != std::string::npos;)
      script.replace(at, 3, dir_.path());
    SubprocessOptions options = {.argv = {"/bin/sh", "-c", script}};
    options.wall_limit = absl::Seconds(30);
    options.maybe_urgency = urgency;
    SubprocessResult result;
    std::thread runner([&] {
      const absl::StatusOr<SubprocessResult> ran = RunSubprocess(options);
      ASSERT_THAT(ran, IsOk());
      result = *ran;
    });
    while (Contents(dir_.Path("started")).empty()) usleep(1000);
    act();
    runner.join();
    return result;
  }

  const TempDir dir_ = MakeTempDir();
};

TEST_F(UrgencyTest, RaisesARunningProgramAndWhatItStarted) {
  if (!MayRaisePriorities()) GTEST_SKIP() << "the system does not let this user raise priorities";
  Urgency urgency(ProcessPriority::kIdle);
  const SubprocessResult result = RunIdle(&urgency, [&] { EXPECT_TRUE(RaiseSoon(&urgency)); });
  EXPECT_TRUE(result.succeeded());
  EXPECT_EQ(Contents(dir_.Path("seen")), StrCat(kNormal, "\n", kNormal, "\n"));
}

TEST_F(UrgencyTest, WhatTheSystemRefusesIsToldAndChangesNothing) {
  Urgency urgency(ProcessPriority::kIdle);
  RunIdle(&urgency, [&] {
    InThreadThatMayNotRaise([&] { EXPECT_FALSE(urgency.Raise()); });
    usleep(200'000);
    EXPECT_EQ(Contents(dir_.Path("seen")), "");
    EXPECT_EQ(RaiseSoon(&urgency), MayRaisePriorities());  // ends it soon
  });
}

TEST_F(UrgencyTest, NoProgramThatRunsEscapes) {
  for (int round = 0; round < 5; ++round) {
    const std::string started = dir_.Path(StrCat("round", round));
    Urgency urgency(ProcessPriority::kIdle);
    CancelFlag cancel;
    SubprocessOptions options = {
        .argv = {"/bin/sh", "-c", StrCat("echo > ", started, "; sleep 60")}};
    options.maybe_urgency = &urgency;
    options.maybe_cancel = &cancel;
    std::thread runner([&] { EXPECT_THAT(RunSubprocess(options), IsOk()); });
    while (!testing::Exists(started)) std::this_thread::yield();
    InThreadThatMayNotRaise([&] { EXPECT_FALSE(urgency.Raise()); });
    cancel.Cancel();
    runner.join();
  }
}

TEST_F(UrgencyTest, AProgramThatCannotStartIsForgotten) {
  Urgency urgency(ProcessPriority::kIdle);
  SubprocessOptions options = {.argv = {"/nonexistent/program"}};
  options.maybe_urgency = &urgency;
  EXPECT_FALSE(RunSubprocess(options).ok());
  InThreadThatMayNotRaise([&] { EXPECT_TRUE(urgency.Raise()); });
}

TEST_F(UrgencyTest, RaisedBeforehandItStartsProgramsAtNormalPriority) {
  Urgency urgency(ProcessPriority::kIdle);
  EXPECT_TRUE(urgency.Raise());
  EXPECT_EQ(urgency.priority(), ProcessPriority::kNormal);
  RunIdle(&urgency, [] {});
  EXPECT_EQ(Contents(dir_.Path("seen")), StrCat(kNormal, "\n", kNormal, "\n"));
}

TEST_F(UrgencyTest, ProgramsThatHaveEndedAreForgotten) {
  Urgency urgency(ProcessPriority::kIdle);
  SubprocessOptions options = {.argv = {"/bin/true"}};
  options.maybe_urgency = &urgency;
  for (int i = 0; i < 20; ++i) EXPECT_THAT(RunSubprocess(options), IsOk());
  InThreadThatMayNotRaise([&] { EXPECT_TRUE(urgency.Raise()); });  // there is nothing to refuse
}

TEST_F(UrgencyTest, RaisedWhileProgramsComeAndGo) {
  for (int round = 0; round < 5; ++round) {
    Urgency urgency(ProcessPriority::kIdle);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        SubprocessOptions options = {.argv = {"/bin/sh", "-c", "for i in 1 2 3; do true & done"}};
        options.maybe_urgency = &urgency;
        for (int i = 0; i < 5; ++i) {
          const absl::StatusOr<SubprocessResult> ran = RunSubprocess(options);
          ASSERT_THAT(ran, IsOk());
          EXPECT_TRUE(ran->succeeded());
        }
      });
    }
    usleep(2000);
    urgency.Raise();
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace formulary::base
