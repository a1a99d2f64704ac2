#include "server/service/evaluate_call.h"

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
