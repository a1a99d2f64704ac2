#include "tests/bench/python_peer.h"

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

absl::StatusOr<std::unique_ptr<PythonPeer>> PythonPeer::Start(const std::string& script) {
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  if (pipe2(from, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<PythonPeer> peer(new PythonPeer);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  // Debian's, whatever else is first in the path: its packages belong to it.
  std::string python = "/usr/bin/python3",
              path = StrCat(FORMULARY_SOURCE_DIR, "/tests/bench/", script);
  char* argv[] = {python.data(), path.data(), nullptr};
  const int error = posix_spawn(&peer->pid_, python.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(to[0]);
  close(from[1]);
  peer->to_ = fdopen(to[1], "w");
  peer->from_ = fdopen(from[0], "r");
  if (error != 0) return absl::UnavailableError("/usr/bin/python3 cannot be started");
  peer->script_ = script;
  peer->version_ = peer->ReadLine();
  if (peer->version_.empty())
    return absl::UnavailableError(StrCat("/usr/bin/python3 lacks a package for ", script));
  return peer;
}

PythonPeer::~PythonPeer() {
  if (to_ != nullptr) fclose(to_);  // the child reads to the end, and ends
  if (from_ != nullptr) fclose(from_);
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

std::string PythonPeer::ReadLine() {
  std::string line;
  for (int c = fgetc(from_); c != EOF && c != '\n'; c = fgetc(from_))
    line.push_back(static_cast<char>(c));
  return line;
}

std::string PythonPeer::Ask(const std::string& line) {
  std::fprintf(to_, "%s\n", line.c_str());
  std::fflush(to_);
  const std::string answer = ReadLine();
  if (answer.empty()) Die(absl::UnavailableError(StrCat(script_, " fails at: ", line)));
  return answer;
}

std::vector<double> PythonPeer::AskValues(const std::string& line) {
  const base::TempDir folder = OrDie(base::TempDir::Create("", "formulary-bench-"));
  const std::string path = folder.Path("values");
  Ask(StrCat(line, " ", path));
  std::error_code error;
  std::vector<double> values(std::filesystem::file_size(path, error) / sizeof(double));
  if (error) Die(absl::InternalError(StrCat(script_, ": no values for \"", line, "\"")));
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(double)));
  return values;
}

}  // namespace formulary::bench
