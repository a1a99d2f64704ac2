#include "server/compile/compiler.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "server/base/error.h"
#include "server/base/file.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::compile {
namespace {

using base::StrCat;
using base::SubprocessResult;

constexpr std::string_view kTempPrefix = "formulary-compile-";
constexpr char kOutputName[] = "kernel.so";
constexpr size_t kLoggedDiagnosticBytes = 2000;

absl::Status BudgetSpent(std::string_view limit_name, double limit) {
  return base::MakeError(
      absl::StatusCode::kResourceExhausted,
      StrCat("compiling took more than the limit ", limit_name, " = ", limit),
      {.reason = std::string(kCompileBudget),
       .metadata = {{"limit_name", std::string(limit_name)}, {"limit", StrCat(limit)}}});
}

absl::Status Failed() {
  return base::MakeError(absl::StatusCode::kInternal, "the compiler refused the generated C",
                         {.reason = std::string(kCompileFailed)});
}

absl::Status Unavailable(std::string_view reason, std::string_view message) {
  return base::MakeError(absl::StatusCode::kUnavailable, message, {.reason = std::string(reason)});
}

enum class Cause { kSeconds, kMemory, kOutputSize, kDiskFull };

// How gcc's driver and passes say in the C locale that a limit, not the text, stopped them. The
// driver itself exits 1 whatever ended the pass.
struct CauseRow {
  const char* text;
  Cause cause;
};
constexpr CauseRow kCauses[] = {
    {"CPU time limit exceeded", Cause::kSeconds},
    {"out of memory allocating", Cause::kMemory},
    {"virtual memory exhausted", Cause::kMemory},
    {"Cannot allocate memory", Cause::kMemory},
    {"memory exhausted", Cause::kMemory},
    {"failed to map segment", Cause::kMemory},     // the dynamic loader's
    {"Killed signal terminated", Cause::kMemory},  // the kernel's or the container's memory limit
    {"File size limit exceeded", Cause::kOutputSize},
    {"File too large", Cause::kOutputSize},
    {"No space left on device", Cause::kDiskFull},
};

absl::Status StatusFor(Cause cause, const CompilerOptions& options) {
  switch (cause) {
    case Cause::kSeconds:
      return BudgetSpent("compile_seconds", options.compile_seconds);
    case Cause::kMemory:
      return BudgetSpent("compile_bytes", static_cast<double>(options.compile_bytes));
    case Cause::kOutputSize:
      return BudgetSpent("max_output_bytes", static_cast<double>(options.max_output_bytes));
    case Cause::kDiskFull:
      return Unavailable(kCompilerUnavailable, "there is no room for the compiler's files");
  }
  return Failed();
}

absl::Status StatusForExit(const SubprocessResult& result, const CompilerOptions& options) {
  if (result.end == SubprocessResult::End::kSignalled && result.signal == SIGXCPU) {
    return StatusFor(Cause::kSeconds, options);
  }
  for (const CauseRow& row : kCauses) {
    if (absl::StrContains(result.standard_error, row.text)) return StatusFor(row.cause, options);
  }
  return Failed();
}

bool IsSymbol(std::string_view symbol) {
  if (symbol.size() != 18 || !symbol.starts_with("k_")) return false;
  return std::all_of(symbol.begin() + 2, symbol.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Directories that a killed server left: nothing compiles for an hour.
void RemoveStaleDirectories(const std::string& root) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::hours(1);
  for (const fs::directory_entry& entry : fs::directory_iterator(root, error)) {
    if (!entry.path().filename().string().starts_with(kTempPrefix)) continue;
    struct stat info;
    if (lstat(entry.path().c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) continue;
    if (info.st_uid != geteuid() || entry.last_write_time(error) > oldest || error) continue;
    fs::remove_all(entry.path(), error);
  }
}

absl::Status CheckJob(const CompileJob& job) {
  if (job.units.empty() || !IsSymbol(job.symbol) || job.opt_level < 0 ||
      job.opt_level > kMaxOptLevel) {
    return absl::InternalError("malformed compile job");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadElf(const std::string& path, uint64_t max_bytes) {
  absl::StatusOr<std::string> elf =
      base::ReadFile(path, {.max_bytes = max_bytes, .owner = base::FileOwner::kThisUser});
  constexpr std::string_view kMagic = "\177ELF";
  constexpr size_t kHeaderBytes = 64;
  if (!elf.ok() || elf->size() < kHeaderBytes || !std::string_view(*elf).starts_with(kMagic)) {
    base::Log(base::Severity::kError, "the compiler succeeded without a shared object",
              {{"status", elf.ok() ? StrCat(elf->size(), " bytes") : elf.status().ToString()}});
    return Failed();
  }
  return elf;
}

}  // namespace

// What the steps of one compilation share.
struct Compiler::Run {
  const CompileJob& job;
  const base::CancelFlag* maybe_cancelled;
  std::string driver;
  std::string directory;
  base::Deadline program_deadline;

  // How long one more process may run, and the name of the limit that says so.
  absl::Duration UnitLimit(const CompilerOptions& options) const {
    const double factor = job.priority == base::ProcessPriority::kIdle ? 4 : 1;
    return std::min(absl::Seconds(options.compile_seconds * factor), program_deadline.remaining());
  }
};

Compiler::Compiler(CompilerOptions options) : options_(std::move(options)) {
  if (options_.parallel_units > 1) {
    maybe_pool_ = std::make_unique<base::ThreadPool>(options_.parallel_units - 1);
  }
  const char* from_environment = std::getenv("TMPDIR");
  RemoveStaleDirectories(!options_.temp_root.empty()   ? options_.temp_root
                         : from_environment != nullptr ? from_environment
                                                       : "/tmp");
}

Compiler::~Compiler() = default;

absl::StatusOr<std::shared_ptr<const Toolchain>> Compiler::toolchain() const {
  std::shared_ptr<const Toolchain> known;
  {
    base::MutexLock lock(&mutex_);
    known = known_;
  }
  if (known != nullptr && Unchanged(*known)) return known;
  ASSIGN_OR_RETURN(known, finder_.Find(options_.compiler));
  base::MutexLock lock(&mutex_);
  known_ = known;
  return known;
}

absl::Status Compiler::RunDriver(const Run& run, std::vector<std::string> arguments,
                                 std::string* diagnostics) const {
  const absl::Duration wall_limit = run.UnitLimit(options_);
  if (wall_limit <= absl::ZeroDuration()) {
    return BudgetSpent("compile_program_seconds", options_.compile_program_seconds);
  }
  base::SubprocessOptions process;
  process.argv = std::move(arguments);
  process.argv.insert(process.argv.begin(), run.driver);
  process.environment.push_back(StrCat("TMPDIR=", run.directory));
  process.working_directory = run.directory;
  process.wall_limit = wall_limit;
  process.maybe_cancel = run.maybe_cancelled;
  process.priority = run.job.priority;
  process.maybe_urgency = run.job.maybe_urgency;
  process.memory_bytes = options_.compile_bytes;
  process.cpu_seconds = static_cast<uint64_t>(std::ceil(options_.compile_seconds));
  process.file_bytes = options_.max_output_bytes;

  const absl::StatusOr<SubprocessResult> result = base::RunSubprocess(process);
  if (!result.ok()) {
    base::Log(base::Severity::kError, "cannot start the compiler",
              {{"path", run.driver}, {"status", result.status().ToString()}});
    return Unavailable(kCompilerUnavailable, "the compiler of this server cannot be started");
  }
  *diagnostics = result->standard_error;
  if (result->succeeded()) return absl::OkStatus();
  if (result->end == SubprocessResult::End::kCancelled) {
    return absl::CancelledError("the compilation was cancelled");
  }
  base::Log(base::Severity::kError, "compiler failed",
            {{"symbol", run.job.symbol},
             {"end", static_cast<int>(result->end)},
             {"exit_code", result->exit_code},
             {"signal", result->signal},
             {"wall_seconds", result->wall_seconds},
             {"max_rss_bytes", result->max_rss_bytes},
             {"diagnostics", result->standard_error.substr(0, kLoggedDiagnosticBytes)}});
  if (result->end == SubprocessResult::End::kTimedOut) {
    return run.program_deadline.expired()
               ? BudgetSpent("compile_program_seconds", options_.compile_program_seconds)
               : BudgetSpent("compile_seconds", options_.compile_seconds);
  }
  return StatusForExit(*result, options_);
}

absl::Status Compiler::CompileSingle(const Run& run, std::string* diagnostics) const {
  const CompileJob& job = run.job;
  RETURN_IF_ERROR(base::WriteNewFile(StrCat(run.directory, "/unit0.c"), job.units[0]));
  return RunDriver(run,
                   SingleUnitArguments(job.isa, job.opt_level, job.symbol, "unit0.c", kOutputName),
                   diagnostics);
}

absl::Status Compiler::CompileMany(const Run& run, std::string* diagnostics) const {
  const CompileJob& job = run.job;
  const size_t count = job.units.size();
  std::vector<std::string> objects(count), printed(count);
  std::vector<absl::Status> statuses(count);
  std::atomic<bool> failed{false};
  base::ParallelFor(maybe_pool_.get(), static_cast<int64_t>(count), [&](int64_t index) {
    const auto unit = static_cast<size_t>(index);
    objects[unit] = StrCat("unit", unit, ".o");
    if (failed.load()) return;  // one refusal settles it
    const std::string source = StrCat("unit", unit, ".c");
    statuses[unit] = base::WriteNewFile(StrCat(run.directory, "/", source), job.units[unit]);
    if (statuses[unit].ok()) {
      statuses[unit] =
          RunDriver(run, UnitArguments(job.isa, job.opt_level, job.symbol, source, objects[unit]),
                    &printed[unit]);
    }
    if (!statuses[unit].ok()) failed.store(true);
  });
  for (size_t unit = 0; unit < count; ++unit) {
    RETURN_IF_ERROR(statuses[unit]);
    diagnostics->append(printed[unit]);
  }
  std::string printed_by_linker;
  RETURN_IF_ERROR(RunDriver(run, LinkArguments(objects, kOutputName), &printed_by_linker));
  diagnostics->append(printed_by_linker);
  return absl::OkStatus();
}

absl::StatusOr<CompileOutput> Compiler::Compile(const CompileJob& job,
                                                const base::CancelFlag* maybe_cancelled) {
  const base::SteadyTime start = base::Clock::Real()->Now();
  RETURN_IF_ERROR(CheckJob(job));
  if (maybe_cancelled != nullptr && maybe_cancelled->cancelled()) {
    return absl::CancelledError("the compilation was cancelled");
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Toolchain> present, toolchain());
  if (!job.toolchain_fingerprint.empty() && job.toolchain_fingerprint != present->fingerprint_hex) {
    return Unavailable(kCompilerChanged, "the compiler of this server was replaced; try again");
  }
  absl::StatusOr<base::TempDir> directory = base::TempDir::Create(options_.temp_root, kTempPrefix);
  if (!directory.ok()) {
    base::Log(base::Severity::kError, "no directory to compile in",
              {{"status", directory.status().ToString()}});
    return Unavailable(kCompilerUnavailable, "there is no room for the compiler's files");
  }
  const Run run{job, maybe_cancelled, present->driver_path, directory->path(),
                base::Deadline::After(absl::Seconds(options_.compile_program_seconds))};
  CompileOutput output;
  RETURN_IF_ERROR(job.units.size() == 1 ? CompileSingle(run, &output.diagnostics_for_log)
                                        : CompileMany(run, &output.diagnostics_for_log));
  ASSIGN_OR_RETURN(output.elf, ReadElf(directory->Path(kOutputName), options_.max_output_bytes));
  // Replaced meanwhile: nobody knows which of the two made these bytes, and the key names one of
  // them.
  if (!Unchanged(*present)) {
    return Unavailable(kCompilerChanged, "the compiler of this server was replaced; try again");
  }
  output.seconds = absl::ToDoubleSeconds(base::Elapsed(start, base::Clock::Real()->Now()));
  return output;
}

}  // namespace formulary::compile
