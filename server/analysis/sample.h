#ifndef FORMULARY_SERVER_ANALYSIS_SAMPLE_H_
#define FORMULARY_SERVER_ANALYSIS_SAMPLE_H_

// Where a program is looked at: points drawn evenly from the floating numbers of its arguments'
// ranges (even in the order of their bit patterns, as Herbie does it: every magnitude comes up
// equally often). Fixed seeds: the same program and ranges give the same points everywhere.
//
// Every other point is of moderate size: its arguments have magnitudes in [2^-20, 2^20], where
// their ranges reach there. One in sixteen lies near ends of the ranges, where there is overflow,
// if at all.
//
// Without a range an argument's assumptions tell; what they leave open is |x| <= 2^100. Magnitudes
// below 2^-100 times the largest (or below 2^-100, if that is less) come up only where a range lies
// there altogether. Integers: |n| <= 2^20, evenly up to 2^10 of them, else by magnitude.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/analysis/exact.h"
#include "server/expr/program.h"

namespace formulary::analysis {

// Values [lower, upper] of an argument.
struct Range {
  std::string argument;
  std::optional<double> lower, upper;  // unset: as without a range
};

// Called before each piece of work: a status other than OK (deadline, cancellation) ends it.
using Checkpoint = absl::FunctionRef<absl::Status()>;

// Immutable.
class SampleSpace {
 public:
  // INVALID_ARGUMENT for a range of an argument that there is not, one given twice, an empty one.
  static absl::StatusOr<SampleSpace> Make(const expr::Program& program,
                                          absl::Span<const expr::DType> types,
                                          absl::Span<const Range> ranges);

  size_t dimensions() const { return axes_.size(); }
  // Point `index` of stream `stream`.
  std::vector<double> Point(uint64_t stream, uint64_t index) const;
  // The value that is `steps` numbers of the argument's format away, inside its range.
  double Moved(size_t argument, double value, int64_t steps) const;
  double lower(size_t argument) const { return axes_[argument].lower; }
  double upper(size_t argument) const { return axes_[argument].upper; }

 private:
  struct Axis {
    double lower = 0, upper = 0;  // both included
    double least = 0;             // magnitude of a number that is not 0
    expr::DType type = expr::DType::kFloat64;
    bool integral = false;
    bool low_end = false, high_end = false;  // given, and not 0
  };
  static Axis AxisOf(const expr::Argument& argument, expr::DType type, const Range* range);
  static Axis Moderate(Axis axis);
  static double Pick(const Axis& axis, uint64_t random);
  double NearEnd(size_t argument, uint64_t random) const;

  std::vector<Axis> axes_, moderate_;
};

// Points at which every output has a finite exact value.
struct Samples {
  std::vector<std::vector<double>> points;
  std::vector<std::vector<double>> exact;  // by point, by output
  uint64_t undefined = 0;  // points left out: no real value, or one beyond the format
  uint64_t undecided = 0;  // points left out: kMaxExactBits do not tell the value
};

// `count` of them, or fewer when too many points are left out.
absl::StatusOr<Samples> DrawSamples(const SampleSpace& space, const ExactEvaluator& exact,
                                    uint64_t stream, size_t count, Checkpoint checkpoint);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_SAMPLE_H_
