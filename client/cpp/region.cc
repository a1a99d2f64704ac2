#include "client/cpp/region.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::client {
namespace {

// Giving a region back is a courtesy: its lease ends by itself.
constexpr absl::Duration kGoodbye = absl::Seconds(1);

absl::Status NotHere() {
  return absl::FailedPreconditionError(
      "the server's shared memory cannot be opened here: it runs on another machine, in another "
      "container, or as another user");
}

// The object, mapped; null when it is not here, or not so large.
std::byte* Map(const std::string& object, size_t size) {
  const int fd = shm_open(object.c_str(), O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) return nullptr;
  struct stat facts = {};
  void* data = MAP_FAILED;
  if (fstat(fd, &facts) == 0 && static_cast<size_t>(facts.st_size) == size)
    data = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return data == MAP_FAILED ? nullptr : static_cast<std::byte*>(data);
}

}  // namespace

SharedMapping::~SharedMapping() {
  munmap(data, size);
  client.DeleteRegion(name, {.timeout = kGoodbye}).IgnoreError();
}

absl::StatusOr<SharedRegion> SharedRegion::Create(const Client& client, size_t byte_size,
                                                  const CallOptions& options) {
  ASSIGN_OR_RETURN(const v1::Region region, client.CreateRegion(byte_size, options));
  std::byte* const data = Map(region.object(), byte_size);
  if (data == nullptr) {
    client.DeleteRegion(region.name(), {.timeout = kGoodbye}).IgnoreError();
    return NotHere();
  }
  return SharedRegion(
      std::make_shared<const SharedMapping>(client, region.name(), data, byte_size));
}

absl::StatusOr<Array> SharedRegion::ArrayAt(size_t offset, DType dtype, Shape shape) const {
  ASSIGN_OR_RETURN(const int64_t count, ElementCount(shape));
  const size_t bytes = static_cast<size_t>(count) * ByteSize(dtype);
  if (offset > size() || bytes > size() - offset) {
    return absl::InvalidArgumentError(Cat(Name(dtype), " of shape ", ShapeText(shape), " at byte ",
                                          offset, " is not inside a region of ", size(), " bytes"));
  }
  ASSIGN_OR_RETURN(Array array, Array::Wrap(data() + offset, dtype, std::move(shape), mapping_));
  array.region_ = mapping_.get();
  return array;
}

}  // namespace formulary::client
