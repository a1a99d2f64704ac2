#include "server/eval/broadcast.h"

#include "server/base/error.h"
#include "server/base/strings.h"

namespace formulary::eval {

absl::StatusOr<Shape> BroadcastShapes(absl::Span<const NamedShape> shapes) {
  Shape batch;
  std::vector<size_t> decided_by;  // per dimension of batch, whose extent it is
  for (size_t s = 0; s < shapes.size(); ++s) {
    const absl::Span<const int64_t> shape = shapes[s].shape;
    while (batch.size() < shape.size()) {
      batch.insert(batch.begin(), 1);
      decided_by.insert(decided_by.begin(), s);
    }
    const size_t lead = batch.size() - shape.size();
    for (size_t i = 0; i < shape.size(); ++i) {
      int64_t& extent = batch[lead + i];
      if (shape[i] == extent || shape[i] == 1) continue;
      if (extent == 1) {
        extent = shape[i];
        decided_by[lead + i] = s;
        continue;
      }
      const NamedShape& other = shapes[decided_by[lead + i]];
      return base::InvalidArgument(
          "SHAPE_MISMATCH", "inputs",
          base::StrCat("inputs \"", other.name, "\" of shape ", ShapeText(other.shape), " and \"",
                       shapes[s].name, "\" of shape ", ShapeText(shape),
                       " do not broadcast together"));
    }
  }
  return batch;
}

Shape BroadcastStrides(absl::Span<const int64_t> shape, absl::Span<const int64_t> batch) {
  Shape strides(batch.size(), 0);
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    const size_t at = batch.size() - shape.size() + i;
    strides[at] = shape[i] == 1 ? 0 : stride;
    stride *= shape[i];
  }
  return strides;
}

}  // namespace formulary::eval
