#include "server/eval/array.h"

#include <algorithm>
#include <cstring>

#include "server/base/strings.h"

namespace formulary::eval {

int64_t ElementCount(absl::Span<const int64_t> shape) {
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  return count;
}

std::string ShapeText(absl::Span<const int64_t> shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) base::StrAppend(&text, i == 0 ? "" : ", ", shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

void ByteRope::Append(const void* data, size_t size) {
  if (size == 0) return;
  pieces_.push_back({static_cast<const uint8_t*>(data), size, size_});
  size_ += size;
}

absl::Span<const uint8_t> ByteRope::RunAt(size_t offset) const {
  if (pieces_.size() == 1) return {pieces_[0].data + offset, size_ - offset};
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                       [](size_t at, const Piece& piece) { return at < piece.offset; });
  const Piece& piece = *(after - 1);
  const size_t inside = offset - piece.offset;
  return {piece.data + inside, piece.size - inside};
}

void ByteRope::CopyTo(size_t offset, size_t count, void* target) const {
  auto* out = static_cast<uint8_t*>(target);
  while (count > 0) {
    const absl::Span<const uint8_t> run = RunAt(offset);
    const size_t part = std::min(count, run.size());
    std::memcpy(out, run.data(), part);
    out += part;
    offset += part;
    count -= part;
  }
}

}  // namespace formulary::eval
