#ifndef FORMULARY_SERVER_EXPR_GRAPH_H_
#define FORMULARY_SERVER_EXPR_GRAPH_H_

// The intermediate representation: an expression graph is a vector of nodes whose operands are
// earlier nodes, so it is acyclic and topologically sorted by construction, and every pass is a
// loop. Nodes are hash-consed: adding an equal node returns the id it already has, so common
// subexpressions are shared for free. Everything above expr/ builds and reads graphs; nothing ever
// recurses over one.

#include <gmpxx.h>

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"

namespace formulary::expr {

// Index of a node in its graph.
struct NodeId {
  uint32_t value = 0;

  auto operator<=>(const NodeId&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, NodeId id) {
    return H::combine(std::move(h), id.value);
  }
};

// Index of a row in the function catalogue (expr/catalogue.h).
struct FunctionId {
  uint16_t value = 0;

  auto operator<=>(const FunctionId&) const = default;
};

enum class NodeKind : uint8_t {
  kNumber,  // an exact rational
  kReal,    // a binary64 that is not a finite non-zero number's business: -0.0, infinities, NaN, by
            // bits
  kNamed,   // pi, e, ...
  kBoolean,   // true or false
  kArgument,  // an argument of the program, by position
  kCall,      // a function of earlier nodes
};

// Real constants with a name. Infinities and NaN are kReal nodes.
enum class NamedConstant : uint8_t { kPi, kE, kEulerGamma, kCatalan, kGoldenRatio, kImaginaryUnit };

// How a number was written; it prints that way. A number that comes of arithmetic with a literal is
// one.
enum class NumberForm : uint8_t { kExact, kLiteral };

struct Node {
  NodeKind kind = NodeKind::kNumber;
  uint8_t detail = 0;    // NamedConstant, boolean value, NumberForm
  FunctionId function;   // kCall
  uint32_t payload = 0;  // kNumber: number table; kArgument: position; kCall: first operand
  uint32_t operand_count = 0;
  uint64_t bits = 0;  // kReal
};

// One thread at a time while it grows; immutable graphs may be read from any thread. Copyable.
class Graph {
 public:
  Graph() = default;
  Graph(const Graph& other);
  Graph& operator=(const Graph& other);
  Graph(Graph&& other) noexcept;
  Graph& operator=(Graph&& other) noexcept;

  // Constants. A finite non-zero binary64 (and +0.0) becomes the exact number it is, in form
  // kLiteral.
  NodeId Number(const mpq_class& value, NumberForm form = NumberForm::kExact);
  NodeId Integer(int64_t value);
  NodeId Real(double value);
  NodeId Named(NamedConstant constant);
  NodeId Boolean(bool value);
  NodeId Argument(uint32_t position);
  // REQUIRES: operands are ids of this graph; the row's arity admits their number (not checked
  // here).
  NodeId Call(FunctionId function, absl::Span<const NodeId> operands);
  NodeId Call(FunctionId function, std::initializer_list<NodeId> operands) {
    return Call(function, absl::MakeConstSpan(operands.begin(), operands.size()));
  }

  // Room for so many nodes, about: to be called before the first is added.
  void Reserve(uint32_t nodes);

  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  const Node& operator[](NodeId id) const { return nodes_[id.value]; }
  absl::Span<const NodeId> operands(NodeId id) const {
    const Node& node = nodes_[id.value];
    if (node.kind != NodeKind::kCall) return {};
    return absl::MakeConstSpan(operands_.data() + node.payload, node.operand_count);
  }

  // REQUIRES: kind is kNumber.
  const mpq_class& number(NodeId id) const { return numbers_[nodes_[id.value].payload]; }
  // REQUIRES: kind is kReal.
  double real(NodeId id) const;

  bool IsCall(NodeId id, FunctionId function) const {
    const Node& node = nodes_[id.value];
    return node.kind == NodeKind::kCall && node.function == function;
  }
  bool IsNumber(NodeId id) const { return nodes_[id.value].kind == NodeKind::kNumber; }
  bool IsNumber(NodeId id, long value) const { return IsNumber(id) && number(id) == value; }
  bool IsConstant(NodeId id) const {
    const NodeKind kind = nodes_[id.value].kind;
    return kind != NodeKind::kArgument && kind != NodeKind::kCall;
  }

  // For every node of this graph whether one of `roots` needs it.
  std::vector<bool> Reachable(absl::Span<const NodeId> roots) const;

  // What `roots` need alone, to be read: it looks no node up. *roots become ids of it.
  Graph Extract(std::vector<NodeId>* roots) const;

  // The same constant or argument of another graph, here. REQUIRES: it is no call.
  NodeId ImportLeaf(const Graph& source, NodeId id);

  // Appends what `roots` of `source` need, in source order; arguments keep their positions.
  // Returns the new ids of the roots.
  std::vector<NodeId> Import(const Graph& source, absl::Span<const NodeId> roots);

 private:
  struct Key {  // a candidate node, not yet added
    const Node* node;
    const mpq_class* number;
    absl::Span<const NodeId> operands;
  };
  struct Hash {
    using is_transparent = void;
    const Graph* graph;
    size_t operator()(NodeId id) const;
    size_t operator()(const Key& key) const;
  };
  struct Equal {
    using is_transparent = void;
    const Graph* graph;
    bool operator()(NodeId a, NodeId b) const { return a == b; }
    bool operator()(NodeId a, const Key& b) const;
    bool operator()(const Key& a, NodeId b) const { return (*this)(b, a); }
  };

  NodeId Add(Node node, const mpq_class* number, absl::Span<const NodeId> operands);
  // Without a look whether it is there.
  NodeId Append(Node node, const mpq_class* number, absl::Span<const NodeId> operands);
  Key KeyOf(NodeId id) const;
  void Reindex();

  std::vector<Node> nodes_;
  std::vector<NodeId> operands_;
  std::deque<mpq_class> numbers_;
  // Of all nodes, or empty: it refers to this object, so a graph that was copied or moved has none
  // until a node is added.
  absl::flat_hash_set<NodeId, Hash, Equal> index_{0, Hash{this}, Equal{this}};
  // Of exact integers from kFirstSmall on, the nodes that have been asked for.
  static constexpr int64_t kFirstSmall = -4;
  static constexpr size_t kSmall = 16;
  static constexpr NodeId kUnknown{~0u};
  std::array<NodeId, kSmall> small_ = Unknown();
  static constexpr std::array<NodeId, kSmall> Unknown() {
    std::array<NodeId, kSmall> unknown;
    unknown.fill(kUnknown);
    return unknown;
  }
};

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_GRAPH_H_
