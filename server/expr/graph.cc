#include "server/expr/graph.h"

#include <bit>
#include <cmath>
#include <utility>

#include "absl/hash/hash.h"

namespace formulary::expr {
namespace {

size_t HashOf(const Node& node, const mpq_class* number, absl::Span<const NodeId> operands) {
  if (number != nullptr) {
    // Low limbs identify a number well enough; equality compares all of it.
    return absl::HashOf(node.kind, node.detail, mpz_get_ui(number->get_num_mpz_t()),
                        mpz_sgn(number->get_num_mpz_t()), mpz_get_ui(number->get_den_mpz_t()),
                        mpz_size(number->get_num_mpz_t()));
  }
  if (node.kind == NodeKind::kCall) return absl::HashOf(node.function.value, operands);
  const uint32_t position = node.kind == NodeKind::kArgument ? node.payload : 0;
  return absl::HashOf(node.kind, node.detail, position, node.bits);
}

}  // namespace

Graph::Graph(const Graph& other)
    : nodes_(other.nodes_),
      operands_(other.operands_),
      numbers_(other.numbers_),
      small_(other.small_) {}

Graph& Graph::operator=(const Graph& other) {
  if (this != &other) *this = Graph(other);
  return *this;
}

Graph::Graph(Graph&& other) noexcept { *this = std::move(other); }

Graph& Graph::operator=(Graph&& other) noexcept {
  nodes_ = std::move(other.nodes_);
  operands_ = std::move(other.operands_);
  numbers_ = std::move(other.numbers_);
  small_ = std::exchange(other.small_, Unknown());
  index_.clear();
  other.nodes_.clear();
  other.operands_.clear();
  other.numbers_.clear();
  other.index_.clear();
  return *this;
}

void Graph::Reserve(uint32_t nodes) {
  nodes_.reserve(nodes);
  operands_.reserve(size_t{2} * nodes);
  index_.reserve(nodes);
}

void Graph::Reindex() {
  index_ = absl::flat_hash_set<NodeId, Hash, Equal>(2 * nodes_.size(), Hash{this}, Equal{this});
  for (uint32_t i = 0; i < nodes_.size(); ++i) index_.insert(NodeId{i});
}

Graph::Key Graph::KeyOf(NodeId id) const {
  const Node& node = nodes_[id.value];
  return {&node, node.kind == NodeKind::kNumber ? &number(id) : nullptr, operands(id)};
}

size_t Graph::Hash::operator()(NodeId id) const { return (*this)(graph->KeyOf(id)); }

size_t Graph::Hash::operator()(const Key& key) const {
  return HashOf(*key.node, key.number, key.operands);
}

bool Graph::Equal::operator()(NodeId id, const Key& key) const {
  const Node& a = graph->nodes_[id.value];
  const Node& b = *key.node;
  if (a.kind != b.kind || a.detail != b.detail) return false;
  switch (a.kind) {
    case NodeKind::kNumber:
      return graph->number(id) == *key.number;
    case NodeKind::kReal:
      return a.bits == b.bits;
    case NodeKind::kArgument:
      return a.payload == b.payload;
    case NodeKind::kCall:
      return a.function == b.function && graph->operands(id) == key.operands;
    case NodeKind::kNamed:
    case NodeKind::kBoolean:
      return true;
  }
  return false;
}

NodeId Graph::Add(Node node, const mpq_class* number, absl::Span<const NodeId> operands) {
  if (index_.size() != nodes_.size()) Reindex();
  const auto place = index_.lazy_emplace(Key{&node, number, operands}, [&](const auto& make) {
    make(Append(node, number, operands));
  });
  return *place;
}

NodeId Graph::Append(Node node, const mpq_class* number, absl::Span<const NodeId> operands) {
  if (number != nullptr) {
    node.payload = static_cast<uint32_t>(numbers_.size());
    numbers_.push_back(*number);
  }
  if (node.kind == NodeKind::kCall) {
    node.payload = static_cast<uint32_t>(operands_.size());
    // `operands` may lie in operands_ itself: copy by index after making room.
    const bool inside = !operands.empty() && operands.data() >= operands_.data() &&
                        operands.data() < operands_.data() + operands_.size();
    const size_t offset = inside ? static_cast<size_t>(operands.data() - operands_.data()) : 0;
    const size_t start = operands_.size();
    operands_.resize(start + operands.size());
    const NodeId* source = inside ? operands_.data() + offset : operands.data();
    for (size_t i = 0; i < operands.size(); ++i) operands_[start + i] = source[i];
  }
  const NodeId id{static_cast<uint32_t>(nodes_.size())};
  nodes_.push_back(node);
  return id;
}

NodeId Graph::Number(const mpq_class& value, NumberForm form) {
  if (value.get_den() != 1) {  // Rational(2, 4): equal numbers are one node
    mpq_class lowest = value;
    lowest.canonicalize();
    return Add({.kind = NodeKind::kNumber, .detail = static_cast<uint8_t>(form)}, &lowest, {});
  }
  return Add({.kind = NodeKind::kNumber, .detail = static_cast<uint8_t>(form)}, &value, {});
}

NodeId Graph::Integer(int64_t value) {
  const bool is_small = value >= kFirstSmall && value < kFirstSmall + static_cast<int64_t>(kSmall);
  if (!is_small) return Number(mpq_class(static_cast<long>(value)));
  NodeId& known = small_[static_cast<size_t>(value - kFirstSmall)];
  if (known == kUnknown) known = Number(mpq_class(static_cast<long>(value)));
  return known;
}

NodeId Graph::Real(double value) {
  if (std::isfinite(value) && !(value == 0 && std::signbit(value))) {
    return Number(mpq_class(value), NumberForm::kLiteral);
  }
  // One NaN: a signalling or otherwise marked payload is quieted here.
  const uint64_t bits = std::isnan(value) ? 0x7ff8000000000000u : std::bit_cast<uint64_t>(value);
  return Add({.kind = NodeKind::kReal, .bits = bits}, nullptr, {});
}

NodeId Graph::Named(NamedConstant constant) {
  return Add({.kind = NodeKind::kNamed, .detail = static_cast<uint8_t>(constant)}, nullptr, {});
}

NodeId Graph::Boolean(bool value) {
  return Add({.kind = NodeKind::kBoolean, .detail = static_cast<uint8_t>(value ? 1 : 0)}, nullptr,
             {});
}

NodeId Graph::Argument(uint32_t position) {
  return Add({.kind = NodeKind::kArgument, .payload = position}, nullptr, {});
}

NodeId Graph::Call(FunctionId function, absl::Span<const NodeId> operands) {
  return Add({.kind = NodeKind::kCall,
              .function = function,
              .operand_count = static_cast<uint32_t>(operands.size())},
             nullptr, operands);
}

double Graph::real(NodeId id) const { return std::bit_cast<double>(nodes_[id.value].bits); }

std::vector<bool> Graph::Reachable(absl::Span<const NodeId> roots) const {
  std::vector<bool> needed(nodes_.size(), false);
  for (const NodeId root : roots) needed[root.value] = true;
  for (uint32_t i = size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const NodeId operand : operands(NodeId{i})) needed[operand.value] = true;
  }
  return needed;
}

// Nodes that differ here differ there: nothing needs to be looked up.
Graph Graph::Extract(std::vector<NodeId>* roots) const {
  const std::vector<bool> needed = Reachable(*roots);
  Graph part;
  std::vector<NodeId> renamed(size());
  for (uint32_t i = 0; i < size(); ++i) {
    if (!needed[i]) continue;
    renamed[i] = NodeId{part.size()};
    Node node = nodes_[i];
    if (node.kind == NodeKind::kNumber) {
      part.numbers_.push_back(numbers_[node.payload]);
      node.payload = static_cast<uint32_t>(part.numbers_.size() - 1);
    } else if (node.kind == NodeKind::kCall) {
      node.payload = static_cast<uint32_t>(part.operands_.size());
      for (const NodeId operand : operands(NodeId{i}))
        part.operands_.push_back(renamed[operand.value]);
    }
    part.nodes_.push_back(node);
  }
  for (NodeId& root : *roots) root = renamed[root.value];
  return part;
}

NodeId Graph::ImportLeaf(const Graph& source, NodeId id) {
  const Node& node = source[id];
  return Add(node, node.kind == NodeKind::kNumber ? &source.number(id) : nullptr, {});
}

std::vector<NodeId> Graph::Import(const Graph& source, absl::Span<const NodeId> roots) {
  const std::vector<bool> needed = source.Reachable(roots);
  std::vector<NodeId> renamed(source.size());
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i < source.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    const Node& node = source[id];
    operands.clear();
    for (const NodeId operand : source.operands(id)) operands.push_back(renamed[operand.value]);
    Node copy = node;
    const mpq_class* number = node.kind == NodeKind::kNumber ? &source.number(id) : nullptr;
    renamed[i] = Add(copy, number, operands);
  }
  std::vector<NodeId> result;
  result.reserve(roots.size());
  for (const NodeId root : roots) result.push_back(renamed[root.value]);
  return result;
}

}  // namespace formulary::expr
