#include "server/passes/differentiate.h"

#include <algorithm>
#include <map>
#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/infer.h"
#include "server/passes/differentiate_forward.h"
#include "server/passes/differentiate_names.h"
#include "server/passes/differentiate_reverse.h"
#include "server/passes/expand_derivatives.h"
#include "server/passes/simplify.h"
#include "server/passes/split_complex.h"

namespace formulary::passes {

using base::StrCat;
using expr::Graph;
using expr::NodeId;
using expr::Program;

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

// One thread at a time; one Differentiate.
class Differentiator {
 public:
  Differentiator(const Program& program, const DerivativeSpec& spec, const expr::Limits& limits,
                 const Budget& budget)
      : spec_(spec),
        limits_(limits),
        budget_(budget),
        program_(FoldVariadic(program)),
        names_(limits.max_name_bytes),
        argument_names_(limits.max_name_bytes) {
    if (spec.include_values) values_ = program_.outputs.size();
    for (const expr::Argument& argument : program_.arguments) argument_names_.Take(argument.name);
  }

  absl::StatusOr<Differentiated> Run();

 private:
  absl::Status Check() const;
  absl::Status CheckOutputs(size_t derivatives) const;
  uint32_t order() const;

  // Derivatives order by order.
  absl::Status MakeItems();
  absl::Status DeriveItems(bool first);
  absl::Status SimplifyItems();
  std::vector<Index> DenseIndices() const;
  void AddItems();
  void AddItem(uint32_t output, const Index& index, NodeId node);

  // Products with a vector.
  absl::StatusOr<NodeId> AddArgument(std::string_view name, std::string_view suffix,
                                     expr::DType dtype);
  absl::Status JacobianVector();
  absl::Status VectorJacobian();
  void AddProduct(std::string_view name, std::string_view suffix, const Tangent& tangent);

  std::vector<NodeId> Leaves();
  size_t outputs() const { return roots_.size(); }

  const DerivativeSpec& spec_;
  const expr::Limits& limits_;
  const Budget& budget_;
  Program program_;
  std::vector<NodeId> roots_;              // of the outputs that are differentiated
  std::vector<std::string> output_names_;  // theirs
  std::vector<Item> items_;
  size_t values_ = 0;
  Names names_, argument_names_;
  Differentiated result_;
};

uint32_t Differentiator::order() const {
  if (spec_.kind == DerivativeKind::kHessian) return 2;
  return spec_.kind == DerivativeKind::kOrder ? std::max(1u, spec_.order) : 1;
}

absl::Status Differentiator::Check() const {
  if (spec_.order != 0 && spec_.order != order()) {
    return base::InvalidArgument("DERIVATIVE_ORDER", "order",
                                 StrCat("order: ", spec_.order, ", but this kind's order is ",
                                        order(), "; kind ORDER takes any"));
  }
  if (order() > limits_.max_derivative_order) {
    return base::OverLimit("DERIVATIVE_ORDER", "order", "max_derivative_order",
                           limits_.max_derivative_order, order());
  }
  if (spec_.wrt.empty()) {
    return base::InvalidArgument("NOTHING_TO_DIFFERENTIATE_BY", "wrt",
                                 "wrt: the program has no argument to differentiate by");
  }
  for (size_t k = 0; k < spec_.wrt.size(); ++k) {
    const absl::Status status = CheckDifferentiable(program_, spec_.wrt[k]);
    if (!status.ok()) return base::WithFieldPrefix(status, StrCat("wrt[", k, "]"));
  }
  if (!IsReal(program_)) {
    return base::MakeError(absl::StatusCode::kUnimplemented,
                           "derivatives of complex programs are not implemented",
                           {.reason = "COMPLEX_UNIMPLEMENTED"});
  }
  return absl::OkStatus();
}

absl::Status Differentiator::CheckOutputs(size_t derivatives) const {
  const size_t total = values_ + derivatives;
  if (total <= limits_.max_outputs) return absl::OkStatus();
  return base::OverLimit("OUTPUT_LIMIT", "", "max_outputs", limits_.max_outputs, total);
}

std::vector<NodeId> Differentiator::Leaves() {
  std::vector<NodeId> leaves;
  for (const uint32_t position : spec_.wrt) leaves.push_back(program_.graph.Argument(position));
  return leaves;
}

// --- Derivatives order by order ---

absl::Status Differentiator::DeriveItems(bool first) {
  std::vector<NodeId> nodes;
  for (const Item& item : items_) nodes.push_back(item.node);
  const std::vector<NodeId> leaves = Leaves();
  Slopes slopes(&program_.graph);
  const auto wanted = [this](uint32_t row, uint32_t column) {
    const Index& index = items_[row].index;
    return index.empty() || column >= index.back();
  };
  ASSIGN_OR_RETURN(const Jacobian jacobian,
                   MakeJacobian(&slopes, nodes, leaves, wanted, limits_.max_nodes));
  if (first) result_.mode = jacobian.mode;
  result_.sweeps += jacobian.sweeps;
  std::vector<Item> next;
  for (const Entry& entry : jacobian.entries) {
    Item item{items_[entry.row].output, items_[entry.row].index, entry.node};
    item.index.push_back(entry.column);
    next.push_back(std::move(item));
  }
  items_ = std::move(next);
  return CheckOutputs(spec_.sparse ? items_.size() : 0);
}

// Between orders: derivatives of what is not simplified grow out of bounds.
absl::Status Differentiator::SimplifyItems() {
  Program all = program_;
  all.outputs.clear();
  for (const NodeId root : roots_) all.outputs.push_back({"", root});
  for (const Item& item : items_) all.outputs.push_back({"", item.node});
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&all));
  all = FoldVariadic(Simplify(all, budget_).program);
  for (size_t k = 0; k < all.outputs.size(); ++k) {
    NodeId& node = k < outputs() ? roots_[k] : items_[k - outputs()].node;
    node = all.outputs[k].node;
  }
  program_.graph = std::move(all.graph);
  return absl::OkStatus();
}

absl::Status Differentiator::MakeItems() {
  for (uint32_t k = 0; k < outputs(); ++k) items_.push_back({k, {}, roots_[k]});
  for (uint32_t level = 0; level < order(); ++level) {
    if (level > 0) RETURN_IF_ERROR(SimplifyItems());
    RETURN_IF_ERROR(DeriveItems(level == 0));
  }
  return absl::OkStatus();
}

// Every derivative of an output that a dense answer has, in its order; as soon as they are more
// than there may be outputs, no more.
std::vector<Index> Differentiator::DenseIndices() const {
  const auto n = static_cast<uint32_t>(spec_.wrt.size());
  const bool symmetric = spec_.kind != DerivativeKind::kHessian;
  std::vector<Index> indices;
  Index index(order(), 0);
  while (indices.size() <= limits_.max_outputs) {
    indices.push_back(index);
    size_t k = index.size();
    while (k > 0 && index[k - 1] == n - 1) --k;
    if (k == 0) break;
    ++index[k - 1];
    std::fill(index.begin() + static_cast<ptrdiff_t>(k), index.end(), symmetric ? index[k - 1] : 0);
  }
  return indices;
}

void Differentiator::AddItem(uint32_t output, const Index& index, NodeId node) {
  std::vector<std::string_view> arguments;
  for (const uint32_t k : index) arguments.push_back(program_.arguments[spec_.wrt[k]].name);
  program_.outputs.push_back(
      {names_.Unique(DerivativeName(output_names_[output], arguments)), node});
  if (spec_.kind == DerivativeKind::kOrder) return;
  const auto n = static_cast<uint32_t>(spec_.wrt.size());
  const bool hessian = spec_.kind == DerivativeKind::kHessian;
  result_.rows.push_back(hessian ? output * n + index[0] : output);
  result_.columns.push_back(index.back());
}

void Differentiator::AddItems() {
  if (spec_.sparse) {
    for (const Item& item : items_) AddItem(item.output, item.index, item.node);
    return;
  }
  std::map<std::pair<uint32_t, Index>, NodeId> found;
  for (const Item& item : items_) found[{item.output, item.index}] = item.node;
  const NodeId zero = program_.graph.Integer(0);
  const std::vector<Index> indices = DenseIndices();
  for (uint32_t output = 0; output < outputs(); ++output) {
    for (const Index& index : indices) {
      Index sorted = index;
      std::sort(sorted.begin(), sorted.end());
      const auto item = found.find({output, sorted});
      AddItem(output, index, item == found.end() ? zero : item->second);
    }
  }
}

// --- Products with a vector ---

absl::StatusOr<NodeId> Differentiator::AddArgument(std::string_view name, std::string_view suffix,
                                                   expr::DType dtype) {
  const std::string unique = argument_names_.Unique(StrCat(name, suffix));
  const size_t count = program_.arguments.size() + 1;
  if (count > limits_.max_arguments)
    return base::OverLimit("ARGUMENT_LIMIT", "", "max_arguments", limits_.max_arguments, count);
  result_.seeds.push_back(unique);
  program_.arguments.push_back({.name = unique, .dtype = dtype, .declared = true});
  return program_.graph.Argument(static_cast<uint32_t>(count - 1));
}

void Differentiator::AddProduct(std::string_view name, std::string_view suffix,
                                const Tangent& tangent) {
  program_.outputs.push_back({names_.Unique(StrCat(name, suffix)),
                              tangent.has_value() ? *tangent : program_.graph.Integer(0)});
}

absl::Status Differentiator::JacobianVector() {
  std::vector<Seed> seeds;
  for (const uint32_t position : spec_.wrt) {
    const expr::Argument argument = program_.arguments[position];
    ASSIGN_OR_RETURN(const NodeId dot, AddArgument(argument.name, "_dot", argument.dtype));
    seeds.push_back({program_.graph.Argument(position), dot});
  }
  Slopes slopes(&program_.graph);
  ForwardMode forward(&slopes, seeds, limits_.max_nodes);
  for (size_t k = 0; k < outputs(); ++k) {
    ASSIGN_OR_RETURN(const Tangent tangent, forward.Of(roots_[k]));
    AddProduct(output_names_[k], "_dot", tangent);
  }
  result_.sweeps = 1;
  return absl::OkStatus();
}

absl::Status Differentiator::VectorJacobian() {
  std::vector<Seed> seeds;
  for (size_t k = 0; k < outputs(); ++k) {
    ASSIGN_OR_RETURN(const NodeId bar,
                     AddArgument(output_names_[k], "_bar", expr::DType::kUnspecified));
    seeds.push_back({roots_[k], bar});
  }
  const std::vector<NodeId> leaves = Leaves();
  Slopes slopes(&program_.graph);
  const std::vector<bool> depends = DependOn(slopes, program_.graph, leaves);
  ASSIGN_OR_RETURN(const std::vector<Tangent> adjoints,
                   ReverseMode(&slopes, depends, seeds, leaves, limits_.max_nodes));
  for (size_t k = 0; k < leaves.size(); ++k)
    AddProduct(program_.arguments[spec_.wrt[k]].name, "_bar", adjoints[k]);
  result_.mode = DerivativeMode::kReverse;
  result_.sweeps = 1;
  return absl::OkStatus();
}

absl::StatusOr<Differentiated> Differentiator::Run() {
  RETURN_IF_ERROR(Check());
  roots_ = program_.roots();
  for (const expr::Output& output : program_.outputs) output_names_.push_back(output.name);
  const bool forward = spec_.kind == DerivativeKind::kJacobianVector;
  const bool reverse = spec_.kind == DerivativeKind::kVectorJacobian;
  if (forward || reverse) {
    RETURN_IF_ERROR(CheckOutputs(forward ? outputs() : spec_.wrt.size()));
  } else {
    if (!spec_.sparse) RETURN_IF_ERROR(CheckOutputs(outputs() * DenseIndices().size()));
    RETURN_IF_ERROR(MakeItems());
  }
  program_.outputs.clear();
  for (size_t k = 0; k < values_; ++k) {
    names_.Take(output_names_[k]);
    program_.outputs.push_back({output_names_[k], roots_[k]});
  }
  if (forward) RETURN_IF_ERROR(JacobianVector());
  if (reverse) RETURN_IF_ERROR(VectorJacobian());
  if (!forward && !reverse) AddItems();
  result_.program = DropGivenPartials(program_);
  return std::move(result_);
}

}  // namespace

absl::StatusOr<Differentiated> Differentiate(const Program& program, const DerivativeSpec& spec,
                                             const expr::Limits& limits, const Budget& budget) {
  return Differentiator(program, spec, limits, budget).Run();
}

std::vector<uint32_t> DifferentiableArguments(const Program& program) {
  std::vector<uint32_t> positions;
  for (uint32_t k = 0; k < program.arguments.size(); ++k) {
    if (CheckDifferentiable(program, k).ok()) positions.push_back(k);
  }
  return positions;
}

}  // namespace formulary::passes
