#ifndef FORMULARY_TESTS_BENCH_SCIPY_PEER_H_
#define FORMULARY_TESTS_BENCH_SCIPY_PEER_H_

// SciPy in a process of its own: scipy_peer.py beside this file.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/bench/python_peer.h"

namespace formulary::bench {

// One thread at a time. The child also ends when this process does.
class ScipyPeer {
 public:
  // UNAVAILABLE without python3 or SciPy.
  static absl::StatusOr<std::unique_ptr<ScipyPeer>> Start();

  const std::string& version() const { return python_->version(); }

  // What Run() evaluates: a ufunc of scipy.special, and numbers or paths of files of raw doubles.
  void Call(const std::string& ufunc, const std::vector<std::string>& arguments);
  // Evaluates once; the seconds it took.
  double Run();
  // The last results.
  std::vector<double> Values();

 private:
  explicit ScipyPeer(std::unique_ptr<PythonPeer> python) : python_(std::move(python)) {}

  std::unique_ptr<PythonPeer> python_;
};

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_SCIPY_PEER_H_
