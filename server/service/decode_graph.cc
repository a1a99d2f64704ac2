#include "server/service/decode_graph.h"

#include <algorithm>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/derivative.h"
#include "server/service/field_path.h"

namespace formulary::service {
namespace {

using base::InvalidArgument;
using base::StrCat;
using expr::NodeId;

constexpr std::string_view kNodes = "graph.nodes";

absl::Status InNode(uint32_t index, std::string_view field, const absl::Status& status) {
  return Within(StrCat(Indexed(kNodes, index), field.empty() ? "" : ".", field), status);
}

absl::Status MissingField(std::string_view field) {
  return InvalidArgument("MISSING_FIELD", field, StrCat(field, ": not set"));
}

absl::Status CheckOperands(const v1::Call& call, uint32_t index, uint32_t nodes) {
  for (int k = 0; k < call.operands_size(); ++k) {
    const uint32_t operand = call.operands(k);
    if (operand < index) continue;
    const std::string field = Indexed("call.operands", static_cast<size_t>(k));
    if (operand >= nodes) {
      return InvalidArgument("BAD_NODE_INDEX", field,
                             StrCat(field, ": operand ", k, " of node ", index, " is node ",
                                    operand, ", but there are ", nodes, " nodes"));
    }
    return InvalidArgument("NOT_TOPOLOGICAL", field,
                           StrCat(field, ": operand ", k, " of node ", index, " is node ", operand,
                                  "; operands are earlier nodes"));
  }
  return absl::OkStatus();
}

absl::Status CheckNode(const v1::Node& node, uint32_t index, uint32_t nodes) {
  switch (node.kind_case()) {
    case v1::Node::kConstant:
      if (node.constant().value_case() == v1::Constant::VALUE_NOT_SET)
        return MissingField("constant.value");
      return absl::OkStatus();
    case v1::Node::kSymbol:
      return absl::OkStatus();
    case v1::Node::kCall:
      return CheckOperands(node.call(), index, nodes);
    case v1::Node::KIND_NOT_SET:
      break;
  }
  return MissingField("kind");
}

// The name of the member that is set, for field paths.
std::string_view ConstantField(const v1::Constant& constant) {
  const auto* field = v1::Constant::descriptor()->FindFieldByNumber(constant.value_case());
  return field == nullptr ? std::string_view("value") : std::string_view(field->name());
}

}  // namespace

GraphDecoder::GraphDecoder(const v1::Graph& sent, expr::ProgramBuilder* builder)
    : sent_(sent), builder_(builder), ids_(static_cast<size_t>(sent.nodes_size())) {}

absl::Status GraphDecoder::Check() const {
  const auto nodes = static_cast<uint32_t>(sent_.nodes_size());
  for (uint32_t i = 0; i < nodes; ++i) {
    const absl::Status status = CheckNode(sent_.nodes(static_cast<int>(i)), i, nodes);
    if (!status.ok()) return InNode(i, "", status);
  }
  return absl::OkStatus();
}

absl::Status GraphDecoder::CheckIndex(uint32_t index) const {
  if (index < ids_.size()) return absl::OkStatus();
  return InvalidArgument("BAD_NODE_INDEX", "node",
                         StrCat("node: ", index, ", but there are ", ids_.size(), " nodes"));
}

// ---- kinds of nodes ----

absl::StatusOr<NodeId> GraphDecoder::DecodeConstant(const v1::Constant& constant) {
  switch (constant.value_case()) {
    case v1::Constant::kInteger:
      return builder_->graph().Integer(constant.integer());
    case v1::Constant::kBigInteger:
      return builder_->IntegerLiteral(constant.big_integer());
    case v1::Constant::kRational:
      return builder_->Rational(constant.rational().numerator(), constant.rational().denominator());
    case v1::Constant::kReal:
      return builder_->graph().Real(constant.real());
    case v1::Constant::kDecimal:
      return builder_->DecimalLiteral(constant.decimal());
    case v1::Constant::kNamed:
      return builder_->NamedConstantNode(constant.named());
    case v1::Constant::kBoolean:
      return builder_->graph().Boolean(constant.boolean());
    case v1::Constant::VALUE_NOT_SET:
      break;
  }
  return MissingField("value");
}

absl::StatusOr<NodeId> GraphDecoder::DecodeCall(const v1::Call& call) {
  operands_.clear();
  for (const uint32_t operand : call.operands()) operands_.push_back(*ids_[operand]);
  return builder_->Call(call.function(), operands_);
}

absl::Status GraphDecoder::CheckDerivative(NodeId id) const {
  const expr::Graph& graph = builder_->graph();
  if (!graph.IsCall(id, expr::fn::kDerivative)) return absl::OkStatus();
  const size_t most = builder_->limits().max_derivative_order;
  const absl::Status status = expr::ReadVariables(graph, graph.operands(id), most).status();
  return status.ok() ? status : AtField("call.operands", status);
}

absl::StatusOr<NodeId> GraphDecoder::DecodeKind(const v1::Node& node) {
  absl::StatusOr<NodeId> id = NodeId{};
  switch (node.kind_case()) {
    case v1::Node::kConstant:
      id = DecodeConstant(node.constant());
      if (!id.ok())
        return AtField(StrCat("constant.", ConstantField(node.constant())), id.status());
      break;
    case v1::Node::kSymbol:
      id = builder_->Symbol(node.symbol());
      if (!id.ok()) return AtField("symbol", id.status());
      break;
    case v1::Node::kCall:
      id = DecodeCall(node.call());
      if (!id.ok()) return AtField("call.function", id.status());
      RETURN_IF_ERROR(CheckDerivative(*id));
      break;
    case v1::Node::KIND_NOT_SET:
      return MissingField("kind");
  }
  RETURN_IF_ERROR(builder_->CheckSize());
  return id;
}

absl::StatusOr<NodeId> GraphDecoder::DecodeNode(uint32_t index) {
  absl::StatusOr<NodeId> id = DecodeKind(sent_.nodes(static_cast<int>(index)));
  if (!id.ok()) return InNode(index, "", id.status());
  ids_[index] = *id;
  return id;
}

// A dead call is made with 0 for every operand, which checks its name and their number; a dead
// symbol is an argument only if the request has an input for it.
absl::Status GraphDecoder::CheckDead(uint32_t index, absl::Span<const std::string> input_names) {
  const v1::Node& node = sent_.nodes(static_cast<int>(index));
  const NodeId zero = builder_->graph().Integer(0);
  ids_[index] = zero;
  if (node.kind_case() == v1::Node::kSymbol) {
    const bool is_input =
        std::find(input_names.begin(), input_names.end(), node.symbol()) != input_names.end();
    return is_input ? DecodeNode(index).status() : absl::OkStatus();
  }
  if (node.kind_case() != v1::Node::kCall) return DecodeNode(index).status();
  operands_.assign(static_cast<size_t>(node.call().operands_size()), zero);
  const absl::Status status = builder_->Call(node.call().function(), operands_).status();
  return status.ok() ? status : InNode(index, "", AtField("call.function", status));
}

// ---- scopes ----

GraphDecoder::Marks GraphDecoder::Reachable(absl::Span<const uint32_t> roots) const {
  Marks marks(ids_.size());
  for (const uint32_t root : roots) {
    if (root < marks.size()) marks[root] = true;
  }
  for (size_t i = marks.size(); i-- > 0;) {
    if (!marks[i]) continue;
    for (const uint32_t operand : sent_.nodes(static_cast<int>(i)).call().operands())
      marks[operand] = true;
  }
  return marks;
}

absl::Status GraphDecoder::DecodeProgram(absl::Span<const uint32_t> outputs,
                                         absl::Span<const uint32_t> definitions,
                                         absl::Span<const std::string> input_names) {
  BeginDefinition();  // forgets what the last definition decoded
  const Marks live = Reachable(outputs);
  const Marks defining = Reachable(definitions);
  for (uint32_t i = 0; i < ids_.size(); ++i) {
    if (live[i]) {
      RETURN_IF_ERROR(DecodeNode(i).status());
    } else if (!defining[i]) {
      RETURN_IF_ERROR(CheckDead(i, input_names));
    }
  }
  return absl::OkStatus();
}

void GraphDecoder::BeginDefinition() {
  for (const uint32_t index : touched_) ids_[index].reset();
  touched_.clear();
}

absl::Status GraphDecoder::DecodeForDefinition(uint32_t root) {
  absl::flat_hash_set<uint32_t> seen = {root};
  std::vector<uint32_t> order = {root};
  for (size_t next = 0; next < order.size(); ++next) {
    for (const uint32_t operand : sent_.nodes(static_cast<int>(order[next])).call().operands()) {
      if (!ids_[operand].has_value() && seen.insert(operand).second) order.push_back(operand);
    }
  }
  std::sort(order.begin(), order.end());
  definition_nodes_ += order.size();
  const size_t limit = builder_->limits().max_nodes;
  if (definition_nodes_ > limit)
    return base::OverLimit("NODE_LIMIT", "node", "max_nodes", limit, definition_nodes_);
  for (const uint32_t index : order) {
    touched_.push_back(index);
    RETURN_IF_ERROR(DecodeNode(index).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<NodeId> GraphDecoder::Node(uint32_t index, Scope scope) {
  RETURN_IF_ERROR(CheckIndex(index));
  if (scope == Scope::kDefinition && !ids_[index].has_value())
    RETURN_IF_ERROR(DecodeForDefinition(index));
  return *ids_[index];
}

}  // namespace formulary::service
