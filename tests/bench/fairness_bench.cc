// How a server's processors are shared out: what small calls take while others send arrays of 1e7
// elements, and how much faster one such array is evaluated by two threads than by one, against C
// written by hand in two threads.

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/base/keep_pages.h"
#include "server/base/strings.h"
#include "tests/bench/child_server.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/grpc_echo.h"
#include "tests/bench/native_c.h"
#include "tests/bench/requests.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr size_t kSmallPoints = 1'000;
constexpr size_t kLargePoints = 10'000'000, kQuickPoints = 500'000;
constexpr int kLargeCallers = 2;
constexpr size_t kCallsOfARound = 400;
constexpr int kRounds = 11, kSpeedRounds = 9;
constexpr size_t kMaxMessageBytes = size_t{256} << 20;
constexpr double kMostDelay = 5;
constexpr double kLeastSpeedUp = 0.9;

// Sends one request over and over, from several connections, from its making to its end.
class Background {
 public:
  Background(const std::string& address, const std::string& request) {
    for (int i = 0; i < kLargeCallers; ++i) {
      threads_.emplace_back([this, address, &request] {
        RawCaller caller(address);
        while (!stop_) OrDie(caller.Evaluate(request));
      });
    }
  }
  ~Background() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

// The 99th percentile of a round's calls.
double SlowCall(RawCaller* caller, const std::string& request, size_t calls) {
  std::vector<double> seconds;
  for (size_t i = 0; i < calls; ++i)
    seconds.push_back(Seconds([&] { OrDie(caller->Evaluate(request)); }));
  return Percentile(std::move(seconds), 0.99);
}

void MeasureDelay(const Options& options, FigureReport* report) {
  const ChildServer server = OrDie(
      ChildServer::StartFormularyd(options, {StrCat("--max_message_bytes=", kMaxMessageBytes)}));
  RawCaller caller(server.address());
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const auto request = [&](size_t points) {
    const std::vector<Values> values = Draw(workload, points, 1);
    CompileNow(workload, values, &caller);
    return Request(workload, values, v1::COMPILATION_MODE_AUTO).SerializeAsString();
  };
  const std::string small = request(kSmallPoints);
  const std::string large = request(options.quick ? kQuickPoints : kLargePoints);
  const size_t calls = options.quick ? 20 : kCallsOfARound;
  const std::vector<Series> series = Interleave(
      options.Rounds(kRounds),
      {{"p99 of 1,000-point calls, idle", [&] { return SlowCall(&caller, small, calls); }},
       {"p99 of 1,000-point calls, beside 1e7-point ones", [&] {
          const Background background(server.address(), large);
          return SlowCall(&caller, small, calls);
        }}});
  for (const Series& row : series) report->AddSeries(row, "us", 1e6);
  report->AddRatio("p99 of 1,000-point calls: beside 1e7-point ones / idle", series[1], series[0],
                   Target{Goal::kAtMost, kMostDelay});
}

// The workload's hand-written C over all elements, cut into as many parts as there are threads.
double HandSeconds(NativeKernel kernel, const std::vector<Values>& values, size_t points,
                   int threads, std::vector<std::vector<double>>* outputs) {
  // Multiples of a cache line, so that no two threads write one.
  const size_t part = (points / static_cast<size_t>(threads) + 7) / 8 * 8;
  return Seconds([&] {
    std::vector<std::thread> running;
    for (size_t start = 0; start < points; start += part) {
      running.emplace_back([&, start] {
        std::vector<const double*> in;
        std::vector<double*> out;
        for (const Values& value : values)
          in.push_back(value.values.data() + (value.scalar ? 0 : start));
        for (std::vector<double>& output : *outputs) out.push_back(output.data() + start);
        kernel(static_cast<long>(std::min(part, points - start)), in.data(), out.data());
      });
    }
    for (std::thread& thread : running) thread.join();
  });
}

void MeasureSpeedUp(const Options& options, const std::string& name, FigureReport* report) {
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, name);
  const size_t points = options.quick ? kQuickPoints : kLargePoints;
  const std::vector<Values> values = Draw(workload, points, 1);
  const HandWritten& row = *FindHandWritten(name);
  const NativeLibrary library = OrDie(
      NativeLibrary::Build(HandWrittenText(row, workload), HandWrittenFlags(row, FastMath::kNo)));
  const auto kernel = reinterpret_cast<NativeKernel>(library.Symbol("kernel"));
  std::vector<std::vector<double>> outputs(workload.texts.size(), std::vector<double>(points));
  const std::unique_ptr<engine::Engine> engines[] = {MakeEngine(1), MakeEngine(2)};
  const auto ours = [&](int threads) {
    return EvaluateSeconds(engines[threads - 1].get(), workload.texts, values,
                           engine::CompilationMode::kWait);
  };
  const auto hand = [&](int threads) {
    return HandSeconds(kernel, values, points, threads, &outputs);
  };
  const std::vector<Series> series = Interleave(
      options.Rounds(kSpeedRounds), {{name + ": one thread", [&] { return ours(1); }},
                                     {name + ": two threads", [&] { return ours(2); }},
                                     {name + ": C by hand, one thread", [&] { return hand(1); }},
                                     {name + ": C by hand, two threads", [&] { return hand(2); }}});
  for (const Series& one : series) report->AddSeries(one, "ms", 1e3);
  report->AddRatio(name + ": speed-up by a second thread", series[0], series[1]);
  report->AddRatio(name + ": speed-up by a second thread, C by hand", series[2], series[3]);
  const auto median = [&](size_t which) { return Summarize(series[which].values).median; };
  report->AddFigure(name + ": speed-up / that of C by hand",
                    median(0) / median(1) / (median(2) / median(3)), "x",
                    Target{Goal::kAtLeast, kLeastSpeedUp});
}

int Run(const Options& options) {
  FigureReport report("fairness", options);
  MeasureDelay(options, &report);
  for (const char* name : {"double_pendulum", "van_der_waals"})
    MeasureSpeedUp(options, name, &report);
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  formulary::base::KeepPages();
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Small calls beside large ones; two threads"));
}
