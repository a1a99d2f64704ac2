#ifndef FORMULARY_SERVER_EVAL_BROADCAST_H_
#define FORMULARY_SERVER_EVAL_BROADCAST_H_

// NumPy's broadcasting over batch dimensions.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/eval/array.h"

namespace formulary::eval {

struct NamedShape {
  std::string name;
  absl::Span<const int64_t> shape;
};

// The shape all of them broadcast to; INVALID_ARGUMENT (SHAPE_MISMATCH) naming the two shapes that
// do not fit.
absl::StatusOr<Shape> BroadcastShapes(absl::Span<const NamedShape> shapes);

// Elements to advance in an array of `shape` per step of each dimension of `batch`; 0 where it
// repeats. REQUIRES: shape broadcasts to batch.
Shape BroadcastStrides(absl::Span<const int64_t> shape, absl::Span<const int64_t> batch);

}  // namespace formulary::eval

#endif  // FORMULARY_SERVER_EVAL_BROADCAST_H_
