#include "server/service/decode_program.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "formulary/v1/expression.pb.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/engine/derivatives.h"
#include "server/expr/program_builder.h"
#include "server/expr/text/parse.h"
#include "server/service/decode_graph.h"
#include "server/service/facts.h"
#include "server/service/field_path.h"
#include "server/service/names.h"
#include "server/service/piece_stream.h"
#include "server/service/program_scan.h"

namespace formulary::service {
namespace {

using base::InvalidArgument;
using base::StrCat;
using expr::NodeId;

absl::Status UnknownEnum(std::string_view field, int value) {
  return InvalidArgument("UNKNOWN_ENUM_VALUE", field,
                         StrCat(field, ": ", value, " is not a value of the enum"));
}

// ---- arguments ----

expr::Assumptions DecodeAssumptions(const v1::Assumptions& sent) {
  expr::Assumptions facts;
#define FORMULARY_FACT(name) \
  if (sent.has_##name()) facts.name = sent.name();
  FORMULARY_FACTS(FORMULARY_FACT)
#undef FORMULARY_FACT
  return facts;
}

absl::StatusOr<expr::Dimension> DecodeDimension(const std::string& text,
                                                const RequestLimits& limits) {
  if (text.empty()) return InvalidArgument("BAD_DIMENSION", "", "a dimension without a name");
  RETURN_IF_ERROR(CheckName(text, "", limits.expression.max_name_bytes));
  const auto first = static_cast<unsigned char>(text[0]);
  if (!absl::ascii_isdigit(first) && first != '-' && first != '+')
    return expr::Dimension{.name = text};
  int64_t size = 0;
  if (!absl::ascii_isdigit(first) || !absl::SimpleAtoi(text, &size) ||
      static_cast<uint64_t>(size) > limits.max_elements) {
    return InvalidArgument("BAD_DIMENSION", "",
                           StrCat("\"", CleanText(text, 64),
                                  "\" is neither a name nor a number up to ", limits.max_elements));
  }
  return expr::Dimension{.size = size};
}

absl::StatusOr<expr::Argument> DecodeArgument(const v1::Argument& sent,
                                              const RequestLimits& limits) {
  if (!v1::DataType_IsValid(sent.dtype())) return UnknownEnum("dtype", sent.dtype());
  const auto rank = static_cast<size_t>(sent.core_shape_size());
  if (rank > limits.max_rank)
    return base::OverLimit("RANK_LIMIT", "core_shape", "max_rank", limits.max_rank, rank);
  expr::Argument argument{.name = sent.name(),
                          .dtype = static_cast<expr::DType>(sent.dtype()),
                          .assumptions = DecodeAssumptions(sent.assumptions()),
                          .uniform = sent.uniform(),
                          .declared = true};
  for (size_t i = 0; i < rank; ++i) {
    absl::StatusOr<expr::Dimension> dimension =
        DecodeDimension(sent.core_shape(static_cast<int>(i)), limits);
    if (!dimension.ok()) return Within(Indexed("core_shape", i), dimension.status());
    argument.core_shape.push_back(*std::move(dimension));
  }
  return argument;
}

// ---- one program ----

// Nodes that no output needs have been checked and are of no further use.
void DropDeadNodes(expr::Program* program) {
  const std::vector<NodeId> roots = program->roots();
  const std::vector<bool> needed = program->graph.Reachable(roots);
  if (std::find(needed.begin(), needed.end(), false) == needed.end()) return;
  expr::Graph live;
  const std::vector<NodeId> moved = live.Import(program->graph, roots);
  for (size_t i = 0; i < moved.size(); ++i) program->outputs[i].node = moved[i];
  program->graph = std::move(live);
}

class ProgramDecoder {
 public:
  ProgramDecoder(const v1::Program& sent, const RequestLimits& limits)
      : sent_(sent),
        limits_(limits),
        builder_(limits.expression),
        graph_(sent.graph(), &builder_) {}

  absl::StatusOr<expr::Program> Decode(absl::Span<const std::string> input_names);

 private:
  absl::Status DeclareArguments();
  absl::Status Define(const v1::Definition& definition);
  absl::Status DefineAll();
  absl::StatusOr<std::vector<NodeId>> Partials(const v1::Definition& definition);
  absl::StatusOr<NodeId> InDefinition(const v1::Output& output);
  absl::StatusOr<NodeId> Expression(const v1::Output& output, GraphDecoder::Scope scope);
  absl::Status AddOutputs();
  std::vector<uint32_t> NodesOf(GraphDecoder::Scope scope) const;

  const v1::Program& sent_;
  const RequestLimits& limits_;
  expr::ProgramBuilder builder_;
  GraphDecoder graph_;
};

absl::Status ProgramDecoder::DeclareArguments() {
  for (int i = 0; i < sent_.arguments_size(); ++i) {
    absl::StatusOr<expr::Argument> argument = DecodeArgument(sent_.arguments(i), limits_);
    const absl::Status status =
        argument.ok() ? builder_.Declare(*std::move(argument)) : argument.status();
    if (!status.ok()) return Within(Indexed("arguments", static_cast<size_t>(i)), status);
  }
  return absl::OkStatus();
}

absl::StatusOr<NodeId> ProgramDecoder::Expression(const v1::Output& output,
                                                  GraphDecoder::Scope scope) {
  switch (output.expression_case()) {
    case v1::Output::kText: {
      absl::StatusOr<NodeId> node = expr::ParseText(output.text(), &builder_);
      if (!node.ok()) return AtField("text", node.status());
      return node;
    }
    case v1::Output::kNode:
      return graph_.Node(output.node(), scope);
    case v1::Output::EXPRESSION_NOT_SET:
      break;
  }
  return InvalidArgument("MISSING_FIELD", "expression", "expression: neither a node nor text");
}

// Given partial derivatives: what differentiation takes instead of the body's.
absl::StatusOr<std::vector<NodeId>> ProgramDecoder::Partials(const v1::Definition& definition) {
  const int count = definition.partials_size();
  if (count != 0 && count != definition.parameters_size()) {
    return InvalidArgument(
        "PARTIALS_COUNT", "partials",
        StrCat("partials: ", count, " for ", definition.parameters_size(), " parameter(s)"));
  }
  std::vector<NodeId> partials;
  for (int i = 0; i < count; ++i) {
    const absl::StatusOr<NodeId> partial = InDefinition(definition.partials(i));
    if (!partial.ok()) return Within(Indexed("partials", static_cast<size_t>(i)), partial.status());
    partials.push_back(*partial);
  }
  return partials;
}

// Derivatives by a definition's parameters are taken here: calls put anything in their places.
absl::StatusOr<NodeId> ProgramDecoder::InDefinition(const v1::Output& output) {
  ASSIGN_OR_RETURN(const NodeId node, Expression(output, GraphDecoder::Scope::kDefinition));
  return engine::ExpandDerivatives(node, builder_.numerics(), limits_.expression,
                                   &builder_.graph());
}

absl::Status ProgramDecoder::Define(const v1::Definition& definition) {
  if (!v1::Inlining_IsValid(definition.inlining()))
    return UnknownEnum("inlining", definition.inlining());
  const auto inlining = definition.inlining() == v1::INLINING_ALWAYS  ? expr::Inlining::kAlways
                        : definition.inlining() == v1::INLINING_NEVER ? expr::Inlining::kNever
                                                                      : expr::Inlining::kAuto;
  const std::vector<std::string> parameters(definition.parameters().begin(),
                                            definition.parameters().end());
  RETURN_IF_ERROR(builder_.BeginDefinition(definition.name(), parameters, inlining));
  graph_.BeginDefinition();
  absl::StatusOr<NodeId> body = InDefinition(definition.body());
  if (!body.ok()) return Within("body", body.status());
  ASSIGN_OR_RETURN(const std::vector<NodeId> partials, Partials(definition));
  return builder_.EndDefinition(*body, partials);
}

absl::Status ProgramDecoder::DefineAll() {
  for (int i = 0; i < sent_.definitions_size(); ++i) {
    const absl::Status status = Define(sent_.definitions(i));
    if (!status.ok()) return Within(Indexed("definitions", static_cast<size_t>(i)), status);
  }
  return absl::OkStatus();
}

absl::Status ProgramDecoder::AddOutputs() {
  for (int i = 0; i < sent_.outputs_size(); ++i) {
    const v1::Output& output = sent_.outputs(i);
    absl::StatusOr<NodeId> node = Expression(output, GraphDecoder::Scope::kProgram);
    absl::Status status = node.status();
    if (status.ok()) {
      status = builder_.AddOutput(output.name(), *node);
      if (!status.ok()) status = AtField("name", status);
    }
    if (!status.ok()) return Within(Indexed("outputs", static_cast<size_t>(i)), status);
  }
  return absl::OkStatus();
}

// The graph's nodes that outputs, or definitions, name.
std::vector<uint32_t> ProgramDecoder::NodesOf(GraphDecoder::Scope scope) const {
  std::vector<uint32_t> nodes;
  const auto add = [&nodes](const v1::Output& output) {
    if (output.expression_case() == v1::Output::kNode) nodes.push_back(output.node());
  };
  if (scope == GraphDecoder::Scope::kProgram) {
    for (const v1::Output& output : sent_.outputs()) add(output);
    return nodes;
  }
  for (const v1::Definition& definition : sent_.definitions()) {
    add(definition.body());
    for (const v1::Output& partial : definition.partials()) add(partial);
  }
  return nodes;
}

absl::StatusOr<expr::Program> ProgramDecoder::Decode(absl::Span<const std::string> input_names) {
  if (!v1::Numerics_IsValid(sent_.numerics())) return UnknownEnum("numerics", sent_.numerics());
  if (sent_.numerics() != v1::NUMERICS_UNSPECIFIED)
    builder_.SetNumerics(static_cast<expr::Numerics>(sent_.numerics()));
  builder_.SetAccurate(sent_.accurate());
  for (const std::string& name : input_names) builder_.AddInputName(name);
  RETURN_IF_ERROR(DeclareArguments());
  RETURN_IF_ERROR(graph_.Check());
  RETURN_IF_ERROR(DefineAll());
  RETURN_IF_ERROR(graph_.DecodeProgram(NodesOf(GraphDecoder::Scope::kProgram),
                                       NodesOf(GraphDecoder::Scope::kDefinition), input_names));
  RETURN_IF_ERROR(AddOutputs());
  ASSIGN_OR_RETURN(expr::Program program, builder_.Build());
  DropDeadNodes(&program);
  return program;
}

}  // namespace

absl::StatusOr<expr::Program> DecodeProgram(const Pieces& program, const RequestLimits& limits,
                                            absl::Span<const std::string> input_names) {
  RETURN_IF_ERROR(CheckProgramCounts(program, limits));
  google::protobuf::Arena arena;
  auto* sent = google::protobuf::Arena::CreateMessage<v1::Program>(&arena);
  if (!ParseFromPieces(program, sent)) {
    return InvalidArgument("MALFORMED_MESSAGE", "program",
                           "program: not a formulary.v1.Program (is every string valid UTF-8?)");
  }
  absl::StatusOr<expr::Program> decoded = ProgramDecoder(*sent, limits).Decode(input_names);
  if (!decoded.ok()) return Within("program", decoded.status());
  return decoded;
}

}  // namespace formulary::service
