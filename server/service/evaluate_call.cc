#include "server/service/evaluate_call.h"

#include <functional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/decode_program.h"
#include "server/service/field_path.h"
#include "server/service/names.h"

namespace formulary::service {
namespace {

// The inputs of a call and what is known of them so far.
struct InputBuilder {
  const RequestLimits& limits;
  Regions* const maybe_regions;
  engine::EvaluateCall* call;
  ArrayMemory* memory;
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
  absl::StatusOr<eval::ArrayView> array = ResolveArray(input.array, limits, maybe_regions, memory);
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
  ArrayMemory arrays;
};

bool Overlap(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size) {
  return std::less<>()(a, b + b_size) && std::less<>()(b, a + a_size);
}

// Kernels write while they read: an output may lie on nothing else of the call.
bool IsTaken(const engine::OutputPlace& place, const engine::EvaluateCall& call) {
  for (const engine::OutputPlace& other : call.places) {
    if (Overlap(place.data, place.size, other.data, other.size)) return true;
  }
  for (const engine::NamedInput& input : call.inputs) {
    for (const eval::ByteRope::Piece& piece : input.array.bytes.pieces()) {
      if (Overlap(place.data, place.size, piece.data, piece.size)) return true;
    }
  }
  return false;
}

absl::Status AddPlace(const EvaluateFields::OutputPlace& wanted, const RequestLimits& limits,
                      Regions* maybe_regions, ArrayMemory* memory, engine::EvaluateCall* call) {
  RETURN_IF_ERROR(CheckName(wanted.output, "output", limits.expression.max_name_bytes));
  for (const engine::OutputPlace& other : call->places) {
    if (other.name != wanted.output) continue;
    return base::InvalidArgument(
        "DUPLICATE_OUTPUT", "output",
        base::StrCat("output: there are two places for \"", wanted.output, "\""));
  }
  ASSIGN_OR_RETURN(const absl::Span<uint8_t> bytes,
                   ResolvePlace(wanted.place, maybe_regions, memory));
  engine::OutputPlace place{.name = wanted.output, .data = bytes.data(), .size = bytes.size()};
  if (IsTaken(place, *call)) {
    return base::InvalidArgument("OVERLAP", "shared_memory",
                                 "shared_memory: overlaps an input or another output");
  }
  call->places.push_back(std::move(place));
  return absl::OkStatus();
}

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

absl::StatusOr<engine::EvaluateCall> BuildEvaluateCall(const EvaluateFields& target,
                                                       const EvaluateFields* maybe_chunk,
                                                       const RequestLimits& limits,
                                                       Regions* maybe_regions,
                                                       std::shared_ptr<const void> owner) {
  RETURN_IF_ERROR(CheckTarget(target));
  const bool is_program = target.target == EvaluateFields::Target::kProgram;
  engine::EvaluateCall call;
  auto owned = std::make_shared<Owner>();
  owned->messages = owner;
  InputBuilder inputs{
      .limits = limits, .maybe_regions = maybe_regions, .call = &call, .memory = &owned->arrays};
  RETURN_IF_ERROR(inputs.AddAll(target, is_program));
  if (maybe_chunk != nullptr) RETURN_IF_ERROR(inputs.AddAll(*maybe_chunk, is_program));
  for (size_t i = 0; i < target.places.size(); ++i) {
    const absl::Status status =
        AddPlace(target.places[i], limits, maybe_regions, &owned->arrays, &call);
    if (!status.ok()) return Within(Indexed("output_places", i), status);
  }
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
  if (!call.places.empty()) return 0;
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
