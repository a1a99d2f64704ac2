// Formulas that are bound by memory, 1e7 elements, on one thread and on two: how much of the
// bandwidth they reach that a triad (y = b + s*c, as STREAM has it) reaches in the same run.

#include <memory>
#include <string>
#include <vector>

#include "server/base/strings.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/native_c.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr size_t kPoints = 10'000'000, kQuickPoints = 500'000;
constexpr int kRounds = 11;
constexpr double kLeastShare = 0.85;

// Bytes that an element takes to memory and back.
double BytesOf(const Workload& workload) {
  size_t arrays = workload.texts.size();
  for (const WorkloadArgument& argument : workload.arguments) arrays += argument.scalar ? 0 : 1;
  return 8.0 * static_cast<double>(arrays);
}

void Measure(const Options& options, size_t threads, FigureReport* report) {
  const size_t points = options.quick ? kQuickPoints : kPoints;
  const Workload triad{.name = "triad",
                       .texts = {"b + s*c"},
                       .arguments = {{.name = "b", .low = 0, .high = 1},
                                     {.name = "c", .low = 0, .high = 1},
                                     {.name = "s", .scalar = true, .low = 3, .high = 3}}};
  const HandWritten row{.workload = "triad", .body = "y0 = b + s * c;"};
  const NativeLibrary library = OrDie(
      NativeLibrary::Build(HandWrittenText(row, triad), HandWrittenFlags(row, FastMath::kNo)));
  const auto kernel = reinterpret_cast<NativeKernel>(library.Symbol("kernel"));
  std::vector<std::vector<double>> outputs(1, std::vector<double>(points));
  const std::vector<Values> triad_values = Draw(triad, points, 1);

  const std::vector<Workload> all = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload* const workloads[] = {&Find(all, "van_der_waals"), &Find(all, "lennard_jones")};
  const std::unique_ptr<engine::Engine> engine = MakeEngine(static_cast<int>(threads));
  const std::string prefix = StrCat(threads, threads == 1 ? " thread: " : " threads: ");
  std::vector<std::vector<Values>> values;
  for (const Workload* const workload : workloads) values.push_back(Draw(*workload, points, 1));
  std::vector<Contestant> contestants = {
      {prefix + "triad",
       [&] { return SecondsInThreads(kernel, triad_values, points, threads, &outputs); }}};
  for (size_t k = 0; k < std::size(workloads); ++k) {
    contestants.push_back({prefix + workloads[k]->name, [&, k] {
                             return EvaluateSeconds(engine.get(), workloads[k]->texts, values[k],
                                                    engine::CompilationMode::kWait);
                           }});
  }
  const std::vector<Series> series = Interleave(options.Rounds(kRounds), contestants);
  for (const Series& one : series) report->AddSeries(one, "ms", 1e3);
  const auto bandwidth = [&](size_t which, const Workload& workload) {
    return BytesOf(workload) * static_cast<double>(points) / Summarize(series[which].values).median;
  };
  report->AddFigure(prefix + "triad", bandwidth(0, triad) / 1e9, "GB/s");
  for (size_t k = 0; k < std::size(workloads); ++k) {
    report->AddFigure(prefix + workloads[k]->name + ": bandwidth / the triad's",
                      bandwidth(k + 1, *workloads[k]) / bandwidth(0, triad), "x",
                      Target{Goal::kAtLeast, kLeastShare});
  }
}

int Run(const Options& options) {
  FigureReport report("memory", options);
  for (const size_t threads : {1, 2}) Measure(options, threads, &report);
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Formulas bound by memory against a triad"));
}
