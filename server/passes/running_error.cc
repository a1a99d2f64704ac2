#include "server/passes/running_error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "server/expr/catalogue.h"

// Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.3
// (running error analysis).

namespace formulary::passes {
namespace {

using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

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

// Every lane's base to its exponent: these are all the same, and small integers mostly.
Lanes PowerOf(const Lanes& base, const Lanes& exponent) {
  constexpr double kMaxMultiplied = 8;
  Lanes power;
  const double magnitude = std::abs(exponent[0]);
  if (magnitude > kMaxMultiplied || magnitude != std::floor(magnitude)) {
    for (size_t lane = 0; lane < kLanes; ++lane) power[lane] = std::pow(base[lane], exponent[lane]);
    return power;
  }
  power.fill(1);
  for (double k = 0; k < magnitude; ++k) {
    for (size_t lane = 0; lane < kLanes; ++lane) power[lane] *= base[lane];
  }
  if (exponent[0] < 0) {
    for (double& lane : power) lane = 1 / lane;
  }
  return power;
}

BoundedLanes Filled(double value, double error) {
  BoundedLanes filled;
  filled.value.fill(value);
  filled.error.fill(error);
  return filled;
}

// A sum in the making.
struct PartialSum {
  BoundedLanes sum;
  Lanes rounds = {};  // 1 once there is a term to round with
};

// Adds the term in those lanes where it is exact, or in those where it is not.
void AddWhere(bool exact, const BoundedLanes& term, PartialSum* partial) {
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const bool taken = (term.error[lane] == 0) == exact;
    const double value = partial->sum.value[lane] + term.value[lane];
    const double rounding = partial->rounds[lane] != 0 ? std::abs(value) : 0;
    const double error = partial->sum.error[lane] + (term.error[lane] + rounding);
    partial->sum.value[lane] = taken ? value : partial->sum.value[lane];
    partial->sum.error[lane] = taken ? error : partial->sum.error[lane];
    partial->rounds[lane] = taken ? 1 : partial->rounds[lane];
  }
}

void MultiplyBy(const BoundedLanes& factor, BoundedLanes* product) {
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const double before = product->value[lane], by = factor.value[lane];
    const double value = before * by;
    const double rounding = IsPowerOfTwo(by) || IsPowerOfTwo(before) ? 0 : std::abs(value);
    product->error[lane] =
        std::abs(before) * factor.error[lane] + std::abs(by) * product->error[lane] + rounding;
    product->value[lane] = value;
  }
}

}  // namespace

RunningError::RunningError(const expr::Program& region)
    : region_(region),
      graph_(region.graph),
      needed_(graph_.Reachable(region.roots())),
      values_(graph_.size()) {
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeKind kind = graph_[NodeId{i}].kind;
    if (!needed_[i]) continue;
    if (kind == NodeKind::kCall || kind == NodeKind::kArgument) {
      varying_.push_back(NodeId{i});
    } else {
      values_[i] = Constant(NodeId{i});
    }
  }
}

BoundedLanes RunningError::Constant(NodeId id) const {
  const expr::Node& node = graph_[id];
  if (node.kind == NodeKind::kNamed) {
    const double value = ValueOf(static_cast<expr::NamedConstant>(node.detail));
    return Filled(value, std::abs(value) / 2);
  }
  if (node.kind != NodeKind::kNumber) return Filled(NAN, 0);
  const double value = graph_.number(id).get_d();
  const bool exact = std::isfinite(value) && mpq_class(value) == graph_.number(id);
  return Filled(value, exact ? 0 : std::abs(value) / 2);
}

// Inputs first, as they are lowered.
void RunningError::Sum(NodeId id) {
  PartialSum partial;
  for (const bool exact : {true, false}) {
    for (const NodeId operand : graph_.operands(id))
      AddWhere(exact, values_[operand.value], &partial);
  }
  values_[id.value] = partial.sum;
}

void RunningError::Product(NodeId id) {
  BoundedLanes product = Filled(1, 0);
  for (const NodeId operand : graph_.operands(id)) MultiplyBy(values_[operand.value], &product);
  values_[id.value] = product;
}

void RunningError::Power(NodeId id) {
  const BoundedLanes& base = values_[graph_.operands(id)[0].value];
  const Lanes& exponent = values_[graph_.operands(id)[1].value].value;
  BoundedLanes power;
  power.value = PowerOf(base.value, exponent);
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const double magnitude = std::abs(exponent[lane]);
    const double relative = magnitude * base.error[lane] / std::abs(base.value[lane]) +
                            std::max(magnitude - 1, 0.) + (exponent[lane] < 0 ? 1 : 0);
    const double value = power.value[lane];
    power.error[lane] = value == 0 ? 0 : relative * std::abs(value);
  }
  values_[id.value] = power;
}

const std::vector<BoundedLanes>& RunningError::At(const std::vector<Lanes>& arguments,
                                                  NodeId last) {
  for (const NodeId id : varying_) {
    if (id > last) break;
    const expr::Node& node = graph_[id];
    if (node.kind == NodeKind::kArgument) {
      values_[id.value] = {arguments[node.payload], {}};
    } else if (node.function == fn::kAdd) {
      Sum(id);
    } else if (node.function == fn::kMul) {
      Product(id);
    } else {
      Power(id);
    }
  }
  return values_;
}

std::vector<BoundedLanes> RunningError::OutputsAt(const std::vector<Lanes>& arguments) {
  At(arguments, NodeId{graph_.size() - 1});
  std::vector<BoundedLanes> outputs;
  for (const expr::Output& output : region_.outputs) outputs.push_back(values_[output.node.value]);
  return outputs;
}

}  // namespace formulary::passes
