// 1,000 different small formulas that formularyd has never seen, in one BatchEvaluate: how soon all
// are answered, and what a warm small call of another client takes meanwhile, and while compilers
// work off the queue. Watches the compilers: how many at once, and at which priority.

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client/cpp/client.h"
#include "server/base/keep_pages.h"
#include "server/base/strings.h"
#include "tests/bench/child_server.h"
#include "tests/bench/figures.h"
#include "tests/bench/grpc_echo.h"
#include "tests/bench/requests.h"
#include "tests/bench/small_formulas.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr size_t kFormulas = 1'000;
constexpr size_t kQuickFormulas = 40;
constexpr size_t kPoints = 100;
constexpr double kMostSeconds = 1;
constexpr double kMostDelay = 3;  // of a warm call's p99, by the idle one's
constexpr double kIdleSeconds = 3, kCompilingSeconds = 5, kQuickSeconds = 0.2;

std::vector<client::BatchItem> Items(size_t count) {
  const std::vector<client::NamedArray> inputs = SmallInputs(kPoints);
  std::vector<client::BatchItem> items;
  for (const std::string& formula : SmallFormulas(count))
    items.push_back({client::Target(formula), inputs, {.want_report = true}});
  return items;
}

// Calls one after the other until told to stop; what each took.
Series CallUntil(RawCaller* caller, const std::string& request, std::string name,
                 const std::function<bool(double)>& enough) {
  Series series{std::move(name), {}};
  double total = 0;
  while (!enough(total)) {
    const double seconds = Seconds([&] { OrDie(caller->Evaluate(request)); });
    series.values.push_back(seconds);
    total += seconds;
  }
  return series;
}

struct Compilers {
  size_t samples = 0, most = 0, not_idle = 0;
};

// Looks at the server's compilers until `done`.
Compilers Watch(const ChildServer& server, const std::atomic<bool>& done) {
  Compilers seen;
  while (!done) {
    const std::vector<pid_t> compilers = server.Descendants("cc1");
    seen.most = std::max(seen.most, compilers.size());
    for (const pid_t pid : compilers) {
      const int policy = sched_getscheduler(pid);
      if (policy >= 0) ++seen.samples;
      if (policy >= 0 && policy != SCHED_IDLE) ++seen.not_idle;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return seen;
}

double AnswerBatch(const client::Client& client, const std::vector<client::BatchItem>& items) {
  std::vector<absl::StatusOr<client::Result>> results;
  const double seconds = Seconds([&] { results = OrDie(client.BatchEvaluate(items)); });
  for (const absl::StatusOr<client::Result>& result : results) {
    if (!result.ok()) Die(result.status());
    if (result->report.cache() != v1::CACHE_OUTCOME_MISS)
      Die(absl::InternalError("a formula of the batch was not new"));
  }
  return seconds;
}

int Run(const Options& options) {
  FigureReport report("batch", options);
  auto server = std::make_unique<ChildServer>(OrDie(ChildServer::StartFormularyd(options, {})));
  const client::Client client = OrDie(client::Client::Connect(server->address()));
  RawCaller caller(server->address());
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, kPoints, 1);
  CompileNow(workload, values, &caller);
  const std::string warm = Request(workload, values, v1::COMPILATION_MODE_AUTO).SerializeAsString();
  const auto for_seconds = [&](double usual) {
    const double limit = options.quick ? kQuickSeconds : usual;
    return [limit](double total) { return total >= limit; };
  };

  const Series idle = CallUntil(&caller, warm, "warm call, idle", for_seconds(kIdleSeconds));
  const std::vector<client::BatchItem> items = Items(options.quick ? kQuickFormulas : kFormulas);
  std::atomic<bool> answered{false}, watched{false};
  double seconds = 0;
  Compilers compilers;
  std::thread watcher([&] { compilers = Watch(*server, watched); });
  std::thread batch([&] {
    seconds = AnswerBatch(client, items);
    answered = true;
  });
  const Series during = CallUntil(&caller, warm, "warm call, while the batch is answered",
                                  [&](double) { return answered.load(); });
  batch.join();
  const Series compiling =
      CallUntil(&caller, warm, "warm call, while compilers work", for_seconds(kCompilingSeconds));
  watched = true;
  watcher.join();

  for (const Series* series : {&idle, &during, &compiling}) report.AddSeries(*series, "us", 1e6);
  report.AddFigure(StrCat(items.size(), " never-seen formulas in one batch"), seconds, "s",
                   Target{Goal::kAtMost, kMostSeconds});
  const double idle_p99 = Percentile(idle.values, 0.99);
  report.AddFigure("p99 of a warm call, idle", idle_p99 * 1e6, "us");
  report.AddFigure("p99 of a warm call: while the batch is answered / idle",
                   Percentile(during.values, 0.99) / idle_p99, "x",
                   Target{Goal::kAtMost, kMostDelay});
  report.AddFigure("p99 of a warm call: while compilers work / idle",
                   Percentile(compiling.values, 0.99) / idle_p99, "x",
                   Target{Goal::kAtMost, kMostDelay});
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  report.AddFigure("compilers at once", static_cast<double>(compilers.most), "",
                   Target{Goal::kAtMost, std::max(1.0, cores - 1.0)});
  report.AddFigure("compilers seen above idle priority", static_cast<double>(compilers.not_idle),
                   "", Target{Goal::kAtMost, 0});
  report.AddNote(StrCat("compilers seen: ", compilers.samples, " times"));
  server.reset();  // so that its processor time counts as ours
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  formulary::base::KeepPages();
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "1,000 never-seen formulas in one batch"));
}
