// A round trip through shared memory: Evaluate of 1e7 elements whose input and output lie in a
// region of formularyd's, against the same kernel called in this process, one thread each.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "client/cpp/client.h"
#include "client/cpp/region.h"
#include "server/base/keep_pages.h"
#include "tests/bench/child_server.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"

namespace formulary::bench {
namespace {

constexpr size_t kPoints = 10'000'000;
constexpr size_t kQuickPoints = 100'000;
constexpr int kRounds = 21;
constexpr double kMostTime = 1.3;

// The workload's array in a region, and a place for the output behind it.
struct Question {
  client::Target target;
  std::vector<client::NamedArray> inputs;
  client::EvaluateOptions options;
  client::SharedRegion region;

  absl::Span<const double> output(size_t points) const {
    return region.As<double>().subspan(points, points);
  }
};

Question Prepare(const client::Client& client, const Workload& workload,
                 const std::vector<Values>& values, size_t points) {
  const size_t bytes = points * sizeof(double);
  Question question{.target = client::Target(workload.texts[0]),
                    .region = OrDie(client::SharedRegion::Create(client, 2 * bytes))};
  const client::Shape shape = {static_cast<int64_t>(points)};
  for (const Values& value : values) {
    if (value.scalar) {
      question.inputs.push_back({value.name, client::Array(value.values[0])});
      continue;
    }
    std::copy(value.values.begin(), value.values.end(), question.region.As<double>().begin());
    question.inputs.push_back(
        {value.name, OrDie(question.region.ArrayAt(0, client::DType::kFloat64, shape))});
  }
  question.options = {.compilation = client::Compilation::kWait,
                      .want_report = true,
                      .output_places = {{"y0", OrDie(question.region.ArrayAt(
                                                   bytes, client::DType::kFloat64, shape))}}};
  return question;
}

void CompareOutputs(absl::Span<const double> got, const engine::Evaluation& want) {
  const auto* const wanted = reinterpret_cast<const double*>(want.outputs[0].bytes.data());
  if (!std::equal(got.begin(), got.end(), wanted))
    Die(absl::InternalError("the region's output is not that of the kernel in this process"));
}

int Run(const Options& options) {
  FigureReport report("region", options);
  const size_t points = options.quick ? kQuickPoints : kPoints;
  auto server = std::make_unique<ChildServer>(
      OrDie(ChildServer::StartFormularyd(options, {"--threads=1", "--shared_memory=on"})));
  const client::Client client = OrDie(client::Client::Connect(server->address()));
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, points, 1);
  const Question question = Prepare(client, workload, values, points);

  Series inside{"  of it: evaluate_seconds", {}};
  const auto round_trip = [&] {
    return Seconds([&] {
      const client::Result result =
          OrDie(client.Evaluate(question.target, question.inputs, question.options));
      if (result.report.tier() != v1::TIER_COMPILED) Die(absl::InternalError("not compiled"));
      inside.values.push_back(result.report.evaluate_seconds());
    });
  };
  const auto in_process = [&] {
    return EvaluateSeconds(engine.get(), workload.texts, values, engine::CompilationMode::kWait);
  };
  const std::vector<Series> series = Interleave(
      options.Rounds(kRounds),
      {{"Evaluate through a region", round_trip}, {"the kernel in this process", in_process}});
  inside.values.erase(inside.values.begin());  // of the round that does not count
  CompareOutputs(question.output(points), OrDie(Evaluate(engine.get(), workload.texts, values,
                                                         engine::CompilationMode::kWait)));
  report.AddSeries(series[0], "ms", 1e3);
  report.AddSeries(inside, "ms", 1e3);
  report.AddSeries(series[1], "ms", 1e3);
  report.AddRatio("normal density, 1e7 elements: through a region / in process", series[0],
                  series[1], Target{Goal::kAtMost, kMostTime});
  server.reset();  // so that its processor time counts as ours
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  formulary::base::KeepPages();
  return formulary::bench::Run(formulary::bench::ParseOptions(
      argc, argv, "A round trip through shared memory against the kernel in process"));
}
