// Calibration of the cost model (server/passes/cost_table.cc, and the nanoseconds of catalogue
// rows): what the operations and routines take on this machine, beside the table. Proposes; nothing
// reads its answer but people.

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "server/base/strings.h"
#include "server/compile/target.h"
#include "server/expr/catalogue.h"
#include "server/passes/cost.h"
#include "server/runtime/level.h"
#include "tests/bench/figures.h"
#include "tests/bench/native_c.h"

namespace formulary::bench {
namespace {

using base::StrCat;
using compile::TargetIsa;
using expr::Opcode;

constexpr long kCount = 4096;  // in L1 cache
constexpr int kFew = 8, kMany = 40;

// One step of a loop body on t and m, as the C emitter writes the operation; `beside` are the other
// operations of the step, whose price is taken off.
struct Step {
  Opcode opcode;
  const char* name;
  const char* text;
  std::vector<Opcode> beside;
};

// What is taken off stands in front.
const std::vector<Step>& Steps() {
  static const std::vector<Step>* const kSteps = new std::vector<Step>{
      {Opcode::kAdd, "add", "t = t + c;", {}},
      {Opcode::kMul, "multiply", "t = t * c;", {}},
      {Opcode::kFma, "fma", "t = __builtin_fma(t, c, d);", {}},
      {Opcode::kDiv, "divide", "t = c / t;", {}},
      {Opcode::kSqrt, "square root", "t = __builtin_sqrt(t);", {}},
      {Opcode::kAbs, "abs", "t = __builtin_fabs(t) - c;", {Opcode::kAdd}},
      {Opcode::kMin, "min", "t = (t < c ? t : c) + d;", {Opcode::kAdd}},
      {Opcode::kFloor, "floor", "t = __builtin_floor(t) + c;", {Opcode::kAdd}},
      {Opcode::kSign, "sign", "t = (t > 0 ? 1 : t < 0 ? -1 : t) - c;", {Opcode::kAdd}},
      {Opcode::kSelect,
       "select with its comparison",
       "t = (t < c ? d : t + c) * c;",
       {Opcode::kAdd, Opcode::kMul}},
      {Opcode::kLess,
       "comparison with two masks",
       "m = (m ^ -(long)(t < c)) & ~m; t = t + d;",
       {Opcode::kAdd}},
  };
  return *kSteps;
}

std::string LoopText(const Step& step, int repeats) {
  std::string text =
      "void kernel(long n, const double* restrict x, double* restrict y, const double* u) {\n"
      "  n &= -16L;\n  const double c = u[0], d = u[1];\n  const long a = n * 3, b = n * 5;\n"
      "  for (long i = 0; i < n; i++) {\n    double t = x[i];\n    long m = a;\n    ";
  for (int k = 0; k < repeats; ++k) text += step.text;
  return text + "\n    y[i] = t + (double)(m & 1);\n  }\n}\n";
}

using LoopFunction = void (*)(long n, const double* x, double* y, const double* uniforms);

// Nanoseconds per element, the least of several rounds: what disturbs only adds.
template <class Work>
double LeastNanoseconds(int rounds, const Work& work) {
  double least = INFINITY;
  for (int i = 0; i < rounds; ++i) {
    const double seconds = Seconds([&] {
      for (int k = 0; k < 8; ++k) work();
    });
    least = std::min(least, seconds);
  }
  return least * 1e9 / (8 * kCount);
}

std::vector<double> Values(double low, double high) {
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> distribution(low, high);
  std::vector<double> values(kCount);
  for (double& value : values) value = distribution(generator);
  return values;
}

double TimeOfLoop(const Step& step, int repeats, TargetIsa isa, int rounds) {
  const NativeLibrary library = OrDie(NativeLibrary::Build(
      LoopText(step, repeats), {"-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
                                StrCat("-march=", compile::TargetName(isa))}));
  const auto kernel = reinterpret_cast<LoopFunction>(library.Symbol("kernel"));
  const std::vector<double> x = Values(0.5, 1.5);
  std::vector<double> y(kCount);
  const double uniforms[] = {0.75, 1.25};
  return LeastNanoseconds(rounds, [&] { kernel(kCount, x.data(), y.data(), uniforms); });
}

void MeasureOperations(const passes::CostTable& table, TargetIsa isa, int rounds,
                       FigureReport* report) {
  std::map<Opcode, double> measured;
  for (const Step& step : Steps()) {
    if (step.opcode == Opcode::kFma && !table.has_fma) continue;
    const double slope =
        (TimeOfLoop(step, kMany, isa, rounds) - TimeOfLoop(step, kFew, isa, rounds)) /
        (kMany - kFew);
    double taken = slope;
    for (const Opcode other : step.beside) taken -= measured[other];
    measured[step.opcode] = taken;
    report->AddFigure(StrCat(table.isa, " ", step.name, " (table: ", table.Of(step.opcode), ")"),
                      std::max(0.0, taken), "ns");
  }
}

// A light function at the levels of the runtime, and the operands to measure it at.
using ArrayFunction = void (*)(double*, const double*, long);
struct Routine {
  std::string_view name;
  ArrayFunction levels[3];
};
constexpr Routine kRoutines[] = {
#define FY_ROUTINE(name, ...) \
  {#name, {&fy_rt2_##name##_f64, &fy_rt3_##name##_f64, &fy_rt4_##name##_f64}},
    FY_RUNTIME_LIGHT_UNARY(FY_ROUTINE)
#undef FY_ROUTINE
};

double TimeOfRoutine(const Routine& routine, size_t level, int rounds) {
  const bool above_one = routine.name == "acosh";
  const std::vector<double> x = above_one ? Values(1.1, 3) : Values(0.1, 0.9);
  std::vector<double> y(kCount);
  return LeastNanoseconds(rounds, [&] { routine.levels[level](y.data(), x.data(), kCount); });
}

// Rows against the routines of the reference level; and what other levels' routines take of that.
void MeasureRoutines(int rounds, FigureReport* report) {
  const absl::Span<const passes::CostTable> tables = passes::CostTables();
  const TargetIsa targets[] = {TargetIsa::kX86V2, TargetIsa::kX86V3, TargetIsa::kX86V4};
  const size_t reference = static_cast<size_t>(&passes::ReferenceCosts() - tables.data());
  if (!compile::HostRuns(targets[reference])) {
    return report->AddNote("this machine does not run the reference level's routines");
  }
  std::vector<double> logarithms(tables.size(), 0);
  for (const Routine& routine : kRoutines) {
    const double at_reference = TimeOfRoutine(routine, reference, rounds);
    const double row = Row(expr::IdOf(routine.name)).nanoseconds;
    report->AddFigure(StrCat(routine.name, " (row: ", row, ")"), at_reference, "ns");
    for (size_t level = 0; level < tables.size(); ++level) {
      if (compile::HostRuns(targets[level]))
        logarithms[level] += std::log(TimeOfRoutine(routine, level, rounds) / at_reference);
    }
  }
  for (size_t level = 0; level < tables.size(); ++level) {
    if (!compile::HostRuns(targets[level])) continue;
    report->AddFigure(
        StrCat(tables[level].isa, " routines, relative (table: ", tables[level].vector_calls, ")"),
        std::exp(logarithms[level] / static_cast<double>(std::size(kRoutines))), "");
  }
}

int Run(const Options& options) {
  FigureReport report("calibration of the cost model", options);
  const int rounds = options.Rounds(40);
  for (const passes::CostTable& table : passes::CostTables()) {
    const std::optional<TargetIsa> isa = compile::TargetFromName(table.isa);
    if (!isa.has_value() || !compile::HostRuns(*isa)) {
      report.AddNote(StrCat("this machine does not run ", table.isa));
    } else if (!options.quick || table.isa == passes::ReferenceCosts().isa) {
      MeasureOperations(table, *isa, rounds, &report);
    }
  }
  MeasureRoutines(rounds, &report);
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(formulary::bench::ParseOptions(
      argc, argv, "What operations and routines take, beside the tables of the cost model"));
}
