// A formula with an expensive branch, by the share of elements that need it: the compiled kernel
// and the interpreter, against the same formula without a condition. Elements that need the branch
// lie together, or anywhere.

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

constexpr size_t kPoints = 200'000, kQuickPoints = 20'000;
constexpr int kRounds = 11;

struct BranchRow {
  const char* name;
  const char* branch;
  bool guarded = true;  // else it is too cheap to be left out: no goals
};
constexpr BranchRow kBranches[] = {
    {"Bessel function", "besselj(2.5, x)"},
    {"incomplete gamma function", "gammainc(2.5, x)"},
    {"logarithm of gamma", "loggamma(x)"},
    {"four elementary functions", "exp(-x)*sin(x)*atan(x)*log(x)"},
    {"two elementary functions", "exp(-x)*sin(x)", false},
};

// The deciding argument: above 0 where the branch is needed.
struct Share {
  const char* name;
  double (*c)(double place, size_t i);  // place: from 0 to 1
  Target target;                        // time, by that without a condition
};
constexpr Share kShares[] = {
    {"none", [](double, size_t) { return -1.0; }, {Goal::kAtMost, 0.5}},
    {"half, together",
     [](double place, size_t) { return place < 0.5 ? -1.0 : 1.0; },
     {Goal::kAtMost, 0.8}},
    {"half, mixed", [](double, size_t i) { return i % 2 == 0 ? -1.0 : 1.0; }, {Goal::kAtMost, 1.2}},
    {"all", [](double, size_t) { return 1.0; }, {Goal::kAtMost, 1.2}},
};

int Run(const Options& options) {
  FigureReport report("branch", options);
  if (!Pin(options.cpu >= 0 ? options.cpu : LastCpu()))
    Die(absl::UnavailableError("cannot stay on one processor"));
  const size_t points = options.quick ? kQuickPoints : kPoints;
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  const Workload arguments{
      .name = "branch",
      .arguments = {{.name = "x", .low = 0.5, .high = 20}, {.name = "c", .low = 0, .high = 1}}};
  const double per_element = 1e9 / static_cast<double>(points);
  for (const BranchRow& row : kBranches) {
    std::vector<std::vector<Values>> values;
    std::vector<Contestant> contestants;
    const std::vector<std::string> plain = {StrCat("c*(", row.branch, ")")};
    const std::vector<std::string> text = {
        StrCat("Piecewise((", row.branch, ", c > 0), (x, True))")};
    values.push_back(Draw(arguments, points, 1));
    for (const Share& share : kShares) {
      std::vector<Values> drawn = values[0];
      for (size_t i = 0; i < points; ++i)
        drawn[1].values[i] = share.c(static_cast<double>(i) / static_cast<double>(points), i);
      values.push_back(std::move(drawn));
    }
    for (const auto& [tier, mode] : {std::pair{", compiled", CompilationMode::kWait},
                                     {", interpreter", CompilationMode::kNever}}) {
      const std::string prefix = StrCat(row.name, tier, ": ");
      const Manner manner = mode;
      contestants.push_back({prefix + "no condition", [&, manner] {
                               return EvaluateSeconds(engine.get(), plain, values[0], manner);
                             }});
      for (size_t s = 0; s < std::size(kShares); ++s) {
        contestants.push_back({prefix + kShares[s].name, [&, s, manner] {
                                 return EvaluateSeconds(engine.get(), text, values[s + 1], manner);
                               }});
      }
    }
    const std::vector<Series> series = Interleave(options.Rounds(kRounds), contestants);
    for (const Series& one : series) report.AddSeries(one, "ns/element", per_element);
    for (size_t s = 0; s < std::size(kShares); ++s) {
      report.AddRatio(StrCat(row.name, ": ", kShares[s].name, " / no condition"), series[s + 1],
                      series[0],
                      row.guarded ? std::optional<Target>(kShares[s].target) : std::nullopt);
    }
  }
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Expensive branches that blocks do not need"));
}
