#ifndef FORMULARY_SERVER_SERVICE_MESSAGE_H_
#define FORMULARY_SERVER_SERVICE_MESSAGE_H_

// Messages as bytes, on their way in and out, without any gRPC type: what the reactors hand to the
// services and get back. Array bytes are never copied here: incoming ones stay in the slices that
// gRPC received, outgoing ones are the evaluator's slabs.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "server/eval/array.h"

namespace formulary::service {

// Borrowed bytes in pieces, none of them empty.
using Pieces = std::vector<std::string_view>;

inline size_t TotalSize(const Pieces& pieces) {
  size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  return size;
}

inline std::string Joined(const Pieces& pieces) {
  std::string bytes;
  bytes.reserve(TotalSize(pieces));
  for (const std::string_view piece : pieces) bytes.append(piece);
  return bytes;
}

// A received message. A plain value; copies share the bytes and the list of pieces.
struct Incoming {
  absl::Span<const std::string_view> pieces;
  size_t size = 0;
  std::shared_ptr<const void> owner;  // of the pieces and their bytes

  // A message that owns `bytes`, one piece for every `piece_bytes` of them; for messages that were
  // never on a wire.
  static Incoming FromString(std::string bytes, size_t piece_bytes = SIZE_MAX) {
    struct Owned {
      std::string bytes;
      std::vector<std::string_view> pieces;
    };
    auto owned = std::make_shared<Owned>();
    owned->bytes = std::move(bytes);
    for (std::string_view rest = owned->bytes; !rest.empty();) {
      owned->pieces.push_back(rest.substr(0, piece_bytes));
      rest.remove_prefix(owned->pieces.back().size());
    }
    return {.pieces = owned->pieces, .size = owned->bytes.size(), .owner = owned};
  }
};

// A message to send: runs of text and slabs, in order. One thread at a time.
class Outgoing {
 public:
  struct Part {
    std::string text;  // before the slab
    eval::Slab slab;   // may be empty
  };

  Outgoing() = default;
  explicit Outgoing(std::string text) { parts_.push_back({.text = std::move(text)}); }

  // The text at the end of the message, to be appended to.
  std::string* tail() {
    if (parts_.empty() || parts_.back().slab.size() > 0) parts_.emplace_back();
    return &parts_.back().text;
  }
  void Append(eval::Slab slab) {
    tail();
    parts_.back().slab = std::move(slab);
  }
  void Append(Outgoing other) {
    for (Part& part : other.parts_) parts_.push_back(std::move(part));
  }

  size_t size() const {
    size_t size = 0;
    for (const Part& part : parts_) size += part.text.size() + part.slab.size();
    return size;
  }
  const std::vector<Part>& parts() const { return parts_; }
  std::vector<Part> TakeParts() && { return std::move(parts_); }

 private:
  std::vector<Part> parts_;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_MESSAGE_H_
