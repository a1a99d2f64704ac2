#ifndef FORMULARY_SERVER_STORE_SHELF_H_
#define FORMULARY_SERVER_STORE_SHELF_H_

// A directory of files named by digests, `<directory>/<2 hex>/<64 hex>`, bounded in bytes and
// number, oldest use out first. Knows names and sizes, nothing of what the files hold. Called by
// Store only.
//
// Several processes may share a directory: nothing is locked, files appear by rename and vanish by
// unlink, and the index in memory is a guess that the next scan corrects. A name that the index
// does not know is still looked for on disk.

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "server/base/file.h"
#include "server/base/mutex.h"
#include "server/base/strings.h"

namespace formulary::store {

struct ShelfOptions {
  std::string directory;
  uint64_t max_bytes = 0;
  size_t max_entries = 0;
  size_t max_file_bytes = 0;
  const base::Clock* clock = base::Clock::Real();
};

struct ShelfEntry {
  std::string key_hex;
  uint64_t bytes = 0;
};

// Thread-safe. No lock is held across I/O.
class Shelf {
 public:
  explicit Shelf(ShelfOptions options) : options_(std::move(options)) {}

  // Reads names, sizes and ages from disk, removes what a crash left behind (staged files older
  // than an hour, quarantined ones older than a day), and evicts what is over the bounds.
  void Scan() ABSL_LOCKS_EXCLUDED(mutex_);

  // NOT_FOUND: a miss. FAILED_PRECONDITION, RESOURCE_EXHAUSTED: something is there that is no file
  // of ours.
  absl::StatusOr<std::string> Read(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  // ALREADY_EXISTS with kKeep when another was first. Then evicts as needed.
  absl::Status Write(std::string_view key_hex, std::string_view bytes, base::IfExists if_exists)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Moves a bad file out of the way, under a name no reader looks at; removes what cannot be moved.
  void Quarantine(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Status Remove(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  // Counts as a use; the time reaches the disk at most hourly.
  void Touch(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  // Most recently used first.
  std::vector<ShelfEntry> List() const ABSL_LOCKS_EXCLUDED(mutex_);

  // As far as this process knows: memory only, no look at the disk.
  bool Contains(std::string_view key_hex) const ABSL_LOCKS_EXCLUDED(mutex_);

  size_t entries() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t evictions() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::string key_hex;
    uint64_t bytes = 0;
    base::SteadyTime flushed_at;  // when its time of use was last written to disk
    uint64_t generation = 0;      // value of scans_ when it was last known to be on disk
  };
  using Order = std::list<Entry>;  // least recently used first

  std::string ShardPath(std::string_view key_hex) const;
  std::string FilePath(std::string_view key_hex) const;

  struct Found;
  std::vector<Found> ReadDirectory() const;
  void Merge(std::vector<Found> found, uint64_t scan) ABSL_LOCKS_EXCLUDED(mutex_);
  void ScanIfStale() ABSL_LOCKS_EXCLUDED(mutex_);
  void EvictIfOver() ABSL_LOCKS_EXCLUDED(mutex_);

  // Puts the entry at the recent end; true when its time of use should go to disk now.
  bool Use(std::string_view key_hex, uint64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  void Forget(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);
  void Erase(Order::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ShelfOptions options_;

  mutable base::Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);
  base::StringMap<Order::iterator> index_ ABSL_GUARDED_BY(mutex_);
  uint64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t evictions_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t scans_ ABSL_GUARDED_BY(mutex_) = 0;
  base::SteadyTime scanned_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace formulary::store

#endif  // FORMULARY_SERVER_STORE_SHELF_H_
