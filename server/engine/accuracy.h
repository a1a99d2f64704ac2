#ifndef FORMULARY_SERVER_ENGINE_ACCURACY_H_
#define FORMULARY_SERVER_ENGINE_ACCURACY_H_

// What Engine::Analyze is asked and answers: plain values, for the service to decode and encode.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/deadline.h"
#include "server/expr/program.h"

namespace formulary::engine {

// Values that are sampled of an argument; an unset end is open.
struct ArgumentRange {
  std::string argument;
  std::optional<double> lower, upper;
};

struct AnalyzeCall {
  expr::Program program;
  std::vector<ArgumentRange> ranges;
  uint32_t samples = 0;      // 0: the default
  bool improve = false;      // search for a more accurate program
  bool want_points = false;  // the errors at each sample point
  base::Deadline deadline = base::Deadline::Infinite();
  std::shared_ptr<const std::atomic<bool>> cancel;  // true: stop; may be null
};

// Errors of one output in one form of the program, over all samples.
struct OutputError {
  std::string output;
  double mean_bits = 0, median_bits = 0, p90_bits = 0, max_bits = 0;
  uint64_t nans = 0, infinities = 0;  // where the exact value is finite
  std::vector<double> worst_inputs;   // by argument
  double expected = 0, got = 0;       // there
};

// An operation that loses accuracy by itself.
struct OperationError {
  std::string text;
  double mean_bits = 0, max_bits = 0;
};

struct PointErrors {
  std::vector<double> arguments;
  std::vector<double> as_written, simplified, compiled, improved;  // bits, by output
};

struct ImprovedProgram {
  expr::Program program;
  std::vector<OutputError> errors;  // by output, over the same samples
  uint64_t candidates = 0;          // that were measured
};

struct AccuracyReport {
  std::vector<std::string> arguments;
  std::vector<OutputError> as_written, simplified, compiled;  // by output
  bool by_kernel = false;  // `compiled` is a compiled kernel's, not the interpreter's
  std::vector<OperationError> operations;  // worst first
  uint64_t samples = 0, undefined = 0, undecided = 0;
  std::vector<PointErrors> points;          // when wanted
  std::optional<ImprovedProgram> improved;  // when wanted and found
};

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_ACCURACY_H_
