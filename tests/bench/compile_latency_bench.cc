// From C text to a loaded kernel: what Formulary takes for a kernel it has never seen, against gcc
// alone, run by posix_spawn on the same C text with the same flags.

#include <memory>
#include <string>
#include <vector>

#include "server/base/file.h"
#include "server/base/strings.h"
#include "server/compile/flags.h"
#include "server/compile/target.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/native_c.h"

namespace formulary::bench {
namespace {

constexpr int kPairs = 21;
constexpr char kSymbol[] = "k_0123456789abcdef";

compile::TargetIsa IsaOf(const engine::Engine& engine) {
  return compile::TargetFromName(engine.facts().cpu_target).value();
}

// A WAIT call of 16 elements on an engine that knows nothing of the formula (any more).
struct Cold {
  double call_seconds = 0;     // all of it: parse, simplify, lower, emit, compile, load, evaluate
  double compile_seconds = 0;  // of the report
  double memory_seconds = 0;   // the same call again: what of it is no making of a kernel
};
Cold CallCold(engine::Engine* engine, const Workload& workload, const std::vector<Values>& values) {
  Cold cold;
  std::string kernel;
  const auto call = [&] {
    const engine::Evaluation result =
        OrDie(Evaluate(engine, workload.texts, values, engine::CompilationMode::kWait));
    if (result.report.tier != engine::Tier::kCompiled) Die(absl::InternalError("not compiled"));
    if (result.report.cache == engine::CacheOutcome::kMiss)
      cold.compile_seconds = result.report.compile_seconds;
    kernel = result.report.kernel;
  };
  cold.call_seconds = Seconds(call);
  if (cold.compile_seconds <= 0) Die(absl::InternalError("the kernel was there"));
  cold.memory_seconds = Seconds(call);
  if (const absl::Status status = engine->DeleteKernel(kernel); !status.ok()) Die(status);
  return cold;
}

void Measure(const Workload& workload, int rounds, std::optional<Target> target,
             FigureReport* report) {
  const std::vector<Values> values = Draw(workload, 16, 1);
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  const expr::Program program = OrDie(MakeProgram(workload.texts, values));
  const std::string text = OrDie(engine->Render(program, engine::Format::kC, true));
  const base::TempDir directory = OrDie(base::TempDir::Create("", "formulary-bench-"));
  if (const absl::Status status = base::WriteNewFile(directory.Path("unit0.c"), text); !status.ok())
    Die(status);
  std::vector<std::string> argv = compile::SingleUnitArguments(
      IsaOf(*engine), compile::kMaxOptLevel, kSymbol, "unit0.c", "kernel.so");
  argv.insert(argv.begin(), "/usr/bin/gcc");

  Series compile_only{workload.name + ": report.compile_seconds", {}};
  Series memory{workload.name + ": the call again (kernel in memory)", {}};
  const auto cold_call = [&] {
    const Cold cold = CallCold(engine.get(), workload, values);
    compile_only.values.push_back(cold.compile_seconds);
    memory.values.push_back(cold.memory_seconds);
    return cold.call_seconds;
  };
  const auto gcc_alone = [&] { return OrDie(SpawnAndWait(argv, directory.path())); };
  const std::vector<Series> series =
      Interleave(rounds, {{workload.name + ": first call, formula to compiled answer", cold_call},
                          {workload.name + ": gcc alone, same C and flags", gcc_alone}});
  // The round that Interleave does not count is in here, too.
  compile_only.values.erase(compile_only.values.begin());
  memory.values.erase(memory.values.begin());
  for (const Series& row : series) report->AddSeries(row, "ms", 1e3);
  report->AddSeries(compile_only, "ms", 1e3);
  report->AddSeries(memory, "ms", 1e3);
  report->AddRatio(workload.name + ": first call / gcc alone", series[0], series[1], target);
  report->AddRatio(workload.name + ": compile_seconds / gcc alone", compile_only, series[1],
                   target);
}

int Run(const Options& options) {
  FigureReport report("compile_latency", options);
  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const int rounds = options.Rounds(kPairs);
  Measure(Find(workloads, "normal_pdf_bcast"), rounds, Target{Goal::kAtMost, 1.3}, &report);
  if (!options.quick) Measure(Find(workloads, "random_dag"), rounds, std::nullopt, &report);
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Time from C text to loaded kernel"));
}
