#ifndef FORMULARY_SERVER_BASE_SHARED_MEMORY_H_
#define FORMULARY_SERVER_BASE_SHARED_MEMORY_H_

// POSIX shared-memory objects as values: made under a name that nobody can guess, open to their
// user alone, gone when the value goes. service/regions.h lends them to clients on the same
// machine.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "server/base/file.h"

namespace formulary::base {

// Movable; one thread at a time for that. The memory may be used from any thread.
class SharedMemory {
 public:
  // A new object of `size` bytes, all 0, called <prefix><32 random hex digits>, with all its pages
  // allocated. RESOURCE_EXHAUSTED when the system has not so much.
  static absl::StatusOr<SharedMemory> Create(std::string_view prefix, size_t size);

  // Removes objects with this prefix that a process of this user left behind when it died.
  static void RemoveOrphans(std::string_view prefix);

  SharedMemory() = default;
  SharedMemory(SharedMemory&& other) noexcept { *this = std::move(other); }
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  ~SharedMemory() { Reset(); }

  const std::string& name() const { return name_; }  // for shm_open
  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

  // False when somebody has cut the object: its memory must not be touched then.
  bool intact() const;

 private:
  void Reset();

  std::string name_;
  FileDescriptor file_;  // locked: its owner is alive
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_SHARED_MEMORY_H_
