#include "client/cpp/buffer.h"

#include <utility>

namespace formulary::client {

void Buffer::Append(std::string bytes) {
  Append(std::make_shared<const std::string>(std::move(bytes)));
}

void Buffer::Append(std::shared_ptr<const std::string> bytes) {
  Append(Piece{bytes->data(), bytes->size(), bytes});
}

void Buffer::Append(Piece piece) {
  if (piece.size == 0) return;
  size_ += piece.size;
  pieces_.push_back(std::move(piece));
}

void Buffer::Append(const Buffer& other) {
  for (const Piece& piece : other.pieces_) Append(piece);
}

void Buffer::AppendElements(const Array& array) {
  Append(Piece{reinterpret_cast<const char*>(array.data()), array.byte_size(), array.owner()});
}

std::string Buffer::Flattened() const {
  std::string bytes;
  bytes.reserve(size_);
  for (const Piece& piece : pieces_) bytes.append(piece.data, piece.size);
  return bytes;
}

}  // namespace formulary::client
