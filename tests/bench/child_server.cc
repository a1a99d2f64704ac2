#include "tests/bench/child_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::bench {
namespace {

using base::StrCat;

// Reads up to the end of a line.
std::string ReadLine(int fd) {
  std::string line;
  char letter = 0;
  while (read(fd, &letter, 1) == 1 && letter != '\n') line.push_back(letter);
  return line;
}

}  // namespace

std::string OwnExecutable() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

std::string ChildServer::NextLine() const { return ReadLine(output_.get()); }

absl::StatusOr<ChildServer> ChildServer::Start(const std::vector<std::string>& argv) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  ChildServer server;
  server.output_ = base::FileDescriptor(ends[0]);
  base::FileDescriptor write_end(ends[1]);
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  server.pid_ = fork();
  if (server.pid_ < 0) return absl::ErrnoToStatus(errno, "fork");
  if (server.pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(write_end.get(), STDOUT_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  write_end.Reset();
  const std::string line = ReadLine(server.output_.get());
  constexpr std::string_view kPrefix = "listening grpc=";
  if (!line.starts_with(kPrefix))
    return absl::UnavailableError(StrCat(argv[0], " did not start: ", line));
  const size_t end = std::min(line.find(' ', kPrefix.size()), line.size());
  server.address_ = line.substr(kPrefix.size(), end - kPrefix.size());
  return server;
}

absl::StatusOr<ChildServer> ChildServer::StartFormularydOn(const Options& options,
                                                           const std::string& cache_dir,
                                                           const std::vector<std::string>& flags) {
  std::string path = options.formularyd;
  if (path.empty())
    path = std::filesystem::path(OwnExecutable()).replace_filename("formularyd").string();
  std::vector<std::string> argv = {path, "--listen=127.0.0.1:0", "--http_listen=127.0.0.1:0",
                                   "--log_level=error", StrCat("--cache_dir=", cache_dir)};
  argv.insert(argv.end(), flags.begin(), flags.end());
  return Start(argv);
}

absl::StatusOr<ChildServer> ChildServer::StartFormularyd(const Options& options,
                                                         const std::vector<std::string>& flags) {
  ASSIGN_OR_RETURN(base::TempDir cache, base::TempDir::Create("", "formulary-bench-"));
  ASSIGN_OR_RETURN(ChildServer server, StartFormularydOn(options, cache.Path("kernels"), flags));
  server.cache_ = std::move(cache);
  return server;
}

ChildServer::ChildServer(ChildServer&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::move(other.output_)),
      address_(std::move(other.address_)),
      cache_(std::move(other.cache_)) {}

double ChildServer::ResidentBytes() const {
  std::ifstream file(StrCat("/proc/", pid_, "/statm"));
  double total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double ChildServer::ProcessorSeconds() const {
  clockid_t clock;
  timespec time = {};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<pid_t> ChildServer::Descendants(std::string_view program) const {
  struct Process {
    pid_t parent = 0;
    std::string name;
  };
  std::map<pid_t, Process> processes;
  std::error_code ignored;  // processes come and go
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string id = entry.path().filename().string();
    if (id.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string line;
    std::getline(file, line);
    // PID (NAME) STATE PARENT ...
    const size_t open = line.find('('), close = line.rfind(')');
    if (close == std::string::npos || close + 4 > line.size()) continue;
    processes[std::atoi(id.c_str())] = {std::atoi(line.c_str() + close + 4),
                                        line.substr(open + 1, close - open - 1)};
  }
  std::vector<pid_t> found;
  for (const auto& [pid, process] : processes) {
    if (process.name != program) continue;
    pid_t at = process.parent;
    for (size_t steps = processes.size(); at > 1 && at != pid_ && steps > 0; --steps)
      at = processes[at].parent;
    if (at == pid_) found.push_back(pid);
  }
  return found;
}

ChildServer::~ChildServer() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace formulary::bench
