#include "server/passes/differentiate_leibniz.h"

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/expr/catalogue.h"

// Source: A. Griewank, A. Walther, "Evaluating Derivatives", 2nd ed., SIAM 2008, chapter 13 (Taylor
// coefficients by the same rule, of numbers there).

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

namespace {

// n over k.
mpq_class Choose(uint32_t n, uint32_t k) {
  mpz_class times;
  mpz_bin_uiui(times.get_mpz_t(), n, k);
  return times;
}

}  // namespace

LeibnizMode::LeibnizMode(Slopes* slopes, NodeId argument, size_t max_nodes)
    : slopes_(slopes), argument_(argument), max_nodes_(max_nodes) {}

bool LeibnizMode::PassesFrom(NodeId call, size_t operand) const {
  return slopes_->Passes(call, operand) && depends_[slopes_->graph().operands(call)[operand].value];
}

void LeibnizMode::NoteNewNodes() {
  const Graph& graph = slopes_->graph();
  for (auto i = static_cast<uint32_t>(depends_.size()); i < graph.size(); ++i) {
    const NodeId id{i};
    bool depends = id == argument_;
    const size_t operands = graph.operands(id).size();
    for (size_t k = 0; k < operands && !depends; ++k) depends = PassesFrom(id, k);
    depends_.push_back(depends);
  }
  wanted_.resize(graph.size(), 0);
}

void LeibnizMode::Want(NodeId id, uint32_t order) {
  if (!depends_[id.value] || wanted_[id.value] >= order) return;
  wanted_[id.value] = order;
  stack_.push_back(id);
}

// What an exponent of 0 or more would divide by 0 where the derivative is there.
bool LeibnizMode::IsNegativePower(NodeId id) const {
  const Graph& graph = slopes_->graph();
  if (!graph.IsCall(id, fn::kPow)) return false;
  const NodeId exponent = graph.operands(id)[1];
  return graph.IsNumber(exponent) && graph.number(exponent) < 0;
}

bool LeibnizMode::NeedsNoSlopes(NodeId id) const {
  const Graph& graph = slopes_->graph();
  return graph.IsCall(id, fn::kPiecewise) || graph.IsCall(id, fn::kDiv) || IsNegativePower(id);
}

absl::Status LeibnizMode::WantBelow(NodeId id) {
  const uint32_t order = wanted_[id.value];
  const size_t operands = slopes_->graph().operands(id).size();
  const bool no_slopes = NeedsNoSlopes(id);
  for (size_t k = 0; k < operands; ++k) {
    if (!PassesFrom(id, k)) continue;
    Want(slopes_->graph().operands(id)[k], order);
    if (no_slopes) continue;
    ASSIGN_OR_RETURN(const Slope slope, slopes_->Of(id, k));
    NoteNewNodes();
    Want(slope.factor, order - 1);
  }
  return CheckSize();
}

absl::Status LeibnizMode::FindWanted(NodeId root, uint32_t order) {
  NoteNewNodes();
  Want(root, order);
  while (!stack_.empty()) {
    const NodeId id = stack_.back();
    stack_.pop_back();
    RETURN_IF_ERROR(WantBelow(id));
  }
  return absl::OkStatus();
}

absl::Status LeibnizMode::CheckSize() const {
  const size_t size = slopes_->graph().size();
  if (size <= max_nodes_) return absl::OkStatus();
  return base::OverLimit("NODE_LIMIT", "", "max_nodes", max_nodes_, size);
}

Tangent LeibnizMode::Known(NodeId id, uint32_t order) const {
  if (order == 0) return id;
  if (!depends_[id.value]) return std::nullopt;
  return known_[id.value][order - 1];
}

// value, condition, ..., default: the derivative selects among the derivatives.
Tangent LeibnizMode::OfSelection(NodeId id, uint32_t order) {
  Graph& graph = slopes_->graph();
  std::vector<NodeId> operands(graph.operands(id).begin(), graph.operands(id).end());
  bool any = false;
  for (size_t k = 0; k < operands.size(); k += 2) {
    const Tangent tangent = Known(operands[k], order);
    any = any || tangent.has_value();
    operands[k] = tangent.has_value() ? *tangent : graph.Integer(0);
  }
  if (!any) return std::nullopt;
  return graph.Call(fn::kPiecewise, operands);
}

void LeibnizMode::AddProduct(const mpq_class& times, const Tangent& a, const Tangent& b,
                             std::vector<GuardedTerm>* terms) {
  Graph& graph = slopes_->graph();
  if (times == 0 || !a.has_value() || !b.has_value()) return;
  const NodeId product = MakeProduct(&graph, *a, *b);
  terms->push_back({MakeProduct(&graph, graph.Number(times), product), std::nullopt});
}

// y = a/b: y^(k) = (a^(k) - sum over i < k of C(k, i) * y^(i) * b^(k - i))/b.
Tangent LeibnizMode::OfQuotient(NodeId id, uint32_t order) {
  Graph& graph = slopes_->graph();
  const NodeId above = graph.operands(id)[0], below = graph.operands(id)[1];
  std::vector<GuardedTerm> terms;
  if (const Tangent own = Known(above, order)) terms.push_back({*own, std::nullopt});
  for (uint32_t i = 0; i < order; ++i)
    AddProduct(-Choose(order, i), Known(id, i), Known(below, order - i), &terms);
  const Tangent sum = slopes_->Sum(terms);
  if (!sum.has_value()) return std::nullopt;
  return graph.Call(fn::kDiv, {*sum, below});
}

// y = u**c: y^(k) = sum over i < k of (c*C(k - 1, i) - C(k - 1, i - 1)) * y^(i) * u^(k - i), by u.
Tangent LeibnizMode::OfNegativePower(NodeId id, uint32_t order) {
  Graph& graph = slopes_->graph();
  const NodeId base = graph.operands(id)[0];
  const mpq_class exponent = graph.number(graph.operands(id)[1]);
  std::vector<GuardedTerm> terms;
  for (uint32_t i = 0; i < order; ++i) {
    mpq_class times = exponent * Choose(order - 1, i);
    if (i > 0) times -= Choose(order - 1, i - 1);
    AddProduct(times, Known(id, i), Known(base, order - i), &terms);
  }
  const Tangent sum = slopes_->Sum(terms);
  if (!sum.has_value()) return std::nullopt;
  return graph.Call(fn::kDiv, {*sum, base});
}

absl::Status LeibnizMode::AddTerms(NodeId id, size_t operand, uint32_t order,
                                   std::vector<GuardedTerm>* terms) {
  const NodeId by = slopes_->graph().operands(id)[operand];
  ASSIGN_OR_RETURN(const Slope slope, slopes_->Of(id, operand));
  const size_t before = terms->size();
  for (uint32_t i = 0; i < order; ++i)
    AddProduct(Choose(order - 1, i), Known(slope.factor, i), Known(by, order - i), terms);
  for (size_t k = before; k < terms->size(); ++k) (*terms)[k].guard = slope.guard;
  return absl::OkStatus();
}

absl::StatusOr<Tangent> LeibnizMode::Derive(NodeId id, uint32_t order) {
  Graph& graph = slopes_->graph();
  if (id == argument_) return order == 1 ? Tangent(graph.Integer(1)) : std::nullopt;
  if (graph.IsCall(id, fn::kPiecewise)) return OfSelection(id, order);
  if (graph.IsCall(id, fn::kDiv)) return OfQuotient(id, order);
  if (IsNegativePower(id)) return OfNegativePower(id, order);
  std::vector<GuardedTerm> terms;
  const size_t operands = graph.operands(id).size();
  for (size_t k = 0; k < operands; ++k) {
    if (PassesFrom(id, k)) RETURN_IF_ERROR(AddTerms(id, k, order, &terms));
  }
  return slopes_->Sum(terms);
}

absl::StatusOr<Tangent> LeibnizMode::Of(NodeId root, uint32_t order) {
  RETURN_IF_ERROR(FindWanted(root, order));
  std::vector<NodeId> wanted;
  for (uint32_t i = 0; i < wanted_.size(); ++i) {
    if (wanted_[i] > 0) wanted.push_back(NodeId{i});
  }
  known_.resize(wanted_.size());
  // Slopes come after what they are slopes of, but one order less of them is needed.
  for (uint32_t k = 1; k <= order; ++k) {
    for (const NodeId id : wanted) {
      if (wanted_[id.value] < k || known_[id.value].size() >= k) continue;
      ASSIGN_OR_RETURN(const Tangent tangent, Derive(id, k));
      known_[id.value].push_back(tangent);
      RETURN_IF_ERROR(CheckSize());
    }
  }
  return Known(root, order);
}

}  // namespace formulary::passes
