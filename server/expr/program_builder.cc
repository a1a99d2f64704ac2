#include "server/expr/program_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/expr/literal.h"

namespace formulary::expr {
namespace {

using base::InvalidArgument;
using base::OverLimit;

enum class Special : uint8_t { kNone, kInfinity, kNegativeInfinity, kNan };

// What a constant's name stands for. `in_text`: also a bare name in text and in Node.symbol.
struct ConstantRow {
  std::string_view name;
  bool in_text;
  Special special;
  NamedConstant constant;
};
constexpr ConstantRow kConstants[] = {
    {"pi", true, Special::kNone, NamedConstant::kPi},
    {"e", true, Special::kNone, NamedConstant::kE},
    {"E", true, Special::kNone, NamedConstant::kE},
    {"euler_gamma", false, Special::kNone, NamedConstant::kEulerGamma},
    {"EulerGamma", true, Special::kNone, NamedConstant::kEulerGamma},
    {"catalan", false, Special::kNone, NamedConstant::kCatalan},
    {"Catalan", true, Special::kNone, NamedConstant::kCatalan},
    {"golden_ratio", false, Special::kNone, NamedConstant::kGoldenRatio},
    {"GoldenRatio", true, Special::kNone, NamedConstant::kGoldenRatio},
    {"infinity", false, Special::kInfinity, NamedConstant::kPi},
    {"oo", true, Special::kInfinity, NamedConstant::kPi},
    {"negative_infinity", false, Special::kNegativeInfinity, NamedConstant::kPi},
    {"nan", true, Special::kNan, NamedConstant::kPi},
    {"zoo", true, Special::kNan, NamedConstant::kPi},
    {"i", false, Special::kNone, NamedConstant::kImaginaryUnit},
    {"I", true, Special::kNone, NamedConstant::kImaginaryUnit},
};

NodeId ConstantNode(const ConstantRow& row, Graph* graph) {
  switch (row.special) {
    case Special::kNone:
      return graph->Named(row.constant);
    case Special::kInfinity:
      return graph->Real(std::numeric_limits<double>::infinity());
    case Special::kNegativeInfinity:
      return graph->Real(-std::numeric_limits<double>::infinity());
    case Special::kNan:
      break;
  }
  return graph->Real(std::numeric_limits<double>::quiet_NaN());
}

bool IsValidUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = byte < 0x80         ? 1
                          : (byte >> 5) == 6  ? 2
                          : (byte >> 4) == 14 ? 3
                          : (byte >> 3) == 30 ? 4
                                              : 0;
    if (length == 0 || i + length > text.size()) return false;
    uint32_t code = length == 1 ? byte : byte & (0x7fu >> length);
    for (size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next >> 6) != 2) return false;
      code = code << 6 | (next & 0x3fu);
    }
    constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kLeast[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    i += length;
  }
  return true;
}

// "1 operand", "2 or 3 operands", "at least 1 operand", as the row's arity has it.
std::string ArityText(const FunctionRow& row) {
  if (row.typing == Typing::kPiecewise)
    return "value, condition, ..., default (an odd number of operands)";
  if (row.odd_arity)
    return base::StrCat("an odd number of operands, at least ", int{row.min_arity});
  if (row.max_arity == kVariadic)
    return base::StrCat("at least ", int{row.min_arity}, " operand(s)");
  if (row.min_arity == row.max_arity) return base::StrCat(int{row.min_arity}, " operand(s)");
  return base::StrCat(int{row.min_arity}, " to ", int{row.max_arity}, " operands");
}

}  // namespace

absl::Status ProgramBuilder::CheckName(std::string_view name, std::string_view what) const {
  if (name.empty()) return InvalidArgument("EMPTY_NAME", "", base::StrCat(what, " without a name"));
  if (name.size() > limits_.max_name_bytes) {
    return base::MakeError(
        absl::StatusCode::kInvalidArgument,
        base::StrCat(what, " name \"", ShownLiteral(name), "\" has ", name.size(),
                     " bytes; the limit max_name_bytes is ", limits_.max_name_bytes),
        {.reason = "NAME_TOO_LONG",
         .metadata = {{"limit", base::StrCat(limits_.max_name_bytes)},
                      {"actual", base::StrCat(name.size())}}});
  }
  if (!IsValidUtf8(name)) {
    return InvalidArgument("INVALID_UTF8", "", base::StrCat(what, " name is not valid UTF-8"));
  }
  return absl::OkStatus();
}

absl::Status ProgramBuilder::CheckSize() const {
  if (program_.graph.size() <= limits_.max_nodes) return absl::OkStatus();
  return OverLimit("NODE_LIMIT", "graph", "max_nodes", limits_.max_nodes, program_.graph.size());
}

absl::StatusOr<NodeId> ProgramBuilder::AddArgument(Argument argument) {
  RETURN_IF_ERROR(CheckName(argument.name, "argument"));
  if (program_.arguments.size() >= limits_.max_arguments) {
    return OverLimit("ARGUMENT_LIMIT", "arguments", "max_arguments", limits_.max_arguments,
                     program_.arguments.size() + 1);
  }
  const auto position = static_cast<uint32_t>(program_.arguments.size());
  argument_positions_.emplace(argument.name, position);
  program_.arguments.push_back(std::move(argument));
  return program_.graph.Argument(position);
}

absl::Status ProgramBuilder::Declare(Argument argument) {
  if (argument_positions_.contains(argument.name)) {
    return InvalidArgument(
        "DUPLICATE_ARGUMENT", "",
        base::StrCat("argument \"", ShownLiteral(argument.name), "\" is declared twice"));
  }
  RETURN_IF_ERROR(CheckAssumptions(argument));
  argument.declared = true;
  return AddArgument(std::move(argument)).status();
}

absl::StatusOr<NodeId> ProgramBuilder::Symbol(std::string_view name) {
  if (open_ != nullptr) {
    for (size_t i = 0; i < open_->parameters.size(); ++i) {
      if (open_->parameters[i] == name) return program_.graph.Argument(static_cast<uint32_t>(i));
    }
  } else {
    const auto found = argument_positions_.find(name);
    if (found != argument_positions_.end()) return program_.graph.Argument(found->second);
  }
  if (open_ != nullptr || !input_names_.contains(name)) {
    for (const ConstantRow& row : kConstants) {
      if (row.in_text && row.name == name) return ConstantNode(row, &program_.graph);
    }
  }
  if (open_ != nullptr) {
    return InvalidArgument(
        "UNKNOWN_SYMBOL", "",
        base::StrCat("\"", ShownLiteral(name), "\" is not a parameter of the definition \"",
                     ShownLiteral(open_name_), "\""));
  }
  return AddArgument({.name = std::string(name)});
}

absl::StatusOr<NodeId> ProgramBuilder::NamedConstantNode(std::string_view name) {
  for (const ConstantRow& row : kConstants) {
    if (row.name == name) return ConstantNode(row, &program_.graph);
  }
  return InvalidArgument(
      "UNKNOWN_CONSTANT", "",
      base::StrCat("unknown constant \"", ShownLiteral(name),
                   "\"; expected pi, e, euler_gamma, catalan, golden_ratio, infinity, "
                   "negative_infinity, nan or i"));
}

absl::StatusOr<NodeId> ProgramBuilder::IntegerLiteral(std::string_view digits) {
  ASSIGN_OR_RETURN(const mpq_class value, ReadInteger(digits, limits_.max_constant_bits));
  return program_.graph.Number(value);
}

absl::StatusOr<NodeId> ProgramBuilder::Rational(std::string_view numerator,
                                                std::string_view denominator) {
  ASSIGN_OR_RETURN(const mpq_class top, ReadInteger(numerator, limits_.max_constant_bits));
  ASSIGN_OR_RETURN(const mpq_class bottom, ReadInteger(denominator, limits_.max_constant_bits));
  if (bottom == 0) {
    return InvalidArgument("ZERO_DENOMINATOR", "", "a rational's denominator must not be 0");
  }
  return program_.graph.Number(top / bottom);
}

absl::StatusOr<NodeId> ProgramBuilder::DecimalLiteral(std::string_view text) {
  ASSIGN_OR_RETURN(const Decimal decimal, ReadDecimal(text, limits_.max_constant_bits));
  if (decimal.negative && decimal.value == 0) return program_.graph.Real(-0.0);
  return program_.graph.Number(decimal.value, NumberForm::kLiteral);
}

bool ProgramBuilder::IsFunction(std::string_view name) const {
  return definitions_.contains(name) || IsFunctionName(name);
}

absl::StatusOr<NodeId> ProgramBuilder::Call(std::string_view function,
                                            absl::Span<const NodeId> operands) {
  const auto definition = definitions_.find(function);
  if (definition != definitions_.end())
    return CallDefinition(*definition->second, function, operands);
  const Lookup lookup = FindFunction(function, operands.size());
  if (lookup.row != nullptr) {
    const NodeId node = program_.graph.Call(lookup.id, operands);
    RETURN_IF_ERROR(CheckSize());
    return node;
  }
  if (lookup.namesake != nullptr) {
    return InvalidArgument("ARITY", "",
                           base::StrCat("function \"", ShownLiteral(function), "\" takes ",
                                        ArityText(*lookup.namesake), ", got ", operands.size()));
  }
  if (!open_name_.empty() && function == open_name_) {
    return InvalidArgument(
        "RECURSIVE_DEFINITION", "",
        base::StrCat("the definition \"", ShownLiteral(function), "\" uses itself"));
  }
  const std::vector<std::string> nearest = NearestNames(function, 3);
  return InvalidArgument("UNKNOWN_FUNCTION", "",
                         base::StrCat("unknown function \"", ShownLiteral(function), "\"",
                                      nearest.empty() ? "" : "; did you mean ",
                                      absl::StrJoin(nearest, ", "), nearest.empty() ? "" : "?"));
}

absl::StatusOr<NodeId> ProgramBuilder::CallDefinition(const Definition& definition,
                                                      std::string_view name,
                                                      absl::Span<const NodeId> operands) {
  if (operands.size() != definition.parameters.size()) {
    return InvalidArgument(
        "ARITY", "",
        base::StrCat("definition \"", ShownLiteral(name), "\" takes ", definition.parameters.size(),
                     " operand(s), got ", operands.size()));
  }
  // A body of constants adds no nodes after its first copy, but every copy takes its time.
  copied_nodes_ += definition.graph.size();
  if (copied_nodes_ > kMaxCopiesOfANode * limits_.max_nodes) {
    return OverLimit("NODE_LIMIT", "definitions", "max_nodes", limits_.max_nodes,
                     copied_nodes_ / kMaxCopiesOfANode);
  }
  Graph& graph = program_.graph;
  const bool opaque = definition.inlining == Inlining::kNever;
  std::vector<NodeId> renamed(definition.graph.size());
  std::vector<NodeId> mapped;
  for (uint32_t i = 0; i < definition.graph.size(); ++i) {
    const NodeId id{i};
    const Node& node = definition.graph[id];
    if (node.kind == NodeKind::kArgument) {
      renamed[i] =
          opaque ? graph.Call(fn::kBarrier, {operands[node.payload]}) : operands[node.payload];
      continue;
    }
    if (node.kind != NodeKind::kCall) {
      renamed[i] = graph.ImportLeaf(definition.graph, id);
      continue;
    }
    mapped.clear();
    for (const NodeId operand : definition.graph.operands(id))
      mapped.push_back(renamed[operand.value]);
    renamed[i] = graph.Call(node.function, mapped);
    RETURN_IF_ERROR(CheckSize());
  }
  const NodeId body = renamed[definition.body.value];
  const NodeId value = opaque ? graph.Call(fn::kBarrier, {body}) : body;
  if (definition.partials.empty()) return value;
  mapped = {value};
  for (const NodeId partial : definition.partials) mapped.push_back(renamed[partial.value]);
  mapped.insert(mapped.end(), operands.begin(), operands.end());
  const NodeId call = graph.Call(fn::kWithPartials, mapped);
  RETURN_IF_ERROR(CheckSize());
  return call;
}

absl::Status ProgramBuilder::BeginDefinition(std::string_view name,
                                             absl::Span<const std::string> parameters,
                                             Inlining inlining) {
  RETURN_IF_ERROR(CheckName(name, "definition"));
  if (IsFunction(name)) {
    return InvalidArgument(
        "DUPLICATE_DEFINITION", "",
        base::StrCat("\"", ShownLiteral(name), "\" is already the name of a function"));
  }
  std::set<std::string_view> seen;
  for (const std::string& parameter : parameters) {
    RETURN_IF_ERROR(CheckName(parameter, "parameter"));
    if (!seen.insert(parameter).second) {
      return InvalidArgument(
          "DUPLICATE_PARAMETER", "",
          base::StrCat("parameter \"", ShownLiteral(parameter), "\" stands twice"));
    }
  }
  open_name_ = std::string(name);
  open_ = std::make_unique<Definition>();
  open_->parameters.assign(parameters.begin(), parameters.end());
  open_->inlining = inlining;
  saved_graph_ = std::move(program_.graph);
  program_.graph = Graph();
  return absl::OkStatus();
}

absl::Status ProgramBuilder::EndDefinition(NodeId body, absl::Span<const NodeId> partials) {
  std::vector<NodeId> roots = {body};
  roots.insert(roots.end(), partials.begin(), partials.end());
  roots = open_->graph.Import(program_.graph, roots);
  open_->body = roots[0];
  open_->partials.assign(roots.begin() + 1, roots.end());
  program_.graph = std::move(saved_graph_);
  definitions_.emplace(std::move(open_name_), std::move(open_));
  open_name_.clear();
  return absl::OkStatus();
}

absl::Status ProgramBuilder::AddOutput(std::string_view name, NodeId node) {
  if (program_.outputs.size() >= limits_.max_outputs) {
    return OverLimit("OUTPUT_LIMIT", "outputs", "max_outputs", limits_.max_outputs,
                     program_.outputs.size() + 1);
  }
  const std::string chosen =
      name.empty() ? base::StrCat("y", program_.outputs.size()) : std::string(name);
  RETURN_IF_ERROR(CheckName(chosen, "output"));
  if (!output_names_.insert(chosen).second) {
    return InvalidArgument("DUPLICATE_OUTPUT", "",
                           base::StrCat("two outputs are called \"", ShownLiteral(chosen), "\""));
  }
  program_.outputs.push_back({chosen, node});
  return absl::OkStatus();
}

absl::StatusOr<Program> ProgramBuilder::Build() {
  if (program_.outputs.empty()) {
    return InvalidArgument("NO_OUTPUTS", "outputs", "a program needs at least one output");
  }
  RETURN_IF_ERROR(CheckSize());
  return std::move(program_);
}

}  // namespace formulary::expr
