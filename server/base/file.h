#ifndef FORMULARY_SERVER_BASE_FILE_H_
#define FORMULARY_SERVER_BASE_FILE_H_

// Files and descriptors as values: read with a cap and without following links, publish whole or
// not at all. Called by store/, compile/ and kernel/. Messages of these statuses never contain a
// path (they may travel to a client); callers log the path themselves.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace formulary::base {

// Owns one descriptor. One thread at a time.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void Reset();

 private:
  int fd_ = -1;
};

// A private (0700) directory that is removed with everything in it. One thread at a time.
class TempDir {
 public:
  // `<parent>/<prefix><random>`; an empty parent means $TMPDIR, or /tmp.
  static absl::StatusOr<TempDir> Create(std::string_view parent, std::string_view prefix);

  TempDir() = default;
  TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir() { Remove(); }

  const std::string& path() const { return path_; }
  // path() + '/' + name
  std::string Path(std::string_view name) const;

 private:
  explicit TempDir(std::string path) : path_(std::move(path)) {}
  void Remove();

  std::string path_;
};

enum class FileOwner { kAny, kThisUser };

struct ReadFileOptions {
  size_t max_bytes = size_t{64} << 20;
  FileOwner owner = FileOwner::kAny;
};

// All bytes of a regular file; a symbolic link as the last component is refused. NOT_FOUND: no such
// file. FAILED_PRECONDITION: not a regular file, a link, or another user's. RESOURCE_EXHAUSTED:
// over max_bytes.
absl::StatusOr<std::string> ReadFile(const std::string& path, const ReadFileOptions& options = {});

// Writes a new file (mode 0600). ALREADY_EXISTS when there is one.
absl::Status WriteNewFile(const std::string& path, std::string_view bytes);

enum class IfExists { kKeep, kReplace };

// Puts `bytes` under `<directory>/<name>`, durably, so that readers see all of it or nothing:
// staged in the same directory as `.tmp.<pid>.<random>`, fsynced, renamed, directory fsynced. With
// kKeep an existing file stays and the status is ALREADY_EXISTS. On any failure nothing is left
// behind.
absl::Status PublishFile(const std::string& directory, std::string_view name,
                         std::string_view bytes, IfExists if_exists = IfExists::kKeep);

// What PublishFile's staged files start with; scanners skip them and remove old ones.
inline constexpr std::string_view kStagePrefix = ".tmp.";

// Writes everything, across short writes and interrupts.
absl::Status WriteAll(int fd, std::string_view bytes);

// 16 random lower-case hex digits from the kernel's generator.
std::string RandomHex16();

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_FILE_H_
