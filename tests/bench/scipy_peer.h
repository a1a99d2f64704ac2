#ifndef FORMULARY_TESTS_BENCH_SCIPY_PEER_H_
#define FORMULARY_TESTS_BENCH_SCIPY_PEER_H_

// SciPy in a process of its own, asked over pipes: scipy_peer.py beside this file. Functions that
// fail end the process: a bench has no other way to go on.

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace formulary::bench {

// One thread at a time. The child also ends when this process does.
class ScipyPeer {
 public:
  // UNAVAILABLE without python3 or SciPy.
  static absl::StatusOr<std::unique_ptr<ScipyPeer>> Start();
  ~ScipyPeer();

  const std::string& version() const { return version_; }

  // What Run() evaluates: a ufunc of scipy.special, and numbers or paths of files of raw doubles.
  void Call(const std::string& ufunc, const std::vector<std::string>& arguments);
  // Evaluates once; the seconds it took.
  double Run();
  // The last results.
  std::vector<double> Values();

 private:
  ScipyPeer() = default;
  std::string Ask(const std::string& line);
  std::string ReadLine();

  pid_t pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  std::string version_;
};

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_SCIPY_PEER_H_
