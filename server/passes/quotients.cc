#include "server/passes/quotients.h"

#include <utility>
#include <vector>

#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/passes/horner.h"
#include "server/passes/polynomial.h"
#include "server/passes/polynomial_factor.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;
namespace fn = expr::fn;

namespace {

// Sums of a product that are held against each other.
constexpr size_t kMaxComparedSums = 8;

class Reducer {
 public:
  explicit Reducer(Program* region)
      : region_(*region),
        graph_(region->graph),
        size_(graph_.size()),
        needed_(graph_.Reachable(region->roots())),
        fast_(region->numerics == expr::Numerics::kFast) {}

  bool Run();

 private:
  // The sum under the fraction bar; nullopt when the factor is something else.
  std::optional<NodeId> Divisor(NodeId factor) const;
  Polynomial Read(NodeId sum);
  NodeId Reduced(NodeId product);
  // Divides both by what they have in common.
  bool Cancel(NodeId* top, NodeId* bottom);

  // Whether some product has a sum and, under the fraction bar, another.
  bool HasQuotient() const;

  Program& region_;
  Graph& graph_;
  uint32_t size_;
  std::vector<bool> needed_;
  bool fast_;
  std::vector<expr::Facts> facts_;  // of what is needed
  Variables variables_;
  bool any_ = false;
};

std::optional<NodeId> Reducer::Divisor(NodeId factor) const {
  if (!graph_.IsCall(factor, fn::kPow)) return std::nullopt;
  const absl::Span<const NodeId> operands = graph_.operands(factor);
  if (!graph_.IsCall(operands[0], fn::kAdd) || !graph_.IsNumber(operands[1], -1))
    return std::nullopt;
  return operands[0];
}

Polynomial Reducer::Read(NodeId sum) {
  Polynomial polynomial;
  const absl::Span<const NodeId> terms = graph_.operands(sum);
  if (terms.size() > kMaxFactoredTerms) return polynomial;
  for (const NodeId term : terms) polynomial.push_back(ReadTerm(graph_, term, &variables_));
  return polynomial;
}

bool Reducer::Cancel(NodeId* top, NodeId* bottom) {
  if (!fast_ && !facts_[bottom->value].nonzero) return false;
  const std::optional<CommonDivisor> divisor = CommonDivisorOf(Read(*top), Read(*bottom));
  if (!divisor.has_value()) return false;
  *top = BuildHorner(divisor->a_rest, HornerOrder::kMostTerms, variables_, &graph_);
  *bottom = BuildHorner(divisor->b_rest, HornerOrder::kMostTerms, variables_, &graph_);
  return true;
}

NodeId Reducer::Reduced(NodeId product) {
  std::vector<NodeId> others, tops, bottoms;
  for (const NodeId factor : graph_.operands(product)) {
    const std::optional<NodeId> divisor = Divisor(factor);
    if (divisor.has_value() && bottoms.size() < kMaxComparedSums) {
      bottoms.push_back(*divisor);
    } else if (graph_.IsCall(factor, fn::kAdd) && tops.size() < kMaxComparedSums) {
      tops.push_back(factor);
    } else {
      others.push_back(factor);
    }
  }
  bool cancelled = false;
  for (NodeId& top : tops) {
    for (NodeId& bottom : bottoms) {
      // What has been divided once has no facts yet; the next round sees it.
      const bool sums = graph_.IsCall(top, fn::kAdd) && graph_.IsCall(bottom, fn::kAdd);
      if (sums && bottom.value < size_) cancelled = Cancel(&top, &bottom) || cancelled;
    }
  }
  if (!cancelled) return product;
  any_ = true;
  others.insert(others.end(), tops.begin(), tops.end());
  for (const NodeId bottom : bottoms) others.push_back(BuildPower(bottom, -1, &graph_));
  return BuildProduct(1, expr::NumberForm::kExact, others, &graph_);
}

bool Reducer::HasQuotient() const {
  for (uint32_t i = 0; i < size_; ++i) {
    if (!needed_[i] || !graph_.IsCall(NodeId{i}, fn::kMul)) continue;
    bool top = false, bottom = false;
    for (const NodeId factor : graph_.operands(NodeId{i})) {
      top = top || graph_.IsCall(factor, fn::kAdd);
      bottom = bottom || Divisor(factor).has_value();
    }
    if (top && bottom) return true;
  }
  return false;
}

bool Reducer::Run() {
  if (!HasQuotient()) return false;
  facts_.resize(size_);
  for (uint32_t i = 0; i < size_; ++i) {
    if (needed_[i]) facts_[i] = DeriveFacts(graph_, NodeId{i}, facts_, region_.arguments);
  }
  std::vector<NodeId> renamed(size_);
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    renamed[i] = id;
    if (!needed_[i] || graph_[id].kind != NodeKind::kCall) continue;
    const std::vector<NodeId> before(graph_.operands(id).begin(), graph_.operands(id).end());
    std::vector<NodeId> operands;
    for (const NodeId operand : before) operands.push_back(renamed[operand.value]);
    if (operands != before) {
      renamed[i] = graph_.Call(graph_[id].function, operands);
    } else if (graph_.IsCall(id, fn::kMul)) {
      renamed[i] = Reduced(id);
    }
  }
  if (!any_) return false;
  for (expr::Output& output : region_.outputs) output.node = renamed[output.node.value];
  return true;
}

}  // namespace

bool ReduceQuotients(Program* region) { return Reducer(region).Run(); }

}  // namespace formulary::passes
