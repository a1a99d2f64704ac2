#include "server/store/store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "server/base/digest.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::store {
namespace {

using base::Severity;
using base::StrCat;

constexpr uint64_t kMaxManifestBytes = uint64_t{16} << 20;
constexpr absl::Duration kFailureLogInterval = absl::Seconds(10);

absl::Status Miss() { return absl::NotFoundError("not in the store"); }

// False: the system failed (no descriptors, an I/O error), and the file may be as good as ever.
bool BlamesTheFile(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsFailedPrecondition(status) ||
         absl::IsOutOfRange(status);
}

absl::Status MakeDirectories(const std::string& path) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, "create the cache directory");
  }
  return absl::OkStatus();
}

absl::Status CheckDirectory(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return absl::ErrnoToStatus(errno, "the cache directory");
  if (!S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError("the cache directory is not a directory");
  }
  if (info.st_uid != geteuid()) {
    return absl::FailedPreconditionError("the cache directory belongs to another user");
  }
  if ((info.st_mode & 022) != 0) {
    return absl::FailedPreconditionError("the cache directory is writable by other users");
  }
  if (access(path.c_str(), R_OK | X_OK) != 0) {
    return absl::FailedPreconditionError("the cache directory is not readable");
  }
  return absl::OkStatus();
}

}  // namespace

struct Store::Shelves {
  Shelves(ShelfOptions of_artifacts, ShelfOptions of_manifests)
      : artifacts(std::move(of_artifacts)), manifests(std::move(of_manifests)) {}

  Shelf artifacts;
  Shelf manifests;
};

Store::~Store() = default;

Store::Store(const StoreOptions& options) : clock_(options.clock) {
  if (options.dir.empty()) return;
  shelves_ = std::make_unique<Shelves>(ShelfOptions{.directory = options.dir,
                                                    .max_bytes = options.max_bytes,
                                                    .max_entries = options.max_artifacts,
                                                    .max_file_bytes = options.max_file_bytes,
                                                    .clock = options.clock},
                                       ShelfOptions{.directory = StrCat(options.dir, "/manifests"),
                                                    .max_bytes = options.max_bytes,
                                                    .max_entries = options.max_manifests,
                                                    .max_file_bytes = kMaxManifestBytes,
                                                    .clock = options.clock});
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(StoreOptions options) {
  if (options.dir.empty()) return Disabled();
  RETURN_IF_ERROR(MakeDirectories(options.dir));
  RETURN_IF_ERROR(CheckDirectory(options.dir));
  const std::string manifests = StrCat(options.dir, "/manifests");
  if (access(options.dir.c_str(), W_OK) != 0 ||
      (mkdir(manifests.c_str(), 0700) != 0 && errno != EEXIST)) {
    base::Log(Severity::kWarning, "the cache directory cannot be written; serving from it as it is",
              {{"dir", options.dir}});
  }
  auto store = std::unique_ptr<Store>(new Store(options));
  store->shelves_->artifacts.Scan();
  store->shelves_->manifests.Scan();
  return store;
}

std::unique_ptr<Store> Store::Disabled() {
  return std::unique_ptr<Store>(new Store(StoreOptions{}));
}

absl::StatusOr<Artifact> Store::LoadOrQuarantine(std::string_view key_hex,
                                                 std::string_view expected_fields) {
  const absl::StatusOr<std::string> file = shelves_->artifacts.Read(key_hex);
  if (absl::IsNotFound(file.status())) return Miss();
  absl::StatusOr<Artifact> artifact =
      file.ok() ? DecodeArtifact(key_hex, *file) : absl::StatusOr<Artifact>(file.status());
  if (artifact.ok() && artifact->fields != expected_fields) {
    artifact = absl::DataLossError("stored file refused: same key, other fields");
  }
  if (artifact.ok()) return artifact;
  base::Log(Severity::kWarning, "stored file refused",
            {{"key", key_hex}, {"status", artifact.status().ToString()}});
  if (!BlamesTheFile(artifact.status())) return Miss();
  corrupt_.fetch_add(1, std::memory_order_relaxed);
  shelves_->artifacts.Quarantine(key_hex);
  return absl::DataLossError("stored file refused");
}

absl::StatusOr<Artifact> Store::Load(std::string_view key_hex, std::string_view expected_fields) {
  if (enabled() && base::IsSha256Hex(key_hex)) {
    absl::StatusOr<Artifact> artifact = LoadOrQuarantine(key_hex, expected_fields);
    if (artifact.ok()) {
      hits_.fetch_add(1, std::memory_order_relaxed);
      return artifact;
    }
  }
  misses_.fetch_add(1, std::memory_order_relaxed);
  return Miss();
}

absl::Status Store::CountPublish(absl::Status status, std::string_view what) {
  if (status.ok()) {
    publishes_.fetch_add(1, std::memory_order_relaxed);
    return status;
  }
  const uint64_t failures = publish_failures_.fetch_add(1, std::memory_order_relaxed) + 1;
  // A full disk fails every publication: one line now and then says it all.
  base::MutexLock lock(&log_mutex_);
  if (clock_->Now() < next_failure_log_) return status;
  next_failure_log_ = base::AddSaturated(clock_->Now(), kFailureLogInterval);
  base::Log(Severity::kError, "cannot write to the store; serving from memory",
            {{"what", what}, {"status", status.ToString()}, {"failures", failures}});
  return status;
}

absl::Status Store::Publish(std::string_view key_hex, const Artifact& artifact) {
  if (!enabled()) return absl::UnavailableError("there is no store");
  if (!base::IsSha256Hex(key_hex)) return absl::InternalError("the key is not a digest");
  Shelf& shelf = shelves_->artifacts;
  const std::string file = EncodeArtifact(key_hex, artifact);
  absl::Status status = shelf.Write(key_hex, file, base::IfExists::kKeep);
  if (absl::IsAlreadyExists(status)) {
    // The first valid file wins: kernels are deterministic, so it serves as well as ours.
    if (LoadOrQuarantine(key_hex, artifact.fields).ok())
      return CountPublish(absl::OkStatus(), "artifact");
    status = shelf.Write(key_hex, file, base::IfExists::kKeep);
    if (absl::IsAlreadyExists(status)) status = absl::OkStatus();  // a third writer replaced it
  }
  return CountPublish(std::move(status), "artifact");
}

void Store::Quarantine(std::string_view key_hex) {
  if (!enabled() || !base::IsSha256Hex(key_hex)) return;
  corrupt_.fetch_add(1, std::memory_order_relaxed);
  shelves_->artifacts.Quarantine(key_hex);
}

absl::Status Store::Remove(std::string_view key_hex) {
  if (!enabled() || !base::IsSha256Hex(key_hex)) return Miss();
  return shelves_->artifacts.Remove(key_hex);
}

void Store::Touch(std::string_view key_hex) {
  if (enabled() && base::IsSha256Hex(key_hex)) shelves_->artifacts.Touch(key_hex);
}

bool Store::Contains(std::string_view key_hex) const {
  return enabled() && shelves_->artifacts.Contains(key_hex);
}

std::vector<ShelfEntry> Store::List() const {
  if (!enabled()) return {};
  return shelves_->artifacts.List();
}

absl::Status Store::PutManifest(std::string_view digest_hex, std::string_view bytes) {
  if (!enabled()) return absl::UnavailableError("there is no store");
  if (!base::IsSha256Hex(digest_hex)) return absl::InternalError("the name is not a digest");
  return CountPublish(shelves_->manifests.Write(digest_hex, EncodeManifest(digest_hex, bytes),
                                                base::IfExists::kReplace),
                      "manifest");
}

absl::StatusOr<std::string> Store::GetManifest(std::string_view digest_hex) {
  if (!enabled() || !base::IsSha256Hex(digest_hex)) return Miss();
  const absl::StatusOr<std::string> file = shelves_->manifests.Read(digest_hex);
  if (absl::IsNotFound(file.status())) return Miss();
  absl::StatusOr<std::string> bytes = file.ok() ? DecodeManifest(digest_hex, *file) : file;
  if (bytes.ok()) return bytes;
  base::Log(Severity::kWarning, "stored manifest refused",
            {{"digest", digest_hex}, {"status", bytes.status().ToString()}});
  if (!BlamesTheFile(bytes.status())) return Miss();
  corrupt_.fetch_add(1, std::memory_order_relaxed);
  shelves_->manifests.Quarantine(digest_hex);
  return Miss();
}

std::vector<std::string> Store::ListManifests() const {
  std::vector<std::string> digests;
  if (!enabled()) return digests;
  for (ShelfEntry& entry : shelves_->manifests.List()) digests.push_back(std::move(entry.key_hex));
  return digests;
}

absl::Status Store::RemoveManifest(std::string_view digest_hex) {
  if (!enabled() || !base::IsSha256Hex(digest_hex)) return Miss();
  return shelves_->manifests.Remove(digest_hex);
}

StoreCounters Store::counters() const {
  StoreCounters counters{.hits = hits_,
                         .misses = misses_,
                         .corrupt = corrupt_,
                         .publishes = publishes_,
                         .publish_failures = publish_failures_};
  if (!enabled()) return counters;
  counters.evictions = shelves_->artifacts.evictions() + shelves_->manifests.evictions();
  counters.bytes = shelves_->artifacts.bytes() + shelves_->manifests.bytes();
  counters.artifacts = shelves_->artifacts.entries();
  counters.manifests = shelves_->manifests.entries();
  return counters;
}

}  // namespace formulary::store
