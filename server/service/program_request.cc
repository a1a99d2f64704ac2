#include "server/service/program_request.h"

namespace formulary::service {
namespace {

constexpr uint32_t kProgramField = 1;
// Beside the program there are options and budgets of a few bytes, names of its arguments and a
// range for each.
constexpr size_t kMaxRestBytes = size_t{1} << 20;

}  // namespace

absl::StatusOr<SplitRequest> SplitProgramRequest(WireReader reader) {
  SplitRequest split;
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    const WireReader start = reader;
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "");
    if (field == kProgramField && type == WireType::kLength) {
      WireReader part = reader;
      if (!reader.ReadPart(&part)) return MalformedMessage(reader, "program");
      part.AppendRemaining(&split.program);
      split.has_program = true;
      continue;
    }
    if (!reader.Skip(field, type)) return MalformedMessage(reader, "");
    // What is larger is an unknown field of a newer contract, which we ignore anyway.
    if (reader.offset() - start.offset() + split.rest.size() <= kMaxRestBytes)
      split.rest.append(start.CopyUpTo(reader));
  }
  if (!split.has_program)
    return base::InvalidArgument("MISSING_FIELD", "program", "program: not set");
  return split;
}

}  // namespace formulary::service
