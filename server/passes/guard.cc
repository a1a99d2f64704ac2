#include "server/passes/guard.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "server/base/log.h"
#include "server/base/strings.h"
#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/passes/bounded_value.h"
#include "server/passes/expand.h"

namespace formulary::passes {
namespace {

using expr::NodeId;

constexpr uint32_t kMaxPoints = 8;
// What all points together may cost, in estimated nanoseconds: programs of more than some thousand
// nodes, or of heavy functions, get fewer points, and then none.
constexpr double kMaxNanoseconds = 250'000;
constexpr double kNodeNanoseconds = 15;
// Functions are evaluated at their operand and at both ends of its error.
constexpr double kTimesEvaluated = 3;
// Bounds are of first order: so much more is no difference yet.
constexpr double kSlack = 4;
constexpr double kLeastRelative = 0x1p-44;

uint64_t Mix(uint64_t x) {  // splitmix64, by S. Vigna
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// A value that the assumptions allow: within declared ends, or of magnitude 1/16 to 16.
double Sample(const expr::Argument& argument, uint64_t position, uint64_t point) {
  const uint64_t bits = Mix(position * kMaxPoints + point);
  const double unit = static_cast<double>(bits >> 11) * 0x1p-53;
  const expr::Facts facts = FactsOf(argument);
  const double lower = facts.range.lower, upper = facts.range.upper;
  double value;
  if (std::isfinite(lower) && std::isfinite(upper)) {
    value = lower + (upper - lower) * unit;
  } else {
    const double magnitude = std::exp2(8 * unit - 4);
    value = std::isfinite(lower)   ? lower + magnitude
            : std::isfinite(upper) ? upper - magnitude
            : bits % 4 == 0        ? -magnitude
                                   : magnitude;
  }
  if (facts.integer) value = std::clamp(std::nearbyint(value), std::ceil(lower), std::floor(upper));
  if (argument.dtype == expr::DType::kBool) value = static_cast<double>(bits & 1);
  return value;
}

double Nanoseconds(const expr::Program& program) {
  double total = 0;
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::Node& node = program.graph[NodeId{i}];
    total += kNodeNanoseconds;
    if (node.kind != expr::NodeKind::kCall || Row(node.function).routine == nullptr) continue;
    // One element at a time costs more than one of many.
    total += kTimesEvaluated * (10 + 3 * Row(node.function).nanoseconds);
  }
  return total;
}

enum class Finding : uint8_t { kNothing, kSame, kOther };

Finding CompareValues(const BoundedValue& original, const BoundedValue& rewritten) {
  if (!std::isfinite(original.value) || !std::isfinite(original.error)) return Finding::kNothing;
  if (!std::isfinite(rewritten.value)) return Finding::kOther;
  if (!std::isfinite(rewritten.error)) return Finding::kNothing;
  const double allowed =
      kSlack * (original.error + rewritten.error) + kLeastRelative * std::abs(original.value);
  return std::abs(original.value - rewritten.value) <= allowed ? Finding::kSame : Finding::kOther;
}

std::string RuleIds(const std::vector<Application>& applications) {
  std::string ids;
  for (const Application& application : applications)
    ids += base::StrCat(ids.empty() ? "" : " ", application.rule->identity->id);
  return ids;
}

// Both programs' outputs, one after the other's: what they have in common is evaluated once.
expr::Program Joined(const expr::Program& original, const expr::Program& rewritten) {
  expr::Program joined;
  joined.arguments = original.arguments;
  joined.numerics = original.numerics;
  for (const expr::Program* program : {&original, &rewritten}) {
    for (const NodeId node : joined.graph.Import(program->graph, program->roots()))
      joined.outputs.push_back({"", node});
  }
  return joined;
}

}  // namespace

Comparison Compare(const expr::Program& original, const expr::Program& rewritten) {
  const double cost = Nanoseconds(original) + Nanoseconds(rewritten);
  const auto points = static_cast<uint32_t>(std::min<double>(kMaxPoints, kMaxNanoseconds / cost));
  Comparison result;
  if (points == 0) return result;
  const expr::Program joined = Joined(original, rewritten);
  BoundedEvaluator evaluator(joined);
  const size_t outputs = original.outputs.size();
  std::vector<double> at(original.arguments.size());
  for (uint32_t point = 0; point < points; ++point) {
    for (size_t k = 0; k < at.size(); ++k) at[k] = Sample(original.arguments[k], k, point);
    bool sure = true;
    const std::vector<BoundedValue> values = evaluator.At(at, &sure);
    if (!sure) continue;
    bool compared = false;
    for (size_t k = 0; k < outputs; ++k) {
      const Finding finding = CompareValues(values[k], values[outputs + k]);
      if (finding == Finding::kOther) return {Agreement::kDiffers, result.points + 1};
      compared = compared || finding == Finding::kSame;
    }
    if (compared) ++result.points;
  }
  if (result.points > 0) result.agreement = Agreement::kAgrees;
  return result;
}

void Guard(const expr::Program& original, Simplified* state) {
  if (Nanoseconds(original) > kMaxNanoseconds) return;
  expr::Program expanded = Expand(original);
  const Comparison comparison = Compare(expanded, state->program);
  state->guard_points = comparison.points;
  if (comparison.agreement != Agreement::kDiffers) return;
  base::Log(base::Severity::kError, "a rewritten program differs from the one sent; rules undone",
            {{"rules", RuleIds(state->applications)}});
  // The rules are still told, with what they did.
  std::vector<NodeId> told;
  for (const Application& application : state->applications) {
    told.push_back(application.before);
    told.push_back(application.after);
  }
  const std::vector<NodeId> kept = expanded.graph.Import(state->program.graph, told);
  for (size_t i = 0; i < state->applications.size(); ++i) {
    state->applications[i].before = kept[2 * i];
    state->applications[i].after = kept[2 * i + 1];
  }
  state->program = std::move(expanded);
  state->stop_reason = StopReason::kGuard;
}

}  // namespace formulary::passes
