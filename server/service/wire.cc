#include "server/service/wire.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "server/base/error.h"
#include "server/base/strings.h"

namespace formulary::service {

WireReader::WireReader(absl::Span<const std::string_view> pieces, size_t offset)
    : piece_(pieces.data()), offset_(offset) {
  for (const std::string_view piece : pieces) remaining_ += piece.size();
}

std::string_view WireReader::Run() const {
  return piece_->substr(position_, std::min(piece_->size() - position_, remaining_));
}

void WireReader::Advance(size_t count) {
  position_ += count;
  remaining_ -= count;
  offset_ += count;
  // Never past the last piece: the message ends with the bytes of its pieces.
  while (remaining_ > 0 && position_ == piece_->size()) {
    ++piece_;
    position_ = 0;
  }
}

bool WireReader::ReadBytes(void* maybe_target, size_t count) {
  if (count > remaining_) return false;
  char* target = static_cast<char*>(maybe_target);
  while (count > 0) {
    const std::string_view run = Run().substr(0, count);
    if (target != nullptr) {
      std::memcpy(target, run.data(), run.size());
      target += run.size();
    }
    count -= run.size();
    Advance(run.size());
  }
  return true;
}

bool WireReader::ReadVarint(uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (remaining_ == 0) return false;
    const auto byte = static_cast<uint8_t>((*piece_)[position_]);
    Advance(1);
    *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool WireReader::ReadFixed64(uint64_t* value) { return ReadBytes(value, sizeof *value); }

bool WireReader::ReadTag(uint32_t* field, WireType* type) {
  uint64_t tag = 0;
  if (!ReadVarint(&tag) || tag > std::numeric_limits<uint32_t>::max()) return false;
  *field = static_cast<uint32_t>(tag >> 3);
  *type = static_cast<WireType>(tag & 7);
  return *field != 0;
}

bool WireReader::ReadPart(WireReader* part) {
  uint64_t size = 0;
  if (!ReadVarint(&size) || size > remaining_) return false;
  *part = *this;
  part->remaining_ = size;
  return ReadBytes(nullptr, size);
}

bool WireReader::ReadString(std::string* text) {
  uint64_t size = 0;
  if (!ReadVarint(&size) || size > remaining_) return false;
  text->resize(size);
  return ReadBytes(text->data(), size);
}

bool WireReader::Skip(uint32_t field, WireType type) {
  uint64_t value = 0;
  switch (type) {
    case WireType::kVarint:
      return ReadVarint(&value);
    case WireType::kFixed64:
      return ReadBytes(nullptr, 8);
    case WireType::kFixed32:
      return ReadBytes(nullptr, 4);
    case WireType::kLength:
      return ReadVarint(&value) && ReadBytes(nullptr, value);
    case WireType::kStartGroup:
      return SkipGroup(field);
    case WireType::kEndGroup:
      break;
  }
  return false;
}

bool WireReader::SkipGroup(uint32_t field) {
  uint32_t open[kMaxNesting];
  int depth = 0;
  open[depth++] = field;
  while (depth > 0) {
    uint32_t inner = 0;
    WireType type = WireType::kVarint;
    if (!ReadTag(&inner, &type)) return false;
    if (type == WireType::kStartGroup) {
      if (depth == kMaxNesting) return false;
      open[depth++] = inner;
    } else if (type == WireType::kEndGroup) {
      if (open[--depth] != inner) return false;
    } else if (!Skip(inner, type)) {
      return false;
    }
  }
  return true;
}

template <typename Visit>
void WireReader::ForEachRun(Visit visit) const {
  WireReader rest = *this;
  while (rest.remaining_ > 0) {
    const std::string_view run = rest.Run();
    visit(run);
    rest.Advance(run.size());
  }
}

void WireReader::AppendRemaining(eval::ByteRope* rope) const {
  ForEachRun([rope](std::string_view run) { rope->Append(run.data(), run.size()); });
}

void WireReader::AppendRemaining(Pieces* pieces) const {
  ForEachRun([pieces](std::string_view run) { pieces->push_back(run); });
}

std::string WireReader::CopyRemaining() const {
  std::string bytes;
  bytes.reserve(remaining_);
  ForEachRun([&bytes](std::string_view run) { bytes.append(run); });
  return bytes;
}

std::string WireReader::CopyUpTo(const WireReader& end) const {
  WireReader part = *this;
  part.remaining_ = end.offset_ - offset_;
  return part.CopyRemaining();
}

absl::Status MalformedMessage(const WireReader& reader, std::string_view what) {
  return base::MakeError(absl::StatusCode::kInvalidArgument,
                         base::StrCat(what, what.empty() ? "" : ": ", "malformed at byte ",
                                      reader.offset(), " of the message"),
                         {.reason = "MALFORMED_MESSAGE",
                          .field = std::string(what),
                          .metadata = {{"offset", base::StrCat(reader.offset())}}});
}

void PutVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void PutTag(int field, WireType type, std::string* out) {
  PutVarint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(type), out);
}

void PutVarintField(int field, uint64_t value, std::string* out) {
  PutTag(field, WireType::kVarint, out);
  PutVarint(value, out);
}

void PutLength(int field, size_t size, std::string* out) {
  PutTag(field, WireType::kLength, out);
  PutVarint(size, out);
}

void PutBytes(int field, std::string_view bytes, std::string* out) {
  PutLength(field, bytes.size(), out);
  out->append(bytes);
}

size_t VarintSize(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

size_t LengthFieldSize(size_t size) { return 1 + VarintSize(size) + size; }

}  // namespace formulary::service
