#ifndef FORMULARY_SERVER_STORE_STORE_H_
#define FORMULARY_SERVER_STORE_STORE_H_

// The content-addressed store on disk: artefacts by key, manifests by kernel digest. An
// optimisation that can never hurt: whatever is wrong with a file or the disk is a miss, counted
// and logged, and the caller goes on. Called by kernel/kernel_cache (artefacts) and the engine
// (manifests). Blocks on the disk: not for request threads. Two servers may share a directory, with
// no lock.
//
//   <dir>/<2 hex>/<64 hex>            artefacts (store/artifact.h)
//   <dir>/manifests/<2 hex>/<64 hex>  manifests
//   .tmp.*, .bad.*                    staged and quarantined files, beside their targets

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/store/artifact.h"
#include "server/store/shelf.h"

namespace formulary::store {

struct StoreOptions {
  std::string dir;                          // empty: no store, every lookup misses
  uint64_t max_bytes = uint64_t{10} << 30;  // of artefacts
  size_t max_artifacts = 1'000'000;
  size_t max_manifests = 100'000;
  uint64_t max_file_bytes = uint64_t{128} << 20;
  const base::Clock* clock = base::Clock::Real();
};

struct StoreCounters {
  uint64_t hits = 0;
  uint64_t misses = 0;   // corrupt ones included
  uint64_t corrupt = 0;  // files that were there and refused
  uint64_t evictions = 0;
  uint64_t publishes = 0;
  uint64_t publish_failures = 0;
  uint64_t bytes = 0;  // on disk now, as far as this process knows
  uint64_t artifacts = 0;
  uint64_t manifests = 0;
};

// Thread-safe.
class Store {
 public:
  // Makes the directory (0700) if need be, scans it and removes stale temporary files. Fails with
  // FAILED_PRECONDITION when it is not a directory of this user, or when others may write to it
  // (whoever can write there can run code here); with the file system's error when it cannot be
  // made. A directory that is there but not writable is served read-only, with a warning.
  static absl::StatusOr<std::unique_ptr<Store>> Open(StoreOptions options);

  // No directory: every lookup misses, every publication fails softly.
  static std::unique_ptr<Store> Disabled();

  ~Store();

  bool enabled() const { return shelves_ != nullptr; }

  // NOT_FOUND is a miss, and the only failure: what is on disk and is not, to the last bit, the
  // artefact of this key with these fields (KeyBuilder::fields()) is quarantined first. A key that
  // is no digest misses.
  absl::StatusOr<Artifact> Load(std::string_view key_hex, std::string_view expected_fields);

  // Whether Load() is likely to find it: memory only, never blocks on the disk.
  bool Contains(std::string_view key_hex) const;

  // Durable when it returns OK; also OK when another writer's valid artefact of this key was there
  // first. Failures are counted and logged here: callers need only go on.
  absl::Status Publish(std::string_view key_hex, const Artifact& artifact);

  // Takes out an artefact that proved bad after it was loaded (it did not link, or crashed).
  void Quarantine(std::string_view key_hex);

  absl::Status Remove(std::string_view key_hex);
  // Counts as a use for eviction.
  void Touch(std::string_view key_hex);
  std::vector<ShelfEntry> List() const;

  // Small records by which a restarted server serves kernels by name; the engine decides the bytes.
  // PutManifest replaces. GetManifest: NOT_FOUND is a miss, as above.
  absl::Status PutManifest(std::string_view digest_hex, std::string_view bytes);
  absl::StatusOr<std::string> GetManifest(std::string_view digest_hex);
  std::vector<std::string> ListManifests() const;  // most recently used first
  absl::Status RemoveManifest(std::string_view digest_hex);

  StoreCounters counters() const;

 private:
  struct Shelves;

  explicit Store(const StoreOptions& options);
  absl::Status CountPublish(absl::Status status, std::string_view what);
  // Load() without counting hits and misses. DATA_LOSS: something was there, and was quarantined.
  absl::StatusOr<Artifact> LoadOrQuarantine(std::string_view key_hex,
                                            std::string_view expected_fields);

  const base::Clock* const clock_;
  std::unique_ptr<Shelves> shelves_;  // null: disabled

  std::atomic<uint64_t> hits_{0}, misses_{0}, corrupt_{0}, publishes_{0}, publish_failures_{0};

  base::Mutex log_mutex_;
  base::SteadyTime next_failure_log_ ABSL_GUARDED_BY(log_mutex_);
};

}  // namespace formulary::store

#endif  // FORMULARY_SERVER_STORE_STORE_H_
