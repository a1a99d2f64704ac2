#include "server/passes/differentiate_pattern.h"

#include <algorithm>
#include <bit>

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;

namespace {

constexpr size_t kBlock = 64;  // rows or columns at a time, a bit each

using Masks = std::vector<uint64_t>;  // by node

// Which of leaves [first, first + 64) each node depends on.
Masks Dependencies(const Slopes& slopes, const Graph& graph, absl::Span<const NodeId> leaves,
                   size_t first) {
  Masks masks(graph.size(), 0);
  for (size_t j = first; j < std::min(first + kBlock, leaves.size()); ++j)
    masks[leaves[j].value] |= uint64_t{1} << (j - first);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const absl::Span<const NodeId> operands = graph.operands(NodeId{i});
    for (size_t k = 0; k < operands.size(); ++k) {
      const uint64_t mask = masks[operands[k].value];
      if (mask != 0 && slopes.Passes(NodeId{i}, k)) masks[i] |= mask;
    }
  }
  return masks;
}

// Hands what roots have in `masks` down to their operands, and counts the products on the way:
// `count` of a node's bits and its operand's.
uint64_t PassDown(const Slopes& slopes, const Graph& graph, Masks* masks,
                  absl::FunctionRef<int(uint64_t node, NodeId operand)> count) {
  uint64_t products = 0;
  for (size_t i = masks->size(); i-- > 0;) {
    if ((*masks)[i] == 0) continue;
    const NodeId id{static_cast<uint32_t>(i)};
    const absl::Span<const NodeId> operands = graph.operands(id);
    for (size_t k = 0; k < operands.size(); ++k) {
      const int bits = count((*masks)[i], operands[k]);
      if (bits == 0 || !slopes.Passes(id, k)) continue;
      products += static_cast<uint64_t>(bits);
      (*masks)[operands[k].value] |= (*masks)[i];
    }
  }
  return products;
}

}  // namespace

Pattern FindPattern(const Slopes& slopes, const Graph& graph, absl::Span<const NodeId> roots,
                    absl::Span<const NodeId> leaves, Wanted wanted) {
  Pattern pattern;
  pattern.columns.resize(roots.size());
  std::vector<bool> depends(graph.size(), false);
  for (size_t first = 0; first < leaves.size(); first += kBlock) {
    const Masks masks = Dependencies(slopes, graph, leaves, first);
    for (size_t i = 0; i < masks.size(); ++i) depends[i] = depends[i] || masks[i] != 0;
    Masks asked(graph.size(), 0);
    for (uint32_t i = 0; i < roots.size(); ++i) {
      const uint64_t mask = masks[roots[i].value];
      for (size_t bit = 0; bit < kBlock && mask >> bit != 0; ++bit) {
        if ((mask >> bit & 1) == 0) continue;
        const auto column = static_cast<uint32_t>(first + bit);
        pattern.columns[i].push_back(column);
        if (wanted(i, column)) asked[roots[i].value] |= uint64_t{1} << bit;
      }
    }
    pattern.forward_products +=
        PassDown(slopes, graph, &asked, [&masks](uint64_t node, NodeId operand) {
          return std::popcount(node & masks[operand.value]);
        });
  }
  for (size_t first = 0; first < roots.size(); first += kBlock) {
    Masks rows(graph.size(), 0);
    for (size_t i = first; i < std::min(first + kBlock, roots.size()); ++i)
      rows[roots[i].value] |= uint64_t{1} << (i - first);
    pattern.reverse_products +=
        PassDown(slopes, graph, &rows, [&depends](uint64_t node, NodeId operand) {
          return depends[operand.value] ? std::popcount(node) : 0;
        });
  }
  return pattern;
}

std::vector<uint32_t> ColourOf(absl::Span<const std::vector<uint32_t>> sets, size_t universe) {
  std::vector<uint32_t> colours;
  std::vector<std::vector<bool>> taken;  // by colour: elements of its sets
  for (const std::vector<uint32_t>& set : sets) {
    const auto free = std::find_if(taken.begin(), taken.end(), [&set](const auto& elements) {
      return std::none_of(set.begin(), set.end(), [&](uint32_t e) { return elements[e]; });
    });
    const auto colour = static_cast<uint32_t>(free - taken.begin());
    if (colour == taken.size()) taken.emplace_back(universe, false);
    for (const uint32_t element : set) taken[colour][element] = true;
    colours.push_back(colour);
  }
  return colours;
}

}  // namespace formulary::passes
