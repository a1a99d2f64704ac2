#ifndef FORMULARY_TESTS_BENCH_ARRAY_PEER_H_
#define FORMULARY_TESTS_BENCH_ARRAY_PEER_H_

// What Python users evaluate formulas over arrays with, in a process of its own: array_peer.py
// beside this file.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/file.h"
#include "tests/bench/python_peer.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {

// Names of its contestants: lambdify, lambdify_cse, numexpr, numba, ufuncify. One thread at a time.
class ArrayPeer {
 public:
  // UNAVAILABLE without python3 or one of the packages.
  static absl::StatusOr<std::unique_ptr<ArrayPeer>> Start();

  const std::string& version() const { return python_->version(); }

  // What the rest is about; values go through files.
  absl::Status Load(const Workload& workload, const std::vector<Values>& values);
  // UNIMPLEMENTED where the contestant cannot do this workload: its words.
  absl::Status Build(const std::string& contestant);
  // Evaluates once; the seconds it took. REQUIRES: built.
  double Run(const std::string& contestant);
  // The first output. REQUIRES: built.
  std::vector<double> FirstOutput(const std::string& contestant);

 private:
  ArrayPeer(std::unique_ptr<PythonPeer> python, base::TempDir folder)
      : python_(std::move(python)), folder_(std::move(folder)) {}

  std::unique_ptr<PythonPeer> python_;
  base::TempDir folder_;
};

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_ARRAY_PEER_H_
