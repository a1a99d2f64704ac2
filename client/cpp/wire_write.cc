// Requests: heads are built here, elements are referenced.

#include <string>
#include <utility>

#include "client/cpp/region.h"
#include "client/cpp/wire.h"

namespace formulary::client {
namespace {

// The wire types of protobuf's encoding (protobuf.dev/programming-guides/encoding).
constexpr uint32_t kVarint = 0, kLength = 2;

void PutVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void PutLength(int field, size_t size, std::string* out) {
  PutVarint(static_cast<uint64_t>(field) << 3 | kLength, out);
  PutVarint(size, out);
}

void PutBytes(int field, std::string_view bytes, std::string* out) {
  PutLength(field, bytes.size(), out);
  out->append(bytes);
}

// `message` as field `field` of the message being built.
void PutMessage(int field, const Buffer& message, Buffer* out) {
  std::string head;
  PutLength(field, message.size(), &head);
  out->Append(std::move(head));
  out->Append(message);
}

// A SharedMemory message.
std::string SharedPlace(const Array& array) {
  std::string place;
  PutBytes(v1::SharedMemory::kRegionFieldNumber, array.region()->name, &place);
  PutVarint(v1::SharedMemory::kOffsetFieldNumber << 3 | kVarint, &place);
  PutVarint(static_cast<uint64_t>(array.data() - array.region()->data), &place);
  PutVarint(v1::SharedMemory::kByteSizeFieldNumber << 3 | kVarint, &place);
  PutVarint(array.byte_size(), &place);
  return place;
}

// A NamedArray as field `field`: names, type and shape in one piece, then the elements by
// reference, or the place of a SharedRegion where they are.
void PutNamedArray(int field, const NamedArray& input, Buffer* out) {
  std::string array;
  PutVarint(v1::Array::kDtypeFieldNumber << 3 | kVarint, &array);
  PutVarint(static_cast<uint64_t>(input.array.dtype()), &array);
  std::string shape;
  for (const int64_t extent : input.array.shape()) PutVarint(static_cast<uint64_t>(extent), &shape);
  if (!shape.empty()) PutBytes(v1::Array::kShapeFieldNumber, shape, &array);
  const bool shared = input.array.region() != nullptr;
  const size_t elements = shared ? 0 : input.array.byte_size();  // bytes that follow
  if (shared) {
    PutBytes(v1::Array::kSharedMemoryFieldNumber, SharedPlace(input.array), &array);
  } else {
    PutLength(v1::Array::kRawFieldNumber, elements, &array);
  }

  std::string named;
  if (!input.name.empty()) PutBytes(v1::NamedArray::kNameFieldNumber, input.name, &named);
  PutLength(v1::NamedArray::kArrayFieldNumber, array.size() + elements, &named);

  std::string head;
  PutLength(field, named.size() + array.size() + elements, &head);
  out->Append(head + named + array);
  if (!shared) out->AppendElements(input.array);
}

}  // namespace

// One writer and one reader serve the stream's messages too; these numbers must stay the same.
static_assert(static_cast<int>(v1::EvaluateStreamStart::kKernelFieldNumber) ==
              static_cast<int>(v1::EvaluateRequest::kKernelFieldNumber));
static_assert(static_cast<int>(v1::EvaluateStreamStart::kProgramFieldNumber) ==
              static_cast<int>(v1::EvaluateRequest::kProgramFieldNumber));
static_assert(static_cast<int>(v1::EvaluateStreamStart::kInputsFieldNumber) ==
              static_cast<int>(v1::EvaluateRequest::kInputsFieldNumber));
static_assert(static_cast<int>(v1::EvaluateStreamStart::kOptionsFieldNumber) ==
              static_cast<int>(v1::EvaluateRequest::kOptionsFieldNumber));
static_assert(static_cast<int>(v1::EvaluateStreamResponse::kOutputsFieldNumber) ==
              static_cast<int>(v1::EvaluateResponse::kOutputsFieldNumber));
static_assert(static_cast<int>(v1::EvaluateStreamResponse::kReportFieldNumber) ==
              static_cast<int>(v1::EvaluateResponse::kReportFieldNumber));

v1::EvaluateOptions ToProto(const EvaluateOptions& options) {
  v1::EvaluateOptions proto;
  proto.set_compilation(static_cast<v1::CompilationMode>(options.compilation));
  proto.set_output_dtype(static_cast<v1::DataType>(options.output_dtype));
  proto.set_encoding(v1::ENCODING_RAW);
  proto.set_want_report(options.want_report);
  return proto;
}

Buffer WriteEvaluateRequest(const Target& target, absl::Span<const NamedArray> inputs,
                            const EvaluateOptions& options) {
  std::string head;
  PutLength(target.is_kernel() ? v1::EvaluateRequest::kKernelFieldNumber
                               : v1::EvaluateRequest::kProgramFieldNumber,
            target.bytes()->size(), &head);
  Buffer request(std::move(head));
  request.Append(target.bytes());
  std::string encoded_options;
  PutBytes(v1::EvaluateRequest::kOptionsFieldNumber, ToProto(options).SerializeAsString(),
           &encoded_options);
  request.Append(std::move(encoded_options));
  for (const NamedArray& input : inputs) {
    PutNamedArray(v1::EvaluateRequest::kInputsFieldNumber, input, &request);
  }
  std::string places;
  for (const NamedArray& wanted : options.output_places) {
    if (wanted.array.region() == nullptr) continue;  // Evaluate has refused it
    std::string place;
    PutBytes(v1::OutputPlace::kOutputFieldNumber, wanted.name, &place);
    PutBytes(v1::OutputPlace::kSharedMemoryFieldNumber, SharedPlace(wanted.array), &place);
    PutBytes(v1::EvaluateRequest::kOutputPlacesFieldNumber, place, &places);
  }
  request.Append(std::move(places));
  return request;
}

Buffer WriteBatchRequest(absl::Span<const Buffer> requests) {
  Buffer batch;
  for (const Buffer& request : requests) {
    PutMessage(v1::BatchEvaluateRequest::kRequestsFieldNumber, request, &batch);
  }
  return batch;
}

Buffer WriteStreamStart(const Buffer& start) {
  Buffer message;
  PutMessage(v1::EvaluateStreamRequest::kStartFieldNumber, start, &message);
  return message;
}

Buffer WriteStreamChunk(absl::Span<const NamedArray> inputs) {
  Buffer chunk;
  for (const NamedArray& input : inputs) {
    PutNamedArray(v1::EvaluateStreamChunk::kInputsFieldNumber, input, &chunk);
  }
  Buffer message;
  PutMessage(v1::EvaluateStreamRequest::kChunkFieldNumber, chunk, &message);
  return message;
}

}  // namespace formulary::client
