// A warm Evaluate (kernel in memory, connection open) against a gRPC server that only echoes: the
// same request bytes, as many bytes in the answer, the same stub, the same settings of the
// allocator, each server in a process of its own. Small calls one at a time and from several
// clients at once; large ones one at a time.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client/cpp/client.h"
#include "formulary/v1/evaluation_service.pb.h"
#include "server/base/keep_pages.h"
#include "server/base/strings.h"
#include "tests/bench/child_server.h"
#include "tests/bench/figures.h"
#include "tests/bench/grpc_echo.h"
#include "tests/bench/requests.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;

struct Size {
  const char* name;
  size_t points;
  int rounds;
  int calls;    // per round and contestant
  bool small;   // measured by the call, else by the byte
  bool always;  // also when quick
};
constexpr Size kSizes[] = {{"8 B", 1, 21, 500, true, true},
                           {"8 kB", 1'000, 21, 500, true, true},
                           {"8 MB", 1'000'000, 21, 5, false, true},
                           {"80 MB", 10'000'000, 11, 1, false, false}};
constexpr size_t kClients = 4;
constexpr size_t kMaxMessageBytes = size_t{256} << 20;
constexpr double kMostMedian = 1.25;
constexpr double kLeastThroughput = 0.85;
constexpr double kLeastRequests = 0.75;

// The median of some calls, in seconds.
double MedianCall(RawCaller* caller, const std::string& request, size_t answer_bytes, int calls) {
  std::vector<double> seconds;
  for (int i = 0; i < calls; ++i) {
    seconds.push_back(Seconds([&] {
      if (OrDie(caller->Evaluate(request)) != answer_bytes)
        Die(absl::InternalError("an answer of another size"));
    }));
  }
  return Summarize(std::move(seconds)).median;
}

double MedianClientCall(const client::Client& client, const client::Target& target,
                        const std::vector<client::NamedArray>& inputs, int calls) {
  std::vector<double> seconds;
  for (int i = 0; i < calls; ++i) {
    seconds.push_back(Seconds([&] { OrDie(client.Evaluate(target, inputs)); }));
  }
  return Summarize(std::move(seconds)).median;
}

// Several callers at once, each with a connection and a thread of its own: seconds a call.
double SecondsPerCall(absl::Span<RawCaller> callers, const std::string& request, int calls) {
  const double seconds = Seconds([&] {
    std::vector<std::thread> threads;
    for (RawCaller& caller : callers) {
      threads.emplace_back([&caller, &request, calls] {
        for (int i = 0; i < calls; ++i) OrDie(caller.Evaluate(request));
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  return seconds / static_cast<double>(callers.size() * static_cast<size_t>(calls));
}

std::vector<RawCaller> Callers(const std::string& address) {
  std::vector<RawCaller> callers;
  for (size_t i = 0; i < kClients; ++i) callers.emplace_back(address);
  return callers;
}

// A formula that WAIT has compiled and AUTO finds in memory, and what asks for it.
struct Question {
  std::string request;
  size_t answer_bytes = 0;
  client::Target target;
  std::vector<client::NamedArray> inputs;
};

Question Prepare(const Size& size, RawCaller* formulary) {
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, size.points, 1);
  CompileNow(workload, values, formulary);
  Question question{
      .request = Request(workload, values, v1::COMPILATION_MODE_AUTO).SerializeAsString(),
      .target = client::Target(workload.texts[0])};
  question.answer_bytes = OrDie(formulary->Evaluate(question.request));
  for (const Values& value : values) {
    question.inputs.push_back(
        {value.name, value.scalar ? client::Array(value.values[0]) : client::Array(value.values)});
  }
  return question;
}

void Measure(const Options& options, const Size& size, const std::string& server_address,
             FigureReport* report) {
  RawCaller formulary(server_address);
  const Question question = Prepare(size, &formulary);
  const ChildServer echo_server =
      OrDie(ChildServer::Start({OwnExecutable(), kServeEcho, StrCat(question.answer_bytes)}));
  RawCaller echo(echo_server.address());
  const client::Client client = OrDie(client::Client::Connect(server_address));
  const int calls = options.quick ? 2 : size.calls;
  const auto median = [&](RawCaller* caller) {
    return MedianCall(caller, question.request, question.answer_bytes, calls);
  };
  const std::string suffix = StrCat(", ", std::string(size.name));
  const std::vector<Series> series = Interleave(
      options.Rounds(size.rounds),
      {{"Evaluate" + suffix, [&] { return median(&formulary); }},
       {"echo" + suffix, [&] { return median(&echo); }},
       {"Client::Evaluate" + suffix,
        [&] { return MedianClientCall(client, question.target, question.inputs, calls); }}});
  for (const Series& row : series) report->AddSeries(row, "us", 1e6);
  if (!size.small) {
    report->AddRatio(StrCat("throughput", suffix, ": Evaluate / echo"), series[1], series[0],
                     Target{Goal::kAtLeast, kLeastThroughput});
    report->AddRatio(StrCat("throughput", suffix, ": Client::Evaluate / echo"), series[1],
                     series[2]);
    return;
  }
  report->AddRatio(StrCat("median call", suffix, ": Evaluate / echo"), series[0], series[1],
                   Target{Goal::kAtMost, kMostMedian});
  report->AddRatio(StrCat("median call", suffix, ": Client::Evaluate / echo"), series[2],
                   series[1]);
  std::vector<RawCaller> ours = Callers(server_address);
  std::vector<RawCaller> theirs = Callers(echo_server.address());
  const auto together = [&](std::vector<RawCaller>* callers) {
    return SecondsPerCall(absl::MakeSpan(*callers), question.request, calls);
  };
  const std::string clients = StrCat(", ", kClients, " clients, a call");
  const std::vector<Series> loaded =
      Interleave(options.Rounds(size.rounds),
                 {{"Evaluate" + suffix + clients, [&] { return together(&ours); }},
                  {"echo" + suffix + clients, [&] { return together(&theirs); }}});
  for (const Series& row : loaded) report->AddSeries(row, "us", 1e6);
  report->AddRatio(StrCat("calls per second", suffix, ": Evaluate / echo"), loaded[1], loaded[0],
                   Target{Goal::kAtLeast, kLeastRequests});
}

int Run(const Options& options) {
  FigureReport report("warm_call", options);
  auto server = std::make_unique<ChildServer>(OrDie(
      ChildServer::StartFormularyd(options, {StrCat("--max_message_bytes=", kMaxMessageBytes)})));
  for (const Size& size : kSizes) {
    if (size.always || !options.quick) Measure(options, size, server->address(), &report);
  }
  server.reset();  // so that its processor time counts as ours
  report.AddNote("each value is the median of a round's calls");
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  using formulary::bench::kServeEcho;
  formulary::base::KeepPages();
  if (argc == 3 && std::strcmp(argv[1], kServeEcho) == 0)
    return formulary::bench::ServeEcho(std::strtoull(argv[2], nullptr, 10));
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Warm calls against a gRPC echo"));
}
