// Answers: elements are copied once, the rest is parsed by the generated classes.

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "client/cpp/status.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"
#include "client/cpp/wire.h"
#include "google/rpc/status.pb.h"

namespace formulary::client {
namespace {

// The wire types of protobuf's encoding (protobuf.dev/programming-guides/encoding).
constexpr uint32_t kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5;

absl::Status Malformed() {
  return absl::InternalError("the server's answer is not the expected message");
}

// Reads a message, or a part of one, from the pieces of a buffer. One thread at a time; the buffer
// must live.
class Reader {
 public:
  explicit Reader(const Buffer& buffer)
      : piece_(buffer.pieces().data()), remaining_(buffer.size()) {}

  size_t remaining() const { return remaining_; }

  bool ReadVarint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      char byte = 0;
      if (!ReadInto(&byte, 1)) return false;
      *value |= static_cast<uint64_t>(static_cast<unsigned char>(byte) & 0x7f) << shift;
      if ((static_cast<unsigned char>(byte) & 0x80) == 0) return true;
    }
    return false;
  }

  bool ReadTag(uint32_t* field, uint32_t* type) {
    uint64_t tag = 0;
    if (!ReadVarint(&tag) || tag > std::numeric_limits<uint32_t>::max()) return false;
    *field = static_cast<uint32_t>(tag >> 3);
    *type = static_cast<uint32_t>(tag & 7);
    return *field != 0;
  }

  bool ReadInto(void* to, size_t size) {
    if (size > remaining_) return false;
    char* out = static_cast<char*>(to);
    remaining_ -= size;
    while (size > 0) {
      const size_t here = std::min(size, piece_->size - offset_);
      if (out != nullptr) {
        std::memcpy(out, piece_->data + offset_, here);
        out += here;
      }
      size -= here;
      offset_ += here;
      if (offset_ == piece_->size) {
        ++piece_;
        offset_ = 0;
      }
    }
    return true;
  }

  bool ReadString(std::string* text) {
    uint64_t size = 0;
    if (!ReadVarint(&size) || size > remaining_) return false;
    text->resize(size);
    return ReadInto(text->data(), size);
  }

  // The part that a length-delimited field holds; this reader goes on behind it.
  bool ReadPart(Reader* part) {
    uint64_t size = 0;
    if (!ReadVarint(&size) || size > remaining_) return false;
    *part = *this;
    part->remaining_ = size;
    return ReadInto(nullptr, size);
  }

  bool Skip(uint32_t type) {
    uint64_t value = 0;
    switch (type) {
      case kVarint:
        return ReadVarint(&value);
      case kFixed64:
        return ReadInto(nullptr, 8);
      case kFixed32:
        return ReadInto(nullptr, 4);
      case kLength:
        return ReadVarint(&value) && ReadInto(nullptr, value);
      default:
        return false;
    }
  }

 private:
  const Buffer::Piece* piece_;
  size_t offset_ = 0;
  size_t remaining_;
};

// Parses a length-delimited field into a generated message.
template <typename Message>
bool ReadMessage(Reader* reader, Message* message) {
  std::string bytes;
  return reader->ReadString(&bytes) && message->MergeFromString(bytes);
}

bool ReadShape(uint32_t type, Reader* reader, Shape* shape) {
  uint64_t extent = 0;
  if (type == kVarint) {
    if (!reader->ReadVarint(&extent)) return false;
    shape->push_back(static_cast<int64_t>(extent));
    return true;
  }
  Reader packed = *reader;
  if (type != kLength || !reader->ReadPart(&packed)) return false;
  while (packed.remaining() > 0) {
    if (!packed.ReadVarint(&extent)) return false;
    shape->push_back(static_cast<int64_t>(extent));
  }
  return true;
}

// An array of elements that came as a typed list; the shape may have been left out.
template <typename To, typename List>
absl::StatusOr<Array> FromList(const List& values, DType dtype, Shape shape) {
  if (shape.empty() && values.size() != 1) shape = {values.size()};
  std::vector<To> elements(values.begin(), values.end());
  ASSIGN_OR_RETURN(Array array, Array(std::move(elements)).Reshaped(std::move(shape)));
  return dtype == DType::kUnspecified ? array : array.ConvertedTo(dtype);
}

absl::StatusOr<Array> FromRaw(Reader raw, DType dtype, Shape shape) {
  absl::StatusOr<Array> array = Array::Uninitialized(dtype, std::move(shape));
  if (!array.ok())
    return array.status().code() == absl::StatusCode::kResourceExhausted ? array.status()
                                                                         : Malformed();
  if (array->byte_size() != raw.remaining()) {
    return absl::InternalError(Cat("the server sent ", raw.remaining(), " bytes for a ",
                                   Name(dtype), " array of shape ", ShapeText(array->shape())));
  }
  if (!raw.ReadInto(array->mutable_data(), raw.remaining())) return Malformed();
  return array;
}

// What the server wrote to shared memory is where it was asked to write it.
absl::StatusOr<Array> FromPlace(const Array* maybe_place, DType dtype, Shape shape) {
  ASSIGN_OR_RETURN(const int64_t count, ElementCount(shape));
  if (maybe_place == nullptr || maybe_place->dtype() != dtype || maybe_place->size() != count)
    return absl::InternalError("the server wrote an output where it was not asked to");
  return maybe_place->Reshaped(std::move(shape));
}

absl::StatusOr<Array> ReadArray(Reader reader, const Array* maybe_place) {
  uint64_t dtype_number = 0;
  Shape shape;
  Reader raw = reader;
  v1::Array lists;  // whatever is not raw
  uint32_t data_field = 0, field = 0, type = 0;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return Malformed();
    bool ok = true;
    if (field == v1::Array::kDtypeFieldNumber && type == kVarint) {
      ok = reader.ReadVarint(&dtype_number);
    } else if (field == v1::Array::kShapeFieldNumber) {
      ok = ReadShape(type, &reader, &shape);
    } else if (field == v1::Array::kRawFieldNumber && type == kLength) {
      ok = reader.ReadPart(&raw);
    } else if (field == v1::Array::kRealsFieldNumber && type == kLength) {
      ok = ReadMessage(&reader, lists.mutable_reals());
    } else if (field == v1::Array::kIntegersFieldNumber && type == kLength) {
      ok = ReadMessage(&reader, lists.mutable_integers());
    } else if (field == v1::Array::kBooleansFieldNumber && type == kLength) {
      ok = ReadMessage(&reader, lists.mutable_booleans());
    } else {
      ok = reader.Skip(type);
    }
    if (!ok || dtype_number > static_cast<uint64_t>(DType::kBool)) return Malformed();
    if (field >= v1::Array::kRawFieldNumber && field <= v1::Array::kSharedMemoryFieldNumber)
      data_field = field;
  }
  const DType dtype = static_cast<DType>(dtype_number);
  switch (data_field) {
    case v1::Array::kRealsFieldNumber:
      return FromList<double>(lists.reals().values(), dtype, shape);
    case v1::Array::kIntegersFieldNumber:
      return FromList<int64_t>(lists.integers().values(), dtype, shape);
    case v1::Array::kBooleansFieldNumber:
      return FromList<bool>(lists.booleans().values(), dtype, shape);
    case v1::Array::kSharedMemoryFieldNumber:
      return FromPlace(maybe_place, dtype, std::move(shape));
    case v1::Array::kRawFieldNumber:
      return FromRaw(raw, dtype, std::move(shape));
    default: {  // no data: protobuf leaves empty bytes out
      ASSIGN_OR_RETURN(Array empty, Array::Uninitialized(dtype, std::move(shape)));
      if (empty.size() != 0) return Malformed();
      return empty;
    }
  }
}

absl::StatusOr<NamedArray> ReadNamedArray(Reader reader, absl::Span<const NamedArray> places) {
  NamedArray named;
  std::optional<Reader> array;
  uint32_t field = 0, type = 0;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return Malformed();
    if (field == v1::NamedArray::kNameFieldNumber && type == kLength) {
      if (!reader.ReadString(&named.name)) return Malformed();
    } else if (field == v1::NamedArray::kArrayFieldNumber && type == kLength) {
      Reader part = reader;
      if (!reader.ReadPart(&part)) return Malformed();
      array = part;
    } else if (!reader.Skip(type)) {
      return Malformed();
    }
  }
  if (!array.has_value()) return named;
  const Array* maybe_place = nullptr;
  for (const NamedArray& place : places) {
    if (place.name == named.name) maybe_place = &place.array;
  }
  ASSIGN_OR_RETURN(named.array, ReadArray(*array, maybe_place));
  return named;
}

absl::StatusOr<Result> ReadResult(Reader reader, absl::Span<const NamedArray> places) {
  Result result;
  uint32_t field = 0, type = 0;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return Malformed();
    if (field == v1::EvaluateResponse::kOutputsFieldNumber && type == kLength) {
      Reader part = reader;
      if (!reader.ReadPart(&part)) return Malformed();
      ASSIGN_OR_RETURN(NamedArray output, ReadNamedArray(part, places));
      result.outputs.push_back(std::move(output));
    } else if (field == v1::EvaluateResponse::kReportFieldNumber && type == kLength) {
      if (!ReadMessage(&reader, &result.report)) return Malformed();
    } else if (!reader.Skip(type)) {
      return Malformed();
    }
  }
  return result;
}

absl::StatusOr<Result> ReadBatchResult(Reader reader, absl::Span<const NamedArray> places) {
  absl::StatusOr<Result> result = Malformed();
  uint32_t field = 0, type = 0;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return Malformed();
    if (field == v1::BatchResult::kResponseFieldNumber && type == kLength) {
      Reader part = reader;
      if (!reader.ReadPart(&part)) return Malformed();
      result = ReadResult(part, places);
    } else if (field == v1::BatchResult::kErrorFieldNumber && type == kLength) {
      google::rpc::Status error;
      if (!ReadMessage(&reader, &error) || error.code() == 0) return Malformed();
      result = StatusFromProto(error);
    } else if (!reader.Skip(type)) {
      return Malformed();
    }
  }
  return result;
}

}  // namespace

absl::StatusOr<Result> ReadEvaluateResponse(const Buffer& response,
                                            absl::Span<const NamedArray> places) {
  return ReadResult(Reader(response), places);
}

absl::StatusOr<std::vector<absl::StatusOr<Result>>> ReadBatchResponse(
    const Buffer& response, absl::Span<const BatchItem> items) {
  std::vector<absl::StatusOr<Result>> results;
  Reader reader(response);
  uint32_t field = 0, type = 0;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return Malformed();
    if (field == v1::BatchEvaluateResponse::kResultsFieldNumber && type == kLength) {
      Reader part = reader;
      if (!reader.ReadPart(&part)) return Malformed();
      absl::Span<const NamedArray> places;
      if (results.size() < items.size()) places = items[results.size()].options.output_places;
      results.push_back(ReadBatchResult(part, places));
    } else if (!reader.Skip(type)) {
      return Malformed();
    }
  }
  return results;
}

}  // namespace formulary::client
