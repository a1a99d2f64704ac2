#include "tests/bench/scipy_peer.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "server/base/file.h"
#include "server/base/strings.h"
#include "tests/bench/figures.h"

namespace formulary::bench {

using base::StrCat;

absl::StatusOr<std::unique_ptr<ScipyPeer>> ScipyPeer::Start() {
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  if (pipe2(from, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<ScipyPeer> peer(new ScipyPeer);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  // Debian's, whatever else is first in the path: python3-scipy belongs to it.
  std::string python = "/usr/bin/python3", script = FORMULARY_SOURCE_DIR "/tests/bench/scipy_peer.py";
  char* argv[] = {python.data(), script.data(), nullptr};
  const int error = posix_spawn(&peer->pid_, python.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(to[0]);
  close(from[1]);
  peer->to_ = fdopen(to[1], "w");
  peer->from_ = fdopen(from[0], "r");
  if (error != 0) return absl::UnavailableError("/usr/bin/python3 cannot be started");
  peer->version_ = peer->ReadLine();
  if (peer->version_.empty()) return absl::UnavailableError("/usr/bin/python3 has no SciPy");
  return peer;
}

ScipyPeer::~ScipyPeer() {
  if (to_ != nullptr) fclose(to_);  // the child reads to the end, and ends
  if (from_ != nullptr) fclose(from_);
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

std::string ScipyPeer::ReadLine() {
  std::string line;
  for (int c = fgetc(from_); c != EOF && c != '\n'; c = fgetc(from_))
    line.push_back(static_cast<char>(c));
  return line;
}

std::string ScipyPeer::Ask(const std::string& line) {
  std::fprintf(to_, "%s\n", line.c_str());
  std::fflush(to_);
  const std::string answer = ReadLine();
  if (answer.empty()) Die(absl::UnavailableError(StrCat("SciPy fails at: ", line)));
  return answer;
}

void ScipyPeer::Call(const std::string& ufunc, const std::vector<std::string>& arguments) {
  std::string line = StrCat("call ", ufunc);
  for (const std::string& argument : arguments) base::StrAppend(&line, " ", argument);
  Ask(line);
}

double ScipyPeer::Run() { return std::stod(Ask("run")); }

std::vector<double> ScipyPeer::Values() {
  const base::TempDir folder = OrDie(base::TempDir::Create("", "formulary-bench-"));
  const std::string path = folder.Path("values");
  Ask(StrCat("values ", path));
  std::vector<double> values(std::filesystem::file_size(path) / sizeof(double));
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(double)));
  return values;
}

}  // namespace formulary::bench
