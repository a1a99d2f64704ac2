#ifndef FORMULARY_SERVER_COMPILE_TOOLCHAIN_H_
#define FORMULARY_SERVER_COMPILE_TOOLCHAIN_H_

// Which compiler is there, and exactly which: a fingerprint over the bytes of every file that takes
// part (driver, cc1, collect2, as, ld and the shared libraries they load), a field of every
// artefact key. Called by Compiler. Never runs anything but the compiler's own questions
// (--version, -print-prog-name).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "server/base/mutex.h"

namespace formulary::compile {

// What tells a file from the one that stood in its place before: content is only read when this
// changes.
struct FileIdentity {
  std::string path;  // resolved, no links
  uint64_t device = 0, inode = 0, size = 0;
  int64_t mtime_ns = 0, ctime_ns = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// Immutable.
struct Toolchain {
  std::string driver_path;      // absolute; what is run
  std::string driver_target;    // the same without links
  std::string version;          // first line of --version
  std::string target_triple;    // -dumpmachine
  std::string fingerprint_hex;  // 64 digits
  std::vector<FileIdentity> files;
};

// True while every file of the toolchain is the one that was fingerprinted (a dozen stat calls,
// about 20 us).
bool Unchanged(const Toolchain& toolchain);

// Finds toolchains and remembers the digests of the files it has read. Thread-safe.
class ToolchainFinder {
 public:
  // `compiler`: a path, or a bare name that is looked up in /usr/local/bin, /usr/bin and /bin
  // (never in the environment's PATH). UNAVAILABLE with reason COMPILER_UNAVAILABLE when there is
  // none that answers.
  absl::StatusOr<std::shared_ptr<const Toolchain>> Find(std::string_view compiler)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Digested {
    FileIdentity identity;
    std::string digest_hex;
  };
  absl::StatusOr<Digested> Digest(const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Mutex mutex_;  // held across the search: those who come meanwhile want its result
  absl::flat_hash_map<std::string, Digested> digests_ ABSL_GUARDED_BY(mutex_);
};

// The same without a memory.
absl::StatusOr<std::shared_ptr<const Toolchain>> DiscoverToolchain(std::string_view compiler);

}  // namespace formulary::compile

#endif  // FORMULARY_SERVER_COMPILE_TOOLCHAIN_H_
