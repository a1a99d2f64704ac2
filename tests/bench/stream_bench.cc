// EvaluateStream against a gRPC server that echoes a stream: the same chunks of 1 MB, as many bytes
// in each answer, the same caller, each server in a process of its own. Then a stream of 10 GB, and
// what formularyd holds of memory meanwhile.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

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

constexpr size_t kChunkPoints = 131'072;  // 1 MB
constexpr int64_t kChunks = 256;          // of a measured stream
constexpr int64_t kLongChunks = 10'000;
constexpr int64_t kQuickChunks = 64;
constexpr int kRounds = 15;
constexpr double kLeastThroughput = 0.85;
// What is resident at the end of a long stream, by what was in its middle.
constexpr double kMostGrowth = 1.1;

struct Messages {
  std::string start, chunk;
  size_t answer_bytes = 0;
};

// The arrays are the chunk's, the scalars the start's. The kernel is compiled.
Messages Prepare(RawCaller* caller) {
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, kChunkPoints, 1);
  CompileNow(workload, values, caller);
  const v1::EvaluateRequest request = Request(workload, values, v1::COMPILATION_MODE_AUTO);
  Messages messages;
  messages.answer_bytes = OrDie(caller->Evaluate(request.SerializeAsString()));
  v1::EvaluateStreamRequest start, chunk;
  *start.mutable_start()->mutable_program() = request.program();
  *start.mutable_start()->mutable_options() = request.options();
  for (const Values& value : values) {
    *(value.scalar ? start.mutable_start()->add_inputs() : chunk.mutable_chunk()->add_inputs()) =
        InputOf(value);
  }
  messages.start = start.SerializeAsString();
  messages.chunk = chunk.SerializeAsString();
  return messages;
}

double SecondsOfStream(RawCaller* caller, const Messages& messages, int64_t chunks) {
  return Seconds([&] {
    const absl::Status status = caller->EvaluateStream({.start = messages.start,
                                                        .chunk = messages.chunk,
                                                        .chunks = chunks,
                                                        .answer_bytes = messages.answer_bytes});
    if (!status.ok()) Die(status);
  });
}

void WatchMemory(const ChildServer& server, RawCaller* caller, const Messages& messages,
                 int64_t chunks, FigureReport* report) {
  struct Mark {
    const char* name;
    int64_t chunk;
    double resident = 0;
  };
  Mark marks[] = {{"start", chunks / 10}, {"middle", chunks / 2}, {"end", chunks}};
  const absl::Status status = caller->EvaluateStream({.start = messages.start,
                                                      .chunk = messages.chunk,
                                                      .chunks = chunks,
                                                      .answer_bytes = messages.answer_bytes,
                                                      .maybe_answered = [&](int64_t answers) {
                                                        for (Mark& mark : marks) {
                                                          if (mark.chunk == answers)
                                                            mark.resident = server.ResidentBytes();
                                                        }
                                                      }});
  if (!status.ok()) Die(status);
  for (const Mark& mark : marks) {
    report->AddFigure(StrCat("resident memory, ", std::string(mark.name), ": after ", mark.chunk,
                             " of ", chunks, " MB"),
                      mark.resident / (1 << 20), "MB");
  }
  report->AddFigure("resident memory: end / middle", marks[2].resident / marks[1].resident, "x",
                    Target{Goal::kAtMost, kMostGrowth});
}

int Run(const Options& options) {
  FigureReport report("stream", options);
  auto server = std::make_unique<ChildServer>(OrDie(ChildServer::StartFormularyd(options, {})));
  RawCaller formulary(server->address());
  const Messages messages = Prepare(&formulary);
  auto echo_server = std::make_unique<ChildServer>(
      OrDie(ChildServer::Start({OwnExecutable(), kServeEcho, StrCat(messages.answer_bytes)})));
  RawCaller echo(echo_server->address());
  const int64_t chunks = options.quick ? kQuickChunks : kChunks;
  const std::string suffix = StrCat(", ", chunks, " chunks of 1 MB");
  const std::vector<Series> series = Interleave(
      options.Rounds(kRounds),
      {{"EvaluateStream" + suffix, [&] { return SecondsOfStream(&formulary, messages, chunks); }},
       {"echo" + suffix, [&] { return SecondsOfStream(&echo, messages, chunks); }}});
  for (const Series& row : series) report.AddSeries(row, "ms", 1e3);
  report.AddRatio("throughput of a stream: EvaluateStream / echo", series[1], series[0],
                  Target{Goal::kAtLeast, kLeastThroughput});
  WatchMemory(*server, &formulary, messages, options.quick ? kQuickChunks : kLongChunks, &report);
  echo_server.reset();
  server.reset();  // so that their processor time counts as ours
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
      formulary::bench::ParseOptions(argc, argv, "Streams against a gRPC echo"));
}
