#include "tests/e2e/server_process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "gtest/gtest.h"
#include "server/base/deadline.h"
#include "server/base/subprocess.h"
#include "tests/support/test_files.h"

extern char** environ;

namespace formulary::testing {
namespace {

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Starts a program with its standard output and error on the given descriptors; -1 when it cannot
// be.
pid_t Spawn(const std::vector<std::string>& arguments, int output, int error) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
  pid_t pid = -1;
  if (posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) pid = -1;
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

// What stands between `before` and `after` in the line.
std::string Between(const std::string& line, const std::string& before, const std::string& after) {
  const size_t start = line.find(before);
  if (start == std::string::npos) return "";
  const size_t from = start + before.size();
  return line.substr(from, line.find(after, from) - from);
}

}  // namespace

std::string BinaryPath(const std::string& name) {
  const char* const directory = std::getenv("FORMULARY_BINARY_DIR");
  return std::string(directory == nullptr ? "." : directory) + "/bin/" + name;
}

ProgramResult RunServer(const std::vector<std::string>& arguments, absl::Duration limit) {
  base::SubprocessOptions options;
  options.argv = {BinaryPath("formularyd")};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.wall_limit = limit;
  options.open_files = 0;
  const auto result = base::RunSubprocess(options);
  if (!result.ok()) {
    ADD_FAILURE() << result.status().ToString();
    return {};
  }
  using End = base::SubprocessResult::End;
  return {.exit_code = result->end == End::kExited ? result->exit_code : 128 + result->signal,
          .standard_output = result->standard_output,
          .standard_error = result->standard_error};
}

std::unique_ptr<ServerProcess> ServerProcess::Start(const ServerFlags& flags) {
  std::unique_ptr<ServerProcess> server(new ServerProcess());
  server->directory_ = MakeTempDir();
  server->cache_dir_ = flags.cache_dir.empty() ? server->directory_.Path("cache") : flags.cache_dir;
  server->log_path_ = server->directory_.Path("log");
  std::vector<std::string> arguments = {BinaryPath("formularyd"), "--listen=" + flags.listen,
                                        "--http_listen=127.0.0.1:0",
                                        "--cache_dir=" + server->cache_dir_};
  arguments.insert(arguments.end(), flags.flags.begin(), flags.flags.end());
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return nullptr;
  server->output_ = base::FileDescriptor(ends[0]);
  const base::FileDescriptor write_end(ends[1]);
  const base::FileDescriptor log(
      open(server->log_path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
  server->pid_ = Spawn(arguments, write_end.get(), log.get());
  if (server->pid_ < 0) {
    ADD_FAILURE() << "cannot start " << arguments[0];
    return nullptr;
  }
  const_cast<base::FileDescriptor&>(write_end).Reset();
  if (!server->ReadAddresses()) {
    ADD_FAILURE() << "the server does not listen; its log:\n" << server->Log();
    return nullptr;
  }
  return server;
}

bool ServerProcess::ReadAddresses() {
  std::string line;
  const base::Deadline deadline = base::Deadline::After(absl::Seconds(30));
  while (line.find('\n') == std::string::npos) {
    pollfd polled{.fd = output_.get(), .events = POLLIN};
    if (poll(&polled, 1, static_cast<int>(absl::ToInt64Milliseconds(deadline.remaining()))) <= 0)
      return false;
    char buffer[512];
    const ssize_t count = read(output_.get(), buffer, sizeof buffer);
    if (count <= 0) return false;
    line.append(buffer, static_cast<size_t>(count));
  }
  EXPECT_TRUE(line.starts_with("listening grpc=")) << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  grpc_address_ = Between(line, "grpc=", " ");
  http_address_ = Between(line, "http=", "\n");
  return !grpc_address_.empty();
}

ServerProcess::~ServerProcess() {
  if (pid_ < 0 || !Running()) return;
  kill(pid_, SIGKILL);
  WaitForEnd(absl::Seconds(10));
}

void ServerProcess::Signal(int signal) {
  if (Running()) kill(pid_, signal);
}

std::optional<int> ServerProcess::WaitForEnd(absl::Duration limit) {
  const base::Deadline deadline = base::Deadline::After(limit);
  while (!exit_code_.has_value()) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      exit_code_ = ExitCode(status);
    } else if (deadline.expired()) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  return exit_code_;
}

bool ServerProcess::Running() { return !WaitForEnd(absl::ZeroDuration()).has_value(); }

int ServerProcess::Stop() {
  Signal(SIGTERM);
  return WaitForEnd(absl::Seconds(30)).value_or(-1);
}

ServerProcess::HttpAnswer ServerProcess::HttpGet(const std::string& path) const {
  const base::FileDescriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const size_t colon = http_address_.rfind(':');
  sockaddr_in address{.sin_family = AF_INET};
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(http_address_.c_str() + colon + 1)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  if (send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
  std::string all;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = recv(fd.get(), buffer, sizeof buffer, 0)) > 0)
    all.append(buffer, static_cast<size_t>(count));
  const size_t body = all.find("\r\n\r\n");
  if (!all.starts_with("HTTP/1.1 ") || body == std::string::npos) return {};
  return {.status = std::atoi(all.c_str() + 9), .body = all.substr(body + 4)};
}

double ServerProcess::Metric(const std::string& name, const std::string& labels) const {
  const std::string text = HttpGet("/metrics").body;
  double sum = 0;
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    start = end == std::string::npos ? text.size() : end + 1;
    const bool named =
        line.starts_with(name) && (line[name.size()] == ' ' || line[name.size()] == '{');
    if (named && line.find(labels) != std::string::npos)
      sum += std::atof(line.c_str() + line.rfind(' '));
  }
  return sum;
}

std::string ServerProcess::Log() const { return Contents(log_path_); }

}  // namespace formulary::testing
