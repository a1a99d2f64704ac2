#include "server/analysis/measure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/analysis/ordinal.h"
#include "server/base/status_macros.h"

namespace formulary::analysis {
namespace {

using expr::Scalar;

Scalar ScalarIn(expr::DType type, double value) {
  return expr::Convert(Scalar::Float64(value), type);
}

// The least value that `share` of the sorted ones do not exceed.
double Quantile(absl::Span<const double> sorted, double share) {
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1];
}

}  // namespace

absl::StatusOr<std::vector<double>> NaiveRunner::Run(absl::Span<const double> point) const {
  std::vector<Scalar> arguments;
  for (size_t k = 0; k < point.size(); ++k) arguments.push_back(ScalarIn(types_[k], point[k]));
  ASSIGN_OR_RETURN(const std::vector<Scalar> outputs, expr::Interpret(program_, arguments));
  std::vector<double> values;
  for (const Scalar& output : outputs) values.push_back(output.ToDouble());
  return values;
}

absl::StatusOr<std::vector<std::vector<double>>> NaiveRunner::Run(
    absl::Span<const std::vector<double>> points) const {
  std::vector<std::vector<double>> results;
  for (const std::vector<double>& point : points) {
    ASSIGN_OR_RETURN(std::vector<double> values, Run(absl::MakeConstSpan(point)));
    results.push_back(std::move(values));
  }
  return results;
}

std::vector<double> ErrorBits(const Samples& samples, absl::Span<const std::vector<double>> results,
                              size_t output, expr::DType format) {
  std::vector<double> bits;
  for (size_t i = 0; i < samples.points.size(); ++i)
    bits.push_back(BitsOfError(results[i][output], samples.exact[i][output], format));
  return bits;
}

double Mean(absl::Span<const double> bits) {
  if (bits.empty()) return 0;
  return std::accumulate(bits.begin(), bits.end(), 0.0) / static_cast<double>(bits.size());
}

ErrorSummary Summarize(const Samples& samples, absl::Span<const std::vector<double>> results,
                       size_t output, expr::DType format) {
  std::vector<double> bits = ErrorBits(samples, results, output, format);
  ErrorSummary summary;
  const auto worst = static_cast<size_t>(std::max_element(bits.begin(), bits.end()) - bits.begin());
  summary.worst = samples.points[worst];
  summary.expected = samples.exact[worst][output];
  summary.got = results[worst][output];
  for (size_t i = 0; i < bits.size(); ++i) {
    if (std::isnan(results[i][output])) ++summary.nans;
    if (std::isinf(results[i][output])) ++summary.infinities;
  }
  summary.mean_bits = Mean(bits);
  std::sort(bits.begin(), bits.end());
  summary.median_bits = Quantile(bits, 0.5);
  summary.p90_bits = Quantile(bits, 0.9);
  summary.max_bits = bits.back();
  return summary;
}

}  // namespace formulary::analysis
