#ifndef FORMULARY_SERVER_SERVICE_METRICS_H_
#define FORMULARY_SERVER_SERVICE_METRICS_H_

// What /metrics says: calls by method and code, bytes in flight, the engine's own counters, and the
// process. Labels take few values, all ours: nothing a client sends ever becomes one.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "server/engine/engine.h"
#include "server/service/byte_budget.h"
#include "server/service/method.h"
#include "server/service/status.h"

namespace prometheus {
template <typename T>
class Family;
class Histogram;
class Registry;
}  // namespace prometheus

namespace formulary::service {

// Thread-safe.
class Metrics {
 public:
  Metrics(const engine::Engine* engine, const ByteBudget* budget);
  ~Metrics();

  void CallStarted() { calls_in_flight_.fetch_add(1, std::memory_order_relaxed); }
  // A call has been answered with a gRPC code, so many seconds after it came in.
  void CallEnded(Method method, int code, double seconds);

  // The text exposition format.
  std::string Text() const;

 private:
  const engine::Engine& engine_;
  const ByteBudget& budget_;
  const std::unique_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Histogram>& durations_;
  // Made when first observed; owned by durations_.
  std::vector<std::atomic<prometheus::Histogram*>> histograms_;
  std::atomic<int64_t> calls_in_flight_{0};
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_METRICS_H_
