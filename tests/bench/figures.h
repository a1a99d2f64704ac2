#ifndef FORMULARY_TESTS_BENCH_FIGURES_H_
#define FORMULARY_TESTS_BENCH_FIGURES_H_

// What every bench program does alike: read its options, measure contestants in turn, sum up, print
// the table with the machine it was measured on, and write it as JSON. Programs call Interleave()
// and hand the series to a FigureReport; nothing here knows what is measured.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/bench/machine.h"

namespace formulary::bench {

struct Options {
  std::string json;    // file to write; empty: none
  bool quick = false;  // few rounds: shows that the program works, measures nothing
  bool check = false;  // exit 1 when a target is missed
  bool alone = false;  // leave slow contestants out (simplify_bench: SymPy)
  int rounds = 0;      // 0: the program's own number
  int cpu = -1;        // the processor to stay on; -1: the program's choice
  int level = 0;     // x86-64-v<level>'s routines alone; 0: this processor's (special_speed_bench)
  std::string only;  // leave out what does not contain this: formulas (special_speed_bench), sizes
                     // (warm_call_bench), parts (fairness_bench)
  std::string formularyd;  // the server; empty: the one beside this program

  // The rounds to make: as given, else `usual`, or 2 when quick.
  int Rounds(int usual) const { return rounds > 0 ? rounds : quick ? 2 : usual; }
};

// Ends the process at --help (0) and for bad usage (2).
Options ParseOptions(int argc, char** argv, const std::string& what);

// What was measured of one contestant, in the order of measurement.
struct Series {
  std::string name;
  std::vector<double> values;
};

struct Summary {
  double median = 0, p90 = 0, min = 0, max = 0;
  size_t count = 0;
};
// REQUIRES: at least one value.
Summary Summarize(std::vector<double> values);

// What `part` (0 to 1) of the values are at most. REQUIRES: at least one value.
double Percentile(std::vector<double> values, double part);

// Something that is measured: does its work once and returns what it took, in seconds.
struct Contestant {
  std::string name;
  std::function<double()> run;
};

// Runs each contestant once per round, the one that goes first changing from round to round, so
// that drifts of the machine meet all alike. One round before is not counted.
std::vector<Series> Interleave(int rounds, const std::vector<Contestant>& contestants);

// Seconds that `work` takes.
double Seconds(const std::function<void()>& work);

enum class Goal { kAtMost, kAtLeast };
struct Target {
  Goal goal = Goal::kAtMost;
  double value = 0;
};

// Collects the series and figures of one program. One thread at a time.
class FigureReport {
 public:
  FigureReport(std::string program, Options options);

  // A row of the table of series, in `unit` of `per_second` to the second (1e3: ms).
  void AddSeries(const Series& series, const std::string& unit, double per_second);
  // median(a) / median(b); with the quartiles of the ratios of a round each when they pair up.
  void AddRatio(const std::string& name, const Series& a, const Series& b,
                std::optional<Target> target = {});
  // A figure that is not a ratio.
  void AddFigure(const std::string& name, double value, const std::string& unit,
                 std::optional<Target> target = {});
  // Something said under the table.
  void AddNote(std::string note) { notes_.push_back(std::move(note)); }

  // Prints everything, writes the JSON. Returns the process's exit code.
  int Finish();

 private:
  struct SeriesRow {
    std::string name, unit;
    Summary summary;
  };
  struct FigureRow {
    std::string name, unit;
    double value = 0;
    std::optional<double> lower_quartile, upper_quartile;
    std::optional<Target> target;
    bool met() const;
    std::string verdict() const;
  };

  void Print(const std::string& machine) const;
  absl::Status WriteJson(const Machine& machine, const Load& load) const;

  const std::string program_;
  const Options options_;
  LoadWatch load_;
  std::vector<SeriesRow> series_;
  std::vector<FigureRow> figures_;
  std::vector<std::string> notes_;
};

// Prints what failed and ends the process: a bench has no other way to go on.
[[noreturn]] void Die(const absl::Status& status);
template <typename StatusOr>
auto OrDie(StatusOr value) {
  if (!value.ok()) Die(value.status());
  return *std::move(value);
}

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_FIGURES_H_
