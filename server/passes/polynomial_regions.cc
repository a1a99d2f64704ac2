#include "server/passes/polynomial_regions.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/passes/candidate_forms.h"
#include "server/passes/cost.h"
#include "server/passes/operations.h"
#include "server/passes/region.h"
#include "server/passes/rounding_error.h"
#include "server/passes/uses.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::Program;
namespace fn = expr::fn;

// Larger regions keep their sums and only share common products: the other forms take time, and
// more points to be sure of.
constexpr uint32_t kMaxRegionNodes = 1024;
// Each round starts from a cheaper form; more than a few are rarely wanted.
constexpr int kMaxRounds = 4;

// What a form costs. Sums of the same prices in another order differ in the last digits.
struct FormCost {
  double nanoseconds = 0;
  uint32_t operations = 0;

  bool Exceeds(const FormCost& other) const {
    return nanoseconds > other.nanoseconds * (1 + kSlack) || operations > other.operations;
  }
  // Cheaper in one way and no dearer in the other.
  bool Beats(const FormCost& other) const {
    const bool cheaper = nanoseconds < other.nanoseconds * (1 - kSlack);
    return !Exceeds(other) && (cheaper || operations < other.operations);
  }

  static constexpr double kSlack = 1e-9;
};

FormCost CostOf(const Program& program) {
  return {ModelledNanoseconds(program), CountOperations(program.graph, program.roots())};
}

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
  const std::vector<bool> needed = graph.Reachable(region.roots());
  const std::vector<uint32_t> uses = CountUses(region, needed);
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
      : budget_(budget), best_(given), cost_(CostOf(given)), candidates_(given), judge_(given) {}

  // What the rules would make of the program the next time: in place of the form so far when it is
  // no dearer.
  void Replace(Program form) {
    const FormCost cost = CostOf(form);
    if (cost.Exceeds(cost_)) return;
    cost_ = cost;
    best_ = std::move(form);
    ++changes_;
  }

  // Takes the cheapest that is cheaper and rounds as well.
  void Offer(Effort effort) {
    std::vector<std::pair<FormCost, Outputs>> by_cost;
    for (Outputs& form : candidates_.Of(best_, effort)) {
      const FormCost cost = CostOf(candidates_.Form(form));
      if (cost.Beats(cost_)) by_cost.emplace_back(cost, std::move(form));
    }
    std::stable_sort(by_cost.begin(), by_cost.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first.nanoseconds, a.first.operations) <
             std::tie(b.first.nanoseconds, b.first.operations);
    });
    for (const auto& [raw_cost, form] : by_cost) {
      if (!raw_cost.Beats(cost_)) continue;
      Program normal = Normal(candidates_.Form(form), budget_);
      const FormCost cost = CostOf(normal);
      if (!cost.Beats(cost_) || !judge_.RoundsAsWell(normal)) continue;
      cost_ = cost;
      best_ = std::move(normal);
      ++changes_;
    }
  }
  const Program& best() const { return best_; }
  int changes() const { return changes_; }

 private:
  const Budget& budget_;
  Program best_;
  FormCost cost_;
  CandidateForms candidates_;
  RoundingJudge judge_;
  int changes_ = 0;
};

// Forms of forms, until none is better.
std::optional<Program> BetterForm(const Program& region, const Budget& budget) {
  const bool loose = HasLooseNest(region);
  if (!loose && IsReadOnce(region)) return std::nullopt;
  Choice choice(region, budget);
  if (loose) choice.Replace(Normal(region, budget));
  const bool large = region.graph.size() > kMaxRegionNodes;
  int changes = -1;
  for (int round = 0; round < kMaxRounds && changes != choice.changes(); ++round) {
    changes = choice.changes();
    choice.Offer(large ? Effort::kProducts : round == 0 ? Effort::kAll : Effort::kAgain);
  }
  if (choice.changes() == 0) return std::nullopt;
  return choice.best();
}

std::optional<Program> SharedForm(const Program& region, const Budget& budget) {
  if (IsReadOnce(region) && !HasLooseNest(region)) return std::nullopt;
  Choice choice(region, budget);
  const bool large = region.graph.size() > kMaxRegionNodes;
  choice.Offer(large ? Effort::kProducts : Effort::kShared);
  if (choice.changes() == 0) return std::nullopt;
  return choice.best();
}

using Improve = std::optional<Program> (*)(const Program&, const Budget&);

struct Rewritten {
  bool in_time = true;  // else the deadline came first: the regions after it stay
  bool whole = false;   // one region was all there is
};

Rewritten RewriteGroups(Grouping grouping, Improve improve, const Budget& budget,
                        Program* program) {
  std::vector<Region> better;
  Rewritten rewritten;
  for (Region& region : SplitRegions(*program, grouping)) {
    rewritten.in_time = !budget.deadline.expired();
    if (!rewritten.in_time) break;
    rewritten.whole = region.whole;
    std::optional<Program> form = improve(region.program, budget);
    if (!form.has_value()) continue;
    region.program = *std::move(form);
    better.push_back(std::move(region));
  }
  if (!better.empty()) PutBack(better, program);
  return rewritten;
}

}  // namespace

StopReason RewriteRegions(const Budget& budget, Program* program) {
  Program changed = *program;
  Rewritten rewritten = RewriteGroups(Grouping::kConnected, &BetterForm, budget, &changed);
  // What hangs together has shared its common parts.
  if (rewritten.in_time && !rewritten.whole)
    rewritten = RewriteGroups(Grouping::kWhole, &SharedForm, budget, &changed);
  const StopReason reason = rewritten.in_time ? StopReason::kFinished : StopReason::kDeadline;
  if (changed.roots() == program->roots()) return reason;
  // What the rules would change again (x*exp(y) - x brought to x*(exp(y) - 1)) stays as they left
  // it.
  const FormCost cost = CostOf(changed), again = CostOf(Simplify(changed, budget).program);
  if (!again.Exceeds(cost)) *program = std::move(changed);
  return reason;
}

}  // namespace formulary::passes
