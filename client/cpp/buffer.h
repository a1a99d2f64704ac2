#ifndef FORMULARY_CLIENT_CPP_BUFFER_H_
#define FORMULARY_CLIENT_CPP_BUFFER_H_

// A message as a list of pieces of memory, so that arrays are sent from where they lie and received
// bytes are read from where gRPC put them. Made and read by wire.cc, moved by channel.cc; not for
// users of the library.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "client/cpp/array.h"

namespace formulary::client {

// One thread at a time.
class Buffer {
 public:
  struct Piece {
    const char* data = nullptr;
    size_t size = 0;
    std::shared_ptr<const void> owner;  // null: the memory outlives the message
  };

  Buffer() = default;
  explicit Buffer(std::string bytes) { Append(std::move(bytes)); }

  void Append(std::string bytes);
  void Append(std::shared_ptr<const std::string> bytes);
  void Append(Piece piece);
  void Append(const Buffer& other);
  // The array's elements, by reference.
  void AppendElements(const Array& array);

  size_t size() const { return size_; }
  const std::vector<Piece>& pieces() const { return pieces_; }

  // All bytes in one string.
  std::string Flattened() const;

 private:
  std::vector<Piece> pieces_;
  size_t size_ = 0;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_BUFFER_H_
