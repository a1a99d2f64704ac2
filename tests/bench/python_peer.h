#ifndef FORMULARY_TESTS_BENCH_PYTHON_PEER_H_
#define FORMULARY_TESTS_BENCH_PYTHON_PEER_H_

// A Python script in a process of its own, asked over pipes, a line for a line. Benches measure
// SciPy and SymPy with it. What fails ends the process: a bench has no other way to go on.

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace formulary::bench {

// One thread at a time. The child also ends when this process does.
class PythonPeer {
 public:
  // Starts a script of this folder; its first line says what it is. UNAVAILABLE without Debian's
  // python3, or without the packages that the script needs.
  static absl::StatusOr<std::unique_ptr<PythonPeer>> Start(const std::string& script);
  ~PythonPeer();

  const std::string& version() const { return version_; }

  // Sends a line, returns the answer.
  std::string Ask(const std::string& line);
  // Sends a line that ends with the path of a file for the child to write; the raw doubles there.
  std::vector<double> AskValues(const std::string& line);

 private:
  PythonPeer() = default;
  std::string ReadLine();

  pid_t pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  std::string script_, version_;
};

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_PYTHON_PEER_H_
