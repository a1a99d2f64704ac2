// How a server's processors are shared out: what small calls take while others send arrays of 1e7
// elements, against the same calls of a gRPC server that echoes, and how much faster one such array
// is evaluated by two threads than by one, against C written by hand in two threads.

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "client/cpp/client.h"
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
constexpr double kSecondsOfARound = 1, kQuickSeconds = 0.05;
constexpr int kRounds = 11, kSpeedRounds = 9;
constexpr size_t kMaxMessageBytes = size_t{256} << 20;
constexpr double kMostDelay = 5;
constexpr double kLeastSpeedUp = 0.9;

constexpr char kSendLarge[] = "--send_large";
constexpr char kServeEcho[] = "--serve_echo";

std::string NormalRequest(RawCaller* maybe_compiling, size_t points) {
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, points, 1);
  if (maybe_compiling != nullptr) CompileNow(workload, values, maybe_compiling);
  return Request(workload, values, v1::COMPILATION_MODE_AUTO).SerializeAsString();
}

// What this program does as a client of a process of its own (one process's calls delay one
// another): sends one large request over and over, from several connections, until it is killed. At
// a lower priority, since one on another machine would take no processor from the server.
int SendLarge(const std::string& address, size_t points) {
  errno = 0;
  if (nice(5) == -1 && errno != 0) return 1;
  const std::string request = NormalRequest(nullptr, points);
  RawCaller first(address);
  OrDie(first.Evaluate(request));
  std::printf("listening grpc=none\n");  // what ChildServer waits for
  std::fflush(stdout);
  std::vector<std::thread> threads;
  for (int i = 0; i < kLargeCallers; ++i) {
    threads.emplace_back([&] {
      RawCaller caller(address);
      for (;;) OrDie(caller.Evaluate(request));
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// Evaluations of all kernels so far.
uint64_t Evaluations(const client::Client& client) {
  uint64_t hits = 0;
  for (const v1::Kernel& kernel : OrDie(client.ListKernels())) hits += kernel.hits();
  return hits;
}

// Small calls of one server, one after the other.
class SmallCalls {
 public:
  SmallCalls(const Options& options, const ChildServer& server, std::string request)
      : seconds_(options.quick ? kQuickSeconds : kSecondsOfARound),
        points_(options.quick ? kQuickPoints : kLargePoints),
        server_(server),
        caller_(server.address()),
        request_(std::move(request)) {}

  // The 99th percentile of a round's calls: on an idle server, and beside large ones.
  double Alone() {
    std::vector<double> each;
    for (double total = 0; total < seconds_; total += each.back())
      each.push_back(Seconds([&] { OrDie(caller_.Evaluate(request_)); }));
    calls_ += each.size();
    return Percentile(std::move(each), 0.99);
  }
  double BesideLarge() {
    const ChildServer sender = OrDie(
        ChildServer::Start({OwnExecutable(), kSendLarge, server_.address(), StrCat(points_)}));
    return Alone();
  }
  uint64_t calls() const { return calls_; }

 private:
  const double seconds_;
  const size_t points_;
  const ChildServer& server_;
  RawCaller caller_;
  const std::string request_;
  uint64_t calls_ = 0;  // so far
};

void MeasureDelay(const Options& options, FigureReport* report) {
  const ChildServer server = OrDie(
      ChildServer::StartFormularyd(options, {StrCat("--max_message_bytes=", kMaxMessageBytes)}));
  const ChildServer echo_server = OrDie(
      ChildServer::Start({OwnExecutable(), kServeEcho, StrCat(kLargePoints * sizeof(double))}));
  RawCaller compiling(server.address());
  const std::string request = NormalRequest(&compiling, kSmallPoints);
  SmallCalls ours(options, server, request), theirs(options, echo_server, request);
  const client::Client client = OrDie(client::Client::Connect(server.address()));
  const uint64_t before = Evaluations(client);
  const std::string idle = ", idle", beside = ", beside 1e7-point ones";
  const std::string name = "p99 of 1,000-point calls", echo = "echo: p99 of such calls";
  const std::vector<Series> series =
      Interleave(options.Rounds(kRounds), {{name + idle, [&] { return ours.Alone(); }},
                                           {name + beside, [&] { return ours.BesideLarge(); }},
                                           {echo + idle, [&] { return theirs.Alone(); }},
                                           {echo + beside, [&] { return theirs.BesideLarge(); }}});
  for (const Series& row : series) report->AddSeries(row, "us", 1e6);
  report->AddRatio(name + ": beside 1e7-point ones / idle", series[1], series[0],
                   Target{Goal::kAtMost, kMostDelay});
  report->AddRatio(echo + ": beside 1e7-point ones / idle", series[3], series[2]);
  report->AddRatio(name + beside + ": Evaluate / echo", series[1], series[3]);
  report->AddNote(StrCat("calls answered by formularyd: ", ours.calls(), " of 1,000 points, ",
                         Evaluations(client) - before - ours.calls(), " of 1e7"));
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
  const auto ours = [&](size_t threads) {
    return EvaluateSeconds(engines[threads - 1].get(), workload.texts, values,
                           engine::CompilationMode::kWait);
  };
  const auto hand = [&](size_t threads) {
    return SecondsInThreads(kernel, values, points, threads, &outputs);
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
  const auto wanted = [&](std::string_view name) {
    return name.find(options.only) != std::string_view::npos;
  };
  if (wanted("delay")) MeasureDelay(options, &report);
  for (const char* name : {"double_pendulum", "van_der_waals"}) {
    if (wanted(name)) MeasureSpeedUp(options, name, &report);
  }
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  using formulary::bench::kSendLarge;
  using formulary::bench::kServeEcho;
  formulary::base::KeepPages();
  if (argc == 4 && std::strcmp(argv[1], kSendLarge) == 0)
    return formulary::bench::SendLarge(argv[2], std::strtoull(argv[3], nullptr, 10));
  if (argc == 3 && std::strcmp(argv[1], kServeEcho) == 0)
    return formulary::bench::ServeEcho(std::strtoull(argv[2], nullptr, 10));
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Small calls beside large ones; two threads"));
}
