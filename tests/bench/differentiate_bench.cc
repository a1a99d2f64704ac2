// The Jacobian of a five-link pendulum's equations of motion (data/pendulum.txt, of which
// data/make_pendulum.py is the maker), built and simplified; SymPy's jacobian of the same texts in
// turn. The elements of both are compared at a point.

#include <cmath>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/infer.h"
#include "server/expr/interpret.h"
#include "server/expr/program_builder.h"
#include "server/expr/text/parse.h"
#include "server/passes/differentiate.h"
#include "server/passes/expand.h"
#include "server/passes/operations.h"
#include "server/passes/pipeline.h"
#include "tests/bench/figures.h"
#include "tests/bench/python_peer.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr int kRounds = 9;
constexpr double kTimesFaster = 50;
constexpr double kTolerance = 1e-9;  // SymPy evaluates to 15 digits

struct Equations {
  std::vector<std::string> states, parameters, texts;
  std::vector<std::string> names() const {
    std::vector<std::string> all = states;
    all.insert(all.end(), parameters.begin(), parameters.end());
    return all;
  }
};

std::vector<std::string> Words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

Equations ReadEquations() {
  std::ifstream file(StrCat(FORMULARY_SOURCE_DIR, "/tests/bench/data/pendulum.txt"));
  if (!file) Die(absl::NotFoundError("data/pendulum.txt is not there"));
  Equations equations;
  std::string line;
  std::getline(file, line);
  equations.states = Words(line);
  std::getline(file, line);
  equations.parameters = Words(line);
  while (std::getline(file, line)) equations.texts.push_back(line);
  return equations;
}

absl::StatusOr<expr::Program> Parse(const Equations& equations) {
  expr::ProgramBuilder builder((expr::Limits()));
  for (const std::string& name : equations.names())
    RETURN_IF_ERROR(builder.Declare({.name = name, .declared = true}));
  for (const std::string& text : equations.texts) {
    ASSIGN_OR_RETURN(const expr::NodeId node, expr::ParseText(text, &builder));
    RETURN_IF_ERROR(builder.AddOutput("", node));
  }
  ASSIGN_OR_RETURN(expr::Program program, builder.Build());
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&program));
  return program;
}

passes::DerivativeSpec SpecOf(const Equations& equations, passes::DerivativeForm form) {
  passes::DerivativeSpec spec{.kind = passes::DerivativeKind::kJacobian, .form = form};
  for (uint32_t k = 0; k < equations.states.size(); ++k) spec.wrt.push_back(k);
  return spec;
}

expr::Program Jacobian(const expr::Program& program, const passes::DerivativeSpec& spec) {
  return OrDie(passes::Differentiate(program, spec, {}, passes::Budget{})).program;
}

expr::Program Simplified(expr::Program program) {
  if (const absl::Status typed = expr::MakeConversionsExplicit(&program); !typed.ok()) Die(typed);
  return passes::Optimize(program, passes::Budget()).program;
}

// Some angles, velocities and the like.
std::vector<double> Point(size_t count) {
  std::vector<double> point;
  for (size_t k = 0; k < count; ++k) point.push_back(0.5 + static_cast<double>(k * 7 % 11) / 8);
  return point;
}

// The largest difference from SymPy's elements, relative to the larger of the element and 1.
double WorstDifference(const expr::Program& jacobian, const std::vector<double>& point,
                       const std::string& answer) {
  std::vector<expr::Scalar> arguments;
  for (const double value : point) arguments.push_back(expr::Scalar::Float64(value));
  const std::vector<expr::Scalar> ours =
      OrDie(expr::Interpret(passes::Expand(jacobian), arguments));
  const std::vector<std::string> theirs = Words(answer);
  if (theirs.size() != ours.size()) Die(absl::InternalError("SymPy's matrix has another size"));
  double worst = 0;
  for (size_t k = 0; k < ours.size(); ++k) {
    const double want = std::stod(theirs[k]);
    worst = std::max(worst, std::abs(ours[k].ToDouble() - want) / std::max(1.0, std::abs(want)));
  }
  return worst;
}

// Seconds of Jacobian; of Jacobian and Simplified where terms are collected.
Contestant Ours(std::string name, const expr::Program& program, passes::DerivativeSpec spec) {
  return {std::move(name), [&program, spec] {
            return Seconds([&] {
              expr::Program jacobian = Jacobian(program, spec);
              if (spec.form == passes::DerivativeForm::kCollected)
                jacobian = Simplified(std::move(jacobian));
            });
          }};
}

int Run(const Options& options) {
  FigureReport report("differentiation", options);
  const Equations equations = ReadEquations();
  const expr::Program program = OrDie(Parse(equations));
  const auto derived = SpecOf(equations, passes::DerivativeForm::kAsDerived);
  const auto collected = SpecOf(equations, passes::DerivativeForm::kCollected);
  std::vector<Contestant> contestants = {Ours("built", program, derived),
                                         Ours("built and simplified", program, collected)};
  std::unique_ptr<PythonPeer> sympy;
  if (options.alone) {
    report.AddNote("without SymPy");
  } else if (auto started = PythonPeer::Start("sympy_peer.py"); started.ok()) {
    sympy = *std::move(started);
    report.AddNote(StrCat("against ", sympy->version()));
    sympy->Ask(StrCat("symbols ", absl::StrJoin(equations.names(), " ")));
    for (const std::string& text : equations.texts) sympy->Ask(StrCat("equation ", text));
    contestants.push_back(
        {"SymPy's jacobian", [&] {
           return std::stod(sympy->Ask(StrCat("jacobian ", absl::StrJoin(equations.states, " "))));
         }});
  } else {
    report.AddNote(StrCat("without SymPy: ", started.status().message()));
  }
  const std::vector<Series> series = Interleave(options.Rounds(kRounds), contestants);
  for (const Series& each : series) report.AddSeries(each, "ms", 1e3);
  const expr::Program jacobian = Simplified(Jacobian(program, collected));
  report.AddFigure("elements", static_cast<double>(jacobian.outputs.size()), "");
  report.AddFigure(
      "operations as derived",
      passes::CountOperations(Jacobian(program, derived).graph, Jacobian(program, derived).roots()),
      "");
  report.AddFigure("operations simplified",
                   passes::CountOperations(jacobian.graph, jacobian.roots()), "");
  if (sympy != nullptr) {
    const Target faster{Goal::kAtLeast, kTimesFaster};
    report.AddRatio("SymPy's jacobian / built", series[2], series[0], faster);
    report.AddRatio("SymPy's jacobian / built and simplified", series[2], series[1], faster);
    const std::vector<double> point = Point(equations.names().size());
    const std::string values = sympy->Ask(StrCat("values ", absl::StrJoin(point, " ")));
    report.AddFigure("largest difference from SymPy's elements",
                     WorstDifference(jacobian, point, values), "",
                     Target{Goal::kAtMost, kTolerance});
  }
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(formulary::bench::ParseOptions(
      argc, argv, "The Jacobian of a five-link pendulum's equations of motion"));
}
