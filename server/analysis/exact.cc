#include "server/analysis/exact.h"

#include <cmath>

#include "server/analysis/ball_graph.h"
#include "server/expr/infer.h"
#include "server/expr/number_caches.h"

namespace formulary::analysis {
namespace {

using expr::DType;
using expr::NodeId;
using State = BallValue::State;

constexpr slong kFirstBits = 128;

}  // namespace

bool ExactValue::usable() const { return outcome == Outcome::kExact && std::isfinite(value); }

class ExactEvaluator::Implementation {
 public:
  Implementation(const expr::Program& program, absl::Span<const DType> types)
      : program_(program),
        argument_types_(types.begin(), types.end()),
        types_(expr::InferTypes(program.graph, types)),
        default_float_(expr::DefaultFloat(types)),
        roots_(program.roots()),
        graph_(program.graph, roots_) {}

  std::vector<ExactValue> Outputs(absl::Span<const double> point) const {
    std::vector<ExactValue> results(roots_.size());
    Raise(point, roots_, kMaxExactBits, &results);
    return results;
  }

  std::vector<ExactValue> Nodes(absl::Span<const double> point, int precision_bits) const {
    std::vector<NodeId> ids;
    for (uint32_t i = 0; i < program_.graph.size(); ++i) {
      if (graph_.needed()[i]) ids.push_back(NodeId{i});
    }
    std::vector<ExactValue> found(ids.size());
    Raise(point, ids, precision_bits > 0 ? precision_bits : kMaxExactBits, &found);
    std::vector<ExactValue> results(program_.graph.size());
    for (size_t k = 0; k < ids.size(); ++k) results[ids[k].value] = found[k];
    return results;
  }

 private:
  // Doubles the precision until each of `ids` has an outcome.
  void Raise(absl::Span<const double> point, absl::Span<const NodeId> ids, slong most,
             std::vector<ExactValue>* results) const {
    expr::ReleaseNumberCachesWithThread();
    const std::vector<BallValue> arguments = Arguments(point);
    std::vector<BallValue> values(program_.graph.size());
    for (slong precision = kFirstBits; precision <= most; precision *= 2) {
      graph_.Evaluate(arguments, precision, &values);
      bool open = false;
      for (size_t k = 0; k < ids.size(); ++k) {
        if ((*results)[k].outcome != Outcome::kUndecided) continue;
        (*results)[k] = Read(ids[k], values[ids[k].value]);
        open = open || (*results)[k].outcome == Outcome::kUndecided;
      }
      if (!open) return;
    }
  }

  std::vector<BallValue> Arguments(absl::Span<const double> point) const {
    std::vector<BallValue> arguments(point.size());
    for (size_t k = 0; k < point.size(); ++k) {
      if (argument_types_[k] == DType::kBool) {
        arguments[k].Set(point[k] != 0 ? Truth::kTrue : Truth::kFalse);
      } else if (std::isnan(point[k])) {
        arguments[k].state = State::kUndefined;
      } else {
        arguments[k].state = State::kNumber;
        arb_set_d(arguments[k].ball.get(), point[k]);
      }
    }
    return arguments;
  }

  ExactValue Read(NodeId id, const BallValue& value) const {
    if (value.state == State::kUndefined) return {Outcome::kUndefined, 0};
    if (value.state == State::kUnknown) return {};
    if (value.state == State::kTruth)
      return {Outcome::kExact, value.truth == Truth::kTrue ? 1.0 : 0.0};
    const DType type = types_[id.value] == DType::kUnspecified ? default_float_ : types_[id.value];
    const std::optional<double> rounded =
        RoundedOnce(value.ball, type == DType::kFloat32 ? type : DType::kFloat64);
    if (!rounded.has_value()) return {};
    return {Outcome::kExact, *rounded};
  }

  const expr::Program& program_;
  const std::vector<DType> argument_types_;
  const std::vector<DType> types_;  // by node
  const DType default_float_;
  const std::vector<NodeId> roots_;
  const BallGraph graph_;
};

ExactEvaluator::ExactEvaluator(const expr::Program& program, absl::Span<const DType> types)
    : implementation_(std::make_unique<Implementation>(program, types)) {}
ExactEvaluator::~ExactEvaluator() = default;

std::vector<ExactValue> ExactEvaluator::Outputs(absl::Span<const double> arguments) const {
  return implementation_->Outputs(arguments);
}

std::vector<ExactValue> ExactEvaluator::Nodes(absl::Span<const double> arguments,
                                              int precision_bits) const {
  return implementation_->Nodes(arguments, precision_bits);
}

}  // namespace formulary::analysis
