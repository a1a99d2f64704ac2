// How soon formularyd answers a formula it has never seen: 50 formulas of different structure,
// 1,000 points each, mode AUTO, over loopback, one after the other, while compilers for the earlier
// ones run.

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "client/cpp/client.h"
#include "server/base/strings.h"
#include "tests/bench/child_server.h"
#include "tests/bench/figures.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {
namespace {

using base::StrCat;

constexpr size_t kPoints = 1'000;
constexpr size_t kFormulas = 50;
constexpr uint64_t kSeed = 20240731;
// Of the server's time.
constexpr double kMostMedianMs = 1, kMostWorstMs = 5;

struct Formula {
  std::string name;
  std::vector<std::string> texts;
  std::vector<Values> values;
};

// Around a text %s, with an argument $ of it.
constexpr std::string_view kAround[] = {
    "sin(%s) + $**2",
    "log(1 + (%s)**2)",
    "(%s)/(1 + $**2) - cos($)",
    "exp(-(%s)**2/4)*(1 + $/3)",
    "Piecewise((%s, $ > 1/2), (sqrt(1 + $**2), True))",
    "tanh(%s) + (%s)**3/6",
    "sqrt(2 + sin(%s))*atan($)",
    "Max(%s, $) - Min(%s, 2*$)",
    "Abs(%s)**(3/2)/(1 + exp(-$))",
    "(%s)**2 + 2*(%s)*$ + $**2",
};

class Variations {
 public:
  Variations(const std::vector<Workload>& workloads, uint64_t seed)
      : workloads_(workloads), generator_(seed) {}

  // A workload inside one or two of kAround, sometimes beside a second one. Its arguments keep
  // their ranges.
  Formula Next() {
    const Workload& first = Pick();
    const bool joined = Below(3) == 0;
    Workload made = first;
    std::string text = first.texts[Below(first.texts.size())];
    if (joined) text = Join(text, &made);
    std::string name = StrCat(first.name, joined ? "+" : "", joined ? made.name : "");
    for (size_t depth = 1 + Below(2); depth > 0; --depth) {
      const size_t which = Below(std::size(kAround));
      base::StrAppend(&name, "/", which);
      text = absl::StrReplaceAll(
          base::ToAbsl(kAround[which]),
          {{"%s", text}, {"$", made.arguments[Below(made.arguments.size())].name}});
    }
    return {.name = name, .texts = {text}, .values = Draw(made, kPoints, Below(1'000'000))};
  }

 private:
  size_t Below(size_t bound) { return static_cast<size_t>(generator_() % bound); }

  const Workload& Pick() { return workloads_[Below(workloads_.size())]; }

  // text + another workload's; arguments that both have are shared.
  std::string Join(const std::string& text, Workload* made) {
    const Workload& second = Pick();
    for (const WorkloadArgument& argument : second.arguments) {
      const auto same = [&](const WorkloadArgument& known) { return known.name == argument.name; };
      if (std::none_of(made->arguments.begin(), made->arguments.end(), same))
        made->arguments.push_back(argument);
    }
    made->name = second.name;
    return StrCat("(", text, ") + (", second.texts[0], ")");
  }

  const std::vector<Workload>& workloads_;
  std::mt19937_64 generator_;
};

std::vector<Formula> MakeFormulas(const std::vector<Workload>& workloads) {
  std::vector<Formula> formulas;
  std::set<std::string> seen;
  for (const Workload& workload : workloads) {
    // The same formula as normal_pdf, which would already be known.
    if (workload.name == "normal_pdf_bcast") continue;
    formulas.push_back({workload.name, workload.texts, Draw(workload, kPoints, kSeed)});
  }
  Variations variations(workloads, kSeed);
  while (formulas.size() < kFormulas) {
    Formula formula = variations.Next();
    if (seen.insert(formula.texts[0]).second) formulas.push_back(std::move(formula));
  }
  // Easy and heavy ones mixed.
  std::mt19937_64 generator(kSeed);
  for (size_t i = formulas.size(); i > 1; --i)
    std::swap(formulas[i - 1], formulas[generator() % i]);
  return formulas;
}

struct Answer {
  std::string name;
  double wall = 0, simplify = 0, evaluate = 0;
  double server() const { return simplify + evaluate; }
};

Answer Ask(const client::Client& client, const Formula& formula) {
  client::Program program;
  for (const std::string& text : formula.texts) program.AddOutput("", text);
  const client::Target target(program);
  std::vector<client::NamedArray> inputs;
  for (const Values& value : formula.values) {
    inputs.push_back(
        {value.name, value.scalar ? client::Array(value.values[0]) : client::Array(value.values)});
  }
  Answer answer{.name = formula.name};
  client::Result result;
  answer.wall = Seconds([&] {
    absl::StatusOr<client::Result> got = client.Evaluate(target, inputs, {.want_report = true});
    if (!got.ok())
      Die(absl::Status(got.status().code(), StrCat(formula.name, ": ", got.status().message())));
    result = *std::move(got);
  });
  if (result.report.tier() != v1::TIER_INTERPRETER)
    Die(absl::InternalError("the formula was not new"));
  answer.simplify = result.report.simplify_seconds();
  answer.evaluate = result.report.evaluate_seconds();
  return answer;
}

// Those whose functions the server has. Reading a formula leaves nothing behind in the server.
std::vector<Workload> Known(const client::Client& client, const std::vector<Workload>& workloads,
                            FigureReport* report) {
  std::vector<Workload> known;
  for (const Workload& workload : workloads) {
    const absl::Status status =
        client.Render(workload.texts[0], v1::FORMAT_TEXT, client::Client::RenderOf::kAsSent)
            .status();
    if (status.ok()) {
      known.push_back(workload);
    } else {
      report->AddNote(StrCat("left out: ", workload.name, ": ", status.message()));
    }
  }
  return known;
}

bool IsWorkload(const std::vector<Workload>& workloads, const std::string& name) {
  return std::any_of(workloads.begin(), workloads.end(),
                     [&](const Workload& workload) { return workload.name == name; });
}

void AddSlowest(std::vector<Answer> answers, FigureReport* report) {
  std::sort(answers.begin(), answers.end(),
            [](const Answer& a, const Answer& b) { return a.wall > b.wall; });
  for (size_t i = 0; i < std::min<size_t>(5, answers.size()); ++i) {
    const Answer& answer = answers[i];
    report->AddNote(absl::StrFormat("slow: %6.2f ms (simplify %.2f, evaluate %.2f)  %s",
                                    answer.wall * 1e3, answer.simplify * 1e3, answer.evaluate * 1e3,
                                    answer.name));
  }
}

void AddFigures(std::vector<Answer> answers, const std::vector<Workload>& workloads,
                FigureReport* report) {
  Series wall{"first answer, as the client sees it", {}};
  Series simplify{"  of it: simplify_seconds (parse, simplify, lower)", {}};
  Series evaluate{"  of it: evaluate_seconds (interpreter)", {}};
  Series rest{"  the rest: transport, scheduling", {}};
  Series server_time{"simplify + evaluate: the server's time", {}};
  Series of_workloads{"  of it: the workloads themselves", {}};
  for (const Answer& answer : answers) {
    wall.values.push_back(answer.wall);
    simplify.values.push_back(answer.simplify);
    evaluate.values.push_back(answer.evaluate);
    rest.values.push_back(answer.wall - answer.server());
    server_time.values.push_back(answer.server());
    if (IsWorkload(workloads, answer.name)) of_workloads.values.push_back(answer.server());
  }
  for (const Series* series : {&wall, &simplify, &evaluate, &rest, &server_time, &of_workloads})
    report->AddSeries(*series, "ms", 1e3);
  for (const Series* series : {&of_workloads, &server_time}) {
    const Summary summary = Summarize(series->values);
    const char* const of = series == &of_workloads ? "workloads" : "all formulas";
    report->AddFigure(StrCat("server's time, never-seen formula, ", std::string(of), ": median"),
                      summary.median * 1e3, "ms", Target{Goal::kAtMost, kMostMedianMs});
    report->AddFigure(StrCat("server's time, never-seen formula, ", std::string(of), ": worst"),
                      summary.max * 1e3, "ms", Target{Goal::kAtMost, kMostWorstMs});
  }
  const Summary summary = Summarize(wall.values);
  report->AddFigure("first answer, never-seen formula: median", summary.median * 1e3, "ms");
  report->AddFigure("first answer, never-seen formula: 90th percentile", summary.p90 * 1e3, "ms");
  report->AddFigure("first answer, never-seen formula: worst", summary.max * 1e3, "ms");
  AddSlowest(std::move(answers), report);
}

int Run(const Options& options) {
  FigureReport report("first_answer", options);
  auto server = std::make_unique<ChildServer>(OrDie(ChildServer::StartFormularyd(options, {})));
  const client::Client client = OrDie(client::Client::Connect(server->address()));
  const std::vector<Workload> workloads =
      Known(client, OrDie(ReadWorkloads(WorkloadsPath())), &report);
  const std::vector<Formula> formulas = MakeFormulas(workloads);

  std::vector<Answer> answers;
  for (const Formula& formula : formulas) answers.push_back(Ask(client, formula));
  AddFigures(std::move(answers), workloads, &report);
  server.reset();  // so that its processor time counts as ours
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "First answers for never-seen formulas"));
}
