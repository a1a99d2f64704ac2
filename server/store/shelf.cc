#include "server/store/shelf.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>
#include <tuple>
#include <utility>

#include "server/base/check.h"
#include "server/base/digest.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"

namespace formulary::store {
namespace {

using base::StrCat;

constexpr std::string_view kQuarantinePrefix = ".bad.";
constexpr time_t kStageSeconds = 3600;
constexpr time_t kQuarantineSeconds = 24 * 3600;
constexpr absl::Duration kFlushInterval = absl::Hours(1);
// What other processes add to a shared directory is seen this late.
constexpr absl::Duration kScanInterval = absl::Minutes(10);
// Eviction starts above the high-water mark and ends below the low one, in hundredths of the bound.
constexpr uint64_t kHighWater = 90;
constexpr uint64_t kLowWater = 80;

struct DirectoryCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

// Names of a directory; none when it cannot be read.
template <typename Visit>
void ForEachName(const std::string& path, Visit visit) {
  const Directory directory(opendir(path.c_str()));
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory.get())) {
    visit(dirfd(directory.get()), std::string_view(entry->d_name));
  }
}

bool IsShard(std::string_view name) {
  return name.size() == 2 && base::IsSha256Hex(StrCat(name, std::string(62, '0')));
}

void RemoveIfOlder(int directory_fd, std::string_view name, time_t seconds, time_t now) {
  struct stat info;
  const std::string text(name);
  if (fstatat(directory_fd, text.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (info.st_mtime < now - seconds) unlinkat(directory_fd, text.c_str(), 0);
}

bool Over(uint64_t value, uint64_t bound, uint64_t hundredths) {
  // Divided first: bounds may be near 2^64.
  return value > bound / 100 * hundredths + bound % 100 * hundredths / 100;
}

}  // namespace

struct Shelf::Found {
  std::string key_hex;
  uint64_t bytes = 0;
  timespec used = {};
};

std::string Shelf::ShardPath(std::string_view key_hex) const {
  ABSL_CHECK(base::IsSha256Hex(key_hex));  // a key is about to become a path
  return StrCat(options_.directory, "/", key_hex.substr(0, 2));
}

std::string Shelf::FilePath(std::string_view key_hex) const {
  return StrCat(ShardPath(key_hex), "/", key_hex);
}

std::vector<Shelf::Found> Shelf::ReadDirectory() const {
  std::vector<Found> found;
  const time_t now = time(nullptr);
  ForEachName(options_.directory, [&](int, std::string_view shard) {
    if (!IsShard(shard)) return;
    ForEachName(StrCat(options_.directory, "/", shard), [&](int fd, std::string_view name) {
      if (name.starts_with(base::kStagePrefix)) RemoveIfOlder(fd, name, kStageSeconds, now);
      if (name.starts_with(kQuarantinePrefix)) RemoveIfOlder(fd, name, kQuarantineSeconds, now);
      if (!base::IsSha256Hex(name) || !name.starts_with(shard)) return;
      struct stat info;
      Found file{.key_hex = std::string(name)};
      if (fstatat(fd, file.key_hex.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
      if (!S_ISREG(info.st_mode)) return;
      file.bytes = static_cast<uint64_t>(info.st_size);
      // A clock that was set back leaves times in the future: as good as now.
      file.used = info.st_mtim.tv_sec > now ? timespec{now, 0} : info.st_mtim;
      found.push_back(std::move(file));
    });
  });
  return found;
}

void Shelf::Scan() {
  uint64_t scan = 0;
  {
    base::MutexLock lock(&mutex_);
    scan = ++scans_;
    scanned_at_ = options_.clock->Now();
  }
  Merge(ReadDirectory(), scan);
  EvictIfOver();
}

void Shelf::Merge(std::vector<Found> found, uint64_t scan) {
  // Newest first, each put in front of all that this process has used: what it knows is younger.
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return std::tie(a.used.tv_sec, a.used.tv_nsec, a.key_hex) >
           std::tie(b.used.tv_sec, b.used.tv_nsec, b.key_hex);
  });
  const base::SteadyTime now = options_.clock->Now();
  base::MutexLock lock(&mutex_);
  for (Found& file : found) {
    if (const auto known = index_.find(file.key_hex); known != index_.end()) {
      bytes_ += file.bytes - known->second->bytes;
      known->second->bytes = file.bytes;
      known->second->generation = std::max(known->second->generation, scan);
      continue;
    }
    bytes_ += file.bytes;
    order_.push_front({std::move(file.key_hex), file.bytes, now, scan});
    index_.emplace(order_.front().key_hex, order_.begin());
  }
  // What the scan did not see and nobody has used since it began, another process has removed.
  for (auto entry = order_.begin(); entry != order_.end();) {
    const auto next = std::next(entry);
    if (entry->generation < scan) Erase(entry);
    entry = next;
  }
}

void Shelf::ScanIfStale() {
  {
    base::MutexLock lock(&mutex_);
    if (base::Elapsed(scanned_at_, options_.clock->Now()) < kScanInterval) return;
  }
  Scan();
}

void Shelf::EvictIfOver() {
  std::vector<std::string> victims;
  {
    base::MutexLock lock(&mutex_);
    if (!Over(bytes_, options_.max_bytes, kHighWater) && order_.size() <= options_.max_entries) {
      return;
    }
    while (!order_.empty() && (Over(bytes_, options_.max_bytes, kLowWater) ||
                               Over(order_.size(), options_.max_entries, kHighWater))) {
      victims.push_back(order_.front().key_hex);
      Erase(order_.begin());
      ++evictions_;
    }
  }
  for (const std::string& key_hex : victims) unlink(FilePath(key_hex).c_str());
}

bool Shelf::Use(std::string_view key_hex, uint64_t bytes) {
  const base::SteadyTime now = options_.clock->Now();
  base::MutexLock lock(&mutex_);
  const auto known = index_.find(key_hex);
  if (known == index_.end()) {
    order_.push_back({std::string(key_hex), bytes, now, scans_});
    index_.emplace(order_.back().key_hex, std::prev(order_.end()));
    bytes_ += bytes;
    return true;
  }
  Entry& entry = *known->second;
  bytes_ += bytes - entry.bytes;
  entry.bytes = bytes;
  entry.generation = scans_;
  order_.splice(order_.end(), order_, known->second);
  if (base::Elapsed(entry.flushed_at, now) < kFlushInterval) return false;
  entry.flushed_at = now;
  return true;
}

void Shelf::Erase(Order::iterator entry) {
  bytes_ -= entry->bytes;
  index_.erase(entry->key_hex);
  order_.erase(entry);
}

void Shelf::Forget(std::string_view key_hex) {
  base::MutexLock lock(&mutex_);
  if (const auto known = index_.find(key_hex); known != index_.end()) Erase(known->second);
}

absl::StatusOr<std::string> Shelf::Read(std::string_view key_hex) {
  const std::string path = FilePath(key_hex);
  absl::StatusOr<std::string> bytes = base::ReadFile(
      path, {.max_bytes = options_.max_file_bytes, .owner = base::FileOwner::kThisUser});
  if (!bytes.ok()) {
    if (absl::IsNotFound(bytes.status())) Forget(key_hex);
    return bytes;
  }
  if (Use(key_hex, bytes->size())) utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  return bytes;
}

absl::Status Shelf::Write(std::string_view key_hex, std::string_view bytes,
                          base::IfExists if_exists) {
  if (bytes.size() > options_.max_file_bytes || Over(bytes.size(), options_.max_bytes, kLowWater)) {
    return absl::ResourceExhaustedError(
        StrCat("a file of ", bytes.size(), " bytes does not fit into the store"));
  }
  const std::string shard = ShardPath(key_hex);
  absl::Status status = base::PublishFile(shard, key_hex, bytes, if_exists);
  if (absl::IsNotFound(status)) {  // the first file of its shard
    if (mkdir(shard.c_str(), 0700) != 0 && errno != EEXIST) {
      return absl::ErrnoToStatus(errno, "create directory");
    }
    status = base::PublishFile(shard, key_hex, bytes, if_exists);
  }
  RETURN_IF_ERROR(status);
  Use(key_hex, bytes.size());
  ScanIfStale();
  EvictIfOver();
  return absl::OkStatus();
}

void Shelf::Quarantine(std::string_view key_hex) {
  const std::string path = FilePath(key_hex);
  const std::string aside = StrCat(ShardPath(key_hex), "/", kQuarantinePrefix, key_hex);
  base::Log(base::Severity::kWarning, "stored file quarantined", {{"file", path}});
  Forget(key_hex);
  // A directory of that name may be in the way of either; then the name stays taken and is a miss
  // for ever.
  if (rename(path.c_str(), aside.c_str()) != 0) std::remove(path.c_str());
}

absl::Status Shelf::Remove(std::string_view key_hex) {
  Forget(key_hex);
  if (unlink(FilePath(key_hex).c_str()) != 0) return absl::ErrnoToStatus(errno, "remove");
  return absl::OkStatus();
}

void Shelf::Touch(std::string_view key_hex) {
  uint64_t bytes = 0;
  {
    base::MutexLock lock(&mutex_);
    const auto known = index_.find(key_hex);
    if (known == index_.end()) return;
    bytes = known->second->bytes;
  }
  if (Use(key_hex, bytes)) {
    utimensat(AT_FDCWD, FilePath(key_hex).c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  }
}

std::vector<ShelfEntry> Shelf::List() const {
  base::MutexLock lock(&mutex_);
  std::vector<ShelfEntry> entries;
  entries.reserve(order_.size());
  for (auto entry = order_.rbegin(); entry != order_.rend(); ++entry) {
    entries.push_back({entry->key_hex, entry->bytes});
  }
  return entries;
}

bool Shelf::Contains(std::string_view key_hex) const {
  base::MutexLock lock(&mutex_);
  return index_.contains(key_hex);
}

size_t Shelf::entries() const {
  base::MutexLock lock(&mutex_);
  return order_.size();
}

uint64_t Shelf::bytes() const {
  base::MutexLock lock(&mutex_);
  return bytes_;
}

uint64_t Shelf::evictions() const {
  base::MutexLock lock(&mutex_);
  return evictions_;
}

}  // namespace formulary::store
