// The stages of a flight: looking a kernel up in the store, compiling it, loading it.

#include <algorithm>
#include <utility>

#include "server/base/error.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/kernel/elf_check.h"
#include "server/kernel/kernel_cache_flight.h"

namespace formulary::kernel {
namespace {

using base::ProcessPriority;
using base::Severity;

std::string SymbolFor(std::string_view key_hex) {
  return base::StrCat("k_", key_hex.substr(0, 16));
}

absl::Status CompileFailed() {
  return base::MakeError(absl::StatusCode::kInternal, "the compiled kernel cannot be used",
                         {.reason = std::string(compile::kCompileFailed)});
}

}  // namespace

void KernelCache::LookUp(const FlightPointer& flight) {
  const std::string& key_hex = flight->request.key_hex;
  {
    base::MutexLock lock(&mutex_);
    if (stopping_) return;
  }
  const absl::StatusOr<store::Artifact> artifact = store_->Load(key_hex, flight->request.fields);
  if (artifact.ok()) {
    absl::StatusOr<KernelPointer> kernel = LoadKernel(*flight, *artifact);
    if (kernel.ok()) {
      return Finish(flight, Acquired{.kernel = *std::move(kernel), .source = Source::kDisk});
    }
    if (!absl::IsDataLoss(kernel.status())) return Finish(flight, std::move(kernel).status());
    store_->Quarantine(key_hex);
  }
  base::MutexLock lock(&mutex_);  // whoever makes it urgent finds it in the queue
  builds_.Push(
      key_hex, flight->priority, [this, flight] { Build(flight); }, flight->request.maybe_heat);
}

void KernelCache::Hurry(const FlightPointer& flight) {
  std::shared_ptr<base::Urgency> urgency;
  {
    base::MutexLock lock(&mutex_);
    if (flight->finished || stopping_) return;
    urgency = std::exchange(flight->idle_compiler, nullptr);
  }
  if (urgency == nullptr || urgency->Raise()) return;
  // The first one goes on: it takes what nobody else wants, and is nearer to its end.
  base::MutexLock lock(&mutex_);
  if (flight->finished || stopping_) return;
  ++flight->builds;
  builds_.Push(flight->request.key_hex, ProcessPriority::kNormal,
               [this, flight] { Build(flight); });
}

absl::StatusOr<KernelCache::Compilation> KernelCache::PrepareCompilation(Flight* flight) {
  std::shared_ptr<const compile::CompileJob> job;
  {
    base::MutexLock lock(&mutex_);
    job = flight->job;
  }
  if (job == nullptr) {
    ASSIGN_OR_RETURN(compile::CompileJob made, flight->request.make_job());
    made.symbol = SymbolFor(flight->request.key_hex);
    job = std::make_shared<const compile::CompileJob>(std::move(made));
  }
  Compilation compilation{.job = *job};
  base::MutexLock lock(&mutex_);
  if (stopping_ || flight->finished)
    return absl::CancelledError("nobody needs the kernel any more");
  flight->job = std::move(job);
  flight->compilers.push_back(compilation.cancel);
  compilation.job.priority = flight->priority;
  if (flight->priority == ProcessPriority::kIdle) {
    compilation.urgency = std::make_shared<base::Urgency>(ProcessPriority::kIdle);
    compilation.job.maybe_urgency = compilation.urgency.get();
    flight->idle_compiler = compilation.urgency;
  }
  return compilation;
}

absl::StatusOr<compile::CompileOutput> KernelCache::Compile(Flight* flight) {
  ASSIGN_OR_RETURN(const Compilation compilation, PrepareCompilation(flight));
  absl::StatusOr<compile::CompileOutput> output =
      compiler_->Compile(compilation.job, compilation.cancel.get());
  {
    base::MutexLock lock(&mutex_);
    ++counters_.compiles;
    if (output.ok()) counters_.compile_seconds_total += output->seconds;
  }
  return output;
}

void KernelCache::Build(const FlightPointer& flight) {
  BuildRequest& request = flight->request;
  absl::StatusOr<compile::CompileOutput> output = Compile(flight.get());
  if (!output.ok()) return Finish(flight, std::move(output).status());
  const store::Artifact artifact{.fields = request.fields,
                                 .metadata = request.metadata,
                                 .elf = std::move(output->elf),
                                 .compile_seconds = output->seconds};
  absl::StatusOr<KernelPointer> kernel = LoadKernel(*flight, artifact);
  if (absl::IsDataLoss(kernel.status())) return Finish(flight, CompileFailed());
  if (!kernel.ok()) return Finish(flight, std::move(kernel).status());

  PublishOrder order;
  {
    base::MutexLock lock(&mutex_);
    order = flight->publish;
  }
  // A failed publication is counted and logged by the store; the kernel is there all the same.
  const auto publish = [&] {
    if (store_->enabled()) store_->Publish(request.key_hex, artifact).IgnoreError();
  };
  if (order == PublishOrder::kBeforeAnswer) publish();
  Finish(flight, Acquired{.kernel = *std::move(kernel),
                          .source = Source::kCompiled,
                          .compile_seconds = artifact.compile_seconds});
  if (order == PublishOrder::kAfterAnswer) publish();
}

absl::StatusOr<KernelPointer> KernelCache::LoadKernel(const Flight& flight,
                                                      const store::Artifact& artifact) {
  const std::string& key_hex = flight.request.key_hex;
  const std::string symbol = SymbolFor(key_hex);
  const absl::Status checked = CheckKernelElf(artifact.elf, symbol);
  if (!checked.ok()) {
    base::Log(Severity::kError, "kernel refused",
              {{"key", key_hex}, {"status", checked.ToString()}});
    return checked;
  }
  absl::StatusOr<LoadedFunction> loaded = loader_->Load(artifact.elf, symbol);
  if (absl::IsResourceExhausted(loaded.status()) && loaded_.size() > 0) {
    // Out of maps or memory: those that nobody has used for longest make room.
    LetGo(loaded_.RemoveOldest(std::max<size_t>(1, loaded_.size() / 4)));
    loaded = loader_->Load(artifact.elf, symbol);
  }
  RETURN_IF_ERROR(loaded.status());
  return std::make_shared<const Kernel>(KernelFacts{.key_hex = key_hex,
                                                    .metadata = artifact.metadata,
                                                    .elf_bytes = artifact.elf.size(),
                                                    .compile_seconds = artifact.compile_seconds},
                                        loaded->function, std::move(loaded->library));
}

}  // namespace formulary::kernel
