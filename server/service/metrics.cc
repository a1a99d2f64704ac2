#include "server/service/metrics.h"

#include <dirent.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

namespace formulary::service {
namespace {

prometheus::Histogram::BucketBoundaries Buckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
          0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};
}

using Families = std::vector<prometheus::MetricFamily>;

// The family that the metric belongs to, new when there is none of that name.
prometheus::MetricFamily& FamilyOf(const engine::Metric& metric, Families* families) {
  for (prometheus::MetricFamily& family : *families) {
    if (family.name == metric.name) return family;
  }
  prometheus::MetricFamily& family = families->emplace_back();
  family.name = std::string(metric.name);
  family.help = std::string(metric.help);
  family.type = metric.counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  return family;
}

void Add(const engine::Metric& metric, Families* families) {
  prometheus::ClientMetric& value = FamilyOf(metric, families).metric.emplace_back();
  if (!metric.label.empty())
    value.label.push_back({std::string(metric.label), std::string(metric.label_value)});
  if (metric.counter) {
    value.counter.value = metric.value;
  } else {
    value.gauge.value = metric.value;
  }
}

double ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  long total = 0, resident = 0;
  const int read = std::fscanf(file, "%ld %ld", &total, &resident);
  std::fclose(file);
  return read == 2 ? static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) : 0;
}

double OpenDescriptors() {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  int count = -3;  // ".", ".." and the directory's own
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

Metrics::Metrics(const engine::Engine* engine, const ByteBudget* budget)
    : engine_(*engine),
      budget_(*budget),
      registry_(std::make_unique<prometheus::Registry>()),
      durations_(prometheus::BuildHistogram()
                     .Name("formulary_rpc_duration_seconds")
                     .Help("Seconds from a call's arrival to its answer, by method and code.")
                     .Register(*registry_)),
      histograms_(kMethodCount * kCodeCount) {}

Metrics::~Metrics() = default;

void Metrics::CallEnded(Method method, int code, double seconds) {
  calls_in_flight_.fetch_sub(1, std::memory_order_relaxed);
  const auto row = static_cast<size_t>(method);
  const auto column = static_cast<size_t>(code >= 0 && code < kCodeCount ? code : 2);
  std::atomic<prometheus::Histogram*>& slot = histograms_[row * kCodeCount + column];
  prometheus::Histogram* histogram = slot.load(std::memory_order_acquire);
  if (histogram == nullptr) {
    histogram = &durations_.Add({{"method", std::string(kMethodNames[row])},
                                 {"code", std::string(CodeName(static_cast<int>(column)))}},
                                Buckets());
    slot.store(histogram, std::memory_order_release);
  }
  histogram->Observe(seconds);
}

std::string Metrics::Text() const {
  Families families = registry_->Collect();
  const auto gauge = [&families](std::string_view name, std::string_view help, double value) {
    Add({.name = name, .help = help, .value = value}, &families);
  };
  gauge("formulary_rpcs_in_flight", "Calls not yet answered.",
        static_cast<double>(calls_in_flight_.load(std::memory_order_relaxed)));
  gauge("formulary_inflight_bytes", "Bytes of requests and answers in the server.",
        static_cast<double>(budget_.in_flight()));
  gauge("formulary_inflight_bytes_limit", "The limit max_inflight_bytes.",
        static_cast<double>(budget_.limit()));
  Add({.name = "formulary_build_info",
       .help = "1, with the server's version.",
       .value = 1,
       .label = "version",
       .label_value = engine_.facts().version},
      &families);
  for (const engine::Metric& metric : engine_.Metrics()) Add(metric, &families);
  gauge("process_resident_memory_bytes", "Resident memory.", ResidentBytes());
  gauge("process_open_fds", "Open file descriptors.", OpenDescriptors());
  Add({.name = "process_cpu_seconds_total",
       .help = "CPU time, user and system.",
       .counter = true,
       .value = CpuSeconds()},
      &families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace formulary::service
