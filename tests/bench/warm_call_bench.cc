// A warm Evaluate (kernel in memory, connection open) against a gRPC server that only echoes: the
// same request bytes, as many bytes in the answer, the same stub, the same settings of the
// allocator, each server in a process of its own. Small calls one at a time and from several
// clients at once; large ones one at a time.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/cpp/client.h"
#include "formulary/v1/evaluation_service.pb.h"
#include "server/base/keep_pages.h"
#include "server/base/strings.h"
#include "tests/bench/child_server.h"
#include "tests/bench/engine_calls.h"
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
  bool always;  // also when quick; small ones have targets
};
constexpr Size kSizes[] = {{"8 B", 1, 21, 500, true, true},
                           {"8 kB", 1'000, 21, 500, true, true},
                           {"800 kB", 100'000, 21, 40, true, false},
                           {"8 MB", 1'000'000, 21, 5, false, true},
                           {"80 MB", 10'000'000, 11, 1, false, false}};
constexpr size_t kClients[] = {4, 16, 64};  // at once, each with a connection and a thread
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

// Several callers of one server at once, each with a connection and a thread of its own.
struct Crowd {
  const ChildServer* server;
  std::vector<RawCaller> callers;
  // Of all rounds: what each call took, and the server's processor time.
  std::vector<double> call_seconds;
  double processor_seconds = 0;

  double ProcessorSecondsPerCall() const {
    return processor_seconds / static_cast<double>(call_seconds.size());
  }
};

Crowd MakeCrowd(const ChildServer& server, size_t clients) {
  Crowd crowd{.server = &server};
  for (size_t i = 0; i < clients; ++i) crowd.callers.emplace_back(server.address());
  return crowd;
}

// Seconds a call, by the time that all calls take together.
double SecondsPerCall(Crowd* crowd, const std::string& request, int calls) {
  const size_t clients = crowd->callers.size();
  std::vector<std::vector<double>> each(clients);
  const double before = crowd->server->ProcessorSeconds();
  const double seconds = Seconds([&] {
    std::vector<std::thread> threads;
    for (size_t c = 0; c < clients; ++c) {
      threads.emplace_back([&, c] {
        for (int i = 0; i < calls; ++i)
          each[c].push_back(Seconds([&] { OrDie(crowd->callers[c].Evaluate(request)); }));
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  crowd->processor_seconds += crowd->server->ProcessorSeconds() - before;
  for (const std::vector<double>& some : each)
    crowd->call_seconds.insert(crowd->call_seconds.end(), some.begin(), some.end());
  return seconds / static_cast<double>(clients * static_cast<size_t>(calls));
}

// A formula that WAIT has compiled and AUTO finds in memory, and what asks for it.
struct Question {
  Workload workload;
  std::vector<Values> values;
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
      .workload = workload,
      .values = values,
      .request = Request(workload, values, v1::COMPILATION_MODE_AUTO).SerializeAsString(),
      .target = client::Target(workload.texts[0])};
  question.answer_bytes = OrDie(formulary->Evaluate(question.request));
  for (const Values& value : values) {
    question.inputs.push_back(
        {value.name, value.scalar ? client::Array(value.values[0]) : client::Array(value.values)});
  }
  return question;
}

// Calls of the engine in this process, one after the other on one thread: what is left of a call
// without messages. Their median, in seconds.
double MedianEngineCall(engine::Engine* engine, const Question& question, int calls) {
  std::vector<double> seconds;
  for (int i = 0; i < calls; ++i) {
    seconds.push_back(Seconds([&] {
      OrDie(Evaluate(engine, question.workload.texts, question.values,
                     engine::CompilationMode::kWait));
    }));
  }
  return Summarize(std::move(seconds)).median;
}

struct Servers {
  const ChildServer& formularyd;
  const ChildServer& echo;
};

// Calls per second of so many clients at once, how long the slowest calls take, and what a call
// costs the server.
void MeasureCrowd(const Options& options, const Size& size, size_t clients, const Servers& servers,
                  const std::string& request, FigureReport* report) {
  Crowd ours = MakeCrowd(servers.formularyd, clients), theirs = MakeCrowd(servers.echo, clients);
  const int calls =
      options.quick ? 2 : size.calls * static_cast<int>(kClients[0]) / static_cast<int>(clients);
  const auto together = [&](Crowd* crowd) {
    return [&, crowd] { return SecondsPerCall(crowd, request, calls); };
  };
  const std::string what = StrCat(", ", size.name, ", ", clients, " clients");
  const std::vector<Series> loaded = Interleave(
      options.Rounds(size.rounds), {{StrCat("Evaluate", what, ", a call"), together(&ours)},
                                    {StrCat("echo", what, ", a call"), together(&theirs)}});
  for (const Series& row : loaded) report->AddSeries(row, "us", 1e6);
  report->AddRatio(
      StrCat("calls per second", what, ": Evaluate / echo"), loaded[1], loaded[0],
      size.always ? std::optional(Target{Goal::kAtLeast, kLeastRequests}) : std::nullopt);
  const auto compare = [&](const std::string& measure, double our, double their) {
    const std::string name = StrCat(measure, what, ": Evaluate");
    report->AddFigure(name, our * 1e6, "us");
    report->AddFigure(name + " / echo", our / their, "x");
  };
  compare("p50", Percentile(ours.call_seconds, 0.5), Percentile(theirs.call_seconds, 0.5));
  compare("p99", Percentile(ours.call_seconds, 0.99), Percentile(theirs.call_seconds, 0.99));
  compare("server's processor time, a call", ours.ProcessorSecondsPerCall(),
          theirs.ProcessorSecondsPerCall());
}

void Measure(const Options& options, const Size& size, const ChildServer& server,
             FigureReport* report) {
  RawCaller formulary(server.address());
  const Question question = Prepare(size, &formulary);
  const ChildServer echo_server =
      OrDie(ChildServer::Start({OwnExecutable(), kServeEcho, StrCat(question.answer_bytes)}));
  RawCaller echo(echo_server.address());
  const client::Client client = OrDie(client::Client::Connect(server.address()));
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
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
        [&] { return MedianClientCall(client, question.target, question.inputs, calls); }},
       {"Engine::Evaluate in this process" + suffix,
        [&] { return MedianEngineCall(engine.get(), question, calls); }}});
  for (const Series& row : series) report->AddSeries(row, "us", 1e6);
  if (!size.small) {
    report->AddRatio(StrCat("throughput", suffix, ": Evaluate / echo"), series[1], series[0],
                     Target{Goal::kAtLeast, kLeastThroughput});
    report->AddRatio(StrCat("throughput", suffix, ": Client::Evaluate / echo"), series[1],
                     series[2]);
    return;
  }
  report->AddRatio(StrCat("median call", suffix, ": Evaluate / echo"), series[0], series[1],
                   size.always ? std::optional(Target{Goal::kAtMost, kMostMedian}) : std::nullopt);
  report->AddRatio(StrCat("median call", suffix, ": Client::Evaluate / echo"), series[2],
                   series[1]);
  for (const size_t clients : kClients) {
    if (!options.quick || clients == kClients[0])
      MeasureCrowd(options, size, clients, {server, echo_server}, question.request, report);
  }
}

int Run(const Options& options) {
  FigureReport report("warm_call", options);
  auto server = std::make_unique<ChildServer>(OrDie(
      ChildServer::StartFormularyd(options, {StrCat("--max_message_bytes=", kMaxMessageBytes)})));
  for (const Size& size : kSizes) {
    const bool wanted = std::string(size.name).find(options.only) != std::string::npos;
    if (wanted && (size.always || !options.quick)) Measure(options, size, *server, &report);
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
