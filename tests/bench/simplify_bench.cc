// Simplification over published formulas (../shared/corpora): operations before and after, modelled
// time of the result, time it takes per formula; SymPy's simplify and cse beside it, on the same
// texts in the same run. And large graphs, where what counts is that time grows with the size.

#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/infer.h"
#include "server/expr/program_builder.h"
#include "server/expr/text/parse.h"
#include "server/passes/cost.h"
#include "server/passes/operations.h"
#include "server/passes/pipeline.h"
#include "tests/bench/figures.h"
#include "tests/bench/python_peer.h"
#include "tests/bench/radial.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;
using Json = nlohmann::json;

// By corpus: how much fewer operations there should be, if that was asked.
struct CorpusRow {
  std::string_view name;
  double most_left;  // after / before; 0: no goal
};
constexpr CorpusRow kCorpora[] = {{"fpbench", 0.80}, {"herbie", 0.85}, {"feynman", 0.95},
                                  {"sr", 0.95},      {"mgh", 0},       {"sympy", 0}};

constexpr uint32_t kMaxTimedNodes = 100;  // of a formula whose time counts for the percentiles
constexpr int kRepeats = 9;
constexpr size_t kPeerCases = 60;  // of a corpus; SymPy takes its time
constexpr size_t kShown = 5;

struct Formula {
  std::string id, text;
  std::vector<std::string> arguments;
};

std::vector<Formula> ReadFormulas(std::string_view corpus) {
  std::ifstream file(StrCat(FORMULARY_SOURCE_DIR, "/../shared/corpora/", corpus, ".json"));
  std::vector<Formula> formulas;
  if (!file) return formulas;
  const Json json = Json::parse(file);
  for (const Json& one : json.at("cases")) {
    const std::string key = one.contains("str") ? "str" : "sympy";
    if (!one[key].is_string()) continue;  // a few have no form in this syntax
    formulas.push_back({one["id"], one[key], one["args"]});
  }
  return formulas;
}

absl::StatusOr<expr::Program> Parse(const Formula& formula, const std::vector<std::string>& texts) {
  expr::ProgramBuilder builder((expr::Limits()));
  for (const std::string& name : formula.arguments) {
    RETURN_IF_ERROR(builder.Declare({.name = name, .declared = true}));
  }
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(const expr::NodeId node, expr::ParseText(text, &builder));
    RETURN_IF_ERROR(builder.AddOutput("", node));
  }
  return builder.Build();
}

uint32_t Operations(const expr::Program& program) {
  return passes::CountOperations(program.graph, program.roots());
}

// The median of a few runs, in seconds.
double TimeOf(const expr::Program& program) {
  std::vector<double> times;
  for (int i = 0; i < kRepeats; ++i)
    times.push_back(Seconds([&] { passes::Optimize(program, passes::Budget()); }));
  return Summarize(times).median;
}

struct Totals {
  uint64_t before = 0, after = 0, sympy_before = 0, sympy_after = 0, sympy_ours = 0;
  double nanoseconds_before = 0, nanoseconds_after = 0;  // modelled, per element
  int dearer = 0, dearer_for_nothing = 0;
  int formulas = 0, unknown = 0, longer = 0, sympy_longer = 0, sympy_failed = 0;
  Series ours{"ours", {}}, larger{"larger", {}}, simplify{"SymPy's simplify", {}},
      cse{"SymPy's cse", {}};
  std::vector<std::string> worst;
};

// SymPy's answer is counted as we count ours.
void AskSymPy(const Formula& formula, uint32_t before, uint32_t ours, PythonPeer* sympy,
              Totals* totals) {
  sympy->Ask(StrCat("symbols ", absl::StrJoin(formula.arguments, " ")));
  if (sympy->Ask(StrCat("parse ", formula.text)) != "ok") return;
  const std::string simplified = sympy->Ask("simplify"), cse = sympy->Ask("cse");
  if (cse != "failed") totals->cse.values.push_back(std::stod(cse));
  if (simplified == "failed") {
    ++totals->sympy_failed;
    return;
  }
  totals->simplify.values.push_back(std::stod(simplified));
  const auto program = Parse(formula, {simplified.substr(simplified.find(' ') + 1)});
  if (!program.ok()) return;
  const uint32_t after = Operations(*program);
  totals->sympy_before += before;
  totals->sympy_after += after;
  totals->sympy_ours += ours;
  totals->sympy_longer += after > before ? 1 : 0;
}

// Dearer for nothing: no rule was applied that takes more time than what it replaces, which only
// rules for accuracy do.
void AddModelled(const expr::Program& program, const passes::Simplified& simplified,
                 Totals* totals) {
  const double before = passes::ModelledNanoseconds(program);
  const double after = passes::ModelledNanoseconds(simplified.program);
  totals->nanoseconds_before += before;
  totals->nanoseconds_after += after;
  if (after <= before * (1 + 1e-9)) return;
  ++totals->dearer;
  const bool accuracy =
      std::any_of(simplified.applications.begin(), simplified.applications.end(),
                  [](const passes::Application& application) { return application.rule->dearer; });
  totals->dearer_for_nothing += accuracy ? 0 : 1;
}

Totals Measure(const std::vector<Formula>& formulas, PythonPeer* sympy, const Options& options) {
  Totals totals;
  const size_t stride = options.quick ? 40 : 1;
  const size_t peer_stride = std::max<size_t>(1, formulas.size() / kPeerCases);
  for (size_t i = 0; i < formulas.size(); i += stride) {
    const Formula& formula = formulas[i];
    absl::StatusOr<expr::Program> program = Parse(formula, {formula.text});
    if (!program.ok()) {
      ++totals.unknown;
      continue;
    }
    const uint32_t before = Operations(*program);
    if (!expr::MakeConversionsExplicit(&*program).ok()) {
      ++totals.unknown;
      continue;
    }
    const passes::Simplified simplified = passes::Optimize(*program, passes::Budget());
    const uint32_t after = Operations(simplified.program);
    AddModelled(*program, simplified, &totals);
    ++totals.formulas;
    totals.before += before;
    totals.after += after;
    if (after > before) {
      ++totals.longer;
      if (totals.worst.size() < kShown)
        totals.worst.push_back(StrCat(formula.id, ": ", before, " -> ", after));
    }
    const bool timed = program->graph.size() <= kMaxTimedNodes;
    (timed ? totals.ours : totals.larger).values.push_back(TimeOf(*program));
    if (sympy != nullptr && i % peer_stride == 0) AskSymPy(formula, before, after, sympy, &totals);
  }
  return totals;
}

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

void Report(const CorpusRow& corpus, const Totals& totals, FigureReport* report) {
  const auto name = [&](std::string_view what) { return StrCat(corpus.name, ": ", what); };
  std::optional<Target> goal;
  if (corpus.most_left > 0) goal = Target{Goal::kAtMost, corpus.most_left};
  report->AddFigure(name("operations after / before"),
                    static_cast<double>(totals.after) / static_cast<double>(totals.before), "",
                    goal);
  report->AddFigure(name("formulas with more operations"), totals.longer, "");
  report->AddFigure(name("modelled nanoseconds after / before"),
                    totals.nanoseconds_after / totals.nanoseconds_before, "");
  report->AddFigure(name("formulas dearer by the model, for accuracy"),
                    totals.dearer - totals.dearer_for_nothing, "");
  report->AddFigure(name("formulas dearer by the model, for nothing"), totals.dearer_for_nothing,
                    "", Target{Goal::kAtMost, 0});
  report->AddFigure(name("p50 of the time"), Quantile(totals.ours.values, 0.5) * 1e6, "us",
                    Target{Goal::kAtMost, 100});
  report->AddFigure(name("p99 of the time"), Quantile(totals.ours.values, 0.99) * 1e6, "us",
                    Target{Goal::kAtMost, 1000});
  if (!totals.larger.values.empty()) {
    report->AddFigure(name(StrCat("longest time of ", totals.larger.values.size(), " of more than ",
                                  kMaxTimedNodes, " nodes")),
                      Quantile(totals.larger.values, 1) * 1e3, "ms");
  }
  report->AddNote(
      StrCat(corpus.name, ": ", totals.formulas, " formulas, ", totals.unknown, " not read; ",
             totals.before, " operations before, ", totals.after, " after",
             totals.worst.empty() ? "" : "; longer: ", absl::StrJoin(totals.worst, ", ")));
  if (totals.simplify.values.empty()) return;
  report->AddSeries(totals.simplify, "ms", 1e3);
  report->AddSeries(totals.cse, "ms", 1e3);
  report->AddFigure(name("SymPy's simplify: p50 of the time / ours"),
                    Quantile(totals.simplify.values, 0.5) / Quantile(totals.ours.values, 0.5), "");
  report->AddFigure(
      name("SymPy's simplify: operations after / before"),
      static_cast<double>(totals.sympy_after) / static_cast<double>(totals.sympy_before), "");
  report->AddFigure(
      name("ours on the same formulas"),
      static_cast<double>(totals.sympy_ours) / static_cast<double>(totals.sympy_before), "");
  report->AddNote(StrCat(corpus.name, ": SymPy made ", totals.sympy_longer, " of ",
                         totals.simplify.values.size(), " longer, ", totals.sympy_failed,
                         " failed or took too long"));
}

void MeasureRadial(FigureReport* report) {
  expr::Program program = OrDie(Parse({.arguments = {"x"}}, RadialTexts()));
  if (const absl::Status typed = expr::MakeConversionsExplicit(&program); !typed.ok()) Die(typed);
  report->AddFigure("radial function with its derivative: operations",
                    Operations(passes::Optimize(program, passes::Budget()).program), "",
                    Target{Goal::kAtMost, 19});
  report->AddFigure("radial function with its derivative: time", TimeOf(program) * 1e3, "ms",
                    Target{Goal::kAtMost, 1});
}

void MeasureLarge(const Options& options, FigureReport* report) {
  constexpr std::pair<uint32_t, double> kSizes[] = {{1'000, 0}, {10'000, 0.1}, {100'000, 2}};
  for (const auto& [nodes, seconds] : kSizes) {
    if (options.quick && nodes > 1'000) continue;
    expr::Program program = LargeProgram(nodes);
    if (!expr::MakeConversionsExplicit(&program).ok()) continue;
    Series series{StrCat("a graph of ", nodes, " nodes"), {}};
    for (int i = 0; i < options.Rounds(5); ++i)
      series.values.push_back(Seconds([&] { passes::Optimize(program, passes::Budget()); }));
    report->AddSeries(series, "ms", 1e3);
    std::optional<Target> goal;
    if (seconds > 0) goal = Target{Goal::kAtMost, seconds * 1e3};
    report->AddFigure(series.name, Summarize(series.values).median * 1e3, "ms", goal);
  }
}

int Run(const Options& options) {
  FigureReport report("simplification", options);
  std::unique_ptr<PythonPeer> sympy;
  if (options.alone) {
    report.AddNote("without SymPy");
  } else if (auto started = PythonPeer::Start("sympy_peer.py"); started.ok()) {
    sympy = *std::move(started);
    report.AddNote(StrCat("against ", sympy->version()));
  } else {
    report.AddNote(StrCat("without SymPy: ", started.status().message()));
  }
  for (const CorpusRow& corpus : kCorpora) {
    const std::vector<Formula> formulas = ReadFormulas(corpus.name);
    if (formulas.empty()) {
      report.AddNote(StrCat("../shared/corpora has no ", corpus.name));
      continue;
    }
    Report(corpus, Measure(formulas, sympy.get(), options), &report);
  }
  MeasureRadial(&report);
  MeasureLarge(options, &report);
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(formulary::bench::ParseOptions(
      argc, argv, "Simplification of published formulas and of large graphs"));
}
