#include "server/service/byte_buffer.h"

#include <grpcpp/support/slice.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace formulary::service {
namespace {

struct Received {
  std::vector<grpc::Slice> slices;
  std::vector<std::string_view> pieces;
};

// Text up to this size is copied into the slice: a reference costs more.
constexpr size_t kCopyBytes = 4096;

// A slice over `data`, which lies in `*held` and is destroyed with it.
template <typename Held>
grpc::Slice SliceOf(void* data, size_t size, std::unique_ptr<Held> held) {
  return grpc::Slice(
      data, size, [](void* owned) { std::unique_ptr<Held>(static_cast<Held*>(owned)).reset(); },
      held.release());
}

grpc::Slice SliceOf(std::string text) {
  if (text.size() <= kCopyBytes) return grpc::Slice(text.data(), text.size());
  auto held = std::make_unique<std::string>(std::move(text));
  char* const data = held->data();
  const size_t size = held->size();
  return SliceOf(data, size, std::move(held));
}

grpc::Slice SliceOf(eval::Slab slab) {
  auto held = std::make_unique<eval::Slab>(std::move(slab));
  uint8_t* const data = held->data();
  const size_t size = held->size();
  return SliceOf(data, size, std::move(held));
}

}  // namespace

Incoming FromByteBuffer(const grpc::ByteBuffer& buffer) {
  auto received = std::make_shared<Received>();
  if (buffer.Valid() && !buffer.Dump(&received->slices).ok()) received->slices.clear();
  Incoming message;
  received->pieces.reserve(received->slices.size());
  for (const grpc::Slice& slice : received->slices) {
    if (slice.size() == 0) continue;
    received->pieces.emplace_back(reinterpret_cast<const char*>(slice.begin()), slice.size());
    message.size += slice.size();
  }
  message.pieces = received->pieces;
  message.owner = std::move(received);
  return message;
}

grpc::ByteBuffer ToByteBuffer(Outgoing message) {
  std::vector<grpc::Slice> slices;
  std::vector<Outgoing::Part> parts = std::move(message).TakeParts();
  slices.reserve(2 * parts.size());
  for (Outgoing::Part& part : parts) {
    if (!part.text.empty()) slices.push_back(SliceOf(std::move(part.text)));
    if (part.slab.size() > 0) slices.push_back(SliceOf(std::move(part.slab)));
  }
  return grpc::ByteBuffer(slices.data(), slices.size());
}

}  // namespace formulary::service
