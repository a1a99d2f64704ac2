#ifndef FORMULARY_SERVER_EVAL_INPUT_H_
#define FORMULARY_SERVER_EVAL_INPUT_H_

// One input of an evaluation as the kernel will read it: in place where its elements lie as the
// kernel wants them, else gathered (broadcast, converted, straddling two pieces) into scratch, a
// block at a time.

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "server/eval/array.h"

namespace formulary::eval {

// True when NumPy would cast without loss of kind or range: bool to anything, int32 to int64 and
// float64, integers to float64, float32 to float64, and to complex numbers what casts to their
// parts.
bool CastsSafely(expr::DType from, expr::DType to);

// Immutable once made; thread-safe.
class Input {
 public:
  // `array` is borrowed and outlives this. REQUIRES: its shape broadcasts to `batch`, and its
  // dtype, or of a complex one the type of its parts, casts safely to `dtype`. `part` of complex
  // numbers is never kWhole.
  Input(const ArrayView& array, expr::Part part, expr::DType dtype,
        absl::Span<const int64_t> batch);

  // Elements from `start` on that can be read in place (0: gather them), and where.
  int64_t RunAt(int64_t start, const uint8_t** data) const;

  // Writes `count` elements from `start`, converted, to `target`.
  void Gather(int64_t start, int64_t count, void* target) const;

  expr::DType dtype() const { return dtype_; }
  // Elements lie as the kernel wants them, but for joints between pieces.
  bool in_place() const { return in_place_; }

 private:
  void GatherStrided(int64_t start, int64_t count, uint8_t* target) const;
  void CopyConverted(int64_t element, int64_t count, uint8_t* target) const;

  const ArrayView& array_;
  expr::Part part_;
  expr::DType dtype_;
  bool in_place_ = false;  // every element stands where the batch has it, in the right type
  bool dense_ = false;     // the same, but for the type
  Shape batch_;
  Shape strides_;
};

// The first element of `array` in type `dtype`, as the low bytes of 8.
uint64_t FirstElement(const ArrayView& array, expr::Part part, expr::DType dtype);

}  // namespace formulary::eval

#endif  // FORMULARY_SERVER_EVAL_INPUT_H_
