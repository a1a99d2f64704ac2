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

// Terms to take together, and what they have in common.
struct Group {
  std::vector<uint32_t> members;
  Term common;
};

// A reason to take terms together, a variable or the size of a coefficient, by which terms are
// sorted: it holds for reasons [first, last).
struct Run {
  enum class Reason : uint8_t { kVariable, kSize };
  Reason reason = Reason::kVariable;
  uint32_t first = 0, last = 0;
  size_t saved = 0;  // multiplications

  size_t members() const { return last - first; }
};

// By what a run is chosen.
using Weight = std::pair<size_t, size_t>;
Weight WeightOf(const Run& run, HornerOrder order) {
  return {order == HornerOrder::kMostTerms ? run.members() : run.saved, run.saved};
}

// The best run by one order, and which is the best by the other.
struct Choice {
  Run run;
  uint32_t runs = 0;  // seen
  uint32_t best = 0, other_best = 0;
  Weight weight, other_weight;
};

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
  // Sorts the terms by the reasons that they have.
  void FindReasons(const Polynomial& terms);
  // Weighs each run of two members or more.
  void WeighRuns(const Polynomial& terms, Run::Reason reason, Choice* choice);
  // Multiplications that the members have in common.
  size_t CommonMultiplications(const Polynomial& terms, const Run& run);
  uint32_t MemberOf(Run::Reason reason, size_t place) const {
    return reason == Run::Reason::kVariable ? by_variable_[place].second : by_size_[place].second;
  }
  bool SameReason(Run::Reason reason, size_t a, size_t b) const {
    return reason == Run::Reason::kVariable ? by_variable_[a].first == by_variable_[b].first
                                            : by_size_[a].first == by_size_[b].first;
  }
  void Split(size_t task);
  NodeId Sum(const Task& task, const std::vector<NodeId>& built);

  HornerOrder order_;
  const Variables& variables_;
  Graph* graph_;
  std::vector<Task> tasks_;
  // Of the terms that are grouped: reason and term; the size of each one's coefficient as a number,
  // 0 for 1; what a run's members have in common.
  std::vector<std::pair<uint32_t, uint32_t>> by_variable_;
  std::vector<std::pair<Rational, uint32_t>> by_size_;
  std::vector<uint32_t> sizes_;
  std::vector<uint32_t> common_;
  bool orders_differ_ = false;
};

void Builder::FindReasons(const Polynomial& terms) {
  by_variable_.clear();
  by_size_.clear();
  sizes_.assign(terms.size(), 0);
  for (uint32_t i = 0; i < terms.size(); ++i) {
    for (const Factor& factor : terms[i].monomial) by_variable_.emplace_back(factor.variable, i);
    if (!terms[i].coefficient.IsUnit()) by_size_.emplace_back(Abs(terms[i].coefficient), i);
  }
  std::sort(by_variable_.begin(), by_variable_.end());
  std::sort(by_size_.begin(), by_size_.end());
  uint32_t number = 0;
  for (size_t k = 0; k < by_size_.size(); ++k) {
    if (k == 0 || !SameReason(Run::Reason::kSize, k - 1, k)) ++number;
    sizes_[by_size_[k].second] = number;
  }
}

size_t Builder::CommonMultiplications(const Polynomial& terms, const Run& run) {
  const uint32_t first = MemberOf(run.reason, run.first);
  common_.clear();
  for (const Factor& factor : terms[first].monomial) common_.push_back(factor.variable);
  bool same_size = sizes_[first] != 0;
  for (size_t place = run.first + 1; place < run.last; ++place) {
    const uint32_t member = MemberOf(run.reason, place);
    same_size = same_size && sizes_[member] == sizes_[first];
    auto factor = terms[member].monomial.begin();
    const auto end = terms[member].monomial.end();
    std::erase_if(common_, [&](uint32_t variable) {
      while (factor != end && factor->variable < variable) ++factor;
      return factor == end || factor->variable != variable;
    });
  }
  return common_.size() + (same_size ? 1 : 0);
}

void Builder::WeighRuns(const Polynomial& terms, Run::Reason reason, Choice* choice) {
  const size_t size = reason == Run::Reason::kVariable ? by_variable_.size() : by_size_.size();
  const HornerOrder other =
      order_ == HornerOrder::kMostTerms ? HornerOrder::kMostSaved : HornerOrder::kMostTerms;
  for (size_t first = 0, last = 0; first < size; first = last) {
    while (last < size && SameReason(reason, first, last)) ++last;
    if (last - first < 2) continue;
    Run run{reason, static_cast<uint32_t>(first), static_cast<uint32_t>(last)};
    run.saved = (run.members() - 1) * CommonMultiplications(terms, run);
    if (run.saved == 0) continue;
    const bool is_first = choice->runs++ == 0;
    if (is_first || WeightOf(run, other) > choice->other_weight) {
      choice->other_weight = WeightOf(run, other);
      choice->other_best = choice->runs;
    }
    if (is_first || WeightOf(run, order_) > choice->weight) {
      choice->weight = WeightOf(run, order_);
      choice->best = choice->runs;
      choice->run = run;
    }
  }
}

std::optional<Group> Builder::BestGroup(const Polynomial& terms) {
  FindReasons(terms);
  Choice choice;
  WeighRuns(terms, Run::Reason::kVariable, &choice);
  WeighRuns(terms, Run::Reason::kSize, &choice);
  orders_differ_ = orders_differ_ || choice.best != choice.other_best;
  if (choice.runs == 0) return std::nullopt;
  Group group;
  for (size_t place = choice.run.first; place < choice.run.last; ++place)
    group.members.push_back(MemberOf(choice.run.reason, place));
  group.common = CommonOf(terms, group.members);
  return group;
}

void Builder::Split(size_t task) {
  while (tasks_[task].terms.size() > 1) {
    const std::optional<Group> group = BestGroup(tasks_[task].terms);
    if (!group.has_value()) return;
    Polynomial inner, rest;
    Polynomial terms = std::move(tasks_[task].terms);
    inner.reserve(group->members.size());
    rest.reserve(terms.size() - group->members.size());
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
