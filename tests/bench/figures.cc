#include "tests/bench/figures.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "server/base/log.h"
#include "server/base/strings.h"

namespace formulary::bench {
namespace {

using base::StrCat;
using Json = nlohmann::ordered_json;

double Quantile(const std::vector<double>& sorted, double part) {
  const double at = part * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<size_t>(at);
  const size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

std::string MachineText(const Machine& machine, const Load& load) {
  return absl::StrFormat(
      "%s, %d cores, %s, %s, huge pages %s\n"
      "load average %.2f before, %.2f after; %.0f%% of the processors' time went to others here, "
      "%.0f%% to "
      "other guests of the host",
      machine.cpu, machine.cores, machine.kernel, machine.compiler, machine.huge_pages,
      load.load_average_before, load.load_average_after, load.elsewhere * 100, load.stolen * 100);
}

}  // namespace

Options ParseOptions(int argc, char** argv, const std::string& what) {
  Options options;
  CLI::App app(what);
  app.add_option("--json", options.json, "write the figures to this file");
  app.add_flag("--quick", options.quick, "few rounds: shows that it works, measures nothing");
  app.add_flag("--check", options.check, "exit 1 when a target is missed");
  app.add_flag("--alone", options.alone, "leave slow contestants out (simplify_bench: SymPy)");
  app.add_option("--rounds", options.rounds, "how often each contestant is measured")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--cpu", options.cpu, "processor to stay on")->check(CLI::Range(0, 4095));
  app.add_option("--level", options.level,
                 "measure the routines of this x86-64 level alone (special_speed_bench)")
      ->check(CLI::Range(2, 4));
  app.add_option("--only", options.only,
                 "leave out what does not contain this: formulas (special_speed_bench), sizes "
                 "(warm_call_bench), parts: delay, double_pendulum, van_der_waals "
                 "(fairness_bench)");
  app.add_option("--formularyd", options.formularyd,
                 "server to measure; the one beside this program by default");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  base::LogOptions log;
  log.minimum = base::Severity::kError;
  base::InitLogging(log);
  return options;
}

Summary Summarize(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {.median = Quantile(values, 0.5),
          .p90 = Quantile(values, 0.9),
          .min = values.front(),
          .max = values.back(),
          .count = values.size()};
}

double Percentile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return Quantile(values, part);
}

std::vector<Series> Interleave(int rounds, const std::vector<Contestant>& contestants) {
  std::vector<Series> series;
  for (const Contestant& contestant : contestants) {
    contestant.run();
    series.push_back({contestant.name, {}});
  }
  const size_t count = contestants.size();
  for (int round = 0; round < rounds; ++round) {
    for (size_t turn = 0; turn < count; ++turn) {
      const size_t which = (turn + static_cast<size_t>(round)) % count;
      series[which].values.push_back(contestants[which].run());
    }
  }
  return series;
}

double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

FigureReport::FigureReport(std::string program, Options options)
    : program_(std::move(program)), options_(std::move(options)) {}

void FigureReport::AddSeries(const Series& series, const std::string& unit, double per_second) {
  Summary summary = Summarize(series.values);
  for (double* value : {&summary.median, &summary.p90, &summary.min, &summary.max})
    *value *= per_second;
  series_.push_back({series.name, unit, summary});
}

void FigureReport::AddRatio(const std::string& name, const Series& a, const Series& b,
                            std::optional<Target> target) {
  FigureRow row{.name = name, .unit = "x", .target = target};
  row.value = Summarize(a.values).median / Summarize(b.values).median;
  if (a.values.size() == b.values.size() && a.values.size() > 1) {
    std::vector<double> ratios;
    for (size_t i = 0; i < a.values.size(); ++i) ratios.push_back(a.values[i] / b.values[i]);
    std::sort(ratios.begin(), ratios.end());
    row.lower_quartile = Quantile(ratios, 0.25);
    row.upper_quartile = Quantile(ratios, 0.75);
  }
  figures_.push_back(std::move(row));
}

void FigureReport::AddFigure(const std::string& name, double value, const std::string& unit,
                             std::optional<Target> target) {
  figures_.push_back({.name = name, .unit = unit, .value = value, .target = target});
}

bool FigureReport::FigureRow::met() const {
  if (!target.has_value()) return true;
  return target->goal == Goal::kAtMost ? value <= target->value : value >= target->value;
}

std::string FigureReport::FigureRow::verdict() const {
  if (!target.has_value()) return "";
  return absl::StrFormat("%s %g %s: %s", target->goal == Goal::kAtMost ? "at most" : "at least",
                         target->value, unit, met() ? "met" : "MISSED");
}

void FigureReport::Print(const std::string& machine) const {
  std::printf("%s%s\n%s\n\n", program_.c_str(), options_.quick ? " (quick: no measurement)" : "",
              machine.c_str());
  std::printf("%-58s %6s %11s %11s %11s %11s\n", "measured", "count", "median", "p90", "min",
              "max");
  for (const SeriesRow& row : series_) {
    std::printf("%-58s %6zu %11.4g %11.4g %11.4g %11.4g %s\n", row.name.c_str(), row.summary.count,
                row.summary.median, row.summary.p90, row.summary.min, row.summary.max,
                row.unit.c_str());
  }
  std::printf("\n");
  for (const FigureRow& row : figures_) {
    std::string quartiles;
    if (row.lower_quartile.has_value()) {
      quartiles = absl::StrFormat("[%.3g, %.3g]", *row.lower_quartile, *row.upper_quartile);
    }
    std::printf("figure %-58s %9.4g %-3s %-15s %s\n", row.name.c_str(), row.value, row.unit.c_str(),
                quartiles.c_str(), row.verdict().c_str());
  }
  for (const std::string& note : notes_) std::printf("%s\n", note.c_str());
}

absl::Status FigureReport::WriteJson(const Machine& machine, const Load& load) const {
  Json json;
  json["program"] = program_;
  json["quick"] = options_.quick;
  json["machine"] = {{"cpu", machine.cpu},
                     {"cores", machine.cores},
                     {"kernel", machine.kernel},
                     {"compiler", machine.compiler},
                     {"huge_pages", machine.huge_pages}};
  json["load"] = {{"average_before", load.load_average_before},
                  {"average_after", load.load_average_after},
                  {"elsewhere", load.elsewhere},
                  {"stolen", load.stolen}};
  json["series"] = Json::array();
  for (const SeriesRow& row : series_) {
    json["series"].push_back({{"name", row.name},
                              {"unit", row.unit},
                              {"count", row.summary.count},
                              {"median", row.summary.median},
                              {"p90", row.summary.p90},
                              {"min", row.summary.min},
                              {"max", row.summary.max}});
  }
  json["figures"] = Json::array();
  for (const FigureRow& row : figures_) {
    Json figure = {{"name", row.name}, {"value", row.value}, {"unit", row.unit}};
    if (row.lower_quartile.has_value())
      figure["quartiles"] = {*row.lower_quartile, *row.upper_quartile};
    if (row.target.has_value()) {
      figure[row.target->goal == Goal::kAtMost ? "at_most" : "at_least"] = row.target->value;
      figure["met"] = row.met();
    }
    json["figures"].push_back(std::move(figure));
  }
  json["notes"] = notes_;
  std::ofstream file(options_.json, std::ios::trunc);
  file << json.dump(1) << "\n";
  file.close();
  return file.good() ? absl::OkStatus()
                     : absl::UnavailableError(StrCat("cannot write ", options_.json));
}

int FigureReport::Finish() {
  const Machine machine = DescribeMachine();
  const Load load = load_.Now();
  Print(MachineText(machine, load));
  if (!options_.json.empty()) {
    if (const absl::Status status = WriteJson(machine, load); !status.ok()) Die(status);
  }
  const bool all_met =
      std::all_of(figures_.begin(), figures_.end(), [](const FigureRow& row) { return row.met(); });
  return options_.check && !options_.quick && !all_met ? 1 : 0;
}

void Die(const absl::Status& status) {
  std::fprintf(stderr, "bench: %s\n", status.ToString().c_str());
  std::_Exit(1);
}

}  // namespace formulary::bench
