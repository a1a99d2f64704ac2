#ifndef FORMULARY_SERVER_SERVICE_WIRE_H_
#define FORMULARY_SERVER_SERVICE_WIRE_H_

// Protobuf's wire format, read from and written to bytes in pieces: what the raw data path needs so
// that protobuf never copies an array. A reader is bounded by its message, never allocates, never
// recurses, and answers false for whatever is not well-formed; it must never trust a length.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/eval/array.h"
#include "server/service/message.h"

namespace formulary::service {

enum class WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kLength = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

// Deepest nesting of messages and groups, protobuf's own default.
inline constexpr int kMaxNesting = 100;

// Reads one message or a part of one. A plain value over borrowed pieces: copies are independent
// readers. After a function returned false the reader may only be asked for its offset.
class WireReader {
 public:
  // `offset`: where the pieces start in the outermost message.
  explicit WireReader(absl::Span<const std::string_view> pieces, size_t offset = 0);

  // Bytes left in this message.
  size_t remaining() const { return remaining_; }
  // Position from the start of the outermost message.
  size_t offset() const { return offset_; }

  bool ReadTag(uint32_t* field, WireType* type);
  bool ReadVarint(uint64_t* value);
  bool ReadFixed64(uint64_t* value);
  // The part that a length-delimited field holds; this reader goes on behind it.
  bool ReadPart(WireReader* part);
  bool ReadString(std::string* text);
  // Skips the value of a field of any type; groups to kMaxNesting.
  bool Skip(uint32_t field, WireType type);

  // Everything that remains, referenced where it lies.
  void AppendRemaining(eval::ByteRope* rope) const;
  void AppendRemaining(Pieces* pieces) const;
  // Everything that remains, copied.
  std::string CopyRemaining() const;
  // The bytes between this reader and `end`, a copy of it that has gone on.
  std::string CopyUpTo(const WireReader& end) const;

 private:
  // The longest run at the reader's position. REQUIRES: remaining() > 0.
  std::string_view Run() const;
  void Advance(size_t count);  // REQUIRES: count <= Run().size()
  bool ReadBytes(void* maybe_target, size_t count);
  bool SkipGroup(uint32_t field);
  template <typename Visit>
  void ForEachRun(Visit visit) const;

  const std::string_view* piece_;
  size_t position_ = 0;  // in *piece_
  size_t remaining_ = 0;
  size_t offset_ = 0;
};

// INVALID_ARGUMENT (MALFORMED_MESSAGE): `what` is not well-formed at the reader's offset.
absl::Status MalformedMessage(const WireReader& reader, std::string_view what);

// Writing. Lengths are the caller's to know.
void PutVarint(uint64_t value, std::string* out);
void PutTag(int field, WireType type, std::string* out);
void PutVarintField(int field, uint64_t value, std::string* out);
// Tag and length of a field whose `size` bytes follow.
void PutLength(int field, size_t size, std::string* out);
void PutBytes(int field, std::string_view bytes, std::string* out);
size_t VarintSize(uint64_t value);
// Bytes that PutLength(field, size) and the `size` bytes take. REQUIRES: field < 16.
size_t LengthFieldSize(size_t size);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_WIRE_H_
