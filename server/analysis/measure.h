#ifndef FORMULARY_SERVER_ANALYSIS_MEASURE_H_
#define FORMULARY_SERVER_ANALYSIS_MEASURE_H_

// How far results are from the exact values of sample points, in bits (ordinal.h), and the program
// run as the naive interpreter runs it: one operation after another, each rounded. Used by
// analyze.cc and improve.cc.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/analysis/sample.h"
#include "server/expr/interpret.h"
#include "server/expr/program.h"

namespace formulary::analysis {

// Immutable.
class NaiveRunner {
 public:
  // REQUIRES: expanded, conversions explicit; `program` outlives it. `types`: of the arguments.
  NaiveRunner(const expr::Program& program, absl::Span<const expr::DType> types)
      : program_(program), types_(types.begin(), types.end()) {}

  // The outputs, by position.
  absl::StatusOr<std::vector<double>> Run(absl::Span<const double> point) const;
  // By point.
  absl::StatusOr<std::vector<std::vector<double>>> Run(
      absl::Span<const std::vector<double>> points) const;

 private:
  const expr::Program& program_;
  const std::vector<expr::DType> types_;
};

// Values of one output in one form of the program, over the sample points.
struct ErrorSummary {
  double mean_bits = 0, median_bits = 0, p90_bits = 0, max_bits = 0;
  uint64_t nans = 0;        // the exact value is finite
  uint64_t infinities = 0;  // the same
  // The point of the largest error.
  std::vector<double> worst;
  double expected = 0, got = 0;
};

// By point. REQUIRES: as many results as points.
std::vector<double> ErrorBits(const Samples& samples, absl::Span<const std::vector<double>> results,
                              size_t output, expr::DType format);

double Mean(absl::Span<const double> bits);

// REQUIRES: at least one sample.
ErrorSummary Summarize(const Samples& samples, absl::Span<const std::vector<double>> results,
                       size_t output, expr::DType format);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_MEASURE_H_
