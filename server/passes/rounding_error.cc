#include "server/passes/rounding_error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/catalogue.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::Program;
namespace fn = expr::fn;

constexpr uint64_t kPoints = 2 * kLanes;
constexpr int kMaxZeros = 12;  // of each form, by the first and by the last argument of a sum
// Of much larger forms no zeros are looked for: each takes a few evaluations of the form.
constexpr uint32_t kMaxZeroNodes = 4096;
constexpr int kSecants = 3;
constexpr double kOffZero = 0x1p-16;
constexpr double kAllowedGrowth = 2;
constexpr double kAllowedUnits = 4;
constexpr double kUnit = 0x1p-53;

uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// In [0, 1).
double Unit(uint64_t seed) { return static_cast<double>(Mix(seed) >> 11) * 0x1p-53; }

// An atom's value at a point: moderate, of either sign, within what is known.
double Sample(const expr::Argument& atom, uint64_t position, uint64_t point) {
  const uint64_t seed = (position + 1) * 0x9e3779b97f4a7c15u + (point + 1) * 0xd1b54a32d192ed03u;
  const expr::Assumptions& known = atom.assumptions;
  const double unit = Unit(seed);
  double value = 0;
  if (known.lower.has_value() && known.upper.has_value()) {
    value = *known.lower + (*known.upper - *known.lower) * unit;
  } else {
    // Magnitudes from 1/64 to 64; ones that are near each other, too.
    const double magnitude = std::exp2(12 * Unit(seed + 1) - 6);
    value = point % 4 == 3 ? 1 + 0.25 * (2 * unit - 1) : magnitude;
    const bool sign_known = known.positive.value_or(false) || known.nonnegative.value_or(false);
    if (!sign_known && Unit(seed + 2) < 0.5) value = -value;
    if (known.negative.value_or(false)) value = -std::abs(value);
    if (known.lower.has_value()) value = *known.lower + std::abs(value);
    if (known.upper.has_value()) value = *known.upper - std::abs(value);
  }
  return known.integer.value_or(false) ? std::nearbyint(value) : value;
}

// The point as a lane of all arguments' values.
void SetSample(const Program& program, uint64_t point, size_t lane, std::vector<Lanes>* values) {
  for (size_t k = 0; k < program.arguments.size(); ++k)
    (*values)[k][lane] = Sample(program.arguments[k], k, point);
}

bool Admits(const expr::Assumptions& known, double value) {
  if (known.positive.value_or(false) && value <= 0) return false;
  if (known.nonnegative.value_or(false) && value < 0) return false;
  if (known.negative.value_or(false) && value >= 0) return false;
  if (known.integer.value_or(false) && value != std::nearbyint(value)) return false;
  if (known.lower.has_value() && value < *known.lower) return false;
  return !known.upper.has_value() || value <= *known.upper;
}

// For every node the first or last argument that it needs; ~0: none.
enum class End : uint8_t { kFirst, kLast };
std::vector<uint32_t> ArgumentsBelow(const Graph& graph, End end) {
  std::vector<uint32_t> below(graph.size(), ~0u);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    if (graph[NodeId{i}].kind == expr::NodeKind::kArgument) below[i] = graph[NodeId{i}].payload;
    for (const NodeId operand : graph.operands(NodeId{i})) {
      const uint32_t other = below[operand.value];
      if (other == ~0u) continue;
      const bool wins =
          below[i] == ~0u || (end == End::kFirst ? other < below[i] : other > below[i]);
      if (wins) below[i] = other;
    }
  }
  return below;
}

// A sum, and the argument that is moved until the sum is nearly 0.
struct ZeroTask {
  NodeId sum;
  uint32_t argument = 0;
};

// The first sums that depend on an argument, by the first and by the last one that each needs.
std::vector<ZeroTask> ZeroTasksOf(const Program& program, const RunningError& evaluator) {
  std::vector<ZeroTask> tasks;
  const Graph& graph = program.graph;
  for (const End end : {End::kFirst, End::kLast}) {
    const std::vector<uint32_t> below = ArgumentsBelow(graph, end);
    int sums = 0;
    for (uint32_t i = 0; i < graph.size() && sums < kMaxZeros; ++i) {
      if (!evaluator.needs(NodeId{i}) || !graph.IsCall(NodeId{i}, fn::kAdd) || below[i] == ~0u)
        continue;
      ++sums;
      tasks.push_back({NodeId{i}, below[i]});
    }
  }
  return tasks;
}

// A lane on its way to a zero.
struct Secant {
  double last_x = 0, last = 0;
  bool moves = true, failed = false;

  // The next point, from the value at x.
  void Step(double value, double* x) {
    if (value == 0) moves = false;
    if (!moves) return;
    const double next = *x - value * (*x - last_x) / (value - last);
    failed = !std::isfinite(next);
    moves = !failed;
    if (failed) return;
    last_x = *x;
    last = value;
    *x = next;
  }
};

// Points near the tasks' zeros, a lane each (secants). REQUIRES: at most kLanes tasks. Returns
// which lanes found one.
std::array<bool, kLanes> NearZeros(const Program& program, absl::Span<const ZeroTask> tasks,
                                   RunningError* evaluator, std::vector<Lanes>* values) {
  std::array<Secant, kLanes> secants;
  NodeId last_sum = tasks[0].sum;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const ZeroTask& task = tasks[std::min(lane, tasks.size() - 1)];
    SetSample(program, task.sum.value, lane, values);
    last_sum = std::max(last_sum, task.sum);
  }
  const auto each = [&](auto visit) {
    const std::vector<BoundedLanes>& nodes = evaluator->At(*values, last_sum);
    for (size_t lane = 0; lane < tasks.size(); ++lane)
      visit(nodes[tasks[lane].sum.value].value[lane], (*values)[tasks[lane].argument][lane],
            secants[lane]);
  };
  each([](double value, double& x, Secant& secant) {
    secant.last_x = x;
    secant.last = value;
    x += 0.125 * std::max(std::abs(x), 0.125);
  });
  for (int step = 0; step < kSecants; ++step)
    each([](double value, double& x, Secant& secant) { secant.Step(value, &x); });
  std::array<bool, kLanes> found = {};
  for (size_t lane = 0; lane < tasks.size(); ++lane) {
    double& x = (*values)[tasks[lane].argument][lane];
    x += std::abs(x) * kOffZero;
    found[lane] = !secants[lane].failed && std::isfinite(x) &&
                  Admits(program.arguments[tasks[lane].argument].assumptions, x);
  }
  return found;
}

// Where rounding shows: near the zeros of sums.
std::vector<RoundingJudge::Points> ZerosOf(const Program& program, RunningError* evaluator) {
  const std::vector<ZeroTask> tasks = ZeroTasksOf(program, *evaluator);
  std::vector<RoundingJudge::Points> found;
  for (size_t first = 0; first < tasks.size(); first += kLanes) {
    const auto some = absl::MakeConstSpan(tasks).subspan(first, kLanes);
    RoundingJudge::Points points{.at = std::vector<Lanes>(program.arguments.size())};
    points.counts = NearZeros(program, some, evaluator, &points.at);
    if (std::find(points.counts.begin(), points.counts.end(), true) != points.counts.end())
      found.push_back(std::move(points));
  }
  return found;
}

// Whether `after` serves where `before` did.
bool IsAsGood(const BoundedLanes& before, const BoundedLanes& after, size_t lane) {
  if (!std::isfinite(before.error[lane])) return true;
  const double size = std::abs(before.value[lane]);
  const double allowed = std::max(kAllowedGrowth * before.error[lane], kAllowedUnits * size);
  const double apart = std::abs(before.value[lane] - after.value[lane]);
  return after.error[lane] <= allowed && apart <= kUnit * (2 * allowed + kAllowedUnits * size);
}

}  // namespace

bool RoundingJudge::Points::Allow(RunningError* changed) const {
  const std::vector<BoundedLanes> after = changed->OutputsAt(at);
  for (size_t k = 0; k < outputs.size(); ++k) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      if (counts[lane] && !IsAsGood(outputs[k], after[k], lane)) return false;
    }
  }
  return true;
}

const std::vector<RoundingJudge::Points>& RoundingJudge::Samples() {
  if (samples_.has_value()) return *samples_;
  samples_.emplace();
  for (uint64_t first = 0; first < kPoints; first += kLanes) {
    Points points{.at = std::vector<Lanes>(original_.arguments.size())};
    for (size_t lane = 0; lane < kLanes; ++lane)
      SetSample(original_, first + lane, lane, &points.at);
    points.counts.fill(true);
    points.outputs = before_.OutputsAt(points.at);
    samples_->push_back(std::move(points));
  }
  return *samples_;
}

const std::vector<RoundingJudge::Points>& RoundingJudge::Zeros() {
  if (zeros_.has_value()) return *zeros_;
  zeros_ = ZerosOf(original_, &before_);
  for (Points& points : *zeros_) points.outputs = before_.OutputsAt(points.at);
  return *zeros_;
}

bool RoundingJudge::RoundsAsWell(const Program& changed) {
  RunningError after(changed);
  const auto allow = [&](const Points& points) { return points.Allow(&after); };
  if (!std::all_of(Samples().begin(), Samples().end(), allow)) return false;
  // The dearer points come last.
  if (std::max(original_.graph.size(), changed.graph.size()) > kMaxZeroNodes) return true;
  if (!std::all_of(Zeros().begin(), Zeros().end(), allow)) return false;
  std::vector<Points> own = ZerosOf(changed, &after);
  return std::all_of(own.begin(), own.end(), [&](Points& points) {
    points.outputs = before_.OutputsAt(points.at);
    return allow(points);
  });
}

}  // namespace formulary::passes
