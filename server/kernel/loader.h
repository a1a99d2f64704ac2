#ifndef FORMULARY_SERVER_KERNEL_LOADER_H_
#define FORMULARY_SERVER_KERNEL_LOADER_H_

// Verified bytes -> callable code, and back out of memory. One thread of its own does every dlopen
// and dlclose: they serialise on the dynamic loader's lock and grow slower with the number of
// libraries, so no request thread may run them. Called by kernel_cache.
//
// The bytes go into a sealed memfd, so nothing that happens to any file later can reach them, and
// are opened through a symbolic link whose name this process never uses again (glibc takes a name
// it knows for the library it knows); link and descriptor are gone when Load() returns.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "server/base/mutex.h"
#include "server/codegen/abi.h"

namespace formulary::kernel {

struct LoaderOptions {
  std::string temp_root;  // for the links; empty: $TMPDIR or /tmp
};

struct LoadedFunction {
  codegen::KernelFunction function = nullptr;
  std::shared_ptr<const void> library;  // the last copy posts the unloading to the loader thread
};

// Thread-safe. Libraries may outlive it: those released later are closed where they are released.
class Loader {
 public:
  explicit Loader(LoaderOptions options = {});
  // Closes what was released, and joins.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // Blocks until the loader thread has done it: about 0.1 ms, more with thousands loaded. The bytes
  // must have passed CheckKernelElf(elf, symbol). DATA_LOSS: they do not link, or lack the symbol.
  // RESOURCE_EXHAUSTED: no memory, maps or descriptors left.
  absl::StatusOr<LoadedFunction> Load(std::string_view elf, const std::string& symbol);

  // Waits until everything released before is unloaded.
  void Drain();

  uint64_t loads() const;
  uint64_t unloads() const;

 private:
  class Thread;

  const LoaderOptions options_;
  const std::shared_ptr<Thread> thread_;
};

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_LOADER_H_
