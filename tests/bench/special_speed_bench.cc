// Special functions against SciPy's ufuncs of the same functions, 1e6 elements, one thread, in
// turn. The results are compared, too: another function that is fast is no figure. With --level the
// routines of a lower processor level, without the engine, of functions of one operand that have
// them.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "server/base/file.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/runtime/isa.h"
#include "server/runtime/level.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/scipy_peer.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr size_t kCount = 1'000'000, kQuickCount = 1'024;
constexpr int kRounds = 5;
// Of 1 in 100 values at most; SciPy loses digits in places, and values differ near zeros.
constexpr double kTolerance = 1e-6;

struct Line {
  std::string formula;
  std::vector<std::string> ufunc;  // and its arguments
  Workload workload;
  double goal = 0;
};

std::vector<Line> ReadLines(const std::string& path) {
  std::ifstream file(path);
  if (!file) Die(absl::NotFoundError(path));
  std::vector<Line> lines;
  for (std::string text; std::getline(file, text);) {
    if (text.empty() || text[0] == '#') continue;
    std::vector<std::string> parts = absl::StrSplit(text, '|');
    if (parts.size() != 4) Die(absl::InvalidArgumentError(text));
    Line line;
    line.formula = std::string(absl::StripAsciiWhitespace(parts[0]));
    line.ufunc = absl::StrSplit(parts[1], ' ', absl::SkipEmpty());
    line.workload.texts = {line.formula};
    for (const absl::string_view argument : absl::StrSplit(parts[2], ',')) {
      const std::vector<std::string> words = absl::StrSplit(argument, ' ', absl::SkipEmpty());
      const bool whole = words.size() == 4 && words[3] == "whole";
      if (words.size() != (whole ? 4 : 3)) Die(absl::InvalidArgumentError(text));
      line.workload.arguments.push_back({.name = words[0],
                                         .low = std::stod(words[1]),
                                         .high = std::stod(words[2]),
                                         .whole = whole});
    }
    line.goal = std::stod(parts[3]);
    lines.push_back(std::move(line));
  }
  return lines;
}

void CheckSame(const Line& line, const double* values, const std::vector<double>& theirs) {
  size_t different = 0;
  for (size_t i = 0; i < theirs.size(); ++i)
    different += std::isfinite(theirs[i]) &&
                 !(std::abs(values[i] - theirs[i]) <= kTolerance * std::abs(theirs[i]));
  if (different > theirs.size() / 100)
    Die(absl::InternalError(StrCat(line.formula, " is not SciPy's ", line.ufunc[0])));
}

// The array routines of functions of one operand at the levels of the runtime.
using ArrayFunction = void (*)(double*, const double*, long);
struct LevelRoutine {
  std::string_view name;
  ArrayFunction levels[3];
};
constexpr int kFirstLevel = 2;
constexpr LevelRoutine kLevelRoutines[] = {
#define FY_ROUTINE(name, ...) \
  {#name, {&fy_rt2_##name##_f64, &fy_rt3_##name##_f64, &fy_rt4_##name##_f64}},
    FY_RUNTIME_LIGHT_UNARY(FY_ROUTINE) FY_RUNTIME_HEAVY_UNARY(FY_ROUTINE)
#undef FY_ROUTINE
};

// What "f(x)" calls at that level; null if it is no such function.
ArrayFunction RoutineAt(const std::string& formula, int level) {
  const size_t end = formula.find("(x)");
  if (end == std::string::npos || end + 3 != formula.size()) return nullptr;
  const expr::Lookup found = expr::FindFunction(formula.substr(0, end), 1);
  if (found.row == nullptr) return nullptr;
  const runtime::Routine* const routine = found.row->routine;
  for (const LevelRoutine& one : kLevelRoutines) {
    if (routine != nullptr && one.name == routine->name) return one.levels[level - kFirstLevel];
  }
  return nullptr;
}

// Puts the operands of SciPy's ufunc in place.
void CallScipy(const Line& line, const std::vector<Values>& values, const std::string& folder,
               ScipyPeer* scipy) {
  std::vector<std::string> arguments(line.ufunc.begin() + 1, line.ufunc.end());
  for (size_t k = 0; k < values.size(); ++k) {
    const Values& value = values[k];
    // SciPy has faster ways for integers.
    const bool whole = line.workload.arguments[k].whole;
    const std::string path = StrCat(folder, "/", value.name, whole ? ".whole" : "");
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(value.values.data()),
               static_cast<std::streamsize>(value.values.size() * sizeof(double)));
    std::replace(arguments.begin(), arguments.end(), value.name, path);
  }
  scipy->Call(line.ufunc[0], arguments);
  scipy->Run();
}

void Measure(const Line& line, engine::Engine* engine, ScipyPeer* scipy, const Options& options,
             FigureReport* report) {
  const ArrayFunction routine =
      options.level == 0 ? nullptr : RoutineAt(line.formula, options.level);
  if (options.level != 0 && routine == nullptr) return;
  const size_t count = options.quick ? kQuickCount : kCount;
  const std::vector<Values> values = Draw(line.workload, count, 1);
  const base::TempDir folder = OrDie(base::TempDir::Create("", "formulary-bench-"));
  CallScipy(line, values, folder.path(), scipy);
  std::vector<double> results(count);
  std::function<double()> run;
  if (routine != nullptr) {
    run = [&] {
      return Seconds(
          [&] { routine(results.data(), values[0].values.data(), static_cast<long>(count)); });
    };
    run();
    CheckSame(line, results.data(), scipy->Values());
  } else {
    run = [&] {
      return EvaluateSeconds(engine, {line.formula}, values, engine::CompilationMode::kWait);
    };
    const auto answer =
        OrDie(Evaluate(engine, {line.formula}, values, engine::CompilationMode::kWait));
    CheckSame(line, reinterpret_cast<const double*>(answer.outputs[0].bytes.data()),
              scipy->Values());
  }
  const std::vector<Series> series =
      Interleave(options.Rounds(kRounds),
                 {{"SciPy's " + line.ufunc[0], [&] { return scipy->Run(); }}, {line.formula, run}});
  for (const Series& one : series)
    report->AddSeries(one, "ns/element", 1e9 / static_cast<double>(count));
  const WorkloadArgument& last = line.workload.arguments.back();
  // Targets are meant of this processor.
  const std::optional<Target> target =
      options.level == 0 ? std::optional(Target{Goal::kAtLeast, line.goal}) : std::nullopt;
  report->AddRatio(
      absl::StrFormat("SciPy / %s, %s in [%g, %g]", line.formula, last.name, last.low, last.high),
      series[0], series[1], target);
}

int Run(const Options& options) {
  FigureReport report("special functions", options);
  // The child inherits it: one processor for both, which take turns.
  if (!Pin(options.cpu >= 0 ? options.cpu : LastCpu()))
    Die(absl::UnavailableError("cannot stay on one processor"));
  auto scipy = ScipyPeer::Start();
  if (!scipy.ok()) {
    report.AddNote(StrCat("nothing measured: ", scipy.status().message()));
    return report.Finish();
  }
  report.AddNote(StrCat("against ", (*scipy)->version()));
  if (options.level > fy_v1_isa_level())
    Die(absl::UnimplementedError(StrCat("this processor does not run x86-64-v", options.level)));
  if (options.level != 0) report.AddNote(StrCat("routines of x86-64-v", options.level));
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  for (const Line& line :
       ReadLines(FORMULARY_SOURCE_DIR "/tests/bench/data/special_functions.txt")) {
    if (line.formula.find(options.only) == std::string::npos) continue;
    Measure(line, engine.get(), scipy->get(), options, &report);
  }
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(formulary::bench::ParseOptions(
      argc, argv, "Special functions against SciPy's ufuncs, one thread"));
}
