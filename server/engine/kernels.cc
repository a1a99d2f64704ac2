// What the engine tells about its kernels and itself.

#include <algorithm>
#include <map>

#include "server/base/error.h"
#include "server/engine/engine_impl.h"

namespace formulary::engine {
namespace {

// Kernels on disk that a listing reads; those in memory come besides.
constexpr size_t kMaxListedManifests = 10'000;

}  // namespace

KernelInfo EngineImpl::InfoOf(const Formula& formula) const {
  KernelInfo info;
  info.name = formula.name();
  info.arguments = formula.canonical().arguments;
  for (const expr::Output& output : formula.canonical().outputs)
    info.outputs.push_back(output.name);
  info.hits = formula.hits();
  info.last_used = formula.last_used();
  std::map<std::string, ArtifactInfo> artifacts;
  for (const std::string& key : formula.ArtifactKeys()) artifacts[key].key = key;
  for (const std::shared_ptr<const Variant>& variant : formula.variants()) {
    info.c_bytes = std::max(info.c_bytes, variant->c_bytes);
    info.compile_seconds = std::max(info.compile_seconds, variant->compile_seconds.load());
    const auto known = artifacts.find(variant->key_hex);
    if (known != artifacts.end())
      known->second.target = std::string(compile::TargetName(variant->isa));
  }
  for (const std::shared_ptr<const kernel::Kernel>& loaded : kernels_->Loaded()) {
    const auto known = artifacts.find(loaded->key_hex());
    if (known == artifacts.end()) continue;
    known->second.loaded = true;
    known->second.bytes = loaded->elf_bytes();
  }
  for (auto& [key, artifact] : artifacts) info.artifacts.push_back(std::move(artifact));
  return info;
}

std::vector<KernelInfo> EngineImpl::ListKernels() const {
  std::map<std::string, KernelInfo> by_name;
  for (const std::shared_ptr<Formula>& formula : formulas_.All())
    by_name[formula->name()] = InfoOf(*formula);
  std::vector<std::string> digests = store_->ListManifests();
  digests.resize(std::min(digests.size(), kMaxListedManifests));
  for (const std::string& digest : digests) {
    const std::string name = base::StrCat("kernels/", digest);
    if (by_name.contains(name)) continue;
    const absl::StatusOr<std::string> bytes = store_->GetManifest(digest);
    if (!bytes.ok()) continue;
    const absl::StatusOr<Manifest> manifest = DecodeManifest(*bytes);
    if (!manifest.ok()) continue;
    KernelInfo& info = by_name[name];
    info.name = name;
    info.arguments = manifest->program.arguments;
    for (const expr::Output& output : manifest->program.outputs)
      info.outputs.push_back(output.name);
    for (const std::string& key : manifest->artifact_keys) {
      info.artifacts.push_back({.key = key, .bytes = 0, .loaded = false, .target = ""});
    }
  }
  std::vector<KernelInfo> all;
  for (auto& [name, info] : by_name) all.push_back(std::move(info));
  return all;
}

absl::StatusOr<KernelInfo> EngineImpl::GetKernel(std::string_view name) const {
  const absl::StatusOr<std::shared_ptr<Formula>> formula =
      const_cast<EngineImpl*>(this)->FormulaByName(name, true);
  if (!formula.ok()) return formula.status();
  return InfoOf(**formula);
}

absl::Status EngineImpl::DeleteKernel(std::string_view name) {
  absl::StatusOr<std::shared_ptr<Formula>> formula = FormulaByName(name, true);
  if (!formula.ok()) return formula.status();
  const std::string digest = (*formula)->digest();
  for (const std::string& key : (*formula)->ArtifactKeys()) {
    kernels_->Evict(key);
    if (store_->enabled()) store_->Remove(key).IgnoreError();  // not there is as good
  }
  if (store_->enabled()) store_->RemoveManifest(digest).IgnoreError();
  formulas_.Erase(digest);
  memo_.Clear();  // plans hold the formula
  return absl::OkStatus();
}

std::vector<Metric> EngineImpl::Metrics() const {
  const kernel::KernelCacheCounters k = kernels_->counters();
  const store::StoreCounters s = store_->counters();
  const auto number = [](auto value) { return static_cast<double>(value); };
  const auto tier = [this](Tier which) {
    return static_cast<double>(
        evaluations_[static_cast<size_t>(which)].load(std::memory_order_relaxed));
  };
  return {
      {"formulary_evaluations_total", "Evaluations answered.", true, tier(Tier::kInterpreter),
       "tier", "interpreter"},
      {"formulary_evaluations_total", "Evaluations answered.", true, tier(Tier::kCompiled), "tier",
       "compiled"},
      {"formulary_elements_total", "Elements evaluated.", true, number(elements_.load()), "", ""},
      {"formulary_memo_requests_total", "Programs met before, as sent.", true,
       number(memo_hits_.load()), "result", "hit"},
      {"formulary_memo_requests_total", "Programs met before, as sent.", true,
       number(memo_misses_.load()), "result", "miss"},
      {"formulary_kernels_loaded", "Kernels loaded now.", false, number(k.loaded), "", ""},
      {"formulary_kernel_loads_total", "Kernels loaded.", true, number(k.loads), "", ""},
      {"formulary_kernel_unloads_total", "Kernels unloaded.", true, number(k.unloads), "", ""},
      {"formulary_compiles_total", "Kernels compiled.", true, number(k.compiles), "", ""},
      {"formulary_compile_failures_total", "Compilations that failed.", true,
       number(k.compile_failures), "", ""},
      {"formulary_compile_seconds_total", "Seconds compilers ran.", true, k.compile_seconds_total,
       "", ""},
      {"formulary_compile_flights", "Builds under way or waiting.", false, number(k.flights), "",
       ""},
      {"formulary_compile_flights_joined_total", "Requests that joined a build under way.", true,
       number(k.flights_joined), "", ""},
      {"formulary_cache_requests_total", "Artefacts looked for.", true, number(k.memory_hits),
       "result", "memory"},
      {"formulary_cache_requests_total", "Artefacts looked for.", true, number(k.disk_hits),
       "result", "disk"},
      {"formulary_store_misses_total", "Lookups that found nothing valid on disk.", true,
       number(s.misses), "", ""},
      {"formulary_store_corrupt_total", "Stored files that were refused.", true, number(s.corrupt),
       "", ""},
      {"formulary_store_evictions_total", "Artefacts evicted from disk.", true, number(s.evictions),
       "", ""},
      {"formulary_store_publish_failures_total", "Artefacts that could not be stored.", true,
       number(s.publish_failures), "", ""},
      {"formulary_store_bytes", "Bytes of artefacts on disk.", false, number(s.bytes), "", ""},
      {"formulary_pool_queued", "Tasks waiting for the pool.", false,
       number(pool_->queued() + background_->queued()), "", ""},
      {"formulary_slab_idle_bytes", "Bytes of warm output memory.", false,
       number(slabs_->idle_bytes()), "", ""},
  };
}

}  // namespace formulary::engine
