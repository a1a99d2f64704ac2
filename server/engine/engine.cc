#include "server/engine/engine.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "server/base/error.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/engine/engine_impl.h"
#include "server/engine/warm_up.h"
#include "server/expr/infer.h"
#include "server/passes/canonicalize.h"
#include "server/passes/expand_derivatives.h"
#include "server/runtime/isa.h"

namespace formulary::engine {
namespace {

constexpr std::string_view kVersion = "0.1.0";
constexpr size_t kIdleSlabBytes = size_t{256} << 20;
// After a failed build in the background, none is started for the same variant for this long.
constexpr int64_t kRetryNs = 30'000'000'000;

int64_t SteadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int Cores() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

// What both the compiler may assume and the runtime has routines for.
compile::TargetIsa ChooseIsa() {
  const compile::TargetIsa host = compile::HostTarget();
  const int level = fy_v1_isa_level();
  const compile::TargetIsa runtime = level >= 4   ? compile::TargetIsa::kX86V4
                                     : level == 3 ? compile::TargetIsa::kX86V3
                                                  : compile::TargetIsa::kX86V2;
  return std::min(host, runtime);
}

compile::CompilerOptions CompilerOptionsOf(const Options& options) {
  return {.compiler = options.compiler,
          .compile_seconds = options.compile_seconds,
          .compile_program_seconds = options.compile_program_seconds,
          .compile_bytes = static_cast<uint64_t>(options.compile_bytes),
          .parallel_units = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))};
}

kernel::KernelCacheOptions CacheOptionsOf(const Options& options) {
  return {.max_jobs = static_cast<int>(options.compile_jobs),
          .queue_length = static_cast<size_t>(options.queue_length),
          .max_loaded_kernels = static_cast<size_t>(options.max_loaded_kernels)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Create(const Options& options) {
  std::unique_ptr<store::Store> store = store::Store::Disabled();
  if (!options.cache_dir.empty()) {
    ASSIGN_OR_RETURN(store,
                     store::Store::Open({.dir = options.cache_dir,
                                         .max_bytes = static_cast<uint64_t>(options.cache_bytes)}));
  }
  return std::make_unique<EngineImpl>(options, std::move(store));
}

EngineImpl::EngineImpl(const Options& options, std::unique_ptr<store::Store> store)
    : options_(options),
      isa_(ChooseIsa()),
      slabs_(eval::SlabPool::Create(kIdleSlabBytes)),
      store_(std::move(store)),
      compiler_(std::make_unique<compile::Compiler>(CompilerOptionsOf(options))),
      loader_(std::make_unique<kernel::Loader>()),
      formulas_(static_cast<size_t>(options.memo_entries)),
      memo_(static_cast<size_t>(options.memo_entries)),
      kernels_(std::make_unique<kernel::KernelCache>(CacheOptionsOf(options), store_.get(),
                                                     compiler_.get(), loader_.get())),
      pool_(std::make_unique<base::ThreadPool>(options.threads > 0 ? options.threads : Cores())),
      // One processor is left to other calls, where there is more than one.
      background_(std::make_unique<base::ThreadPool>(std::max(1, pool_->size() - 1),
                                                     base::ThreadPriority::kLow)) {
  const auto toolchain = compiler_->toolchain();
  if (!toolchain.ok()) {
    base::Log(base::Severity::kWarning, "no compiler: everything is interpreted",
              {{"error", toolchain.status().ToString()}});
  }
  WarmUp(Budget(), Target());
}

EngineImpl::~EngineImpl() {
  Shutdown();
  background_.reset();
  pool_.reset();
}

void EngineImpl::Shutdown() {
  {
    base::MutexLock lock(&scheduling_mutex_);
    stopping_.store(true);
  }
  kernels_->Shutdown();
}

Facts EngineImpl::facts() const {
  const auto toolchain = compiler_->toolchain();
  return {.version = std::string(kVersion),
          .cpu_target = std::string(compile::TargetName(isa_)),
          .sandbox_level = "process",
          .compiler = toolchain.ok() ? (*toolchain)->version : "",
          .threads = pool_->size()};
}

absl::Status EngineImpl::RunOnPool(absl::AnyInvocable<void()> task) {
  return Schedule(pool_, std::move(task));
}

absl::Status EngineImpl::RunInBackground(absl::AnyInvocable<void()> task) {
  return Schedule(background_, std::move(task));
}

absl::Status EngineImpl::Schedule(const std::unique_ptr<base::ThreadPool>& pool,
                                  absl::AnyInvocable<void()> task) {
  base::MutexLock lock(&scheduling_mutex_);
  if (stopping_.load()) {
    return base::MakeError(absl::StatusCode::kUnavailable, "the server is shutting down",
                           {.reason = "SHUTTING_DOWN"});
  }
  if (pool->queued() >= static_cast<size_t>(options_.queue_length)) {
    return base::MakeError(
        absl::StatusCode::kResourceExhausted,
        base::StrCat("queue_length = ", options_.queue_length, " tasks are waiting"),
        {.reason = "QUEUE_FULL", .retry_after_seconds = 0.1});
  }
  pool->Schedule(std::move(task));
  return absl::OkStatus();
}

BuildTarget EngineImpl::Target() const {
  const auto toolchain = compiler_->toolchain();
  return {.isa = isa_,
          .toolchain_fingerprint = toolchain.ok() ? (*toolchain)->fingerprint_hex : ""};
}

passes::Budget EngineImpl::Budget() const {
  return {.max_steps = static_cast<uint64_t>(options_.simplify_steps),
          .max_folded_bits = static_cast<size_t>(options_.max_folded_bits)};
}

absl::StatusOr<std::shared_ptr<Formula>> EngineImpl::MakeFormula(
    expr::Program program, std::vector<uint32_t>* original_positions) {
  ASSIGN_OR_RETURN(program, passes::ResolveDerivatives(std::move(program),
                                                       options_.expression_limits(), Budget()));
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&program));
  passes::Canonical canonical = passes::Canonicalize(program);
  *original_positions = std::move(canonical.original_positions);
  const std::string digest = FormulaDigest(canonical.program);
  if (std::shared_ptr<Formula> known = formulas_.Find(digest)) return known;
  return formulas_.Insert(digest,
                          std::make_shared<Formula>(std::move(canonical.program), Budget()));
}

kernel::BuildRequest EngineImpl::RequestFor(const std::shared_ptr<Formula>& formula,
                                            const std::shared_ptr<const Variant>& variant,
                                            base::ProcessPriority priority) {
  kernel::BuildRequest request;
  request.key_hex = variant->key_hex;
  request.fields = variant->key_fields;
  request.metadata = formula->digest();
  request.priority = priority;
  request.maybe_heat = [formula] { return formula->hits(); };
  request.make_job = [this, formula, variant]() -> absl::StatusOr<compile::CompileJob> {
    // On a compiler thread, which may block: the manifest goes to disk before the artefact does, so
    // that whoever was answered finds the kernel by name after a restart.
    formula->AddArtifactKey(variant->key_hex);
    if (store_->enabled()) {
      const absl::Status stored = store_->PutManifest(formula->digest(), EncodeManifest(*formula));
      if (!stored.ok()) {
        base::Log(base::Severity::kWarning, "manifest not stored", {{"error", stored.ToString()}});
      }
    }
    compile::CompileJob job;
    job.units = variant->CTexts();
    job.isa = variant->isa;
    job.opt_level = variant->opt_level;
    job.toolchain_fingerprint = variant->toolchain_fingerprint;
    return job;
  };
  return request;
}

void EngineImpl::NoteBuild(const std::shared_ptr<Formula>& formula, const Variant& variant,
                           const absl::StatusOr<kernel::Acquired>& acquired) {
  if (acquired.ok()) {
    formula->AddArtifactKey(variant.key_hex);
    variant.compile_seconds.store(acquired->kernel->compile_seconds(), std::memory_order_relaxed);
    return;
  }
  variant.next_try_ns.store(SteadyNs() + kRetryNs, std::memory_order_relaxed);
  const auto detail = base::GetErrorDetail(acquired.status());
  if (detail.has_value() && detail->reason == compile::kCompilerChanged) {
    // The keys name a compiler that is gone: lower again under the new one.
    formula->DropVariants();
    memo_.Clear();
  }
}

void EngineImpl::BuildInBackground(const std::shared_ptr<Formula>& formula,
                                   const std::shared_ptr<const Variant>& variant) {
  if (variant->toolchain_fingerprint.empty() || SteadyNs() < variant->next_try_ns.load()) return;
  if (variant->requested.exchange(true)) return;
  kernels_->Acquire(RequestFor(formula, variant, base::ProcessPriority::kIdle),
                    base::Deadline::Infinite(),
                    [this, formula, variant](absl::StatusOr<kernel::Acquired> acquired) {
                      NoteBuild(formula, *variant, acquired);
                      variant->requested.store(false);
                    });
}

}  // namespace formulary::engine
