#ifndef FORMULARY_TESTS_BENCH_WORKLOADS_H_
#define FORMULARY_TESTS_BENCH_WORKLOADS_H_

// The formulas that figures are measured on (data/workloads.json): texts, arguments and the ranges
// their values are drawn from.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/expr/program.h"

namespace formulary::bench {

struct WorkloadArgument {
  std::string name;
  bool scalar = false;  // always `low`
  double low = 0, high = 0;
  bool whole = false;  // integral values only
};

struct Workload {
  std::string name;
  std::vector<std::string> texts;  // of the outputs
  std::vector<WorkloadArgument> arguments;
};

// All of the file, in its order.
absl::StatusOr<std::vector<Workload>> ReadWorkloads(const std::string& path);
// From the source tree.
std::string WorkloadsPath();
// REQUIRES (else the process ends): there is one of that name.
const Workload& Find(const std::vector<Workload>& workloads, std::string_view name);

// Values of an argument: one for a scalar, else `count`, the same for equal seeds on every machine.
struct Values {
  std::string name;
  bool scalar = false;
  std::vector<double> values;
  std::vector<float> floats;  // where these are there, they are what is sent
};
std::vector<Values> Draw(const Workload& workload, size_t count, uint64_t seed);
// With floats: the values, each rounded once.
std::vector<Values> AsFloats(std::vector<Values> values);

// A graph of `nodes` nodes: sums, products, and functions of what came shortly before, of 8
// arguments.
expr::Program LargeProgram(uint32_t nodes);

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_WORKLOADS_H_
