#ifndef FORMULARY_SERVER_EVAL_ARRAY_H_
#define FORMULARY_SERVER_EVAL_ARRAY_H_

// Arrays as evaluation sees them: inputs are borrowed bytes, where gRPC put them, in pieces of any
// size at any address; outputs are slabs from a warm pool that travel on without a copy. Nothing
// here copies elements.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "server/expr/types.h"

namespace formulary::eval {

using Shape = absl::InlinedVector<int64_t, 4>;

// Product of the extents. REQUIRES: CheckShape passed, so that it does not overflow.
int64_t ElementCount(absl::Span<const int64_t> shape);

// "(2, 3)", "(5,)", "()", as NumPy writes shapes.
std::string ShapeText(absl::Span<const int64_t> shape);

// Read-only bytes in pieces. Borrowed: whoever made it keeps the memory alive. One thread at a time
// while it grows, any number afterwards.
class ByteRope {
 public:
  struct Piece {
    const uint8_t* data;
    size_t size;
    size_t offset;  // of its first byte in the whole
  };

  ByteRope() = default;
  ByteRope(const void* data, size_t size) { Append(data, size); }

  void Append(const void* data, size_t size);
  size_t size() const { return size_; }
  absl::Span<const Piece> pieces() const { return pieces_; }

  // The longest contiguous run that starts at byte `offset`. REQUIRES: offset < size().
  absl::Span<const uint8_t> RunAt(size_t offset) const;
  // Copies `count` bytes from `offset`. REQUIRES: offset + count <= size().
  void CopyTo(size_t offset, size_t count, void* target) const;

 private:
  absl::InlinedVector<Piece, 1> pieces_;
  size_t size_ = 0;
};

// An input: `bytes` holds ElementCount(shape) elements of `dtype`, little-endian, C order.
struct ArrayView {
  expr::DType dtype = expr::DType::kFloat64;
  Shape shape;
  ByteRope bytes;
};

class SlabPool;

// Bytes of an output. Movable; returns its memory to the pool when it ends. Contents undefined at
// first.
class Slab {
 public:
  Slab() = default;
  Slab(Slab&& other) noexcept;
  Slab& operator=(Slab&& other) noexcept;
  ~Slab();

  // Memory that somebody else keeps, for as long as the slab is used.
  static Slab Borrow(absl::Span<uint8_t> memory) {
    return Slab(nullptr, memory.data(), memory.size(), 0);
  }

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  bool borrowed() const { return pool_ == nullptr; }

 private:
  friend class SlabPool;
  Slab(std::shared_ptr<SlabPool> pool, uint8_t* data, size_t size, size_t capacity);
  void Release();

  std::shared_ptr<SlabPool> pool_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// An output: a contiguous slab of ElementCount(shape) elements.
struct OutputArray {
  std::string name;
  expr::DType dtype = expr::DType::kFloat64;
  Shape shape;
  Slab bytes;
};

}  // namespace formulary::eval

#endif  // FORMULARY_SERVER_EVAL_ARRAY_H_
