// Program::ToProto: expressions become a node list, operands first.

#include <limits>

#include "absl/container/flat_hash_map.h"
#include "client/cpp/expression_node.h"
#include "client/cpp/program.h"
#include "client/cpp/status_macros.h"
#include "formulary/v1/expression.pb.h"

namespace formulary::client {
namespace {

void EncodeConstant(const ExpressionNode& node, v1::Constant* constant) {
  switch (node.kind) {
    case ExpressionKind::kInteger:
      constant->set_integer(node.integer);
      break;
    case ExpressionKind::kBigInteger:
      constant->set_big_integer(node.text);
      break;
    case ExpressionKind::kReal:
      constant->set_real(node.real);
      break;
    case ExpressionKind::kDecimal:
      constant->set_decimal(node.text);
      break;
    case ExpressionKind::kNamed:
      constant->set_named(node.text);
      break;
    case ExpressionKind::kBoolean:
      constant->set_boolean(node.integer != 0);
      break;
    case ExpressionKind::kRational:
      constant->mutable_rational()->set_numerator(node.text);
      constant->mutable_rational()->set_denominator(node.text2);
      break;
    case ExpressionKind::kSymbol:
    case ExpressionKind::kCall:
      break;
  }
}

// Appends nodes to a graph, each Expression node once. One thread at a time.
class GraphEncoder {
 public:
  explicit GraphEncoder(v1::Graph* graph) : graph_(graph) {}

  absl::StatusOr<uint32_t> Add(const Expression& root) {
    RETURN_IF_ERROR(Open(root.node()));
    while (!open_.empty()) {
      Frame& frame = open_.back();
      if (frame.next_operand < frame.node->operands.size()) {
        RETURN_IF_ERROR(Open(frame.node->operands[frame.next_operand++].node()));
      } else {
        Append(*frame.node);
        open_.pop_back();
      }
    }
    return index_of_.at(root.node());
  }

 private:
  struct Frame {
    const ExpressionNode* node;
    size_t next_operand;
  };

  absl::Status Open(const ExpressionNode* node) {
    if (node == nullptr) return absl::InvalidArgumentError("an expression has been moved from");
    if (index_of_.contains(node)) return absl::OkStatus();
    // Nodes still open cannot come again: operands are made before what uses them, so there is no
    // cycle.
    if (graph_->nodes_size() == std::numeric_limits<int>::max()) {
      return absl::InvalidArgumentError("an expression has too many nodes");
    }
    open_.push_back({node, 0});
    return absl::OkStatus();
  }

  void Append(const ExpressionNode& node) {
    const uint32_t index = static_cast<uint32_t>(graph_->nodes_size());
    v1::Node* encoded = graph_->add_nodes();
    if (node.kind == ExpressionKind::kSymbol) {
      encoded->set_symbol(node.text);
    } else if (node.kind == ExpressionKind::kCall) {
      v1::Call* call = encoded->mutable_call();
      call->set_function(node.text);
      call->mutable_operands()->Reserve(static_cast<int>(node.operands.size()));
      for (const Expression& operand : node.operands)
        call->add_operands(index_of_.at(operand.node()));
    } else {
      EncodeConstant(node, encoded->mutable_constant());
    }
    index_of_.emplace(&node, index);
  }

  v1::Graph* graph_;
  absl::flat_hash_map<const ExpressionNode*, uint32_t> index_of_;
  std::vector<Frame> open_;
};

absl::Status EncodeFormula(const Program::Formula& formula, GraphEncoder* encoder,
                           v1::Output* output) {
  if (const auto* text = std::get_if<std::string>(&formula)) {
    output->set_text(*text);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const uint32_t node, encoder->Add(std::get<Expression>(formula)));
  output->set_node(node);
  return absl::OkStatus();
}

template <typename T, typename Setter>
void SetIf(const std::optional<T>& fact, v1::Assumptions* to, Setter setter) {
  if (fact.has_value()) (to->*setter)(*fact);
}

void EncodeAssumptions(const Assumptions& from, v1::Assumptions* to) {
  SetIf(from.real, to, &v1::Assumptions::set_real);
  SetIf(from.positive, to, &v1::Assumptions::set_positive);
  SetIf(from.nonnegative, to, &v1::Assumptions::set_nonnegative);
  SetIf(from.negative, to, &v1::Assumptions::set_negative);
  SetIf(from.nonzero, to, &v1::Assumptions::set_nonzero);
  SetIf(from.integer, to, &v1::Assumptions::set_integer);
  SetIf(from.finite, to, &v1::Assumptions::set_finite);
  SetIf(from.lower, to, &v1::Assumptions::set_lower);
  SetIf(from.upper, to, &v1::Assumptions::set_upper);
  SetIf(from.symmetric, to, &v1::Assumptions::set_symmetric);
  SetIf(from.positive_definite, to, &v1::Assumptions::set_positive_definite);
  SetIf(from.positive_semidefinite, to, &v1::Assumptions::set_positive_semidefinite);
  SetIf(from.orthogonal, to, &v1::Assumptions::set_orthogonal);
  SetIf(from.diagonal, to, &v1::Assumptions::set_diagonal);
  SetIf(from.lower_triangular, to, &v1::Assumptions::set_lower_triangular);
  SetIf(from.upper_triangular, to, &v1::Assumptions::set_upper_triangular);
}

}  // namespace

absl::StatusOr<v1::Program> Program::ToProto() const {
  v1::Program program;
  GraphEncoder encoder(program.mutable_graph());
  for (const Argument& argument : arguments_) {
    v1::Argument* encoded = program.add_arguments();
    encoded->set_name(argument.name);
    encoded->set_dtype(static_cast<v1::DataType>(argument.options.dtype));
    for (const std::string& dimension : argument.options.core_shape)
      encoded->add_core_shape(dimension);
    EncodeAssumptions(argument.options.assumptions, encoded->mutable_assumptions());
    encoded->set_uniform(argument.options.uniform);
  }
  for (const Definition& definition : definitions_) {
    v1::Definition* encoded = program.add_definitions();
    encoded->set_name(definition.name);
    for (const std::string& parameter : definition.parameters) encoded->add_parameters(parameter);
    encoded->set_inlining(static_cast<v1::Inlining>(definition.options.inlining));
    RETURN_IF_ERROR(EncodeFormula(definition.body, &encoder, encoded->mutable_body()));
    for (const Formula& partial : definition.options.partials) {
      RETURN_IF_ERROR(EncodeFormula(partial, &encoder, encoded->add_partials()));
    }
  }
  for (const Output& output : outputs_) {
    v1::Output* encoded = program.add_outputs();
    encoded->set_name(output.name);
    RETURN_IF_ERROR(EncodeFormula(output.formula, &encoder, encoded));
  }
  program.set_numerics(static_cast<v1::Numerics>(numerics_));
  program.set_accurate(accurate_);
  return program;
}

}  // namespace formulary::client
