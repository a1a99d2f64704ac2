// Derivatives order by order: of each derivative found so far, those by the arguments that do not
// come before its last one.

#include <algorithm>
#include <map>
#include <utility>

#include "server/base/status_macros.h"
#include "server/passes/differentiate_jacobian.h"
#include "server/passes/differentiate_leibniz.h"
#include "server/passes/differentiate_parts.h"

namespace formulary::passes {

using expr::NodeId;

namespace {

// What is differentiated by, as indices into DerivativeSpec::wrt. Mixed derivatives do not depend
// on the order in which they are taken: sorted.
using Index = std::vector<uint32_t>;

// A derivative of an output.
struct Item {
  uint32_t output = 0;
  Index index;
  NodeId node;
};

// One thread at a time.
class Orders {
 public:
  explicit Orders(Derivation* derivation) : d_(*derivation), spec_(d_.spec) {}

  absl::Status Run();

 private:
  absl::Status Derive();
  // All orders at once, by the only argument.
  absl::Status DeriveOften();
  absl::Status Collect();
  std::vector<Index> DenseIndices() const;
  void Add();
  void Add(uint32_t output, const Index& index, NodeId node);

  Derivation& d_;
  const DerivativeSpec& spec_;
  std::vector<Item> items_;
};

absl::Status Orders::Derive() {
  std::vector<NodeId> nodes;
  for (const Item& item : items_) nodes.push_back(item.node);
  const std::vector<NodeId> leaves = d_.Leaves();
  Slopes slopes(&d_.program.graph);
  const auto wanted = [this](uint32_t row, uint32_t column) {
    const Index& index = items_[row].index;
    return index.empty() || column >= index.back();
  };
  ASSIGN_OR_RETURN(const Jacobian jacobian,
                   MakeJacobian(&slopes, nodes, leaves, wanted, d_.limits.max_nodes));
  if (d_.result.sweeps == 0) d_.result.mode = jacobian.mode;
  d_.result.sweeps += jacobian.sweeps;
  std::vector<Item> next;
  for (const JacobianEntry& entry : jacobian.entries) {
    Item item{items_[entry.row].output, items_[entry.row].index, entry.node};
    item.index.push_back(entry.column);
    next.push_back(std::move(item));
  }
  items_ = std::move(next);
  return d_.CheckOutputs(spec_.sparse ? items_.size() : 0);
}

absl::Status Orders::DeriveOften() {
  Slopes slopes(&d_.program.graph);
  LeibnizMode mode(&slopes, d_.Leaves()[0], d_.limits.max_nodes);
  std::vector<Item> next;
  for (const Item& item : items_) {
    ASSIGN_OR_RETURN(const Tangent tangent, mode.Of(item.node, d_.order()));
    if (tangent.has_value()) next.push_back({item.output, Index(d_.order(), 0), *tangent});
  }
  items_ = std::move(next);
  RETURN_IF_ERROR(d_.CheckOutputs(spec_.sparse ? items_.size() : 0));
  d_.result.mode = DerivativeMode::kForward;
  d_.result.sweeps = d_.order();
  return spec_.form == DerivativeForm::kCollected ? Collect() : absl::OkStatus();
}

absl::Status Orders::Collect() {
  std::vector<NodeId> nodes;
  for (const Item& item : items_) nodes.push_back(item.node);
  RETURN_IF_ERROR(d_.Collect(&nodes));
  for (size_t k = 0; k < nodes.size(); ++k) items_[k].node = nodes[k];
  return absl::OkStatus();
}

// Every derivative of an output that a dense answer has, in its order; as soon as they are more
// than there may be outputs, no more.
std::vector<Index> Orders::DenseIndices() const {
  const auto n = static_cast<uint32_t>(spec_.wrt.size());
  const bool each_once = spec_.kind != DerivativeKind::kHessian;
  std::vector<Index> indices;
  Index index(d_.order(), 0);
  while (indices.size() <= d_.limits.max_outputs) {
    indices.push_back(index);
    size_t k = index.size();
    while (k > 0 && index[k - 1] == n - 1) --k;
    if (k == 0) break;
    ++index[k - 1];
    std::fill(index.begin() + static_cast<ptrdiff_t>(k), index.end(), each_once ? index[k - 1] : 0);
  }
  return indices;
}

void Orders::Add(uint32_t output, const Index& index, NodeId node) {
  std::vector<std::string_view> arguments;
  for (const uint32_t k : index) arguments.push_back(d_.program.arguments[spec_.wrt[k]].name);
  d_.derivatives.push_back(
      {d_.names.Unique(DerivativeName(d_.program.outputs[output].name, arguments)), node});
  if (spec_.kind == DerivativeKind::kOrder) return;
  const auto n = static_cast<uint32_t>(spec_.wrt.size());
  const bool hessian = spec_.kind == DerivativeKind::kHessian;
  d_.result.rows.push_back(hessian ? output * n + index[0] : output);
  d_.result.columns.push_back(index.back());
}

void Orders::Add() {
  if (spec_.sparse) {
    for (const Item& item : items_) Add(item.output, item.index, item.node);
    return;
  }
  std::map<std::pair<uint32_t, Index>, NodeId> found;
  for (const Item& item : items_) found[{item.output, item.index}] = item.node;
  const NodeId zero = d_.program.graph.Integer(0);
  const std::vector<Index> indices = DenseIndices();
  for (uint32_t output = 0; output < d_.roots.size(); ++output) {
    for (const Index& index : indices) {
      Index sorted = index;
      std::sort(sorted.begin(), sorted.end());
      const auto item = found.find({output, sorted});
      Add(output, index, item == found.end() ? zero : item->second);
    }
  }
}

absl::Status Orders::Run() {
  if (!spec_.sparse) RETURN_IF_ERROR(d_.CheckOutputs(d_.roots.size() * DenseIndices().size()));
  for (uint32_t k = 0; k < d_.roots.size(); ++k) items_.push_back({k, {}, d_.roots[k]});
  const bool often = spec_.wrt.size() == 1 && d_.order() >= kLeastLeibnizOrder;
  if (often) RETURN_IF_ERROR(DeriveOften());
  for (uint32_t order = 1; order <= d_.order() && !often; ++order) {
    RETURN_IF_ERROR(Derive());
    // Derivatives of what is not collected grow out of bounds.
    if (order < d_.order() || spec_.form == DerivativeForm::kCollected) RETURN_IF_ERROR(Collect());
  }
  Add();
  return absl::OkStatus();
}

}  // namespace

absl::Status DeriveOrders(Derivation* derivation) { return Orders(derivation).Run(); }

}  // namespace formulary::passes
