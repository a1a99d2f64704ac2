// Programs of a thousand to a hundred thousand operations: when the first answer comes, when the
// compiled kernel is there, what memory both take. What counts is that all grow with the size.

#include <sys/resource.h>

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/strings.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"

namespace formulary::bench {
namespace {

using base::StrCat;
using engine::CompilationMode;

constexpr size_t kPoints = 1'000;
constexpr double kTolerance = 0;  // compiled and interpreted are the same bits

struct SizeRow {
  uint32_t nodes;
  double answer_seconds, compile_seconds;  // at most; 0: no goal
};
constexpr SizeRow kSizes[] = {{1'000, 0, 0}, {10'000, 0, 0}, {100'000, 1, 90}};
constexpr double kMostBytes = 2.0 * (1 << 30);

double PeakBytes(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

std::vector<Values> ValuesFor(const expr::Program& program) {
  Workload workload;
  for (const expr::Argument& argument : program.arguments)
    workload.arguments.push_back({.name = argument.name, .low = 0.1, .high = 1});
  return Draw(workload, kPoints, 1);
}

void CheckEqual(const engine::Evaluation& a, const engine::Evaluation& b) {
  const auto* const x = reinterpret_cast<const double*>(a.outputs[0].bytes.data());
  const auto* const y = reinterpret_cast<const double*>(b.outputs[0].bytes.data());
  for (size_t i = 0; i < kPoints; ++i) {
    if (std::abs(x[i] - y[i]) > kTolerance || std::isnan(x[i]) != std::isnan(y[i]))
      Die(absl::InternalError(StrCat("element ", i, ": interpreted ", x[i], ", compiled ", y[i])));
  }
}

void Measure(const SizeRow& row, FigureReport* report) {
  const expr::Program program = LargeProgram(row.nodes);
  const std::vector<Values> values = ValuesFor(program);
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  const std::string name = StrCat(row.nodes, " nodes: ");
  const auto evaluate = [&](CompilationMode mode) {
    return OrDie(Evaluate(engine.get(), name, program, values, mode));
  };
  std::optional<engine::Evaluation> first, compiled;
  const double answer = Seconds([&] { first = evaluate(CompilationMode::kAuto); });
  const double compile = Seconds([&] { compiled = evaluate(CompilationMode::kWait); });
  CheckEqual(*first, *compiled);
  const auto at_most = [](double most) {
    return most > 0 ? std::optional(Target{Goal::kAtMost, most}) : std::nullopt;
  };
  report->AddFigure(name + "first answer", answer, "s", at_most(row.answer_seconds));
  report->AddFigure(name + "of that, simplification", first->report.simplify_seconds, "s");
  report->AddFigure(name + "compiled after", compile, "s", at_most(row.compile_seconds));
  const double per_point = 1e6 / kPoints;
  report->AddFigure(name + "interpreted",
                    evaluate(CompilationMode::kNever).report.evaluate_seconds * per_point,
                    "us/element");
  report->AddFigure(name + "compiled",
                    evaluate(CompilationMode::kWait).report.evaluate_seconds * per_point,
                    "us/element");
  report->AddFigure(name + "peak memory of the engine", PeakBytes(RUSAGE_SELF) / (1 << 20), "MiB",
                    at_most(kMostBytes / (1 << 20)));
  report->AddFigure(name + "peak memory of a compiler", PeakBytes(RUSAGE_CHILDREN) / (1 << 20),
                    "MiB", at_most(kMostBytes / (1 << 20)));
}

int Run(const Options& options) {
  FigureReport report("large_program", options);
  for (const SizeRow& row : kSizes) {
    if (options.quick && row.nodes > 1'000) continue;
    Measure(row, &report);
  }
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Programs of up to 100,000 operations"));
}
