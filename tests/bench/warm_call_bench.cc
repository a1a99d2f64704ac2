// A warm Evaluate (kernel in memory, connection open) against a gRPC server that only echoes: the
// same request bytes, as many bytes in the answer, the same stub, each server in a process of its
// own.

#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "client/cpp/client.h"
#include "formulary/v1/evaluation_service.pb.h"
#include "server/base/strings.h"
#include "tests/bench/child_server.h"
#include "tests/bench/figures.h"
#include "tests/bench/grpc_echo.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr char kServeEcho[] = "--serve_echo";

struct Size {
  const char* name;
  size_t points;
  int rounds;
  int calls;  // per round and contestant
};
constexpr Size kSizes[] = {{"1e3", 1'000, 21, 200}, {"1e6", 1'000'000, 21, 5}};

v1::EvaluateRequest Request(const Workload& workload, const std::vector<Values>& values,
                            v1::CompilationMode mode) {
  v1::EvaluateRequest request;
  for (const std::string& text : workload.texts)
    request.mutable_program()->add_outputs()->set_text(text);
  for (const Values& value : values) {
    v1::NamedArray* const input = request.add_inputs();
    input->set_name(value.name);
    v1::Array* const array = input->mutable_array();
    array->set_dtype(v1::DATA_TYPE_FLOAT64);
    if (!value.scalar) array->add_shape(static_cast<int64_t>(value.values.size()));
    array->mutable_raw()->assign(reinterpret_cast<const char*>(value.values.data()),
                                 value.values.size() * sizeof(double));
  }
  request.mutable_options()->set_compilation(mode);
  return request;
}

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

void Measure(const Options& options, const Size& size, const std::string& server_address,
             FigureReport* report) {
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, size.points, 1);
  // What WAIT compiles, AUTO then finds in memory.
  RawCaller formulary(server_address);
  v1::EvaluateRequest first = Request(workload, values, v1::COMPILATION_MODE_WAIT);
  first.mutable_options()->set_want_report(true);
  OrDie(formulary.Evaluate(first.SerializeAsString()));
  v1::EvaluateResponse answer;
  if (!answer.ParseFromString(formulary.last_answer()) ||
      answer.report().tier() != v1::TIER_COMPILED) {
    Die(absl::InternalError("the kernel was not compiled"));
  }
  const std::string request =
      Request(workload, values, v1::COMPILATION_MODE_AUTO).SerializeAsString();
  const size_t answer_bytes = OrDie(formulary.Evaluate(request));

  const ChildServer echo_server =
      OrDie(ChildServer::Start({OwnExecutable(), kServeEcho, StrCat(answer_bytes)}));
  RawCaller echo(echo_server.address());
  const client::Client client = OrDie(client::Client::Connect(server_address));
  const client::Target target(workload.texts[0]);
  std::vector<client::NamedArray> inputs;
  for (const Values& value : values) {
    inputs.push_back(
        {value.name, value.scalar ? client::Array(value.values[0]) : client::Array(value.values)});
  }
  const int calls = options.quick ? 2 : size.calls;
  const std::string suffix = StrCat(", ", std::string(size.name), " points");
  const std::vector<Series> series = Interleave(
      options.Rounds(size.rounds),
      {{"Evaluate" + suffix, [&] { return MedianCall(&formulary, request, answer_bytes, calls); }},
       {"echo" + suffix, [&] { return MedianCall(&echo, request, answer_bytes, calls); }},
       {"Client::Evaluate" + suffix,
        [&] { return MedianClientCall(client, target, inputs, calls); }}});
  for (const Series& row : series) report->AddSeries(row, "us", 1e6);
  report->AddRatio(StrCat("warm call", suffix, ": Evaluate / echo"), series[0], series[1],
                   Target{Goal::kAtMost, 2});
  report->AddRatio(StrCat("warm call", suffix, ": Client::Evaluate / echo"), series[2], series[1]);
}

int Run(const Options& options) {
  FigureReport report("warm_call", options);
  auto server = std::make_unique<ChildServer>(OrDie(ChildServer::StartFormularyd(options, {})));
  for (const Size& size : kSizes) Measure(options, size, server->address(), &report);
  server.reset();  // so that its processor time counts as ours
  report.AddNote("each value is the median of a round's calls");
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  using formulary::bench::kServeEcho;
  if (argc == 3 && std::strcmp(argv[1], kServeEcho) == 0) {
    size_t answer_bytes = 0;
    std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), answer_bytes);
    return formulary::bench::ServeEcho(answer_bytes);
  }
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Warm calls against a gRPC echo"));
}
