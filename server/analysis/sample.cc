#include "server/analysis/sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/analysis/ordinal.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::analysis {
namespace {

using base::StrCat;
using expr::DType;

constexpr double kLargestMagnitude = 0x1p100;
constexpr double kSmallestShare = 0x1p-100;  // of the largest
constexpr double kModerate = 0x1p20;
constexpr uint64_t kEndStride = 16;     // one point of so many lies near ends
constexpr uint64_t kEndExponents = 53;  // 2^0 to 2^52 numbers away from them
constexpr double kLargestInteger = 0x1p20;
constexpr double kEvenIntegers = 0x1p10;
// Draws for each point that is wanted: where most of a range is outside of the domain.
constexpr uint64_t kDrawsPerSample = 16;

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the state after `step` steps from 0, mixed.
uint64_t Mixed(uint64_t step) {
  uint64_t z = step * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

__extension__ using Wide = unsigned __int128;

// An integer in [0, count).
uint64_t Below(uint64_t count, uint64_t random) {
  return static_cast<uint64_t>((static_cast<Wide>(random) * count) >> 64);
}

uint64_t Between(int64_t low, int64_t high) {
  return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
}

int64_t OrdinalIn(DType type, double value) {
  return type == DType::kFloat32 ? Ordinal(static_cast<float>(value)) : Ordinal(value);
}
double ValueIn(DType type, int64_t ordinal) {
  return type == DType::kFloat32 ? FloatOf(ordinal) : DoubleOf(ordinal);
}

// Closed bounds that assumptions leave.
void Assume(const expr::Assumptions& known, double least, double* lower, double* upper) {
  if (known.positive.value_or(false)) *lower = std::max(*lower, least);
  if (known.nonnegative.value_or(false)) *lower = std::max(*lower, 0.0);
  if (known.negative.value_or(false)) *upper = std::min(*upper, -least);
  if (known.positive == false) *upper = std::min(*upper, 0.0);
  if (known.negative == false) *lower = std::max(*lower, 0.0);
  if (known.lower.has_value()) *lower = std::max(*lower, *known.lower);
  if (known.upper.has_value()) *upper = std::min(*upper, *known.upper);
}

absl::Status CheckRange(const expr::Program& program, absl::Span<const Range> ranges, size_t i) {
  const Range& range = ranges[i];
  const std::string place = StrCat("ranges[", i, "]");
  const bool known =
      std::any_of(program.arguments.begin(), program.arguments.end(),
                  [&](const expr::Argument& argument) { return argument.name == range.argument; });
  if (!known) {
    return base::InvalidArgument("UNKNOWN_ARGUMENT", place + ".argument",
                                 StrCat("the program has no argument '", range.argument, "'"));
  }
  for (size_t k = 0; k < i; ++k) {
    if (ranges[k].argument == range.argument)
      return base::InvalidArgument("DUPLICATE_NAME", place + ".argument",
                                   StrCat("argument '", range.argument, "' has two ranges"));
  }
  const bool numbers = !std::isnan(range.lower.value_or(0)) && !std::isnan(range.upper.value_or(0));
  const double infinity = std::numeric_limits<double>::infinity();
  const double lower = range.lower.value_or(-infinity), upper = range.upper.value_or(infinity);
  if (numbers && lower <= upper && lower < infinity && upper > -infinity) return absl::OkStatus();
  return base::InvalidArgument("EMPTY_RANGE", place,
                               StrCat("the range of '", range.argument, "' is [", lower, ", ",
                                      upper, "]; the first must not be above the second"));
}

}  // namespace

SampleSpace::Axis SampleSpace::AxisOf(const expr::Argument& argument, DType type,
                                      const Range* range) {
  Axis axis;
  axis.type = type == DType::kUnspecified ? DType::kFloat64 : type;
  axis.integral = type == DType::kInt64 || argument.assumptions.integer.value_or(false);
  if (type == DType::kBool) {
    axis.integral = true;
    axis.upper = 1;
    return axis;
  }
  const double infinity = std::numeric_limits<double>::infinity();
  double lower = -infinity, upper = infinity;
  const double least = axis.integral ? 1 : axis.type == DType::kFloat32 ? 0x1p-149 : 0x1p-1074;
  if (range != nullptr) {
    lower = range->lower.value_or(lower);
    upper = range->upper.value_or(upper);
  }
  Assume(argument.assumptions, least, &lower, &upper);
  axis.low_end = std::isfinite(lower) && lower != 0;
  axis.high_end = std::isfinite(upper) && upper != 0;
  const double open = axis.integral ? kLargestInteger : kLargestMagnitude;
  const double end = axis.type == DType::kFloat32 ? std::numeric_limits<float>::max()
                     : axis.integral              ? 0x1p62
                                                  : std::numeric_limits<double>::max();
  if (upper == infinity) upper = lower < open ? open : end;
  if (lower == -infinity) lower = upper > -open ? -open : -end;
  axis.lower = std::clamp(axis.integral ? std::ceil(lower) : lower, -end, end);
  axis.upper = std::clamp(axis.integral ? std::floor(upper) : upper, -end, end);
  const double largest = std::max(std::fabs(axis.lower), std::fabs(axis.upper));
  axis.least = std::max(std::min(kSmallestShare, largest * kSmallestShare), least);
  return axis;
}

// The axis itself where it has no number of moderate size.
SampleSpace::Axis SampleSpace::Moderate(Axis axis) {
  Axis moderate = axis;
  moderate.lower = std::max(axis.lower, -kModerate);
  moderate.upper = std::min(axis.upper, kModerate);
  moderate.least = std::max(axis.least, 1 / kModerate);
  const bool any = moderate.lower <= moderate.upper &&
                   (moderate.upper >= moderate.least || moderate.lower <= -moderate.least);
  return any ? moderate : axis;
}

double SampleSpace::Pick(const Axis& axis, uint64_t random) {
  if (axis.integral && axis.upper - axis.lower <= kEvenIntegers) {
    const auto count = static_cast<uint64_t>(axis.upper - axis.lower) + 1;
    return axis.lower + static_cast<double>(Below(count, random));
  }
  // The negative numbers of the range down to the least magnitude, then the positive ones.
  const int64_t gap = OrdinalIn(axis.type, axis.least);
  const int64_t low = OrdinalIn(axis.type, axis.lower), high = OrdinalIn(axis.type, axis.upper);
  const auto span = [](int64_t from, int64_t to) {
    return to < from ? uint64_t{0} : Between(from, to) + 1;
  };
  const uint64_t negative = span(low, std::min(high, -gap));
  const uint64_t positive = span(std::max(low, gap), high);
  if (negative + positive == 0) return ValueIn(axis.type, low);
  const uint64_t at = Below(negative + positive, random);
  const int64_t ordinal = at < negative ? low + static_cast<int64_t>(at)
                                        : std::max(low, gap) + static_cast<int64_t>(at - negative);
  const double value = ValueIn(axis.type, ordinal);
  return axis.integral ? std::clamp(std::nearbyint(value), axis.lower, axis.upper) : value;
}

double SampleSpace::NearEnd(size_t argument, uint64_t random) const {
  const Axis& axis = axes_[argument];
  const uint64_t bits = Mixed(random);
  const bool high = axis.high_end && (!axis.low_end || (bits >> 32) % 2 == 0);
  if (!axis.low_end && !axis.high_end) return Pick(axis, random);
  const auto steps = static_cast<int64_t>(uint64_t{1} << bits % kEndExponents);
  const double value =
      high ? Moved(argument, axis.upper, -steps) : Moved(argument, axis.lower, steps);
  return std::fabs(value) < axis.least ? Pick(axis, random) : value;
}

std::vector<double> SampleSpace::Point(uint64_t stream, uint64_t index) const {
  std::vector<double> point;
  const uint64_t first = Mixed((stream << 32) + 1) + index * axes_.size();
  const std::vector<Axis>& axes = index % 2 == 0 ? moderate_ : axes_;
  const bool near_end = index % kEndStride == kEndStride - 1;
  for (size_t k = 0; k < axes.size(); ++k) {
    const uint64_t random = Mixed(first + k);
    point.push_back(near_end ? NearEnd(k, random) : Pick(axes[k], random));
  }
  return point;
}

double SampleSpace::Moved(size_t argument, double value, int64_t steps) const {
  const Axis& axis = axes_[argument];
  if (axis.integral) return std::clamp(value + static_cast<double>(steps), axis.lower, axis.upper);
  const int64_t low = OrdinalIn(axis.type, axis.lower), high = OrdinalIn(axis.type, axis.upper);
  const int64_t from = OrdinalIn(axis.type, value);
  if (steps >= 0)
    return ValueIn(axis.type,
                   Between(from, high) < static_cast<uint64_t>(steps) ? high : from + steps);
  return ValueIn(axis.type,
                 Between(low, from) < static_cast<uint64_t>(-steps) ? low : from + steps);
}

absl::StatusOr<SampleSpace> SampleSpace::Make(const expr::Program& program,
                                              absl::Span<const DType> types,
                                              absl::Span<const Range> ranges) {
  SampleSpace space;
  for (size_t i = 0; i < ranges.size(); ++i) RETURN_IF_ERROR(CheckRange(program, ranges, i));
  for (size_t k = 0; k < program.arguments.size(); ++k) {
    const expr::Argument& argument = program.arguments[k];
    size_t own = 0;
    while (own < ranges.size() && ranges[own].argument != argument.name) ++own;
    const Range* range = own < ranges.size() ? &ranges[own] : nullptr;
    space.axes_.push_back(AxisOf(argument, types[k], range));
    const Axis& axis = space.axes_.back();
    space.moderate_.push_back(Moderate(axis));
    if (axis.lower <= axis.upper) continue;
    return base::InvalidArgument(
        "EMPTY_RANGE", range == nullptr ? std::string() : StrCat("ranges[", own, "]"),
        StrCat("argument '", argument.name, "' has no value left: [", axis.lower, ", ", axis.upper,
               "] by its range and assumptions"));
  }
  return space;
}

absl::StatusOr<Samples> DrawSamples(const SampleSpace& space, const ExactEvaluator& exact,
                                    uint64_t stream, size_t count, Checkpoint checkpoint) {
  Samples samples;
  for (uint64_t i = 0; i < kDrawsPerSample * count && samples.points.size() < count; ++i) {
    RETURN_IF_ERROR(checkpoint());
    std::vector<double> point = space.Point(stream, i);
    const std::vector<ExactValue> values = exact.Outputs(point);
    const bool usable = std::all_of(values.begin(), values.end(),
                                    [](const ExactValue& value) { return value.usable(); });
    if (!usable) {
      const bool undecided =
          std::none_of(values.begin(), values.end(), [](const ExactValue& value) {
            return value.outcome == Outcome::kUndefined ||
                   (value.outcome == Outcome::kExact && !value.usable());
          });
      ++(undecided ? samples.undecided : samples.undefined);
      continue;
    }
    samples.points.push_back(std::move(point));
    std::vector<double>& row = samples.exact.emplace_back();
    for (const ExactValue& value : values) row.push_back(value.value);
  }
  return samples;
}

}  // namespace formulary::analysis
