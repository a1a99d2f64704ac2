#include "server/passes/horner.h"

#include <algorithm>
#include <optional>
#include <utility>

// Source: M. Ceberio, V. Kreinovich, "Greedy algorithms for optimizing multivariate Horner
// schemes", SIGSAM Bulletin 38 (2004); common cubes as in A. Hosangadi, F. Fallah, R. Kastner,
// "Optimizing polynomial expressions by algebraic factorization and common subexpression
// elimination", IEEE TCAD 25 (2006).

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::NumberForm;

// cube * (a task's sum).
struct Item {
  Term cube;
  size_t task = 0;
};

// A sum to be built: single terms and factored groups.
struct Task {
  Polynomial terms;
  std::vector<Item> items;
};

// A reason to take terms together: a variable, or the size of a coefficient.
struct Group {
  std::vector<uint32_t> members;
  Term common;
  size_t saved = 0;
};

// By what a group is chosen.
using Weight = std::pair<size_t, size_t>;
Weight WeightOf(const Group& group, HornerOrder order) {
  return {order == HornerOrder::kMostTerms ? group.members.size() : group.saved, group.saved};
}

// The best group by one order, and which is the best by the other.
struct Choice {
  std::optional<Group> group;
  uint32_t groups = 0;  // seen
  uint32_t best = 0, other_best = 0;
  Weight weight, other_weight;
};

size_t MultiplicationsOf(const Term& term) {
  return term.monomial.size() + (term.coefficient.IsUnit() ? 0 : 1);
}

// What the members share: factors, the size of the coefficient where it is one, the sign where all
// are negative.
Term CommonOf(const Polynomial& terms, const std::vector<uint32_t>& members) {
  Term common = terms[members[0]];
  bool same_size = true, all_negative = true;
  const Rational size = Abs(common.coefficient);
  for (const uint32_t member : members) {
    const Term& term = terms[member];
    if (member != members[0]) common.monomial = CommonFactor(common.monomial, term.monomial);
    same_size = same_size && Abs(term.coefficient) == size;
    all_negative = all_negative && term.coefficient.IsNegative();
    if (term.form == NumberForm::kLiteral) common.form = NumberForm::kLiteral;
  }
  common.coefficient = same_size ? size : Rational(1);
  if (!same_size) common.form = NumberForm::kExact;
  if (all_negative) common.coefficient = -common.coefficient;
  return common;
}

class Builder {
 public:
  Builder(HornerOrder order, const Variables& variables, Graph* graph)
      : order_(order), variables_(variables), graph_(graph) {}

  NodeId Build(Polynomial polynomial);
  // The other order would have chosen otherwise. REQUIRES: Build.
  bool orders_differ() const { return orders_differ_; }

 private:
  std::optional<Group> BestGroup(const Polynomial& terms);
  void Weigh(const Polynomial& terms, std::vector<uint32_t> members, Choice* choice) const;
  // Each run of equal reasons.
  template <typename Reason>
  void WeighRuns(const Polynomial& terms, const std::vector<std::pair<Reason, uint32_t>>& reasons,
                 Choice* choice) const;
  void Split(size_t task);
  NodeId Sum(const Task& task, const std::vector<NodeId>& built);

  HornerOrder order_;
  const Variables& variables_;
  Graph* graph_;
  std::vector<Task> tasks_;
  bool orders_differ_ = false;
};

void Builder::Weigh(const Polynomial& terms, std::vector<uint32_t> members, Choice* choice) const {
  Group group;
  group.common = CommonOf(terms, members);
  group.saved = (members.size() - 1) * MultiplicationsOf(group.common);
  group.members = std::move(members);
  if (group.saved == 0) return;
  const bool first = choice->groups++ == 0;
  const HornerOrder other =
      order_ == HornerOrder::kMostTerms ? HornerOrder::kMostSaved : HornerOrder::kMostTerms;
  if (first || WeightOf(group, other) > choice->other_weight) {
    choice->other_weight = WeightOf(group, other);
    choice->other_best = choice->groups;
  }
  if (first || WeightOf(group, order_) > choice->weight) {
    choice->weight = WeightOf(group, order_);
    choice->best = choice->groups;
    choice->group = std::move(group);
  }
}

template <typename Reason>
void Builder::WeighRuns(const Polynomial& terms,
                        const std::vector<std::pair<Reason, uint32_t>>& reasons,
                        Choice* choice) const {
  for (size_t first = 0, last = 0; first < reasons.size(); first = last) {
    while (last < reasons.size() && reasons[last].first == reasons[first].first) ++last;
    if (last - first < 2) continue;
    std::vector<uint32_t> members;
    for (size_t k = first; k < last; ++k) members.push_back(reasons[k].second);
    Weigh(terms, std::move(members), choice);
  }
}

std::optional<Group> Builder::BestGroup(const Polynomial& terms) {
  // Sorted by the reason, then by the term.
  std::vector<std::pair<uint32_t, uint32_t>> by_variable;
  std::vector<std::pair<Rational, uint32_t>> by_size;
  for (uint32_t i = 0; i < terms.size(); ++i) {
    for (const Factor& factor : terms[i].monomial) by_variable.emplace_back(factor.variable, i);
    if (!terms[i].coefficient.IsUnit()) by_size.emplace_back(Abs(terms[i].coefficient), i);
  }
  Choice choice;
  std::sort(by_variable.begin(), by_variable.end());
  WeighRuns(terms, by_variable, &choice);
  std::sort(by_size.begin(), by_size.end());
  WeighRuns(terms, by_size, &choice);
  orders_differ_ = orders_differ_ || choice.best != choice.other_best;
  return std::move(choice.group);
}

void Builder::Split(size_t task) {
  while (tasks_[task].terms.size() > 1) {
    const std::optional<Group> group = BestGroup(tasks_[task].terms);
    if (!group.has_value()) return;
    Polynomial inner, rest;
    Polynomial terms = std::move(tasks_[task].terms);
    auto member = group->members.begin();
    for (uint32_t i = 0; i < terms.size(); ++i) {
      if (member == group->members.end() || *member != i) {
        rest.push_back(std::move(terms[i]));
        continue;
      }
      ++member;
      Term quotient;
      quotient.coefficient = terms[i].coefficient / group->common.coefficient;
      if (group->common.coefficient.IsUnit()) quotient.form = terms[i].form;
      quotient.monomial = QuotientOf(terms[i].monomial, group->common.monomial);
      inner.push_back(std::move(quotient));
    }
    tasks_[task].terms = std::move(rest);
    tasks_[task].items.push_back({group->common, tasks_.size()});
    tasks_.push_back({std::move(inner), {}});
  }
}

NodeId Builder::Sum(const Task& task, const std::vector<NodeId>& built) {
  Nodes terms;
  for (const Term& term : task.terms) terms.push_back(BuildTerm(term, variables_, graph_));
  for (const Item& item : task.items) {
    Nodes factors;
    AppendFactors(item.cube.monomial, variables_, graph_, &factors);
    factors.push_back(built[item.task]);
    terms.push_back(BuildProduct(item.cube.coefficient, item.cube.form, factors, graph_));
  }
  return BuildSum(terms, graph_);
}

// A task's inner sums come after it: split forwards, built backwards.
NodeId Builder::Build(Polynomial polynomial) {
  tasks_.push_back({std::move(polynomial), {}});
  for (size_t task = 0; task < tasks_.size(); ++task) Split(task);
  std::vector<NodeId> built(tasks_.size());
  for (size_t task = tasks_.size(); task-- > 0;) built[task] = Sum(tasks_[task], built);
  return built[0];
}

}  // namespace

NodeId BuildHorner(Polynomial polynomial, HornerOrder order, const Variables& variables,
                   Graph* graph, bool* orders_differ) {
  Builder builder(order, variables, graph);
  const NodeId node = builder.Build(std::move(polynomial));
  if (orders_differ != nullptr && builder.orders_differ()) *orders_differ = true;
  return node;
}

}  // namespace formulary::passes
