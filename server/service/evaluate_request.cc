#include "server/service/evaluate_request.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/decode_program.h"
#include "server/service/field_path.h"
#include "server/service/names.h"

namespace formulary::service {
namespace {

// Field numbers of formulary.v1.EvaluateRequest and EvaluateStreamStart.
constexpr uint32_t kKernelField = 1;
constexpr uint32_t kProgramField = 2;
constexpr uint32_t kInputsField = 3;
constexpr uint32_t kOptionsField = 4;
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

// The inputs of a call and what is known of them so far.
struct InputBuilder {
  const RequestLimits& limits;
  engine::EvaluateCall* call;
  OwnedBytes* owned;
  absl::flat_hash_set<std::string> names;

  absl::Status Add(const InputField& input, bool needs_name);
  absl::Status AddAll(const EvaluateFields& fields, bool needs_name);
};

absl::Status InputBuilder::Add(const InputField& input, bool needs_name) {
  RETURN_IF_ERROR(CheckName(input.name, "name", limits.expression.max_name_bytes));
  if (input.name.empty() && needs_name)
    return base::InvalidArgument("EMPTY_NAME", "name", "name: an input of a program needs a name");
  if (!input.name.empty() && !names.insert(input.name).second) {
    return base::InvalidArgument(
        "DUPLICATE_INPUT", "name",
        base::StrCat("name: there are two inputs called \"", input.name, "\""));
  }
  absl::StatusOr<eval::ArrayView> array = ResolveArray(input.array, limits, owned);
  if (!array.ok()) return Within("array", array.status());
  call->inputs.push_back({.name = input.name, .array = *std::move(array)});
  return absl::OkStatus();
}

absl::Status InputBuilder::AddAll(const EvaluateFields& fields, bool needs_name) {
  for (size_t i = 0; i < fields.inputs.size(); ++i) {
    const absl::Status status = Add(fields.inputs[i], needs_name);
    if (!status.ok()) return Within(Indexed("inputs", i), status);
  }
  return absl::OkStatus();
}

struct Owner {
  std::shared_ptr<const void> messages;
  OwnedBytes lists;
};

engine::ProgramSource SourceOf(const EvaluateFields& target, const RequestLimits& limits,
                               std::shared_ptr<const void> owner) {
  // The engine may take `bytes` away, so decoding reads the program where the request has it.
  return {.bytes = Joined(target.program),
          .decode = [pieces = target.program, owner = std::move(owner),
                     limits](absl::Span<const std::string> input_names) {
            return DecodeProgram(pieces, limits, input_names);
          }};
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
    if (type != WireType::kLength || field > kOptionsField) {
      if (!reader.Skip(field, type)) return MalformedMessage(reader, "");
    } else if (field == kInputsField) {
      RETURN_IF_ERROR(AddInput(&reader, limits, &fields.inputs));
    } else if (field == kOptionsField) {
      if (!reader.ReadPart(&part)) return MalformedMessage(reader, "options");
      RETURN_IF_ERROR(ParseOptions(part, &fields.options));
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
  return base::InvalidArgument("MISSING_FIELD", "target",
                               "target: neither a kernel nor a program");
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

absl::StatusOr<engine::EvaluateCall> BuildEvaluateCall(const EvaluateFields& target,
                                                       const EvaluateFields* maybe_chunk,
                                                       const RequestLimits& limits,
                                                       std::shared_ptr<const void> owner) {
  RETURN_IF_ERROR(CheckTarget(target));
  const bool is_program = target.target == EvaluateFields::Target::kProgram;
  engine::EvaluateCall call;
  auto owned = std::make_shared<Owner>();
  owned->messages = owner;
  InputBuilder inputs{.limits = limits, .call = &call, .owned = &owned->lists};
  RETURN_IF_ERROR(inputs.AddAll(target, is_program));
  if (maybe_chunk != nullptr) RETURN_IF_ERROR(inputs.AddAll(*maybe_chunk, is_program));
  if (is_program) {
    call.program = SourceOf(target, limits, std::move(owner));
  } else {
    call.kernel = target.kernel;
  }
  const uint32_t mode = target.options.compilation;
  if (mode != 0) call.mode = static_cast<engine::CompilationMode>(mode);
  call.output_dtype = static_cast<expr::DType>(target.options.output_dtype);
  call.owner = std::move(owned);
  return call;
}

size_t ConvertedBytes(const EvaluateFields& fields) {
  size_t bytes = 0;
  for (const InputField& input : fields.inputs) {
    if (input.array.is_list()) bytes += input.array.data_bytes();
  }
  return 8 * bytes;  // a varint of one byte may become a double
}

size_t EstimateOutputBytes(const engine::EvaluateCall& call, const RequestLimits& limits) {
  eval::Shape broadcast;  // innermost extent first
  for (const engine::NamedInput& input : call.inputs) {
    const eval::Shape& shape = input.array.shape;
    if (shape.size() > broadcast.size()) broadcast.resize(shape.size(), 1);
    for (size_t i = 0; i < shape.size(); ++i) {
      int64_t& extent = broadcast[shape.size() - 1 - i];
      if (extent == 1 || shape[i] == 0) extent = shape[i];
    }
  }
  uint64_t elements = 1;
  for (const int64_t extent : broadcast) {
    if (__builtin_mul_overflow(elements, static_cast<uint64_t>(extent), &elements)) return 0;
  }
  return elements > limits.max_elements ? 0 : 8 * elements;
}

}  // namespace formulary::service
