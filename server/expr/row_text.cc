#include "server/expr/row_text.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

#include "server/expr/program_builder.h"
#include "server/expr/text/parse.h"

namespace formulary::expr {

RowText ParseRowText(std::string_view text) {
  ProgramBuilder builder{Limits{}};
  for (const char* name : {"a", "b", "c", "d", "e", "r"}) {
    const absl::Status declared = builder.Declare({.name = name, .declared = true});
    if (!declared.ok()) std::abort();
  }
  const absl::StatusOr<NodeId> root = ParseText(text, &builder);
  if (!root.ok()) {
    std::fprintf(stderr, "catalogue text \"%s\": %s\n", std::string(text).c_str(),
                 root.status().ToString().c_str());
    std::abort();
  }
  return {builder.graph(), *root};
}

namespace {

RowTexts ParseTexts(const FunctionRow& row) {
  RowTexts parsed;
  if (!row.expansion.empty()) parsed.expansion = ParseRowText(row.expansion);
  for (size_t k = 0; k < row.partials.size(); ++k) {
    const std::string_view partial = row.partials[k];
    if (!partial.empty() && partial != "none") parsed.partials[k] = ParseRowText(partial);
  }
  for (size_t k = 0; k < row.complex.size(); ++k) {
    if (!row.complex[k].empty()) parsed.complex[k] = ParseRowText(row.complex[k]);
  }
  parsed.domain = ParseRowText(row.domain);
  if (!row.region.empty()) parsed.region = ParseRowText(row.region);
  if (!row.amplitude.empty()) parsed.amplitude = ParseRowText(row.amplitude);
  return parsed;
}

}  // namespace

const RowTexts& TextsOf(FunctionId function) {
  struct Entry {
    std::once_flag once;
    RowTexts texts;
  };
  static std::vector<Entry>* const kTexts = new std::vector<Entry>(Rows().size());
  Entry& entry = (*kTexts)[function.value];
  std::call_once(entry.once, [&] { entry.texts = ParseTexts(Rows()[function.value]); });
  return entry.texts;
}

NodeId Instantiate(const RowText& text, absl::Span<const NodeId> operands, NodeId result,
                   Graph* graph) {
  std::vector<NodeId> renamed(text.graph.size());
  std::vector<NodeId> mapped;
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const NodeId id{i};
    const Node& node = text.graph[id];
    if (node.kind == NodeKind::kArgument) {
      // A text may speak of fewer operands than there are letters; those it does not speak of are
      // unused.
      renamed[i] = node.payload == kResultArgument  ? result
                   : node.payload < operands.size() ? operands[node.payload]
                                                    : result;
      continue;
    }
    if (node.kind != NodeKind::kCall) {
      renamed[i] = graph->ImportLeaf(text.graph, id);
      continue;
    }
    mapped.clear();
    for (const NodeId operand : text.graph.operands(id)) mapped.push_back(renamed[operand.value]);
    renamed[i] = graph->Call(node.function, mapped);
  }
  return renamed[text.root.value];
}

}  // namespace formulary::expr
