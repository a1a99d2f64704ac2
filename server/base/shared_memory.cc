#include "server/base/shared_memory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <vector>

#include "server/base/strings.h"

namespace formulary::base {
namespace {

namespace fs = std::filesystem;

// Where Linux has them.
constexpr char kFolder[] = "/dev/shm";
// A process that has just made an object may not have locked it yet.
constexpr std::chrono::seconds kYoung(60);

bool IsOrphan(const fs::path& path) {
  std::error_code error;
  const auto written = fs::last_write_time(path, error);
  if (error || fs::file_time_type::clock::now() - written < kYoung) return false;
  const FileDescriptor file(open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return false;
  struct stat facts = {};
  if (fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != geteuid())
    return false;
  return flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

absl::StatusOr<SharedMemory> SharedMemory::Create(std::string_view prefix, size_t size) {
  SharedMemory memory;
  const std::string name = StrCat("/", prefix, RandomHex16(), RandomHex16());
  memory.file_ =
      FileDescriptor(shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!memory.file_.valid()) return absl::ResourceExhaustedError("no shared-memory object");
  memory.name_ = name;
  // A page that cannot be had later would end the process.
  if (flock(memory.file_.get(), LOCK_EX) != 0 ||
      posix_fallocate(memory.file_.get(), 0, static_cast<off_t>(size)) != 0)
    return absl::ResourceExhaustedError(StrCat("the system has no ", size, " bytes to share"));
  void* const data = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory.file_.get(), 0);
  if (data == MAP_FAILED) return absl::ResourceExhaustedError("shared memory cannot be mapped");
  memory.data_ = static_cast<uint8_t*>(data);
  memory.size_ = size;
  return memory;
}

void SharedMemory::RemoveOrphans(std::string_view prefix) {
  std::error_code error;
  std::vector<fs::path> orphans;
  for (fs::directory_iterator it(kFolder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().native().starts_with(prefix) && IsOrphan(it->path()))
      orphans.push_back(it->path());
  }
  for (const fs::path& path : orphans) fs::remove(path, error);
}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  if (this == &other) return *this;
  Reset();
  name_ = std::exchange(other.name_, {});
  file_ = std::move(other.file_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

bool SharedMemory::intact() const {
  struct stat facts = {};
  return fstat(file_.get(), &facts) == 0 && static_cast<size_t>(facts.st_size) >= size_;
}

void SharedMemory::Reset() {
  if (data_ != nullptr) munmap(data_, size_);
  if (!name_.empty()) shm_unlink(name_.c_str());
  data_ = nullptr;
  name_.clear();
  file_.Reset();
}

}  // namespace formulary::base
