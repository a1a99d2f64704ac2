#ifndef FORMULARY_SERVER_EXPR_TEXT_TREE_WRITER_H_
#define FORMULARY_SERVER_EXPR_TEXT_TREE_WRITER_H_

// Writing a graph as a tree without recursion: a writer says, for one node in one place, which
// pieces of text and which operands follow one another; WriteTree keeps the stack. Used by the
// printers of print.h.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/expr/text/operators.h"
#include "server/expr/text/print.h"

namespace formulary::expr::text {

// Where a node stands.
struct Context {
  uint8_t precedence = kLoosest;  // what binds less tightly needs parentheses
  bool leading = true;            // a minus sign in front cannot follow another operator
  bool negated = false;           // minus the node is meant; only of what IsNegative
};
inline constexpr uint8_t kEnclosed = 0xff;  // as a precedence: parentheses in any case

struct Piece {
  std::string text;
  NodeId node;
  Context context;
  bool is_node = false;
};

// What a node is written as, from left to right.
class Pieces {
 public:
  void Text(std::string text) { list_.push_back({.text = std::move(text)}); }
  void Node(NodeId node, Context context = {}) {
    list_.push_back({.node = node, .context = context, .is_node = true});
  }
  void List(absl::Span<const NodeId> nodes, std::string_view separator) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (i > 0) Text(std::string(separator));
      Node(nodes[i]);
    }
  }

  std::vector<Piece>& list() { return list_; }

 private:
  std::vector<Piece> list_;
};

// What is written.
struct Source {
  const Graph* graph = nullptr;
  absl::Span<const Argument> arguments;
  // Rounding matters: write sums and products as they are computed, not as people write them.
  bool as_written = false;

  std::string ArgumentName(const Node& node) const;
  bool HasArgument(std::string_view name) const;
};

// One notation of one graph. One thread at a time.
class TreeWriter {
 public:
  explicit TreeWriter(const Source& source) : source_(source), graph_(*source.graph) {}
  virtual ~TreeWriter() = default;

  // UNIMPLEMENTED for what the notation cannot say.
  virtual absl::Status Expand(NodeId node, const Context& context, Pieces* out) = 0;

 protected:
  Source source_;
  const Graph& graph_;
};

std::unique_ptr<TreeWriter> MakeInfixWriter(const Source& source, Notation notation);
std::unique_ptr<TreeWriter> MakeLatexWriter(const Source& source);
std::unique_ptr<TreeWriter> MakeFpCoreWriter(const Source& source);
std::unique_ptr<TreeWriter> MakeMathMlWriter(const Source& source);

// Appends `root` to `out`. RESOURCE_EXHAUSTED, reason OUTPUT_TOO_LARGE, once `out` is over
// `max_bytes`.
absl::Status WriteTree(NodeId root, size_t max_bytes, TreeWriter* writer, std::string* out);

// A name as LaTeX has it: Greek letters, subscripts.
std::string LatexName(std::string_view name);

// A name or text with the characters that markup keeps to itself written as entities.
std::string XmlText(std::string_view text);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_TREE_WRITER_H_
