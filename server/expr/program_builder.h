#ifndef FORMULARY_SERVER_EXPR_PROGRAM_BUILDER_H_
#define FORMULARY_SERVER_EXPR_PROGRAM_BUILDER_H_

// Builds a program from what a client sent, be it nodes or text, and is the one place that decides
// what a name means: argument, constant or function. The service's decoder and the text parser both
// speak to it. Every failure is INVALID_ARGUMENT with a reason; the caller adds where it was (node,
// or line and column).

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::expr {

// Fixed limits of what a program may be; each is a flag of the server.
struct Limits {
  size_t max_nodes = 1'000'000;
  size_t max_arguments = 1'024;
  size_t max_outputs = 1'024;
  size_t max_name_bytes = 128;
  size_t max_constant_bits = 4'096;
  size_t max_folded_bits = 16'384;
  size_t max_derivative_order = 64;
};

enum class Inlining : uint8_t { kAuto, kAlways, kNever };

// One thread at a time.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(const Limits& limits) : limits_(limits) {}

  const Limits& limits() const { return limits_; }
  Graph& graph() { return program_.graph; }

  // Declares an argument. Its name then shadows a constant of that name.
  absl::Status Declare(Argument argument);
  // Says that the request has an input of this name: it, too, shadows a constant.
  void AddInputName(std::string_view name) { input_names_.insert(std::string(name)); }

  // The meaning of a bare name: an argument; else a named constant (pi, E or e, I, oo, zoo, nan,
  // and the names of Constant.named); else a new undeclared argument.
  absl::StatusOr<NodeId> Symbol(std::string_view name);
  // A constant by its name in Constant.named, never an argument.
  absl::StatusOr<NodeId> NamedConstantNode(std::string_view name);
  // An integer or decimal literal in digits; bounded by max_constant_bits before it is converted.
  absl::StatusOr<NodeId> IntegerLiteral(std::string_view digits);
  absl::StatusOr<NodeId> DecimalLiteral(std::string_view text);
  absl::StatusOr<NodeId> Rational(std::string_view numerator, std::string_view denominator);

  // A call of a catalogue function (by name or alias) or of a definition. Unknown names come with
  // the nearest known ones; a wrong number of operands says what is taken.
  absl::StatusOr<NodeId> Call(std::string_view function, absl::Span<const NodeId> operands);
  // True when `name` is a catalogue name, an alias, or a definition: what `name(` may stand for.
  bool IsFunction(std::string_view name) const;

  // Opens a definition: until EndDefinition, Symbol finds only its parameters and constants.
  absl::Status BeginDefinition(std::string_view name, absl::Span<const std::string> parameters,
                               Inlining inlining);
  // Closes it. `partials`: given partial derivatives, by parameter; or none.
  absl::Status EndDefinition(NodeId body, absl::Span<const NodeId> partials = {});

  // An output; an empty name becomes y<position>.
  absl::Status AddOutput(std::string_view name, NodeId node);

  void SetNumerics(Numerics numerics) { program_.numerics = numerics; }
  Numerics numerics() const { return program_.numerics; }
  void SetAccurate(bool accurate) { program_.accurate = accurate; }

  // The program. Fails without outputs. Nothing may be called afterwards.
  absl::StatusOr<Program> Build();

  // RETURN value: OK, or OverLimit when the graph has grown past max_nodes.
  absl::Status CheckSize() const;

 private:
  struct Definition {
    std::vector<std::string> parameters;
    Graph graph;  // arguments are the parameters by position
    NodeId body;
    std::vector<NodeId> partials;  // by parameter; empty: those of the body
    Inlining inlining = Inlining::kAuto;
  };

  absl::Status CheckName(std::string_view name, std::string_view what) const;
  absl::StatusOr<NodeId> CallDefinition(const Definition& definition, std::string_view name,
                                        absl::Span<const NodeId> operands);
  absl::StatusOr<NodeId> AddArgument(Argument argument);

  Limits limits_;
  Program program_;
  std::map<std::string, uint32_t, std::less<>> argument_positions_;
  std::set<std::string, std::less<>> input_names_;
  std::set<std::string, std::less<>> output_names_;
  std::map<std::string, std::unique_ptr<Definition>, std::less<>> definitions_;
  // Calls of definitions may copy so many times the nodes that a program may have.
  static constexpr size_t kMaxCopiesOfANode = 4;
  size_t copied_nodes_ = 0;
  // While a definition is open: what it is called, and the program's graph set aside.
  std::string open_name_;
  std::unique_ptr<Definition> open_;
  Graph saved_graph_;
};

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_PROGRAM_BUILDER_H_
