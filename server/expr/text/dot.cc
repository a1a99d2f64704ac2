#include <string>

#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/text/constants_text.h"
#include "server/expr/text/number_text.h"
#include "server/expr/text/print.h"
#include "server/expr/text/tree_writer.h"
#include "server/expr/text/utf8.h"

namespace formulary::expr {
namespace text {
namespace {

using base::StrAppend;
using base::StrCat;

constexpr size_t kMostLabelBytes = 64;  // a number may have thousands of digits

// Text within double quotes of a DOT file.
std::string Label(std::string_view text) {
  std::string shown;
  for (size_t i = 0; i < text.size() && shown.size() < kMostLabelBytes;
       i += DecodeUtf8(text, i).length) {
    if (text[i] == '"' || text[i] == '\\') shown += '\\';
    const size_t before = shown.size();
    // An escape such as \x07 begins with a backslash, which DOT has to see twice.
    if (AppendShown(text, i, &shown) > 1) shown.insert(before, 1, '\\');
  }
  return shown.size() < kMostLabelBytes ? shown : shown + "...";
}

std::string LabelOf(const Source& source, NodeId id) {
  const Graph& graph = *source.graph;
  const Node& node = graph[id];
  switch (node.kind) {
    case NodeKind::kNumber:
      return StrCat(graph.number(id) < 0 ? "-" : "",
                    MagnitudeText(graph.number(id), static_cast<NumberForm>(node.detail)));
    case NodeKind::kReal:
      if (graph.real(id) == 0) return "-0.0";
      return StrCat(graph.real(id) < 0 ? "-" : "", ConstantTextOf(graph, id).names[0]);
    case NodeKind::kNamed:
      return std::string(ConstantTextOf(graph, id).names[0]);
    case NodeKind::kBoolean:
      return node.detail != 0 ? "True" : "False";
    case NodeKind::kArgument:
      return source.ArgumentName(node);
    case NodeKind::kCall:
      break;
  }
  const Operator* op = PrintedOperator(node.function, node.operand_count);
  return std::string(op != nullptr ? op->symbol : Row(node.function).name);
}

}  // namespace
}  // namespace text

std::string PrintDot(const Program& program) {
  using base::StrAppend;
  const text::Source source{.graph = &program.graph, .arguments = program.arguments};
  const std::vector<bool> needed = program.graph.Reachable(program.roots());
  std::string out = "digraph formulary {\n  rankdir=BT;\n  node [shape=ellipse];\n";
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    if (!needed[i]) continue;
    const bool argument = program.graph[NodeId{i}].kind == NodeKind::kArgument;
    StrAppend(&out, "  n", i, " [label=\"", text::Label(text::LabelOf(source, NodeId{i})), "\"",
              argument ? ", shape=box" : "", "];\n");
  }
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    if (!needed[i]) continue;
    const auto operands = program.graph.operands(NodeId{i});
    for (size_t k = 0; k < operands.size(); ++k) {
      // Which operand it is matters where there are several.
      const std::string position = operands.size() > 1 ? base::StrCat(" [label=\"", k, "\"]") : "";
      StrAppend(&out, "  n", operands[k].value, " -> n", i, position, ";\n");
    }
  }
  for (size_t i = 0; i < program.outputs.size(); ++i) {
    StrAppend(&out, "  o", i, " [label=\"", text::Label(program.outputs[i].name),
              "\", shape=doublecircle];\n  n", program.outputs[i].node.value, " -> o", i, ";\n");
  }
  return out + "}\n";
}

}  // namespace formulary::expr
