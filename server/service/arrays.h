#ifndef FORMULARY_SERVER_SERVICE_ARRAYS_H_
#define FORMULARY_SERVER_SERVICE_ARRAYS_H_

// formulary.v1.Array between the wire and eval::ArrayView: raw elements are referenced where they
// lie, typed lists are converted into owned bytes, and every shape is checked before anything is
// multiplied by it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/eval/array.h"
#include "server/service/limits.h"
#include "server/service/regions.h"
#include "server/service/wire.h"

namespace formulary::service {

// Field numbers of formulary.v1.Array's oneof data.
enum class ArrayData : uint32_t {
  kNone = 0,
  kRaw = 3,
  kReals = 4,
  kIntegers = 5,
  kBooleans = 6,
  kSharedMemory = 7,
};

// An Array message as it stood on the wire, nothing converted yet. Borrows the message's bytes.
struct ArrayField {
  uint32_t dtype = 0;  // as sent
  eval::Shape shape;   // at most max_rank + 1 extents are kept
  size_t rank = 0;     // as sent
  ArrayData data = ArrayData::kNone;
  absl::InlinedVector<WireReader, 1>
      parts;  // contents of the data field: of a list perhaps several

  bool is_list() const {
    return data == ArrayData::kReals || data == ArrayData::kIntegers ||
           data == ArrayData::kBooleans;
  }
  size_t data_bytes() const;
};

// A SharedMemory message.
struct SharedPlace {
  std::string region;
  uint64_t offset = 0;
  uint64_t byte_size = 0;
};

// Merges a SharedMemory message into `place`. MALFORMED_MESSAGE.
absl::Status ParseSharedPlace(WireReader reader, SharedPlace* place);

// Merges an Array message into `array`, as protobuf merges repeated occurrences. MALFORMED_MESSAGE.
absl::Status ParseArray(WireReader reader, const RequestLimits& limits, ArrayField* array);

// INVALID_ARGUMENT: RANK_LIMIT, NEGATIVE_EXTENT, SHAPE_OVERFLOW or ELEMENT_LIMIT, of field "shape".
absl::Status CheckShape(absl::Span<const int64_t> shape, size_t rank, const RequestLimits& limits);

// What arrays refer to besides the request's bytes: lists, converted, and regions.
struct ArrayMemory {
  std::vector<std::vector<uint8_t>> lists;
  std::vector<std::shared_ptr<const Region>> regions;
};

// The bytes of a place; its region is appended to `memory`, which must live as long as they are
// used. Fields are those of SharedMemory. UNIMPLEMENTED without regions (null).
absl::StatusOr<absl::Span<uint8_t>> ResolvePlace(const SharedPlace& place, Regions* maybe_regions,
                                                 ArrayMemory* memory);

// The checked array. What it refers to is appended to `memory`, which must live as long as the
// view. INVALID_ARGUMENT names the field within the array.
absl::StatusOr<eval::ArrayView> ResolveArray(const ArrayField& array, const RequestLimits& limits,
                                             Regions* maybe_regions, ArrayMemory* memory);

enum class ArrayEncoding : uint8_t { kRaw, kLists };

// Appends `array` as field `field`, a NamedArray. Raw elements travel as the slab itself; those in
// shared memory stay there, and `maybe_place` tells where.
void PutNamedArray(int field, eval::OutputArray array, ArrayEncoding encoding,
                   const SharedPlace* maybe_place, Outgoing* out);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_ARRAYS_H_
