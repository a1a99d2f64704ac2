#include "server/expr/serialize.h"

#include <bit>
#include <cstring>
#include <vector>

#include "server/expr/catalogue.h"

namespace formulary::expr {
namespace {

constexpr std::string_view kMagic = "FYP1";
constexpr uint64_t kAccurate = 4;  // beside the numerics mode

using Flag = std::optional<bool> Assumptions::*;
constexpr Flag kFlags[] = {
    &Assumptions::real,
    &Assumptions::positive,
    &Assumptions::nonnegative,
    &Assumptions::negative,
    &Assumptions::nonzero,
    &Assumptions::integer,
    &Assumptions::finite,
    &Assumptions::symmetric,
    &Assumptions::positive_definite,
    &Assumptions::positive_semidefinite,
    &Assumptions::orthogonal,
    &Assumptions::diagonal,
    &Assumptions::lower_triangular,
    &Assumptions::upper_triangular,
};
using Bound = std::optional<double> Assumptions::*;
constexpr Bound kBounds[] = {&Assumptions::lower, &Assumptions::upper};

class Writer {
 public:
  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  void String(std::string_view text) {
    Varint(text.size());
    out_.append(text);
  }
  void Fixed(uint64_t bits) {
    for (int i = 0; i < 8; ++i) out_.push_back(static_cast<char>(bits >> (8 * i)));
  }
  void Raw(std::string_view text) { out_.append(text); }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// Reads what Writer writes; after a failure everything reads as 0 and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}

  bool ok() const { return ok_; }
  bool at_end() const { return in_.empty(); }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (in_.empty()) break;
      const auto byte = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  // A varint that must be below `limit`.
  uint64_t Below(uint64_t limit) {
    const uint64_t value = Varint();
    if (value >= limit) ok_ = false;
    return ok_ ? value : 0;
  }
  // How many items follow: each takes at least a byte.
  uint64_t Count() { return Below(in_.size() + 1); }
  std::string String() {
    const uint64_t size = Varint();
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return "";
    }
    std::string text(in_.substr(0, size));
    in_.remove_prefix(size);
    return text;
  }
  uint64_t Fixed() {
    if (in_.size() < 8) {
      ok_ = false;
      return 0;
    }
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i)
      bits |= static_cast<uint64_t>(static_cast<unsigned char>(in_[i])) << (8 * i);
    in_.remove_prefix(8);
    return bits;
  }
  bool Raw(std::string_view text) {
    ok_ = ok_ && in_.substr(0, text.size()) == text;
    if (ok_) in_.remove_prefix(text.size());
    return ok_;
  }

 private:
  std::string_view in_;
  bool ok_ = true;
};

void WriteArgument(const Argument& argument, WithNames with_names, Writer* out) {
  out->Varint(static_cast<uint64_t>(argument.dtype));
  out->Varint(argument.uniform ? 1 : 0);
  out->Varint(argument.core_shape.size());
  for (const Dimension& dimension : argument.core_shape) {
    out->Varint(static_cast<uint64_t>(dimension.size + 1));
    out->String(dimension.name);
  }
  // 0 unknown, 1 false, 2 true.
  for (const Flag flag : kFlags) {
    const std::optional<bool>& fact = argument.assumptions.*flag;
    out->Varint(fact.has_value() ? (*fact ? 2 : 1) : 0);
  }
  for (const Bound bound : kBounds) {
    const std::optional<double>& value = argument.assumptions.*bound;
    out->Varint(value.has_value() ? 1 : 0);
    if (value.has_value()) out->Fixed(std::bit_cast<uint64_t>(*value));
  }
  if (with_names == WithNames::kYes) {
    out->String(argument.name);
    out->Varint(argument.declared ? 1 : 0);
  }
}

Argument ReadArgument(Reader* in) {
  Argument argument;
  argument.dtype = static_cast<DType>(in->Below(8));
  argument.uniform = in->Below(2) != 0;
  for (uint64_t rank = in->Count(); rank > 0 && in->ok(); --rank) {
    Dimension dimension;
    dimension.size = static_cast<int64_t>(in->Varint()) - 1;
    dimension.name = in->String();
    argument.core_shape.push_back(std::move(dimension));
  }
  for (const Flag flag : kFlags) {
    const uint64_t fact = in->Below(3);
    if (fact != 0) argument.assumptions.*flag = fact == 2;
  }
  for (const Bound bound : kBounds) {
    if (in->Below(2) != 0) argument.assumptions.*bound = std::bit_cast<double>(in->Fixed());
  }
  argument.name = in->String();
  argument.declared = in->Below(2) != 0;
  return argument;
}

void WriteNode(const Graph& graph, NodeId id, const std::vector<uint32_t>& position, Writer* out) {
  const Node& node = graph[id];
  out->Varint(static_cast<uint64_t>(node.kind));
  out->Varint(node.detail);
  switch (node.kind) {
    case NodeKind::kNumber:
      out->String(graph.number(id).get_num().get_str());
      out->String(graph.number(id).get_den().get_str());
      break;
    case NodeKind::kReal:
      out->Fixed(node.bits);
      break;
    case NodeKind::kArgument:
      out->Varint(node.payload);
      break;
    case NodeKind::kCall:
      out->String(Row(node.function).name);
      out->Varint(graph.operands(id).size());
      for (const NodeId operand : graph.operands(id)) out->Varint(position[operand.value]);
      break;
    case NodeKind::kNamed:
    case NodeKind::kBoolean:
      break;
  }
}

bool IsDigits(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Adds the next node; its id goes to `ids`.
void ReadNode(Reader* in, size_t arguments, std::vector<NodeId>* ids, Graph* graph, bool* ok) {
  const auto kind = static_cast<NodeKind>(in->Below(6));
  const uint64_t detail = in->Below(256);
  NodeId id;
  if (kind == NodeKind::kNumber) {
    const std::string numerator = in->String(), denominator = in->String();
    *ok = *ok && IsDigits(numerator) && IsDigits(denominator) && denominator[0] != '-' &&
          denominator != "0";
    if (!*ok) return;
    mpq_class value(numerator + "/" + denominator);
    value.canonicalize();
    id = graph->Number(value, static_cast<NumberForm>(detail & 1));
  } else if (kind == NodeKind::kReal) {
    id = graph->Real(std::bit_cast<double>(in->Fixed()));
  } else if (kind == NodeKind::kNamed) {
    *ok = *ok && detail <= static_cast<uint64_t>(NamedConstant::kImaginaryUnit);
    id = graph->Named(static_cast<NamedConstant>(*ok ? detail : 0));
  } else if (kind == NodeKind::kBoolean) {
    id = graph->Boolean(detail != 0);
  } else if (kind == NodeKind::kArgument) {
    id = graph->Argument(static_cast<uint32_t>(in->Below(arguments)));
  } else {
    const std::string name = in->String();
    std::vector<NodeId> operands;
    for (uint64_t count = in->Count(); count > 0 && in->ok(); --count) {
      const uint64_t operand = in->Below(ids->size());
      if (in->ok()) operands.push_back((*ids)[operand]);
    }
    const Lookup lookup = FindFunction(name, operands.size());
    *ok = *ok && in->ok() && lookup.row != nullptr && lookup.row->name == name;
    if (!*ok) return;
    id = graph->Call(lookup.id, operands);
  }
  ids->push_back(id);
}

}  // namespace

std::string EncodeProgram(const Program& program, WithNames with_names) {
  Writer out;
  out.Raw(kMagic);
  out.Varint(static_cast<uint64_t>(program.numerics) | (program.accurate ? kAccurate : 0));
  out.Varint(program.arguments.size());
  for (const Argument& argument : program.arguments) WriteArgument(argument, with_names, &out);
  const std::vector<bool> needed = program.graph.Reachable(program.roots());
  std::vector<uint32_t> position(program.graph.size());
  uint32_t count = 0;
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    if (needed[i]) position[i] = count++;
  }
  out.Varint(count);
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    if (needed[i]) WriteNode(program.graph, NodeId{i}, position, &out);
  }
  out.Varint(program.outputs.size());
  for (const Output& output : program.outputs) {
    out.Varint(position[output.node.value]);
    if (with_names == WithNames::kYes) out.String(output.name);
  }
  return out.Take();
}

absl::StatusOr<Program> DecodeProgram(std::string_view bytes) {
  Reader in(bytes);
  bool ok = in.Raw(kMagic);
  Program program;
  const uint64_t numerics = in.Below(2 * kAccurate);
  program.numerics = static_cast<Numerics>(numerics % kAccurate);
  program.accurate = numerics >= kAccurate;
  ok = ok && program.numerics >= Numerics::kStrict;
  for (uint64_t count = in.Count(); count > 0 && in.ok(); --count) {
    program.arguments.push_back(ReadArgument(&in));
  }
  std::vector<NodeId> ids;
  for (uint64_t count = in.Count(); count > 0 && ok && in.ok(); --count) {
    ReadNode(&in, program.arguments.size(), &ids, &program.graph, &ok);
  }
  for (uint64_t count = in.Count(); count > 0 && ok && in.ok(); --count) {
    const uint64_t node = in.Below(ids.size());
    std::string name = in.String();
    if (in.ok()) program.outputs.push_back({std::move(name), ids[node]});
  }
  if (!ok || !in.ok() || !in.at_end() || program.outputs.empty()) {
    return absl::DataLossError("not the bytes of a program of this version");
  }
  return program;
}

}  // namespace formulary::expr
