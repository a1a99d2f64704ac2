#ifndef FORMULARY_SERVER_SERVICE_REGIONS_H_
#define FORMULARY_SERVER_SERVICE_REGIONS_H_

// Memory shared with clients on the same machine: made and named by the server, never by a client,
// found again by name in requests, given back by DeleteRegion or when its lease ends. A request
// that uses a region keeps it until it is answered.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/base/shared_memory.h"
#include "server/base/strings.h"
#include "server/base/timer_queue.h"

namespace formulary::service {

// Immutable but for its bytes, which clients write whenever they like.
class Region {
 public:
  Region(std::string name, base::SharedMemory memory)
      : name_(std::move(name)), memory_(std::move(memory)) {}

  const std::string& name() const { return name_; }             // regions/<32 hex digits>
  const std::string& object() const { return memory_.name(); }  // for shm_open
  size_t size() const { return memory_.size(); }

  // Bytes [offset, offset + size). INVALID_ARGUMENT (REGION_BOUNDS) when they are not all inside;
  // FAILED_PRECONDITION (REGION_CUT) when somebody has cut the object.
  absl::StatusOr<uint8_t*> At(uint64_t offset, uint64_t size) const;

 private:
  const std::string name_;
  const base::SharedMemory memory_;
};

struct RegionOptions {
  size_t max_bytes = 0;  // of all regions together
  size_t max_regions = 0;
  absl::Duration lease;  // without use
};

// UNIMPLEMENTED (SHARED_MEMORY_UNIMPLEMENTED): what a server without regions says.
absl::Status NoRegions();

// Thread-safe. The timers must end before it does: their callbacks speak to it.
class Regions {
 public:
  Regions(const RegionOptions& options, base::TimerQueue* timers);

  const RegionOptions& options() const { return options_; }

  // INVALID_ARGUMENT for no bytes; RESOURCE_EXHAUSTED when the regions would take more than the
  // limits, or than the system has.
  absl::StatusOr<std::shared_ptr<const Region>> Create(uint64_t byte_size)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Begins its lease anew. NOT_FOUND.
  absl::StatusOr<std::shared_ptr<const Region>> Find(std::string_view name)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Delete(std::string_view name) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::shared_ptr<const Region> region;
    base::SteadyTime last_use;
  };
  void Sweep() ABSL_LOCKS_EXCLUDED(mutex_);
  void ScheduleSweep(base::SteadyTime at) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const RegionOptions options_;
  base::TimerQueue* const timers_;
  base::Mutex mutex_;
  base::StringMap<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // by name
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;                // of the entries
  bool sweep_scheduled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_REGIONS_H_
