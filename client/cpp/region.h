#ifndef FORMULARY_CLIENT_CPP_REGION_H_
#define FORMULARY_CLIENT_CPP_REGION_H_

// Memory that a server on the same machine shares: inputs written there are evaluated where they
// lie, and outputs are written there, so that nothing travels. For users of Client:
//
//   absl::StatusOr<SharedRegion> region = SharedRegion::Create(client, 2 * n * sizeof(double));
//   std::copy(x.begin(), x.end(), region->As<double>().begin());
//   absl::StatusOr<Array> in = region->ArrayAt(0, DType::kFloat64, {n});
//   absl::StatusOr<Array> out = region->ArrayAt(n * sizeof(double), DType::kFloat64, {n});
//   client.Evaluate("exp(-x**2/2)", {{"x", *in}}, {.output_places = {{"y0", *out}}});

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "client/cpp/array.h"
#include "client/cpp/client.h"

namespace formulary::client {

// A mapped region. Unmapped, and given back to the server, when it ends. Immutable but for its
// bytes.
struct SharedMapping {
  SharedMapping(Client the_client, std::string the_name, std::byte* the_data, size_t the_size)
      : client(std::move(the_client)), name(std::move(the_name)), data(the_data), size(the_size) {}
  SharedMapping(const SharedMapping&) = delete;
  SharedMapping& operator=(const SharedMapping&) = delete;
  ~SharedMapping();

  const Client client;
  const std::string name;  // of the region
  std::byte* const data;
  const size_t size;
};

// A value: copies, and the Arrays made of it, share the region, which goes with the last of them.
// Thread-safe but for the bytes: who writes them while an evaluation reads them gets what comes.
class SharedRegion {
 public:
  // A region of that many bytes, all 0. UNIMPLEMENTED when the server shares no memory,
  // RESOURCE_EXHAUSTED when it has not so much, FAILED_PRECONDITION when the server is not on this
  // machine or runs as another user.
  static absl::StatusOr<SharedRegion> Create(const Client& client, size_t byte_size,
                                             const CallOptions& options = {});

  std::byte* data() const { return mapping_->data; }
  size_t size() const { return mapping_->size; }
  const std::string& name() const { return mapping_->name; }

  // The region's bytes as elements.
  template <typename T>
  requires ArrayElement<T> absl::Span<T> As()
  const { return absl::MakeSpan(reinterpret_cast<T*>(data()), size() / sizeof(T)); }

  // An array whose elements lie at byte `offset`: given to Evaluate, it is read, or written, there.
  // INVALID_ARGUMENT when it is not all inside.
  absl::StatusOr<Array> ArrayAt(size_t offset, DType dtype, Shape shape) const;

 private:
  explicit SharedRegion(std::shared_ptr<const SharedMapping> mapping)
      : mapping_(std::move(mapping)) {}

  std::shared_ptr<const SharedMapping> mapping_;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_REGION_H_
