#include "server/service/evaluate_request.h"

#include <algorithm>
#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/field_path.h"
#include "server/service/names.h"

namespace formulary::service {
namespace {

// Field numbers of formulary.v1.EvaluateRequest and EvaluateStreamStart.
constexpr uint32_t kKernelField = 1;
constexpr uint32_t kProgramField = 2;
constexpr uint32_t kInputsField = 3;
constexpr uint32_t kOptionsField = 4;
constexpr uint32_t kPlacesField = 5;  // of an EvaluateRequest only
// OutputPlace.
constexpr uint32_t kOutputField = 1;
constexpr uint32_t kSharedMemoryField = 2;
// EvaluateStreamChunk, BatchEvaluateRequest, NamedArray.
constexpr uint32_t kChunkInputsField = 1;
constexpr uint32_t kRequestsField = 1;
constexpr uint32_t kNameField = 1;
constexpr uint32_t kArrayField = 2;

absl::Status ParseInput(WireReader reader, const RequestLimits& limits, InputField* input) {
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "");
    WireReader part = reader;
    if (field == kNameField && type == WireType::kLength) {
      if (!reader.ReadString(&input->name)) return MalformedMessage(reader, "name");
    } else if (field == kArrayField && type == WireType::kLength) {
      if (!reader.ReadPart(&part)) return MalformedMessage(reader, "array");
      const absl::Status status = ParseArray(part, limits, &input->array);
      if (!status.ok()) return Within("array", status);
    } else if (!reader.Skip(field, type)) {
      return MalformedMessage(reader, "");
    }
  }
  return absl::OkStatus();
}

absl::Status AddInput(WireReader* reader, const RequestLimits& limits,
                      std::vector<InputField>* inputs) {
  WireReader part = *reader;
  if (!reader->ReadPart(&part)) return MalformedMessage(*reader, "inputs");
  const size_t limit = limits.expression.max_arguments;
  if (inputs->size() >= limit)
    return base::OverLimit("ARGUMENT_LIMIT", "inputs", "max_arguments", limit, limit + 1);
  const absl::Status status = ParseInput(part, limits, &inputs->emplace_back());
  return status.ok() ? status : Within(Indexed("inputs", inputs->size() - 1), status);
}

absl::Status ParsePlace(WireReader reader, EvaluateFields::OutputPlace* place) {
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "");
    WireReader part = reader;
    if (field == kOutputField && type == WireType::kLength) {
      if (!reader.ReadString(&place->output)) return MalformedMessage(reader, "output");
    } else if (field == kSharedMemoryField && type == WireType::kLength) {
      if (!reader.ReadPart(&part)) return MalformedMessage(reader, "shared_memory");
      RETURN_IF_ERROR(ParseSharedPlace(part, &place->place));
    } else if (!reader.Skip(field, type)) {
      return MalformedMessage(reader, "");
    }
  }
  return absl::OkStatus();
}

absl::Status AddPlace(WireReader* reader, const RequestLimits& limits, EvaluateFields* fields) {
  WireReader part = *reader;
  if (!reader->ReadPart(&part)) return MalformedMessage(*reader, "output_places");
  const size_t limit = limits.expression.max_outputs;
  if (fields->places.size() >= limit)
    return base::OverLimit("OUTPUT_LIMIT", "output_places", "max_outputs", limit, limit + 1);
  const absl::Status status = ParsePlace(part, &fields->places.emplace_back());
  return status.ok() ? status : Within(Indexed("output_places", fields->places.size() - 1), status);
}

struct OptionRow {
  uint32_t field;
  std::string_view name;
  uint32_t EvaluateOptions::*member;
  uint32_t greatest;  // known enum number
};
constexpr OptionRow kEnumOptions[] = {
    {1, "compilation", &EvaluateOptions::compilation, 3},
    {2, "output_dtype", &EvaluateOptions::output_dtype, 7},
    {3, "encoding", &EvaluateOptions::encoding, 2},
};
constexpr uint32_t kWantReportField = 4;

absl::Status ParseOptions(WireReader reader, EvaluateOptions* options) {
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  uint64_t value = 0;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "options");
    if (type != WireType::kVarint) {
      if (!reader.Skip(field, type)) return MalformedMessage(reader, "options");
      continue;
    }
    if (!reader.ReadVarint(&value)) return MalformedMessage(reader, "options");
    if (field == kWantReportField) options->want_report = value != 0;
    for (const OptionRow& row : kEnumOptions) {
      if (row.field == field) options->*row.member = static_cast<uint32_t>(value);
    }
  }
  return absl::OkStatus();
}

// A member of the oneof target: the last on the wire wins, parts of one program merge.
absl::Status ParseTarget(uint32_t field, WireReader* reader, EvaluateFields* fields) {
  WireReader part = *reader;
  const bool is_kernel = field == kKernelField;
  const std::string_view name = is_kernel ? "kernel" : "program";
  if (!reader->ReadPart(&part)) return MalformedMessage(*reader, name);
  const auto target =
      is_kernel ? EvaluateFields::Target::kKernel : EvaluateFields::Target::kProgram;
  if (fields->target != target) fields->program.clear();
  fields->target = target;
  if (is_kernel) {
    fields->kernel = part.CopyRemaining();
  } else {
    part.AppendRemaining(&fields->program);
  }
  return absl::OkStatus();
}

}  // namespace

bool EvaluateFields::has_list() const {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const InputField& input) { return input.array.is_list(); });
}

absl::StatusOr<EvaluateFields> ParseEvaluateRequest(WireReader reader,
                                                    const RequestLimits& limits) {
  EvaluateFields fields;
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "");
    WireReader part = reader;
    if (type != WireType::kLength || field > kPlacesField) {
      if (!reader.Skip(field, type)) return MalformedMessage(reader, "");
    } else if (field == kInputsField) {
      RETURN_IF_ERROR(AddInput(&reader, limits, &fields.inputs));
    } else if (field == kOptionsField) {
      if (!reader.ReadPart(&part)) return MalformedMessage(reader, "options");
      RETURN_IF_ERROR(ParseOptions(part, &fields.options));
    } else if (field == kPlacesField) {
      RETURN_IF_ERROR(AddPlace(&reader, limits, &fields));
    } else {
      RETURN_IF_ERROR(ParseTarget(field, &reader, &fields));
    }
  }
  return fields;
}

absl::StatusOr<EvaluateFields> ParseStreamChunk(WireReader reader, const RequestLimits& limits) {
  EvaluateFields fields;
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "");
    if (type == WireType::kLength && field == kChunkInputsField) {
      RETURN_IF_ERROR(AddInput(&reader, limits, &fields.inputs));
    } else if (!reader.Skip(field, type)) {
      return MalformedMessage(reader, "");
    }
  }
  return fields;
}

absl::Status CheckOptions(const EvaluateOptions& options) {
  for (const OptionRow& row : kEnumOptions) {
    if (options.*row.member <= row.greatest) continue;
    const std::string field = base::StrCat("options.", row.name);
    return base::InvalidArgument(
        "UNKNOWN_ENUM_VALUE", field,
        base::StrCat(field, ": ", options.*row.member, " is not a value of the enum"));
  }
  return absl::OkStatus();
}

absl::Status CheckTarget(const EvaluateFields& target) {
  RETURN_IF_ERROR(CheckOptions(target.options));
  if (target.target == EvaluateFields::Target::kProgram) return absl::OkStatus();
  if (target.target == EvaluateFields::Target::kKernel)
    return CheckKernelName(target.kernel, "kernel");
  return base::InvalidArgument("MISSING_FIELD", "target", "target: neither a kernel nor a program");
}

absl::StatusOr<std::vector<WireReader>> ParseBatchRequest(WireReader reader,
                                                          const RequestLimits& limits) {
  std::vector<WireReader> items;
  size_t count = 0;
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "requests");
    WireReader part = reader;
    if (field != kRequestsField || type != WireType::kLength) {
      if (!reader.Skip(field, type)) return MalformedMessage(reader, "requests");
      continue;
    }
    if (!reader.ReadPart(&part)) return MalformedMessage(reader, "requests");
    if (++count <= limits.max_batch_items) items.push_back(part);
  }
  if (count > limits.max_batch_items)
    return base::OverLimit("BATCH_LIMIT", "requests", "max_batch_items", limits.max_batch_items,
                           count);
  return items;
}

absl::StatusOr<StreamFields> ParseStreamRequest(WireReader reader) {
  StreamFields fields{.body = reader};
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "message");
    if ((field != 1 && field != 2) || type != WireType::kLength) {
      if (!reader.Skip(field, type)) return MalformedMessage(reader, "message");
      continue;
    }
    if (!reader.ReadPart(&fields.body)) return MalformedMessage(reader, "message");
    fields.kind = static_cast<StreamFields::Kind>(field);
  }
  if (fields.kind == StreamFields::Kind::kNone)
    return base::InvalidArgument("MISSING_FIELD", "message", "message: neither start nor chunk");
  return fields;
}

}  // namespace formulary::service
