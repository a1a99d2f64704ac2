#include "server/base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::base {
namespace {

// A staged file; removed unless it was moved to its name.
class StagedFile {
 public:
  explicit StagedFile(std::string path) : path_(std::move(path)) {}
  ~StagedFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  const char* path() const { return path_.c_str(); }
  void Release() { path_.clear(); }

 private:
  std::string path_;
};

// Moves `from` to `to`. Where the file system knows no RENAME_NOREPLACE, link() gives the same
// promise.
absl::Status MoveToName(StagedFile* from, const std::string& to, IfExists if_exists) {
  if (if_exists == IfExists::kReplace) {
    if (rename(from->path(), to.c_str()) != 0) return absl::ErrnoToStatus(errno, "rename");
    from->Release();
    return absl::OkStatus();
  }
  if (renameat2(AT_FDCWD, from->path(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    from->Release();
    return absl::OkStatus();
  }
  if (errno == EEXIST) return absl::AlreadyExistsError("the name is taken");
  if (errno != EINVAL && errno != ENOSYS) return absl::ErrnoToStatus(errno, "rename");
  if (link(from->path(), to.c_str()) == 0) return absl::OkStatus();
  if (errno == EEXIST) return absl::AlreadyExistsError("the name is taken");
  return absl::ErrnoToStatus(errno, "link");
}

absl::Status SyncDirectory(const std::string& directory) {
  const FileDescriptor fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, "open directory");
  if (fsync(fd.get()) != 0) return absl::ErrnoToStatus(errno, "fsync directory");
  return absl::OkStatus();
}

absl::StatusOr<FileDescriptor> CreateNew(const char* path) {
  FileDescriptor fd(open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.valid()) {
    if (errno == EEXIST) return absl::AlreadyExistsError("the name is taken");
    return absl::ErrnoToStatus(errno, "create");
  }
  return fd;
}

absl::Status CheckOpened(const struct stat& info, const ReadFileOptions& options) {
  if (!S_ISREG(info.st_mode)) return absl::FailedPreconditionError("not a regular file");
  if (options.owner == FileOwner::kThisUser && info.st_uid != geteuid()) {
    return absl::FailedPreconditionError("the file belongs to another user");
  }
  if (static_cast<uint64_t>(info.st_size) > options.max_bytes) {
    return absl::OutOfRangeError(
        StrCat("file of ", info.st_size, " bytes is over the limit ", options.max_bytes));
  }
  return absl::OkStatus();
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    Reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::Reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

absl::StatusOr<TempDir> TempDir::Create(std::string_view parent, std::string_view prefix) {
  std::string root(parent);
  if (root.empty()) {
    const char* from_environment = std::getenv("TMPDIR");
    root = from_environment != nullptr && *from_environment != '\0' ? from_environment : "/tmp";
  }
  std::string path = StrCat(root, "/", prefix, "XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {  // mode 0700
    return absl::ErrnoToStatus(errno, "create temporary directory");
  }
  return TempDir(std::move(path));
}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  if (this != &other) {
    Remove();
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

std::string TempDir::Path(std::string_view name) const { return StrCat(path_, "/", name); }

void TempDir::Remove() {
  if (path_.empty()) return;
  std::error_code
      ignored;  // a directory that cannot be removed is litter, not an error of the caller's
  std::filesystem::remove_all(path_, ignored);
  path_.clear();
}

absl::StatusOr<std::string> ReadFile(const std::string& path, const ReadFileOptions& options) {
  // O_NONBLOCK: opening a FIFO that someone put there must not wait for a writer.
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) {
    if (errno == ELOOP) return absl::FailedPreconditionError("the file is a symbolic link");
    return absl::ErrnoToStatus(errno, "open");
  }
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return absl::ErrnoToStatus(errno, "stat");
  RETURN_IF_ERROR(CheckOpened(info, options));
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(fd.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, "read");
    if (got == 0) break;  // shortened since the stat
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

absl::Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return absl::ErrnoToStatus(errno, "write");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status WriteNewFile(const std::string& path, std::string_view bytes) {
  ASSIGN_OR_RETURN(const FileDescriptor fd, CreateNew(path.c_str()));
  StagedFile unfinished(path);
  RETURN_IF_ERROR(WriteAll(fd.get(), bytes));
  unfinished.Release();
  return absl::OkStatus();
}

absl::Status PublishFile(const std::string& directory, std::string_view name,
                         std::string_view bytes, IfExists if_exists) {
  StagedFile staged(StrCat(directory, "/", kStagePrefix, getpid(), ".", RandomHex16()));
  {
    absl::StatusOr<FileDescriptor> fd = CreateNew(staged.path());
    if (!fd.ok()) {
      staged.Release();
      return std::move(fd).status();
    }
    RETURN_IF_ERROR(WriteAll(fd->get(), bytes));
    if (fsync(fd->get()) != 0) return absl::ErrnoToStatus(errno, "fsync");
  }
  RETURN_IF_ERROR(MoveToName(&staged, StrCat(directory, "/", name), if_exists));
  return SyncDirectory(directory);
}

std::string RandomHex16() {
  uint64_t bits = 0;
  size_t done = 0;
  while (done < sizeof bits) {
    const ssize_t got = getrandom(reinterpret_cast<char*>(&bits) + done, sizeof bits - done, 0);
    ABSL_CHECK(got > 0 || errno == EINTR);
    if (got > 0) done += static_cast<size_t>(got);
  }
  return StrCat(absl::Hex(bits, absl::kZeroPad16));
}

}  // namespace formulary::base
