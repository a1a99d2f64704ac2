#include "server/passes/expand_derivatives.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/derivative.h"
#include "server/passes/differentiate_collect.h"
#include "server/passes/differentiate_forward.h"
#include "server/passes/differentiate_leibniz.h"
#include "server/passes/differentiate_slopes.h"
#include "server/passes/split_complex.h"

namespace formulary::passes {

using expr::FunctionId;
using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;
namespace fn = expr::fn;

namespace {

// What forward mode may keep count of, for all variables together, and what may be collected, as
// multiples of max_nodes.
constexpr size_t kMaxCountsOfANode = 32;
constexpr size_t kMaxCollectionsOfANode = 4;

// How a call is made in the new graph, of its operands there.
using MakeCall = absl::FunctionRef<absl::StatusOr<NodeId>(
    FunctionId function, absl::Span<const NodeId> operands, Graph* graph)>;

// The program with every call made anew.
absl::StatusOr<Program> Rebuilt(const Program& program, Graph* graph, MakeCall make) {
  const Graph& source = program.graph;
  const std::vector<bool> needed = source.Reachable(program.roots());
  std::vector<NodeId> renamed(source.size());
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i < source.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    if (source[id].kind != NodeKind::kCall) {
      renamed[i] = graph->ImportLeaf(source, id);
      continue;
    }
    operands.clear();
    for (const NodeId operand : source.operands(id)) operands.push_back(renamed[operand.value]);
    ASSIGN_OR_RETURN(renamed[i], make(source[id].function, operands, graph));
  }
  Program result;
  result.arguments = program.arguments;
  result.numerics = program.numerics;
  result.accurate = program.accurate;
  for (const expr::Output& output : program.outputs)
    result.outputs.push_back({output.name, renamed[output.node.value]});
  return result;
}

bool Needs(const Graph& graph, absl::Span<const NodeId> roots, FunctionId function) {
  bool any = false;
  for (uint32_t i = 0; i < graph.size() && !any; ++i) any = graph.IsCall(NodeId{i}, function);
  if (!any) return false;
  const std::vector<bool> needed = graph.Reachable(roots);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    if (needed[i] && graph.IsCall(NodeId{i}, function)) return true;
  }
  return false;
}

// One thread at a time. Derivatives by one argument share what they have computed.
class Expander {
 public:
  Expander(const Program& program, const expr::Limits& limits, const Budget& budget,
           DerivativeForm form)
      : program_(program), limits_(limits), budget_(budget), form_(form), slopes_(&graph_) {}

  absl::StatusOr<Program> Run();

 private:
  absl::StatusOr<NodeId> Derivative(absl::Span<const NodeId> operands);
  absl::StatusOr<NodeId> DeriveOnce(NodeId node, NodeId argument);
  absl::StatusOr<NodeId> DeriveOften(NodeId node, const expr::Variable& variable);
  absl::Status CheckCounts() const;
  absl::StatusOr<NodeId> Finished(const Tangent& tangent);
  absl::StatusOr<NodeId> Collected(NodeId derivative);

  const Program& program_;
  const expr::Limits& limits_;
  const Budget& budget_;
  const DerivativeForm form_;
  size_t collected_ = 0;
  Graph graph_;
  Slopes slopes_;
  // By argument.
  std::map<NodeId, std::unique_ptr<ForwardMode>> modes_;
  std::map<NodeId, std::unique_ptr<LeibnizMode>> leibniz_;
};

absl::StatusOr<NodeId> Expander::DeriveOnce(NodeId node, NodeId argument) {
  std::unique_ptr<ForwardMode>& mode = modes_[argument];
  if (mode == nullptr) {
    RETURN_IF_ERROR(CheckDifferentiable(program_, graph_[argument].payload));
    const Seed seed = {argument, graph_.Integer(1)};
    mode =
        std::make_unique<ForwardMode>(&slopes_, absl::MakeConstSpan(&seed, 1), limits_.max_nodes);
  }
  ASSIGN_OR_RETURN(const Tangent tangent, mode->Of(node));
  RETURN_IF_ERROR(CheckCounts());
  return Finished(tangent);
}

absl::StatusOr<NodeId> Expander::DeriveOften(NodeId node, const expr::Variable& variable) {
  std::unique_ptr<LeibnizMode>& mode = leibniz_[variable.argument];
  if (mode == nullptr) {
    RETURN_IF_ERROR(CheckDifferentiable(program_, graph_[variable.argument].payload));
    mode = std::make_unique<LeibnizMode>(&slopes_, variable.argument, limits_.max_nodes);
  }
  ASSIGN_OR_RETURN(const Tangent tangent, mode->Of(node, variable.order));
  RETURN_IF_ERROR(CheckCounts());
  return Finished(tangent);
}

absl::Status Expander::CheckCounts() const {
  size_t counts = 0;
  for (const auto& [variable, each] : modes_) counts += each->size();
  for (const auto& [variable, each] : leibniz_) counts += each->size();
  if (counts <= kMaxCountsOfANode * limits_.max_nodes) return absl::OkStatus();
  return base::OverLimit("NODE_LIMIT", "", "max_nodes", limits_.max_nodes,
                         counts / kMaxCountsOfANode);
}

absl::StatusOr<NodeId> Expander::Finished(const Tangent& tangent) {
  if (!tangent.has_value()) return graph_.Integer(0);
  return form_ == DerivativeForm::kCollected ? Collected(*tangent) : *tangent;
}

absl::StatusOr<NodeId> Expander::Collected(NodeId derivative) {
  Program alone;
  alone.arguments = program_.arguments;
  alone.numerics = program_.numerics;
  NodeId node = alone.graph.Import(graph_, {derivative})[0];
  collected_ += alone.graph.size();
  if (collected_ > kMaxCollectionsOfANode * limits_.max_nodes) {
    return base::OverLimit("NODE_LIMIT", "", "max_nodes", limits_.max_nodes,
                           collected_ / kMaxCollectionsOfANode);
  }
  RETURN_IF_ERROR(CollectTerms(budget_, &alone, absl::MakeSpan(&node, 1), {}));
  return graph_.Import(alone.graph, {node})[0];
}

absl::StatusOr<NodeId> Expander::Derivative(absl::Span<const NodeId> operands) {
  ASSIGN_OR_RETURN(const std::vector<expr::Variable> variables,
                   expr::ReadVariables(graph_, operands, limits_.max_derivative_order));
  NodeId node = operands[0];
  for (const expr::Variable& variable : variables) {
    if (variable.order >= kLeastLeibnizOrder) {
      ASSIGN_OR_RETURN(node, DeriveOften(node, variable));
      continue;
    }
    for (uint32_t k = 0; k < variable.order; ++k) {
      ASSIGN_OR_RETURN(node, DeriveOnce(node, variable.argument));
    }
  }
  return node;
}

absl::StatusOr<Program> Expander::Run() {
  RETURN_IF_ERROR(CheckReal(program_));
  ASSIGN_OR_RETURN(Program result,
                   Rebuilt(program_, &graph_,
                           [this](FunctionId function, absl::Span<const NodeId> operands,
                                  Graph* graph) -> absl::StatusOr<NodeId> {
                             if (function == fn::kDerivative) return Derivative(operands);
                             return FoldedCall(function, operands, graph);
                           }));
  // What only led to a derivative is of no further use.
  const std::vector<NodeId> roots = result.graph.Import(graph_, result.roots());
  for (size_t k = 0; k < roots.size(); ++k) result.outputs[k].node = roots[k];
  return result;
}

}  // namespace

bool HasDerivatives(const Graph& graph, absl::Span<const NodeId> roots) {
  return Needs(graph, roots, fn::kDerivative);
}

absl::Status CheckDifferentiable(const Program& program, uint32_t position) {
  if (position >= program.arguments.size()) return absl::OkStatus();  // a definition's parameter
  const expr::Argument& argument = program.arguments[position];
  const bool discrete = argument.dtype == expr::DType::kInt64 ||
                        argument.dtype == expr::DType::kInt32 ||
                        argument.dtype == expr::DType::kBool;
  if (!discrete) return absl::OkStatus();
  return base::InvalidArgument(
      "NOT_DIFFERENTIABLE", "",
      base::StrCat("nothing is differentiated by \"", argument.name, "\": its values are ",
                   argument.dtype == expr::DType::kBool ? "truth values" : "integers"));
}

absl::Status CheckReal(const Program& program) {
  if (IsReal(program)) return absl::OkStatus();
  return base::MakeError(absl::StatusCode::kUnimplemented,
                         "derivatives of complex programs are not implemented",
                         {.reason = "COMPLEX_UNIMPLEMENTED"});
}

absl::StatusOr<Program> ExpandDerivatives(Program program, const expr::Limits& limits,
                                          const Budget& budget, DerivativeForm form) {
  if (!HasDerivatives(program.graph, program.roots())) return program;
  return Expander(program, limits, budget, form).Run();
}

Program DropGivenPartials(Program program) {
  if (!Needs(program.graph, program.roots(), fn::kWithPartials)) return program;
  Graph graph;
  Program dropped = *Rebuilt(program, &graph,
                             [](FunctionId function, absl::Span<const NodeId> operands,
                                Graph* out) -> absl::StatusOr<NodeId> {
                               if (function == fn::kWithPartials) return operands[0];
                               return out->Call(function, operands);
                             });
  dropped.graph = std::move(graph);
  return dropped;
}

absl::StatusOr<Program> ResolveDerivatives(Program program, const expr::Limits& limits,
                                           const Budget& budget, DerivativeForm form) {
  ASSIGN_OR_RETURN(Program expanded, ExpandDerivatives(std::move(program), limits, budget, form));
  return DropGivenPartials(std::move(expanded));
}

}  // namespace formulary::passes
