// All workloads, on one thread, in and out of cache: the compiled kernel, the interpreter, and C by
// hand. Results are compared, too: a fast wrong answer is no figure.

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "server/base/strings.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/native_c.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr size_t kCounts[] = {10'000, 1'000'000};
constexpr int kRounds = 9;
// Of the largest value: what rounding and cancellation may make different.
constexpr double kTolerance = 1e-9;

struct Native {
  NativeKernel kernel = nullptr;
  double Run(const std::vector<Values>& values, std::vector<std::vector<double>>* outputs,
             size_t count) const {
    std::vector<const double*> in;
    std::vector<double*> out;
    for (const Values& value : values) in.push_back(value.values.data());
    for (std::vector<double>& output : *outputs) out.push_back(output.data());
    return Seconds([&] { kernel(static_cast<long>(count), in.data(), out.data()); });
  }
};

Native BuildNative(const Workload& workload, FastMath fast_math) {
  const HandWritten* const row = FindHandWritten(workload.name);
  if (row == nullptr) Die(absl::NotFoundError(StrCat("no hand-written C for ", workload.name)));
  const NativeLibrary library = OrDie(
      NativeLibrary::Build(HandWrittenText(*row, workload), HandWrittenFlags(*row, fast_math)));
  return {reinterpret_cast<NativeKernel>(library.Symbol("kernel"))};
}

// The largest difference, relative to the largest value.
double Difference(const eval::OutputArray& ours, const std::vector<double>& theirs) {
  const double* const values = reinterpret_cast<const double*>(ours.bytes.data());
  double difference = 0;
  double largest = 0;
  for (size_t i = 0; i < theirs.size(); ++i) {
    if (std::isnan(values[i]) != std::isnan(theirs[i])) return HUGE_VAL;
    difference = std::max(difference, std::abs(values[i] - theirs[i]));
    largest = std::max(largest, std::abs(theirs[i]));
  }
  return difference / largest;
}

void CheckEqual(const Workload& workload, const engine::Evaluation& ours,
                const std::vector<std::vector<double>>& theirs) {
  for (size_t k = 0; k < theirs.size(); ++k) {
    const double difference = Difference(ours.outputs[k], theirs[k]);
    if (difference <= kTolerance) continue;
    Die(absl::InternalError(StrCat(workload.name, ": output ", k, " differs by ", difference)));
  }
}

// Ratios to hand-written C, one of each workload.
struct Ratios {
  std::vector<double> compiled, interpreted, fast_math;
};

double GeometricMean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return std::exp(sum / static_cast<double>(values.size()));
}

void Measure(const Workload& workload, size_t count, int rounds, FigureReport* report,
             Ratios* ratios) {
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  const std::vector<Values> values = Draw(workload, count, 1);
  const Native hand = BuildNative(workload, FastMath::kNo);
  const Native fast = BuildNative(workload, FastMath::kYes);
  std::vector<std::vector<double>> outputs(workload.texts.size(), std::vector<double>(count));
  const auto evaluate = [&](engine::CompilationMode mode) {
    return EvaluateSeconds(engine.get(), workload.texts, values, mode);
  };
  hand.Run(values, &outputs, count);
  CheckEqual(workload,
             OrDie(Evaluate(engine.get(), workload.texts, values, engine::CompilationMode::kWait)),
             outputs);
  const std::string prefix =
      absl::StrFormat("%s, %.0e: ", workload.name, static_cast<double>(count));
  const std::vector<Series> series = Interleave(
      rounds,
      {{prefix + "compiled", [&] { return evaluate(engine::CompilationMode::kWait); }},
       {prefix + "interpreter", [&] { return evaluate(engine::CompilationMode::kNever); }},
       {prefix + "C by hand", [&] { return hand.Run(values, &outputs, count); }},
       {prefix + "C by hand, fast-math", [&] { return fast.Run(values, &outputs, count); }}});
  double medians[4];
  for (size_t i = 0; i < series.size(); ++i) {
    report->AddSeries(series[i], "ns/element", 1e9 / static_cast<double>(count));
    medians[i] = Summarize(series[i].values).median;
  }
  ratios->compiled.push_back(medians[0] / medians[2]);
  ratios->interpreted.push_back(medians[1] / medians[2]);
  ratios->fast_math.push_back(medians[0] / medians[3]);
  report->AddRatio(prefix + "compiled / C by hand", series[0], series[2]);
}

// Those whose functions the engine has.
std::vector<Workload> Known(const std::vector<Workload>& workloads, FigureReport* report) {
  std::vector<Workload> known;
  for (const Workload& workload : workloads) {
    const absl::Status status = MakeProgram(workload.texts, Draw(workload, 1, 1)).status();
    if (status.ok()) {
      known.push_back(workload);
    } else {
      report->AddNote(StrCat("left out: ", workload.name, ": ", status.message()));
    }
  }
  return known;
}

int Run(const Options& options) {
  FigureReport report("workloads", options);
  if (!Pin(options.cpu >= 0 ? options.cpu : LastCpu()))
    Die(absl::UnavailableError("cannot stay on one processor"));
  const std::vector<Workload> workloads = Known(OrDie(ReadWorkloads(WorkloadsPath())), &report);
  for (const size_t count : kCounts) {
    if (options.quick && count != kCounts[0]) break;
    Ratios ratios;
    for (const Workload& workload : workloads) {
      Measure(workload, count, options.Rounds(kRounds), &report, &ratios);
    }
    const std::string suffix =
        absl::StrFormat("%d workloads, %.0e elements, geometric mean: ", workloads.size(),
                        static_cast<double>(count));
    report.AddFigure(suffix + "compiled / C by hand", GeometricMean(ratios.compiled), "x");
    report.AddFigure(suffix + "compiled / fast-math C", GeometricMean(ratios.fast_math), "x");
    report.AddFigure(suffix + "interpreter / C by hand", GeometricMean(ratios.interpreted), "x");
  }
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "All workloads against C by hand"));
}
