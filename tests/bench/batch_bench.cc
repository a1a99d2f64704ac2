// 1,000 different small formulas that formularyd has never seen, in one BatchEvaluate: how soon all
// are answered, and what a warm small call of another client takes meanwhile, and while compilers
// work off the queue. Watches the compilers: how many at once, and at which priority. A batch is
// over too soon for a 99th percentile of its own: several servers are asked, one after the other.
// The batch's client is a process of its own and gives way, as one on another machine would.

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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
constexpr double kIdleSeconds = 1, kCompilingSeconds = 2, kQuickSeconds = 0.2;  // a server
constexpr int kServers = 9;
constexpr char kSendBatch[] = "--send_batch";

std::vector<client::BatchItem> Items(size_t count) {
  const std::vector<client::NamedArray> inputs = SmallInputs(kPoints);
  std::vector<client::BatchItem> items;
  for (const std::string& formula : SmallFormulas(count))
    items.push_back({client::Target(formula), inputs, {.want_report = true}});
  return items;
}

// Adds what each of the calls took that are made one after the other until told to stop.
void CallUntil(RawCaller* caller, const std::string& request, Series* series,
               const std::function<bool(double)>& enough) {
  double total = 0;
  while (!enough(total)) {
    const double seconds = Seconds([&] { OrDie(caller->Evaluate(request)); });
    series->values.push_back(seconds);
    total += seconds;
  }
}

struct Compilers {
  size_t samples = 0, most = 0, not_idle = 0;
};

// Looks at the server's compilers until `done`.
void Watch(const ChildServer& server, const std::atomic<bool>& done, Compilers* seen) {
  while (!done) {
    const std::vector<pid_t> compilers = server.Descendants("cc1");
    seen->most = std::max(seen->most, compilers.size());
    for (const pid_t pid : compilers) {
      const int policy = sched_getscheduler(pid);
      if (policy >= 0) ++seen->samples;
      if (policy >= 0 && policy != SCHED_IDLE) ++seen->not_idle;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

// What this program does as the batch's client, a process of its own: says when it is connected,
// sends the batch, and says how many seconds that took.
int SendBatch(const std::string& address, size_t formulas) {
  setpriority(PRIO_PROCESS, 0, 19);
  const std::vector<client::BatchItem> items = Items(formulas);
  const client::Client client = OrDie(client::Client::Connect(address));
  std::printf("listening grpc=none\n");  // what ChildServer waits for
  std::fflush(stdout);
  std::vector<absl::StatusOr<client::Result>> results;
  const double seconds = Seconds([&] { results = OrDie(client.BatchEvaluate(items)); });
  for (const absl::StatusOr<client::Result>& result : results) {
    if (!result.ok()) Die(result.status());
    if (result->report.cache() != v1::CACHE_OUTCOME_MISS)
      Die(absl::InternalError("a formula of the batch was not new"));
  }
  std::printf("%.9f\n", seconds);
  return 0;
}

// What all servers showed.
struct Seen {
  Series idle{"warm call, idle", {}};
  Series during{"warm call, while the batch is answered", {}};
  Series compiling{"warm call, while compilers work", {}};
  Series batch{"batch of never-seen formulas", {}};
  Compilers compilers;
};

// Starts a server, which has seen nothing, and adds to what was seen.
void AskServer(const Options& options, const Workload& workload, const std::vector<Values>& values,
               size_t formulas, Seen* seen) {
  const ChildServer server = OrDie(ChildServer::StartFormularyd(options, {}));
  RawCaller caller(server.address());
  CompileNow(workload, values, &caller);
  const std::string warm = Request(workload, values, v1::COMPILATION_MODE_AUTO).SerializeAsString();
  const auto for_seconds = [&](double usual) {
    const double limit = options.quick ? kQuickSeconds : usual;
    return [limit](double total) { return total >= limit; };
  };

  CallUntil(&caller, warm, &seen->idle, for_seconds(kIdleSeconds));
  const ChildServer sender =
      OrDie(ChildServer::Start({OwnExecutable(), kSendBatch, server.address(), StrCat(formulas)}));
  std::atomic<bool> answered{false}, watched{false};
  std::thread watcher([&] { Watch(server, watched, &seen->compilers); });
  std::thread batch([&] {
    seen->batch.values.push_back(std::strtod(sender.NextLine().c_str(), nullptr));
    answered = true;
  });
  CallUntil(&caller, warm, &seen->during, [&](double) { return answered.load(); });
  batch.join();
  if (seen->batch.values.back() <= 0) Die(absl::InternalError("the batch was not answered"));
  CallUntil(&caller, warm, &seen->compiling, for_seconds(kCompilingSeconds));
  watched = true;
  watcher.join();
}

int Run(const Options& options) {
  const size_t formulas = options.quick ? kQuickFormulas : kFormulas;
  FigureReport report("batch", options);
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, kPoints, 1);
  Seen seen;
  for (int i = 0; i < options.Rounds(kServers); ++i)
    AskServer(options, workload, values, formulas, &seen);

  for (const Series* series : {&seen.idle, &seen.during, &seen.compiling})
    report.AddSeries(*series, "us", 1e6);
  report.AddSeries(seen.batch, "ms", 1e3);
  report.AddFigure(StrCat(formulas, " never-seen formulas in one batch"),
                   Summarize(seen.batch.values).median, "s", Target{Goal::kAtMost, kMostSeconds});
  const double idle_p99 = Percentile(seen.idle.values, 0.99);
  report.AddFigure("p99 of a warm call, idle", idle_p99 * 1e6, "us");
  report.AddFigure("p99 of a warm call: while the batch is answered / idle",
                   Percentile(seen.during.values, 0.99) / idle_p99, "x",
                   Target{Goal::kAtMost, kMostDelay});
  report.AddFigure("p99 of a warm call: while compilers work / idle",
                   Percentile(seen.compiling.values, 0.99) / idle_p99, "x",
                   Target{Goal::kAtMost, kMostDelay});
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  report.AddFigure("compilers at once", static_cast<double>(seen.compilers.most), "",
                   Target{Goal::kAtMost, std::max(1.0, cores - 1.0)});
  report.AddFigure("compilers seen above idle priority",
                   static_cast<double>(seen.compilers.not_idle), "", Target{Goal::kAtMost, 0});
  report.AddNote(StrCat("compilers seen: ", seen.compilers.samples, " times"));
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  formulary::base::KeepPages();
  if (argc == 4 && std::strcmp(argv[1], formulary::bench::kSendBatch) == 0)
    return formulary::bench::SendBatch(argv[2], std::strtoull(argv[3], nullptr, 10));
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "1,000 never-seen formulas in one batch"));
}
