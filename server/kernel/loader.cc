#include "server/kernel/loader.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "server/base/file.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U  // Linux 6.3; older kernels refuse it, newer ones may
#endif

namespace formulary::kernel {
namespace {

using base::StrCat;

absl::StatusOr<base::FileDescriptor> SealedMemory(std::string_view bytes) {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  int raw = memfd_create("formulary-kernel", kFlags | MFD_EXEC);
  if (raw < 0) raw = memfd_create("formulary-kernel", kFlags);
  base::FileDescriptor fd(raw);
  if (!fd.valid()) return absl::ErrnoToStatus(errno, "memfd");
  RETURN_IF_ERROR(base::WriteAll(fd.get(), bytes));
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return absl::ErrnoToStatus(errno, "seal");
  }
  return fd;
}

// Why dlopen failed: it only says so in words.
absl::Status OpenFailure() {
  const char* words = dlerror();
  const absl::string_view text = words != nullptr ? words : "";
  base::Log(base::Severity::kError, "cannot load a kernel", {{"dlerror", base::ToStd(text)}});
  for (const char* sign : {"failed to map", "annot allocate", "annot create", "Too many open"}) {
    if (absl::StrContains(text, sign)) {
      return absl::ResourceExhaustedError("no room to load another kernel");
    }
  }
  return absl::DataLossError("the kernel does not link");
}

}  // namespace

// The thread and its queue, shared by the loader and every library it has loaded. Thread-safe.
class Loader::Thread {
 public:
  using Task = absl::AnyInvocable<void()>;

  Thread() : thread_([this] { Run(); }) {
    pthread_setname_np(thread_.native_handle(), "fy-loader");
  }
  ~Thread() { Stop(); }

  // False once stopped; the task is then untouched.
  bool Post(Task* task) ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      base::MutexLock lock(&mutex_);
      if (stopping_) return false;
      tasks_.push_back(std::move(*task));
    }
    posted_.NotifyOne();
    return true;
  }

  // Finishes what is queued.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      base::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    posted_.NotifyAll();
    if (thread_.joinable()) thread_.join();
  }

  void CloseLater(void* handle) {
    Task close = [this, handle] { Close(handle); };
    if (!Post(&close)) std::move(close)();
  }
  void Close(void* handle) {
    dlclose(handle);
    unloads.fetch_add(1, std::memory_order_relaxed);
  }

  std::atomic<uint64_t> loads{0}, unloads{0};
  std::atomic<uint64_t> next_name{0};

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_) {
    for (;;) {
      Task task;
      {
        base::MutexLock lock(&mutex_);
        while (tasks_.empty() && !stopping_) posted_.Wait(&mutex_);
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      std::move(task)();
    }
  }

  base::Mutex mutex_;
  base::CondVar posted_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // last: it uses the fields above
};

namespace {

// A result that another thread waits for.
template <typename T>
class Slot {
 public:
  void Set(T value) {
    base::MutexLock lock(&mutex_);
    value_ = std::move(value);
    set_ = true;
    changed_.NotifyAll();
  }
  T Take() {
    base::MutexLock lock(&mutex_);
    while (!set_) changed_.Wait(&mutex_);
    return std::move(value_);
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  bool set_ ABSL_GUARDED_BY(mutex_) = false;
  T value_ ABSL_GUARDED_BY(mutex_){};
};

absl::StatusOr<void*> OpenOnThisThread(const LoaderOptions& options, uint64_t name,
                                       std::string_view elf) {
  ASSIGN_OR_RETURN(const base::FileDescriptor fd, SealedMemory(elf));
  ASSIGN_OR_RETURN(const base::TempDir directory,
                   base::TempDir::Create(options.temp_root, "formulary-load-"));
  // The number makes the path one that was never used, should the directory's random name return.
  const std::string link = directory.Path(StrCat("kernel", name, ".so"));
  if (symlink(StrCat("/proc/self/fd/", fd.get()).c_str(), link.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, "link");
  }
  void* handle = dlopen(link.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return OpenFailure();
  return handle;
}

}  // namespace

Loader::Loader(LoaderOptions options)
    : options_(std::move(options)), thread_(std::make_shared<Thread>()) {}

Loader::~Loader() { thread_->Stop(); }

absl::StatusOr<LoadedFunction> Loader::Load(std::string_view elf, const std::string& symbol) {
  Slot<absl::StatusOr<LoadedFunction>> slot;
  Thread::Task task = [&] {
    absl::StatusOr<void*> handle = OpenOnThisThread(options_, thread_->next_name.fetch_add(1), elf);
    if (!handle.ok()) return slot.Set(std::move(handle).status());
    thread_->loads.fetch_add(1, std::memory_order_relaxed);
    void* const address = dlsym(*handle, symbol.c_str());
    if (address == nullptr) {
      thread_->Close(*handle);
      return slot.Set(absl::DataLossError("the kernel function is missing"));
    }
    slot.Set(LoadedFunction{
        .function = reinterpret_cast<codegen::KernelFunction>(address),
        .library = std::shared_ptr<const void>(
            *handle, [thread = thread_](void* library) { thread->CloseLater(library); })});
  };
  if (!thread_->Post(&task)) return absl::UnavailableError("the server is shutting down");
  return slot.Take();
}

void Loader::Drain() {
  Slot<bool> slot;
  Thread::Task task = [&slot] { slot.Set(true); };
  if (thread_->Post(&task)) slot.Take();
}

uint64_t Loader::loads() const { return thread_->loads.load(std::memory_order_relaxed); }
uint64_t Loader::unloads() const { return thread_->unloads.load(std::memory_order_relaxed); }

}  // namespace formulary::kernel
