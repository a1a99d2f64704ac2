#ifndef FORMULARY_SERVER_SERVICE_DECODE_GRAPH_H_
#define FORMULARY_SERVER_SERVICE_DECODE_GRAPH_H_

// The nodes of a formulary.v1.Graph into a ProgramBuilder. For decode_program.cc only. A node may
// be meant for the program, for the body of a definition (whose parameters its symbols then are),
// or for nobody.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "formulary/v1/expression.pb.h"
#include "server/expr/program_builder.h"

namespace formulary::service {

// One thread at a time; borrows both arguments.
class GraphDecoder {
 public:
  enum class Scope : uint8_t { kProgram, kDefinition };

  GraphDecoder(const v1::Graph& sent, expr::ProgramBuilder* builder);

  // Every node has a kind, and operands that are earlier nodes. MISSING_FIELD, NOT_TOPOLOGICAL,
  // BAD_NODE_INDEX.
  absl::Status Check() const;

  // A definition has been opened in the builder: nothing of the graph is decoded in its scope yet.
  void BeginDefinition();

  // Decodes what the outputs need, and checks what nothing needs (which leaves dead nodes in the
  // builder's graph). Nodes that only definitions need are left alone: their symbols are no
  // arguments of the program. REQUIRES: Check() passed.
  absl::Status DecodeProgram(absl::Span<const uint32_t> outputs,
                             absl::Span<const uint32_t> definitions,
                             absl::Span<const std::string> input_names);

  // The node at `index`, in the program or in the open definition. BAD_NODE_INDEX, of field "node".
  absl::StatusOr<expr::NodeId> Node(uint32_t index, Scope scope);

 private:
  using Marks = std::vector<bool>;  // by index of the sent node

  absl::StatusOr<expr::NodeId> DecodeNode(uint32_t index);
  absl::StatusOr<expr::NodeId> DecodeKind(const v1::Node& node);
  absl::StatusOr<expr::NodeId> DecodeConstant(const v1::Constant& constant);
  absl::StatusOr<expr::NodeId> DecodeCall(const v1::Call& call);
  // What a call of "derivative" differentiates by.
  absl::Status CheckDerivative(expr::NodeId id) const;
  absl::Status CheckDead(uint32_t index, absl::Span<const std::string> input_names);
  absl::Status DecodeForDefinition(uint32_t root);
  absl::Status CheckIndex(uint32_t index) const;
  Marks Reachable(absl::Span<const uint32_t> roots) const;

  const v1::Graph& sent_;
  expr::ProgramBuilder* const builder_;
  std::vector<std::optional<expr::NodeId>> ids_;  // of the sent nodes, in the scope being decoded
  std::vector<uint32_t> touched_;                 // set in ids_ by the open definition
  std::vector<expr::NodeId> operands_;            // scratch
  size_t definition_nodes_ = 0;                   // decoded for all definitions so far
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_DECODE_GRAPH_H_
