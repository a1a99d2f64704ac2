#include "server/service/program_scan.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/wire.h"

namespace formulary::service {
namespace {

// A field that repeats or holds such fields: `parent` is the row of the message field that holds
// it, or -1 for the Program itself. A row without a reason is only a way to what is in it.
struct CountRow {
  int parent;
  uint32_t field;
  std::string_view path;
  std::string_view reason;
  std::string_view limit_name;
  size_t expr::Limits::*limit;
};
constexpr CountRow kRows[] = {
    {-1, 1, "arguments", "ARGUMENT_LIMIT", "max_arguments", &expr::Limits::max_arguments},
    {-1, 2, "graph", "", "", nullptr},
    {-1, 3, "outputs", "OUTPUT_LIMIT", "max_outputs", &expr::Limits::max_outputs},
    {-1, 4, "definitions", "DEFINITION_LIMIT", "max_arguments", &expr::Limits::max_arguments},
    {1, 1, "graph.nodes", "NODE_LIMIT", "max_nodes", &expr::Limits::max_nodes},
    {0, 3, "arguments.core_shape", "DIMENSION_LIMIT", "max_nodes", &expr::Limits::max_nodes},
    {3, 2, "definitions.parameters", "PARAMETER_LIMIT", "max_nodes", &expr::Limits::max_nodes},
    {3, 5, "definitions.partials", "PARAMETER_LIMIT", "max_nodes", &expr::Limits::max_nodes},
    {4, 1, "graph.nodes.constant", "", "", nullptr},
    {4, 3, "graph.nodes.call", "", "", nullptr},
    {8, 3, "graph.nodes.constant.rational", "", "", nullptr},
    {0, 4, "arguments.assumptions", "", "", nullptr},
    {3, 3, "definitions.body", "", "", nullptr},
};
constexpr int kRowCount = static_cast<int>(std::size(kRows));

int FindRow(int parent, uint32_t field) {
  for (int row = 0; row < kRowCount; ++row) {
    if (kRows[row].parent == parent && kRows[row].field == field) return row;
  }
  return -1;
}

// All but the lists of names are messages.
bool IsMessage(int row) { return row != 5 && row != 6; }

// Fields in all that a program may have, for each of its max_nodes nodes: a call with unpacked
// operands and some fields of a newer contract fit.
constexpr size_t kFieldsPerNode = 8;

struct Counts {
  std::array<size_t, kRowCount> rows{};
  size_t fields = 0;
};

// Counts the fields of one message of row `parent` and of the messages in it, which nest no deeper
// than the table does.
absl::Status CountFields(WireReader reader, int parent, Counts* counts) {
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "program");
    ++counts->fields;
    // A group is nothing of ours, and protobuf would keep its every field.
    if (type == WireType::kStartGroup) return MalformedMessage(reader, "program");
    const int row = type == WireType::kLength ? FindRow(parent, field) : -1;
    if (row < 0) {
      if (!reader.Skip(field, type)) return MalformedMessage(reader, "program");
      continue;
    }
    ++counts->rows[static_cast<size_t>(row)];
    WireReader part = reader;
    if (!reader.ReadPart(&part)) return MalformedMessage(reader, "program");
    if (IsMessage(row)) RETURN_IF_ERROR(CountFields(part, row, counts));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckProgramCounts(const Pieces& program, const RequestLimits& limits) {
  Counts counts;
  RETURN_IF_ERROR(CountFields(WireReader(program), -1, &counts));
  for (int row = 0; row < kRowCount; ++row) {
    const CountRow& facts = kRows[row];
    const size_t count = counts.rows[static_cast<size_t>(row)];
    if (facts.reason.empty() || count <= limits.expression.*facts.limit) continue;
    return base::OverLimit(facts.reason, base::StrCat("program.", facts.path), facts.limit_name,
                           limits.expression.*facts.limit, count);
  }
  const size_t most = kFieldsPerNode * std::max(limits.expression.max_nodes, size_t{1024});
  if (counts.fields > most)
    return base::OverLimit("FIELD_LIMIT", "program", "8 * max_nodes", most, counts.fields);
  return absl::OkStatus();
}

}  // namespace formulary::service
