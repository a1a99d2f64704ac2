#include "server/passes/rounding_error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/passes/fold.h"

// Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.3
// (running error analysis).

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;
namespace fn = expr::fn;

constexpr uint32_t kPoints = 16;
constexpr int kMaxZeros = 12;  // of each form, by the first and by the last argument of a sum
// Of much larger forms no zeros are looked for: each takes a few evaluations of the form.
constexpr uint32_t kMaxZeroNodes = 4096;
constexpr int kSecants = 3;
constexpr double kOffZero = 0x1p-16;
constexpr double kAllowedGrowth = 2;
constexpr double kAllowedUnits = 4;
constexpr double kUnit = 0x1p-53;

using Bounded = UnitBounded;

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

double ValueOf(expr::NamedConstant constant) {
  switch (constant) {
    case expr::NamedConstant::kPi:
      return std::numbers::pi;
    case expr::NamedConstant::kE:
      return std::numbers::e;
    case expr::NamedConstant::kEulerGamma:
      return std::numbers::egamma;
    case expr::NamedConstant::kCatalan:
      return 0.9159655941772190;
    case expr::NamedConstant::kGoldenRatio:
      return std::numbers::phi;
    case expr::NamedConstant::kImaginaryUnit:
      break;
  }
  return NAN;
}

bool IsPowerOfTwo(double value) {
  return (std::bit_cast<uint64_t>(value) & 0xf'ffff'ffff'ffff) == 0;
}

// Most exponents are small integers.
double PowerOf(double base, double exponent) {
  constexpr double kMaxMultiplied = 8;
  const double magnitude = std::abs(exponent);
  if (magnitude > kMaxMultiplied || magnitude != std::floor(magnitude))
    return std::pow(base, exponent);
  double power = 1;
  for (double k = 0; k < magnitude; ++k) power *= base;
  return exponent < 0 ? 1 / power : power;
}

class Evaluator {
 public:
  explicit Evaluator(const Program& program);

  // By node up to the last one, for these values of the arguments.
  const std::vector<Bounded>& At(const std::vector<double>& point, NodeId last);
  std::vector<Bounded> OutputsAt(const std::vector<double>& point) {
    At(point, NodeId{graph_.size() - 1});
    std::vector<Bounded> outputs;
    for (const expr::Output& output : program_.outputs)
      outputs.push_back(values_[output.node.value]);
    return outputs;
  }
  bool needs(NodeId id) const { return needed_[id.value]; }

 private:
  Bounded Constant(NodeId id) const;
  Bounded Sum(NodeId id) const;
  Bounded Product(NodeId id) const;
  Bounded Power(NodeId id) const;

  const Program& program_;
  const Graph& graph_;
  std::vector<bool> needed_;
  std::vector<Bounded> values_;  // constants' stand from the start
};

Evaluator::Evaluator(const Program& program)
    : program_(program),
      graph_(program.graph),
      needed_(graph_.Reachable(program.roots())),
      values_(graph_.size()) {
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeKind kind = graph_[NodeId{i}].kind;
    if (kind != NodeKind::kCall && kind != NodeKind::kArgument) values_[i] = Constant(NodeId{i});
  }
}

Bounded Evaluator::Constant(NodeId id) const {
  const expr::Node& node = graph_[id];
  if (node.kind == NodeKind::kNamed) {
    const double value = ValueOf(static_cast<expr::NamedConstant>(node.detail));
    return {value, std::abs(value) / 2};
  }
  if (node.kind != NodeKind::kNumber) return {NAN, 0};
  const double value = graph_.number(id).get_d();
  const bool exact = std::isfinite(value) && mpq_class(value) == graph_.number(id);
  return {value, exact ? 0 : std::abs(value) / 2};
}

// Inputs first, as they are lowered.
Bounded Evaluator::Sum(NodeId id) const {
  Bounded sum;
  bool first = true;
  for (const bool exact : {true, false}) {
    for (const NodeId operand : graph_.operands(id)) {
      const Bounded& term = values_[operand.value];
      if ((term.error == 0) != exact) continue;
      sum.value += term.value;
      sum.error += term.error + (first ? 0 : std::abs(sum.value));
      first = false;
    }
  }
  return sum;
}

Bounded Evaluator::Product(NodeId id) const {
  Bounded product{1, 0};
  for (const NodeId operand : graph_.operands(id)) {
    const Bounded& factor = values_[operand.value];
    const double value = product.value * factor.value;
    const bool exact = IsPowerOfTwo(factor.value) || IsPowerOfTwo(product.value);
    product.error = std::abs(product.value) * factor.error +
                    std::abs(factor.value) * product.error + (exact ? 0 : std::abs(value));
    product.value = value;
  }
  return product;
}

Bounded Evaluator::Power(NodeId id) const {
  const Bounded& base = values_[graph_.operands(id)[0].value];
  const double exponent = values_[graph_.operands(id)[1].value].value;
  const double magnitude = std::abs(exponent);
  const double value = PowerOf(base.value, exponent);
  const double relative = magnitude * base.error / std::abs(base.value) +
                          std::max(magnitude - 1, 0.) + (exponent < 0 ? 1 : 0);
  return {value, value == 0 ? 0 : relative * std::abs(value)};
}

const std::vector<Bounded>& Evaluator::At(const std::vector<double>& point, NodeId last) {
  for (uint32_t i = 0; i <= last.value; ++i) {
    const NodeId id{i};
    const expr::Node& node = graph_[id];
    if (node.kind == NodeKind::kArgument) values_[i] = {point[node.payload], 0};
    if (node.kind != NodeKind::kCall || !needed_[i]) continue;
    if (node.function == fn::kAdd) {
      values_[i] = Sum(id);
    } else if (node.function == fn::kMul) {
      values_[i] = Product(id);
    } else {
      values_[i] = Power(id);
    }
  }
  return values_;
}

std::vector<double> Sampled(const Program& program, uint64_t point) {
  std::vector<double> values;
  for (size_t k = 0; k < program.arguments.size(); ++k)
    values.push_back(Sample(program.arguments[k], k, point));
  return values;
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
    if (graph[NodeId{i}].kind == NodeKind::kArgument) below[i] = graph[NodeId{i}].payload;
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

// Moves one argument until the node is nearly 0 (secants); false when that fails.
bool NearZero(NodeId node, uint32_t argument, Evaluator* evaluator, std::vector<double>* point) {
  double& x = (*point)[argument];
  double last_x = x, last = evaluator->At(*point, node)[node.value].value;
  x = last_x + 0.125 * std::max(std::abs(last_x), 0.125);
  for (int step = 0; step < kSecants; ++step) {
    const double value = evaluator->At(*point, node)[node.value].value;
    if (value == 0) break;
    const double next = x - value * (x - last_x) / (value - last);
    if (!std::isfinite(next)) return false;
    last_x = x;
    last = value;
    x = next;
  }
  x += std::abs(x) * kOffZero;
  return std::isfinite(x);
}

// Where rounding shows: near the zeros of sums.
std::vector<std::vector<double>> ZerosOf(const Program& program, Evaluator* evaluator) {
  std::vector<std::vector<double>> points;
  const Graph& graph = program.graph;
  for (const End end : {End::kFirst, End::kLast}) {
    const std::vector<uint32_t> below = ArgumentsBelow(graph, end);
    int sums = 0;
    for (uint32_t i = 0; i < graph.size() && sums < kMaxZeros; ++i) {
      if (!evaluator->needs(NodeId{i}) || !graph.IsCall(NodeId{i}, fn::kAdd) || below[i] == ~0u)
        continue;
      ++sums;
      std::vector<double> point = Sampled(program, i);
      if (NearZero(NodeId{i}, below[i], evaluator, &point) &&
          Admits(program.arguments[below[i]].assumptions, point[below[i]])) {
        points.push_back(std::move(point));
      }
    }
  }
  return points;
}

// Whether `after` serves where `before` did.
bool IsAsGood(const Bounded& before, const Bounded& after) {
  if (!std::isfinite(before.error)) return true;
  const double size = std::abs(before.value);
  const double allowed = std::max(kAllowedGrowth * before.error, kAllowedUnits * size);
  const double apart = std::abs(before.value - after.value);
  return after.error <= allowed && apart <= kUnit * (2 * allowed + kAllowedUnits * size);
}

}  // namespace

bool RoundingJudge::RoundsAsWell(const Program& changed) {
  Evaluator before(original_), after(changed);
  const auto point_at = [&](std::vector<double> at) {
    std::vector<Bounded> outputs = before.OutputsAt(at);
    return Point{std::move(at), std::move(outputs)};
  };
  const auto allows = [&](const Point& point) {
    const std::vector<Bounded> outputs = after.OutputsAt(point.at);
    return std::equal(point.outputs.begin(), point.outputs.end(), outputs.begin(), &IsAsGood);
  };
  const auto allows_all = [&](const std::vector<Point>& points) {
    return std::all_of(points.begin(), points.end(), allows);
  };
  if (!samples_.has_value()) {
    samples_.emplace();
    for (uint64_t point = 0; point < kPoints; ++point)
      samples_->push_back(point_at(Sampled(original_, point)));
  }
  if (!allows_all(*samples_)) return false;
  // The dearer points come last.
  if (std::max(original_.graph.size(), changed.graph.size()) > kMaxZeroNodes) return true;
  if (!zeros_.has_value()) {
    zeros_.emplace();
    for (std::vector<double>& at : ZerosOf(original_, &before))
      zeros_->push_back(point_at(std::move(at)));
  }
  if (!allows_all(*zeros_)) return false;
  std::vector<std::vector<double>> own = ZerosOf(changed, &after);
  return std::all_of(own.begin(), own.end(),
                     [&](std::vector<double>& at) { return allows(point_at(std::move(at))); });
}

}  // namespace formulary::passes
