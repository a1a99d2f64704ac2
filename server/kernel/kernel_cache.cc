#include "server/kernel/kernel_cache.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/kernel/kernel_cache_flight.h"

namespace formulary::kernel {
namespace {

using base::ProcessPriority;

constexpr size_t kMaxFailures = 1024;
constexpr double kTypicalCompileSeconds = 0.05;  // until there is one to go by

int JobsFor(const KernelCacheOptions& options) {
  if (options.max_jobs > 0) return options.max_jobs;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
}

absl::Status ShuttingDown() {
  return base::MakeError(absl::StatusCode::kUnavailable, "the server is shutting down",
                         {.reason = std::string(kShuttingDown)});
}

bool HasReason(const absl::Status& status, std::string_view reason) {
  const std::optional<base::ErrorDetail> detail = base::GetErrorDetail(status);
  return detail.has_value() && detail->reason == reason;
}

}  // namespace

KernelCache::KernelCache(KernelCacheOptions options, store::Store* store,
                         compile::Compiler* compiler, Loader* loader)
    : options_(options),
      store_(store),
      compiler_(compiler),
      loader_(loader),
      loaded_(options.max_loaded_kernels),
      lookups_(std::make_unique<base::ThreadPool>(1)),
      builds_(JobsFor(options)) {}

KernelCache::~KernelCache() { Shutdown(); }

std::shared_ptr<const Kernel> KernelCache::Find(std::string_view key_hex) {
  KernelPointer kernel = loaded_.Find(key_hex);
  if (kernel != nullptr) memory_hits_.fetch_add(1, std::memory_order_relaxed);
  return kernel;
}

std::optional<absl::StatusOr<Acquired>> KernelCache::AnswerNow(const BuildRequest& request,
                                                               base::Deadline deadline) {
  if (KernelPointer kernel = Find(request.key_hex); kernel != nullptr) {
    return Acquired{.kernel = std::move(kernel), .source = Source::kMemory};
  }
  if (stopping_) return ShuttingDown();
  if (!base::IsSha256Hex(request.key_hex)) return absl::InternalError("the key is not a digest");
  if (deadline.expired()) return absl::DeadlineExceededError("the deadline has passed");
  if (const auto failure = failures_.find(request.key_hex); failure != failures_.end()) {
    if (options_.clock->Now() < failure->second.until) {
      ++counters_.remembered_failures;
      return base::DeepCopy(failure->second.status);
    }
    failures_.erase(failure);
  }
  return std::nullopt;
}

absl::Status KernelCache::QueueFull() const {
  const double each = counters_.compiles > 0 ? counters_.compile_seconds_total /
                                                   static_cast<double>(counters_.compiles)
                                             : kTypicalCompileSeconds;
  const double wait = each * static_cast<double>(flights_.size()) / builds_.threads();
  return base::MakeError(
      absl::StatusCode::kResourceExhausted,
      base::StrCat("the limit queue_length = ", options_.queue_length,
                   " of kernels waiting for the compiler is reached"),
      {.reason = std::string(kQueueFull),
       .metadata = {{"limit_name", "queue_length"}, {"limit", base::StrCat(options_.queue_length)}},
       .retry_after_seconds = std::clamp(wait, 0.05, 30.0)});
}

void KernelCache::AddWaiter(Flight* flight, base::Deadline deadline, Done done) {
  auto waiter = std::make_shared<Waiter>();
  waiter->done = std::move(done);
  if (!deadline.infinite()) {
    waiter->timer = timers_.Schedule(deadline.at(), [this, waiter] {
      if (!waiter->Claim()) return;
      {
        base::MutexLock lock(&mutex_);
        ++counters_.waiters_expired;
      }
      waiter->done(absl::DeadlineExceededError("the deadline passed before the kernel was built"));
    });
  }
  flight->waiters.push_back(std::move(waiter));
}

void KernelCache::Acquire(BuildRequest request, base::Deadline deadline, Done done) {
  std::optional<absl::StatusOr<Acquired>> answer;
  {
    base::MutexLock lock(&mutex_);
    answer = AnswerNow(request, deadline);
    if (!answer.has_value()) {
      FlightPointer& flight = flights_[request.key_hex];
      if (flight != nullptr) {
        ++counters_.flights_joined;
        if (request.publish == PublishOrder::kBeforeAnswer) flight->publish = request.publish;
        if (request.priority == ProcessPriority::kNormal &&
            std::exchange(flight->priority, request.priority) != request.priority) {
          builds_.Promote(request.key_hex);
          // Raising looks through /proc: on a thread of the cache.
          if (flight->idle_compiler != nullptr)
            lookups_->Schedule([this, flight = flight] { Hurry(flight); });
        }
        return AddWaiter(flight.get(), deadline, std::move(done));
      }
      if (flights_.size() <= options_.queue_length) {
        flight = std::make_shared<Flight>();
        flight->publish = request.publish;
        flight->priority = request.priority;
        flight->request = std::move(request);
        AddWaiter(flight.get(), deadline, std::move(done));
        lookups_->Schedule([this, flight = flight] { LookUp(flight); });
        return;
      }
      flights_.erase(request.key_hex);
      ++counters_.rejected;
      answer = QueueFull();
    }
  }
  done(*std::move(answer));
}

absl::StatusOr<Acquired> KernelCache::AcquireAndWait(BuildRequest request,
                                                     base::Deadline deadline) {
  struct Shared {
    base::Mutex mutex;
    base::CondVar changed;
    std::optional<absl::StatusOr<Acquired>> result ABSL_GUARDED_BY(mutex);
  };
  const auto shared = std::make_shared<Shared>();
  Acquire(std::move(request), deadline, [shared](absl::StatusOr<Acquired> result) {
    base::MutexLock lock(&shared->mutex);
    shared->result = std::move(result);
    shared->changed.NotifyAll();
  });
  base::MutexLock lock(&shared->mutex);
  while (!shared->result.has_value()) shared->changed.Wait(&shared->mutex);
  return *std::move(shared->result);
}

void KernelCache::LetGo(std::vector<KernelPointer> kernels) {
  // They were in use until about now, which the store has not seen.
  for (const KernelPointer& kernel : kernels) store_->Touch(kernel->key_hex());
}

void KernelCache::RememberFailure(const std::string& key_hex, const absl::Status& status) {
  const absl::Duration memory = HasReason(status, compile::kCompileBudget) ? options_.limit_memory
                                : HasReason(status, compile::kCompileFailed)
                                    ? options_.failure_memory
                                    : absl::ZeroDuration();
  if (memory <= absl::ZeroDuration()) return;
  const base::SteadyTime now = options_.clock->Now();
  if (failures_.size() >= kMaxFailures) {
    absl::erase_if(failures_, [now](const auto& entry) { return entry.second.until <= now; });
  }
  if (failures_.size() >= kMaxFailures) return;
  failures_[key_hex] = {base::DeepCopy(status), base::AddSaturated(now, memory)};
}

void KernelCache::Finish(const FlightPointer& flight, absl::StatusOr<Acquired> result) {
  const std::string& key_hex = flight->request.key_hex;
  std::vector<WaiterPointer> waiters;
  std::vector<KernelPointer> gone;
  {
    base::MutexLock lock(&mutex_);
    if (flight->finished || (--flight->builds > 0 && !result.ok())) return;
    flight->finished = true;
    for (const std::shared_ptr<base::CancelFlag>& compiler : flight->compilers) compiler->Cancel();
    // Into the map before the flight goes: whoever comes finds one of the two.
    if (result.ok()) {
      gone = loaded_.Insert(result->kernel);
      if (result->source == Source::kDisk) ++counters_.disk_hits;
    } else {
      ++counters_.compile_failures;
      RememberFailure(key_hex, result.status());
    }
    flights_.erase(key_hex);
    waiters.swap(flight->waiters);
  }
  LetGo(std::move(gone));
  for (const WaiterPointer& waiter : waiters) {
    if (waiter->timer != 0) timers_.Cancel(waiter->timer);
    if (!waiter->Claim()) continue;
    if (result.ok()) {
      waiter->done(result);
    } else {
      waiter->done(base::DeepCopy(result.status()));
    }
  }
}

bool KernelCache::Evict(std::string_view key_hex) { return loaded_.Remove(key_hex) != nullptr; }

KernelCacheCounters KernelCache::counters() const {
  KernelCacheCounters counters;
  {
    base::MutexLock lock(&mutex_);
    counters = counters_;
    counters.flights = flights_.size();
  }
  counters.loaded = loaded_.size();
  counters.loads = loader_->loads();
  counters.unloads = loader_->unloads();
  counters.memory_hits = memory_hits_.load(std::memory_order_relaxed);
  return counters;
}

void KernelCache::Shutdown() {
  base::StringMap<FlightPointer> flights;
  std::vector<WaiterPointer> waiters;
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    flights.swap(flights_);
    for (const auto& [key_hex, flight] : flights) {
      waiters.insert(waiters.end(), flight->waiters.begin(), flight->waiters.end());
      flight->waiters.clear();
      for (const std::shared_ptr<base::CancelFlag>& compiler : flight->compilers)
        compiler->Cancel();
    }
  }
  for (const WaiterPointer& waiter : waiters) {
    if (waiter->timer != 0) timers_.Cancel(waiter->timer);
    if (waiter->Claim()) waiter->done(ShuttingDown());
  }
  lookups_.reset();
  builds_.Shutdown();
}

}  // namespace formulary::kernel
