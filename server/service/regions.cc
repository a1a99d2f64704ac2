#include "server/service/regions.h"

#include <algorithm>
#include <vector>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/service/names.h"

namespace formulary::service {
namespace {

constexpr std::string_view kNamePrefix = "regions/";
constexpr std::string_view kObjectPrefix = "formulary-";

absl::Status Full(std::string_view what, std::string_view limit, size_t value) {
  return base::MakeError(
      absl::StatusCode::kResourceExhausted,
      base::StrCat("no room for another region: ", what, " at most (", limit, " = ", value, ")"),
      {.reason = "REGION_LIMIT", .field = "byte_size"});
}

std::chrono::nanoseconds ToChrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace

absl::StatusOr<uint8_t*> Region::At(uint64_t offset, uint64_t size) const {
  if (offset > memory_.size() || size > memory_.size() - offset) {
    return base::InvalidArgument("REGION_BOUNDS", "shared_memory",
                                 base::StrCat("shared_memory: ", size, " bytes from ", offset,
                                              " are not inside a region of ", memory_.size()));
  }
  if (!memory_.intact()) {
    return base::MakeError(absl::StatusCode::kFailedPrecondition,
                           "shared_memory: the region's object has been cut",
                           {.reason = "REGION_CUT", .field = "shared_memory"});
  }
  return memory_.data() + offset;
}

absl::Status NoRegions() {
  return base::MakeError(absl::StatusCode::kUnimplemented,
                         "this server shares no memory: it listens beyond this machine, or was "
                         "told not to (flag shared_memory)",
                         {.reason = "SHARED_MEMORY_UNIMPLEMENTED", .field = "shared_memory"});
}

Regions::Regions(const RegionOptions& options, base::TimerQueue* timers)
    : options_(options), timers_(timers) {
  base::SharedMemory::RemoveOrphans(kObjectPrefix);
}

absl::StatusOr<std::shared_ptr<const Region>> Regions::Create(uint64_t byte_size) {
  if (byte_size == 0) {
    return base::InvalidArgument("REGION_SIZE", "byte_size",
                                 "byte_size: a region has at least 1 byte");
  }
  {
    base::MutexLock lock(&mutex_);
    if (byte_size > options_.max_bytes || bytes_ > options_.max_bytes - byte_size)
      return Full("all together", "max_region_bytes", options_.max_bytes);
    if (entries_.size() >= options_.max_regions)
      return Full("as many", "max_regions", options_.max_regions);
    bytes_ += byte_size;  // taken before the lock goes: allocation takes its time
  }
  absl::StatusOr<base::SharedMemory> memory =
      base::SharedMemory::Create(kObjectPrefix, static_cast<size_t>(byte_size));
  base::MutexLock lock(&mutex_);
  if (!memory.ok()) {
    bytes_ -= byte_size;
    return base::MakeError(memory.status().code(), base::ToStd(memory.status().message()),
                           {.reason = "NO_SHARED_MEMORY", .field = "byte_size"});
  }
  const std::string name =
      base::StrCat(kNamePrefix, memory->name().substr(1 + kObjectPrefix.size()));
  auto region = std::make_shared<const Region>(name, *std::move(memory));
  const base::SteadyTime now = base::SteadyTime::clock::now();
  entries_[name] = {region, now};
  ScheduleSweep(now + ToChrono(options_.lease));
  return region;
}

absl::StatusOr<std::shared_ptr<const Region>> Regions::Find(std::string_view name) {
  base::MutexLock lock(&mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    return base::MakeError(
        absl::StatusCode::kNotFound,
        base::StrCat("there is no region \"", CleanText(name, 64), "\"; unused ones go after ",
                     absl::ToDoubleSeconds(options_.lease), " s"),
        {.reason = "UNKNOWN_REGION", .field = "region"});
  }
  found->second.last_use = base::SteadyTime::clock::now();
  return found->second.region;
}

absl::Status Regions::Delete(std::string_view name) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Region> region, Find(name));
  base::MutexLock lock(&mutex_);
  if (entries_.erase(region->name()) > 0) bytes_ -= region->size();
  return absl::OkStatus();  // the memory goes with its last user
}

void Regions::ScheduleSweep(base::SteadyTime at) {
  if (sweep_scheduled_) return;
  sweep_scheduled_ = true;
  timers_->Schedule(at, [this] { Sweep(); });
}

void Regions::Sweep() {
  std::vector<std::shared_ptr<const Region>> ended;  // unmapped without the lock
  base::MutexLock lock(&mutex_);
  sweep_scheduled_ = false;
  const base::SteadyTime now = base::SteadyTime::clock::now();
  base::SteadyTime next = base::SteadyTime::max();
  for (auto it = entries_.begin(); it != entries_.end();) {
    const base::SteadyTime end = it->second.last_use + ToChrono(options_.lease);
    if (end > now) {
      next = std::min(next, end);
      ++it;
      continue;
    }
    bytes_ -= it->second.region->size();
    ended.push_back(std::move(it->second.region));
    entries_.erase(it++);
  }
  if (!entries_.empty()) ScheduleSweep(next);
}

}  // namespace formulary::service
