#include "server/analysis/localize.h"

#include <algorithm>

#include "server/analysis/exact.h"
#include "server/analysis/measure.h"
#include "server/analysis/ordinal.h"
#include "server/base/status_macros.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"

namespace formulary::analysis {
namespace {

using expr::DType;
using expr::Graph;
using expr::NodeId;
using expr::NodeKind;

// What is hidden deeper costs more than the hint is worth.
constexpr int kLocalBits = 1024;
constexpr double kNegligibleBits = 0.5;

// Every floating call of a program as an output of its own, over arguments that stand for the
// values of its operands.
struct LocalProgram {
  expr::Program program;
  std::vector<DType> types;
  std::vector<NodeId> sources;  // by argument: the node it stands for
  std::vector<NodeId> calls;    // by output
  std::vector<DType> formats;   // by output
};

class Cutter {
 public:
  Cutter(const expr::Program& program, absl::Span<const DType> types)
      : program_(program),
        types_(expr::InferTypes(program.graph, types)),
        default_(expr::DefaultFloat(types)),
        place_(program.graph.size(), kNone) {
    local_.program.numerics = program.numerics;
    local_.program.accurate = program.accurate;
  }

  LocalProgram Cut() && {
    const Graph& graph = program_.graph;
    const std::vector<bool> needed = graph.Reachable(program_.roots());
    for (uint32_t i = 0; i < graph.size(); ++i) {
      const NodeId id{i};
      if (!needed[i] || graph[id].kind != NodeKind::kCall || !IsFloating(TypeOf(id))) continue;
      std::vector<NodeId> operands;
      for (const NodeId operand : graph.operands(id)) operands.push_back(Stand(operand));
      const NodeId call = local_.program.graph.Call(graph[id].function, operands);
      local_.program.outputs.push_back({"", call});
      local_.calls.push_back(id);
      local_.formats.push_back(TypeOf(id));
    }
    return std::move(local_);
  }

 private:
  static constexpr uint32_t kNone = ~0u;
  static bool IsFloating(DType type) { return type == DType::kFloat64 || type == DType::kFloat32; }
  DType TypeOf(NodeId id) const {
    return types_[id.value] == DType::kUnspecified ? default_ : types_[id.value];
  }

  // A constant itself; for anything else an argument.
  NodeId Stand(NodeId id) {
    const NodeKind kind = program_.graph[id].kind;
    if (kind != NodeKind::kCall && kind != NodeKind::kArgument)
      return local_.program.graph.ImportLeaf(program_.graph, id);
    if (place_[id.value] == kNone) {
      place_[id.value] = static_cast<uint32_t>(local_.sources.size());
      local_.sources.push_back(id);
      local_.types.push_back(TypeOf(id));
      local_.program.arguments.push_back({.dtype = TypeOf(id)});
    }
    return local_.program.graph.Argument(place_[id.value]);
  }

  const expr::Program& program_;
  const std::vector<DType> types_;
  const DType default_;
  std::vector<uint32_t> place_;  // by node: its argument
  LocalProgram local_;
};

}  // namespace

absl::StatusOr<std::vector<NodeError>> Localize(const expr::Program& program,
                                                absl::Span<const DType> types,
                                                absl::Span<const std::vector<double>> points,
                                                Checkpoint checkpoint) {
  if (program.graph.size() > kMaxLocalizedNodes) return std::vector<NodeError>();
  const LocalProgram local = Cutter(program, types).Cut();
  const ExactEvaluator exact(program, types);
  const NaiveRunner runner(local.program, local.types);
  std::vector<NodeError> errors(local.calls.size());
  std::vector<size_t> counts(local.calls.size());
  for (size_t i = 0; i < std::min(points.size(), kLocalizedPoints); ++i) {
    RETURN_IF_ERROR(checkpoint());
    const std::vector<ExactValue> values = exact.Nodes(points[i], kLocalBits);
    std::vector<double> operands;
    for (const NodeId source : local.sources) operands.push_back(values[source.value].value);
    ASSIGN_OR_RETURN(const std::vector<double> results, runner.Run(absl::MakeConstSpan(operands)));
    for (size_t k = 0; k < local.calls.size(); ++k) {
      const NodeId call = local.calls[k];
      bool usable = values[call.value].usable();
      for (const NodeId operand : program.graph.operands(call))
        usable = usable && values[operand.value].usable();
      if (!usable) continue;
      const double bits = BitsOfError(results[k], values[call.value].value, local.formats[k]);
      errors[k].node = call;
      errors[k].mean_bits += bits;
      errors[k].max_bits = std::max(errors[k].max_bits, bits);
      ++counts[k];
    }
  }
  for (size_t k = 0; k < errors.size(); ++k) {
    if (counts[k] > 0) errors[k].mean_bits /= static_cast<double>(counts[k]);
  }
  std::erase_if(errors, [](const NodeError& one) { return one.mean_bits <= kNegligibleBits; });
  std::stable_sort(errors.begin(), errors.end(), [](const NodeError& a, const NodeError& b) {
    return a.mean_bits > b.mean_bits;
  });
  return errors;
}

}  // namespace formulary::analysis
