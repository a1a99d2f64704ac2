#ifndef FORMULARY_SERVER_COMPILE_COMPILER_H_
#define FORMULARY_SERVER_COMPILE_COMPILER_H_

// C texts of ours -> bytes of a shared object, by the system's C compiler in processes of their
// own: fixed arguments, empty environment, private directory, limits on time, memory and output.
// Called by kernel/kernel_cache. It never sees text of a client, and what a compiler prints goes to
// the log only.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/cancel_flag.h"
#include "server/base/deadline.h"
#include "server/base/mutex.h"
#include "server/base/subprocess.h"
#include "server/base/thread_pool.h"
#include "server/compile/flags.h"
#include "server/compile/target.h"
#include "server/compile/toolchain.h"

namespace formulary::compile {

struct CompilerOptions {
  std::string compiler = "gcc";  // path, or a name in the fixed search path
  std::string temp_root;         // empty: $TMPDIR or /tmp
  double compile_seconds = 15;   // of one translation unit
  double compile_program_seconds = 120;
  uint64_t compile_bytes = uint64_t{3} << 29;  // 1.5 GiB of address space a process
  uint64_t max_output_bytes = uint64_t{64} << 20;
  int parallel_units = 1;  // translation units of one program at a time
};

struct CompileJob {
  // C texts. Together they define one exported function FY_KERNEL (a macro that is `symbol` here).
  std::vector<std::string> units;
  std::string symbol;  // "k_" and 16 lower-case hex digits
  TargetIsa isa = TargetIsa::kX86V2;
  int opt_level = kMaxOptLevel;
  // kIdle takes only what evaluation leaves; its wall limit is four times compile_seconds (its
  // limit on CPU time is compile_seconds as ever). kNormal when a client waits.
  base::ProcessPriority priority = base::ProcessPriority::kIdle;
  base::Urgency* maybe_urgency = nullptr;  // with which `priority` may be raised meanwhile
  // The compiler that the artefact's key names; empty: any. Another one on disk by now:
  // UNAVAILABLE.
  std::string toolchain_fingerprint;
};

struct CompileOutput {
  std::string elf;
  double seconds = 0;  // wall time
  std::string
      diagnostics_for_log;  // what a compiler printed although it succeeded; never for a client
};

// Reasons (base::ErrorDetail) of Compile()'s statuses.
inline constexpr std::string_view kCompilerUnavailable = "COMPILER_UNAVAILABLE";  // UNAVAILABLE
inline constexpr std::string_view kCompilerChanged = "COMPILER_CHANGED";          // UNAVAILABLE
inline constexpr std::string_view kCompileBudget =
    "COMPILE_BUDGET";  // RESOURCE_EXHAUSTED, metadata
                       // limit_name and limit
inline constexpr std::string_view kCompileFailed = "COMPILE_FAILED";  // INTERNAL

// Thread-safe: each call is independent.
class Compiler {
 public:
  explicit Compiler(CompilerOptions options);
  ~Compiler();

  // The compiler as it is on disk now (looked at again each time, which costs a dozen stat calls);
  // its fingerprint belongs into the key of what Compile() makes. UNAVAILABLE
  // (COMPILER_UNAVAILABLE) without one.
  absl::StatusOr<std::shared_ptr<const Toolchain>> toolchain() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Blocks. CANCELLED after maybe_cancelled->Cancel(), by which running compilers are killed. Other
  // statuses: see the reasons above. The output is an ELF file of at most max_output_bytes; nothing
  // else is checked.
  absl::StatusOr<CompileOutput> Compile(const CompileJob& job,
                                        const base::CancelFlag* maybe_cancelled);

  const CompilerOptions& options() const { return options_; }

 private:
  struct Run;

  absl::Status RunDriver(const Run& run, std::vector<std::string> arguments,
                         std::string* diagnostics) const;
  absl::Status CompileSingle(const Run& run, std::string* diagnostics) const;
  absl::Status CompileMany(const Run& run, std::string* diagnostics) const;

  const CompilerOptions options_;
  std::unique_ptr<base::ThreadPool>
      maybe_pool_;  // null when units are compiled one after the other
  mutable ToolchainFinder finder_;

  mutable base::Mutex mutex_;
  mutable std::shared_ptr<const Toolchain> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace formulary::compile

#endif  // FORMULARY_SERVER_COMPILE_COMPILER_H_
