#include "client/cli/local_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "client/cli/file.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

constexpr char kServerName[] = "formularyd";
constexpr char kSocketName[] = "/grpc";
constexpr char kErrorsName[] = "/stderr";

// What the signal handler needs, in memory that is safe to read from one. A process has one local
// server, so this, unlike anything else here, is global.
struct SignalState {
  volatile pid_t pid = -1;
  char socket[128] = {};
  char errors[128] = {};
  char directory[128] = {};
};
SignalState signal_state;  // NOLINT: signal handlers have no other way to their data

// Only async-signal-safe calls.
void EndWithServer(int signal_number) {
  if (signal_state.pid > 0) {
    kill(signal_state.pid, SIGTERM);
    unlink(signal_state.socket);
    unlink(signal_state.errors);
    rmdir(signal_state.directory);
  }
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void WatchSignals(pid_t pid, const std::string& directory) {
  const auto copy = [](const std::string& text, char(&to)[128]) {
    std::strncpy(to, text.c_str(), sizeof to - 1);
  };
  copy(directory + kSocketName, signal_state.socket);
  copy(directory + kErrorsName, signal_state.errors);
  copy(directory, signal_state.directory);
  signal_state.pid = pid;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    action.sa_handler = EndWithServer;
    sigaction(number, &action, nullptr);
  }
}

absl::StatusOr<std::string> FindExecutable(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<std::filesystem::path> places = {self.parent_path()};
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const size_t end = rest.find(':');
    if (end != 0) places.emplace_back(rest.substr(0, end));
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
  }
  for (const std::filesystem::path& place : places) {
    const std::string candidate = place / kServerName;
    if (access(candidate.c_str(), X_OK) == 0 &&
        std::filesystem::is_regular_file(candidate, error)) {
      return candidate;
    }
  }
  return absl::UnavailableError(
      Cat("--local: there is no ", kServerName, ", neither beside this program nor in PATH"));
}

absl::StatusOr<std::string> MakePrivateDirectory() {
  const char* base = std::getenv("TMPDIR");
  // A socket's path has at most 107 characters.
  const bool usable = base != nullptr && base[0] == '/' && std::strlen(base) < 70;
  std::string directory = Cat(usable ? base : "/tmp", "/formulary-XXXXXX");
  if (mkdtemp(directory.data()) != nullptr) return directory;
  return absl::UnavailableError(Cat("--local: cannot make a directory in ", usable ? base : "/tmp",
                                    ": ", std::strerror(errno)));
}

// In the child, after fork: only async-signal-safe calls.
[[noreturn]] void RunServer(char* const* arguments, int out_fd, int err_fd, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);  // it died before the line above
  setpgid(0, 0);                        // Ctrl-C ends the command, which ends the server in order
  const int null_fd = open("/dev/null", O_RDONLY);
  dup2(null_fd, STDIN_FILENO);
  dup2(out_fd, STDOUT_FILENO);
  dup2(err_fd, STDERR_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

absl::StatusOr<LocalServer> LocalServer::Start(const LocalServerOptions& options) {
  LocalServer server;
  RETURN_IF_ERROR(server.Launch(options));
  return server;
}

absl::Status LocalServer::Launch(const LocalServerOptions& options) {
  ASSIGN_OR_RETURN(const std::string executable, FindExecutable(options.executable));
  ASSIGN_OR_RETURN(directory_, MakePrivateDirectory());
  stop_timeout_ = options.stop_timeout;
  address_ = Cat("unix:", directory_, kSocketName);
  std::vector<std::string> arguments = {executable, Cat("--listen=", address_), "--http_listen",
                                        ""};
  if (!options.cache_dir.empty()) arguments.push_back(Cat("--cache_dir=", options.cache_dir));
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);

  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return absl::UnavailableError("--local: no file descriptors");
  const int errors =
      open((directory_ + kErrorsName).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0600);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) RunServer(pointers.data(), out[1], errors, parent);
  close(out[1]);
  if (errors >= 0) close(errors);
  absl::Status status = absl::UnavailableError("--local: cannot start a process");
  if (pid_ > 0) {
    WatchSignals(pid_, directory_);
    status = AwaitListening(out[0], options.start_timeout);
  }
  close(out[0]);
  return status;
}

absl::Status LocalServer::AwaitListening(int out_fd, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  std::string text;
  while (text.find("listening grpc=") == std::string::npos) {
    pollfd poller = {out_fd, POLLIN, 0};
    const int64_t wait_ms = std::max<int64_t>(0, absl::ToInt64Milliseconds(deadline - absl::Now()));
    const int ready = poll(&poller, 1, static_cast<int>(wait_ms));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      return absl::UnavailableError(Cat("--local: formularyd was not ready after ",
                                        absl::ToDoubleSeconds(timeout), " s", LastErrorLine()));
    }
    char block[512];
    const ssize_t got = read(out_fd, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      return absl::UnavailableError(Cat("--local: formularyd did not start", LastErrorLine()));
    text.append(block, static_cast<size_t>(got));
  }
  return absl::OkStatus();
}

std::string LocalServer::LastErrorLine() const {
  const absl::StatusOr<std::string> errors = ReadFile(directory_ + kErrorsName);
  if (!errors.ok()) return {};
  const size_t end = errors->find_last_not_of(" \r\n");
  if (end == std::string::npos) return {};
  const size_t begin = errors->rfind('\n', end);
  return Cat(": ", errors->substr(begin == std::string::npos ? 0 : begin + 1, end - begin));
}

LocalServer::LocalServer(LocalServer&& other) noexcept { *this = std::move(other); }

LocalServer& LocalServer::operator=(LocalServer&& other) noexcept {
  if (this == &other) return *this;
  Stop();
  pid_ = std::exchange(other.pid_, -1);
  directory_ = std::exchange(other.directory_, {});
  address_ = std::move(other.address_);
  stop_timeout_ = other.stop_timeout_;
  return *this;
}

LocalServer::~LocalServer() { Stop(); }

void LocalServer::Stop() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    const absl::Time deadline = absl::Now() + stop_timeout_;
    while (waitpid(pid_, nullptr, WNOHANG) == 0) {
      if (absl::Now() > deadline) kill(pid_, SIGKILL);
      absl::SleepFor(absl::Milliseconds(5));
    }
    signal_state.pid = -1;
    pid_ = -1;
  }
  if (directory_.empty()) return;
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
  directory_.clear();
}

}  // namespace formulary::cli
