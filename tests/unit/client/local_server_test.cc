#include "client/cli/local_server.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/time/clock.h"
#include "client/cli/file.h"

namespace formulary::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// False also for a process that has ended and that nobody has waited for yet.
bool IsAlive(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(stat, line);
  const size_t name_end = line.rfind(')');
  return name_end != std::string::npos && line.size() > name_end + 2 && line[name_end + 2] != 'Z';
}

// Plays formularyd with a shell script.
class LocalServerTest : public ::testing::Test {
 protected:
  LocalServerTest() {
    char name[] = "/tmp/formulary-local-XXXXXX";
    directory_ = mkdtemp(name);
    setenv("TMPDIR", directory_.c_str(), 1);
  }
  ~LocalServerTest() override {
    unsetenv("TMPDIR");
    std::filesystem::remove_all(directory_);
  }

  LocalServerOptions Script(const std::string& body) {
    const std::string path = directory_ + "/server";
    std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
    chmod(path.c_str(), 0755);
    return {.executable = path,
            .cache_dir = directory_ + "/cache",
            .start_timeout = absl::Seconds(10),
            .stop_timeout = absl::Milliseconds(300)};
  }

  std::string Log() { return ReadFile(directory_ + "/log").value_or(""); }

  size_t PrivateDirectories() {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      count += entry.path().filename().string().starts_with("formulary-");
    }
    return count;
  }

  std::string directory_;
};

TEST_F(LocalServerTest, StartsAnnouncesAndEndsInOrder) {
  const LocalServerOptions options =
      Script("printf '<%s>' \"$@\" > " + directory_ + "/log\n" + "trap 'echo ended >> " +
             directory_ + "/log; exit 0' TERM\n" +
             "echo noise; echo listening grpc=unix:x http=\nwhile :; do sleep 0.01; done");
  {
    const absl::StatusOr<LocalServer> server = LocalServer::Start(options);
    ASSERT_TRUE(server.ok()) << server.status();
    EXPECT_THAT(server->address(), HasSubstr("unix:" + directory_ + "/formulary-"));
    EXPECT_THAT(Log(), HasSubstr("<--listen=" + server->address() + ">"));
    EXPECT_THAT(Log(), HasSubstr("<--http_listen><><--cache_dir=" + directory_ + "/cache>"));
    EXPECT_EQ(PrivateDirectories(), 1u);
  }
  EXPECT_THAT(Log(), HasSubstr("ended"));
  EXPECT_EQ(PrivateDirectories(), 0u);
}

TEST_F(LocalServerTest, StubbornServerIsKilled) {
  const absl::Time start = absl::Now();
  const LocalServerOptions options =
      Script("trap '' TERM\necho $$ > " + directory_ +
             "/log\necho listening grpc=unix:x\nwhile :; do sleep 0.01; done");
  ASSERT_TRUE(LocalServer::Start(options).ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(8));
  EXPECT_FALSE(IsAlive(std::stoi(Log())));
}

TEST_F(LocalServerTest, FailureToStartTellsTheLastLine) {
  const absl::Status status =
      LocalServer::Start(Script("echo first >&2; echo no room >&2; exit 3")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("did not start: no room"));
  EXPECT_EQ(PrivateDirectories(), 0u);
}

TEST_F(LocalServerTest, SilentServerTimesOut) {
  LocalServerOptions options = Script("while :; do sleep 0.01; done");
  options.start_timeout = absl::Milliseconds(100);
  EXPECT_THAT(std::string(LocalServer::Start(options).status().message()),
              HasSubstr("not ready after 0.1 s"));
  EXPECT_EQ(PrivateDirectories(), 0u);
}

TEST_F(LocalServerTest, MissingExecutable) {
  EXPECT_THAT(
      std::string(LocalServer::Start({.executable = "/nonexistent/formularyd"}).status().message()),
      HasSubstr("did not start"));
  const std::string path = getenv("PATH");
  setenv("PATH", directory_.c_str(), 1);
  const absl::Status status = LocalServer::Start({}).status();
  setenv("PATH", path.c_str(), 1);
  if (!status.ok()) {
    EXPECT_THAT(std::string(status.message()), HasSubstr("there is no formularyd"));
  }
}

// A command that is ended by a signal ends its server, whether or not the signal leaves it time to.
TEST_F(LocalServerTest, DiesWithTheCommand) {
  for (const int number : {SIGTERM, SIGKILL}) {
    const LocalServerOptions options =
        Script("echo $$ > " + directory_ +
               "/log\necho listening grpc=unix:x\nwhile :; do sleep 0.01; done");
    const pid_t command = fork();
    if (command == 0) {
      const absl::StatusOr<LocalServer> server = LocalServer::Start(options);
      if (server.ok()) kill(getpid(), number);
      _exit(9);
    }
    int status = 0;
    waitpid(command, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const pid_t server = std::stoi(Log());
    const absl::Time deadline = absl::Now() + absl::Seconds(5);
    while (IsAlive(server) && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(10));
    EXPECT_FALSE(IsAlive(server)) << number;
    if (number == SIGTERM) {
      EXPECT_EQ(PrivateDirectories(), 0u);
    }
  }
}

}  // namespace
}  // namespace formulary::cli
