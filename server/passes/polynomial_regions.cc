#include "server/passes/polynomial_regions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/passes/common_parts.h"
#include "server/passes/operations.h"
#include "server/passes/powers.h"
#include "server/passes/quotients.h"
#include "server/passes/region.h"
#include "server/passes/region_forms.h"
#include "server/passes/rounding_error.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::Program;
namespace fn = expr::fn;

// Larger regions keep their sums and only share common parts.
constexpr uint32_t kMaxRegionNodes = 4096;
// Each round starts from a cheaper form; more than a few are rarely wanted.
constexpr int kMaxRounds = 4;

uint32_t CostOf(const Program& program) { return CountOperations(program.graph, program.roots()); }

// -1*a is a, for what follows.
NodeId WithoutSign(const Graph& graph, NodeId id) {
  const absl::Span<const NodeId> operands = graph.operands(id);
  const bool negation =
      graph.IsCall(id, fn::kMul) && operands.size() == 2 && graph.IsNumber(operands[0], -1);
  return negation ? operands[1] : id;
}

// A sum in a sum or a product in a product that nothing else uses any more.
bool HasLooseNest(const Program& region) {
  const Graph& graph = region.graph;
  std::vector<uint32_t> uses(graph.size(), 0);
  const std::vector<bool> needed = graph.Reachable(region.roots());
  for (const NodeId root : region.roots()) uses[root.value] += 2;
  for (uint32_t i = 0; i < graph.size(); ++i) {
    if (!needed[i]) continue;
    for (const NodeId operand : graph.operands(NodeId{i})) ++uses[operand.value];
  }
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const NodeId id{i};
    if (!needed[i] || !(graph.IsCall(id, fn::kAdd) || graph.IsCall(id, fn::kMul))) continue;
    for (const NodeId operand : graph.operands(id)) {
      const NodeId inner = WithoutSign(graph, operand);
      const bool loose = uses[operand.value] == 1 && uses[inner.value] == 1;
      if (loose && graph.IsCall(inner, graph[id].function)) return true;
    }
  }
  return false;
}

// As the rules leave it: sums in sums joined, equal factors one power.
Program Normal(const Program& form, const Budget& budget) {
  Program normal = Simplify(form, budget).program;
  for (int round = 0; round < kMaxRounds && HasLooseNest(normal); ++round)
    normal = Simplify(normal, budget).program;
  return normal;
}

// The best form so far.
class Choice {
 public:
  Choice(const Program& given, const Budget& budget)
      : given_(given), budget_(budget), best_(given), cost_(CostOf(given)) {}

  // What the rules would make of the program the next time: in place of the form so far when it is
  // no dearer.
  void Replace(Program form) {
    const uint32_t cost = CostOf(form);
    if (cost > cost_) return;
    cost_ = cost;
    best_ = std::move(form);
    changed_ = true;
  }

  // Takes the cheapest that is cheaper and rounds as well.
  void Offer(const std::vector<Program>& forms) {
    std::vector<std::pair<uint32_t, size_t>> by_cost;
    for (size_t k = 0; k < forms.size(); ++k) by_cost.emplace_back(CostOf(forms[k]), k);
    std::sort(by_cost.begin(), by_cost.end());
    for (const auto& [raw_cost, k] : by_cost) {
      if (raw_cost >= cost_) return;
      Program normal = Normal(forms[k], budget_);
      const uint32_t cost = CostOf(normal);
      if (cost >= cost_ || !RoundsAsWell(given_, normal)) continue;
      cost_ = cost;
      best_ = std::move(normal);
      changed_ = true;
    }
  }
  const Program& best() const { return best_; }
  bool changed() const { return changed_; }

 private:
  const Program& given_;
  const Budget& budget_;
  Program best_;
  uint32_t cost_;
  bool changed_ = false;
};

std::vector<Program> FormsOf(const Program& from, int round) {
  std::vector<Program> forms;
  forms.push_back(WithCommonParts(from));
  forms.push_back(WithCommonParts(WithJointPowers(from)));
  if (from.graph.size() > kMaxRegionNodes) return forms;
  for (const HornerOrder order : {HornerOrder::kMostTerms, HornerOrder::kMostSaved})
    forms.push_back(WithCommonParts(WithJointPowers(WithHornerForms(from, order))));
  for (const Program& form : ExpandedForms(from))
    forms.push_back(WithCommonParts(WithJointPowers(form)));
  // The sums of a first form have been tried.
  if (round > 0) return forms;
  if (const std::optional<Program> reduced = WithReducedQuotients(from); reduced.has_value())
    forms.push_back(WithCommonParts(*reduced));
  if (const std::optional<Program> factored = WithFactoredSums(from); factored.has_value())
    forms.push_back(WithCommonParts(WithJointPowers(*factored)));
  return forms;
}

// Forms of forms, until none is better.
std::optional<Program> BetterForm(const Program& region, const Budget& budget) {
  Choice choice(region, budget);
  if (HasLooseNest(region)) choice.Replace(Normal(region, budget));
  uint32_t cost = 0;
  for (int round = 0; round < kMaxRounds && cost != CostOf(choice.best()); ++round) {
    cost = CostOf(choice.best());
    choice.Offer(FormsOf(choice.best(), round));
  }
  if (!choice.changed()) return std::nullopt;
  return choice.best();
}

std::optional<Program> SharedForm(const Program& region, const Budget& budget) {
  Choice choice(region, budget);
  choice.Offer({WithCommonParts(region)});
  if (!choice.changed()) return std::nullopt;
  return choice.best();
}

using Improve = std::optional<Program> (*)(const Program&, const Budget&);

void RewriteGroups(Grouping grouping, Improve improve, const Budget& budget, Program* program) {
  std::vector<Region> better;
  for (Region& region : SplitRegions(*program, grouping)) {
    std::optional<Program> form = improve(region.program, budget);
    if (!form.has_value()) continue;
    region.program = *std::move(form);
    better.push_back(std::move(region));
  }
  if (!better.empty()) PutBack(better, program);
}

}  // namespace

void RewriteRegions(const Budget& budget, Program* program) {
  RewriteGroups(Grouping::kConnected, &BetterForm, budget, program);
  RewriteGroups(Grouping::kWhole, &SharedForm, budget, program);
}

}  // namespace formulary::passes
