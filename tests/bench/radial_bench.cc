// The hydrogen atom's radial function with its derivative at 50,000 points, on one thread: the
// compiled pair against the C that SymPy prints of both once they are simplified, compiled as its
// users do.

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "server/base/strings.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/native_c.h"
#include "tests/bench/python_peer.h"
#include "tests/bench/radial.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr size_t kCount = 50'000;
constexpr double kFarthest = 20;  // x, in units of the Bohr radius
constexpr int kRounds = 41;
constexpr double kTolerance = 1e-12;  // of the largest value

using Kernel = void (*)(long n, const double* x, double* value, double* slope);

std::string SymPyText(PythonPeer* sympy) {
  std::vector<std::string> printed;
  sympy->Ask("symbols x");
  for (const std::string& text : RadialTexts()) {
    if (sympy->Ask(StrCat("parse ", text)) != "ok")
      Die(absl::InternalError("SymPy does not read it"));
    printed.push_back(sympy->Ask("ccode"));
    if (printed.back() == "failed") Die(absl::InternalError("SymPy prints no C"));
  }
  return StrCat("#include <math.h>\nvoid sympy(long n, const double *xs, double *y0, double *y1) {",
                "for (long i = 0; i < n; ++i) { const double x = xs[i]; y0[i] = ", printed[0],
                "; y1[i] = ", printed[1], "; } }\n");
}

// Dies where the outputs differ.
void Check(const std::vector<double>& theirs, const eval::OutputArray& ours) {
  const auto* const values = reinterpret_cast<const double*>(ours.bytes.data());
  double largest = 0, difference = 0;
  for (size_t i = 0; i < kCount; ++i) {
    largest = std::max(largest, std::abs(theirs[i]));
    difference = std::max(difference, std::abs(theirs[i] - values[i]));
  }
  if (!(difference <= kTolerance * largest))
    Die(absl::InternalError(StrCat("values differ by ", difference / largest, " of the largest")));
}

int Run(const Options& options) {
  FigureReport report("radial", options);
  auto sympy = PythonPeer::Start("sympy_peer.py");
  if (!sympy.ok()) {
    report.AddNote(StrCat("without SymPy: ", sympy.status().message()));
    return report.Finish();
  }
  const std::string text = SymPyText(sympy->get());
  report.AddNote((*sympy)->version());
  report.AddNote(text);
  sympy->reset();
  if (!Pin(options.cpu >= 0 ? options.cpu : LastCpu()))
    Die(absl::UnavailableError("cannot stay on one processor"));

  std::vector<double> x(kCount), y0(kCount), y1(kCount);
  for (size_t i = 0; i < kCount; ++i)
    x[i] = kFarthest * (static_cast<double>(i) + 0.5) / static_cast<double>(kCount);
  std::vector<Contestant> contestants;
  for (const char* const level : {"-O2", "-O3"}) {
    const NativeLibrary library = OrDie(NativeLibrary::Build(text, {level}));
    const auto kernel = reinterpret_cast<Kernel>(library.Symbol("sympy"));
    contestants.push_back({StrCat("C as SymPy prints it, gcc ", level), [&, kernel] {
                             return Seconds([&] {
                               kernel(static_cast<long>(kCount), x.data(), y0.data(), y1.data());
                             });
                           }});
  }
  Values input;
  input.name = "x";
  input.values = x;
  const std::vector<Values> inputs = {input};
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  contestants.push_back({"Formulary", [&] {
                           return EvaluateSeconds(engine.get(), RadialTexts(), inputs,
                                                  engine::CompilationMode::kWait);
                         }});
  const std::vector<Series> series = Interleave(options.Rounds(kRounds), contestants);
  const engine::Evaluation ours =
      OrDie(Evaluate(engine.get(), RadialTexts(), inputs, engine::CompilationMode::kWait));
  Check(y0, ours.outputs[0]);
  Check(y1, ours.outputs[1]);
  for (const Series& each : series)
    report.AddSeries(each, "ns/element", 1e9 / static_cast<double>(kCount));
  for (size_t k = 0; k + 1 < series.size(); ++k)
    report.AddRatio(StrCat(series[k].name, " / Formulary"), series[k], series.back(),
                    Target{Goal::kAtLeast, 20});
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "The radial function with its derivative"));
}
