// All workloads on one thread, in and out of cache, in float64 and float32: the compiled kernel in
// STABLE and STRICT, the interpreter, C by hand, and what Python users have. Results are compared,
// too: a fast wrong answer is no figure.

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "server/base/strings.h"
#include "tests/bench/array_peer.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/native_c.h"

namespace formulary::bench {
namespace {

using base::StrCat;
using engine::CompilationMode;

constexpr size_t kCounts[] = {10'000, 1'000'000};
constexpr int kRounds = 21;
constexpr int kPeerRounds = 5;

struct NumberRow {
  Number number;
  const char* name;
  // Of the largest value: what rounding and cancellation may make different.
  double tolerance;
};
constexpr NumberRow kNumbers[] = {{Number::kFloat64, "float64", 1e-9},
                                  {Number::kFloat32, "float32", 1e-3}};

struct PeerRow {
  const char* name;
  double
      at_least;  // times as long as the compiled kernel, 1e6 elements, geometric mean; 0: no goal
};
constexpr PeerRow kPeers[] = {
    {"numba", 3.7}, {"numexpr", 10}, {"lambdify_cse", 10}, {"lambdify", 0}, {"ufuncify", 0}};

// One workload with its values, in one type.
struct Case {
  const Workload& workload;
  NumberRow number;
  size_t count;
  std::vector<Values> values;
  std::string prefix;

  size_t width() const { return number.number == Number::kFloat64 ? 8 : 4; }
};

double At(const uint8_t* bytes, size_t i, NumberRow number) {
  return number.number == Number::kFloat64 ? reinterpret_cast<const double*>(bytes)[i]
                                           : reinterpret_cast<const float*>(bytes)[i];
}

// The hand-written C of a case, with outputs of its own.
class Native {
 public:
  Native(const Case& one, FastMath fast_math) : count_(static_cast<long>(one.count)) {
    const HandWritten* const row = FindHandWritten(one.workload.name);
    if (row == nullptr) Die(absl::NotFoundError(StrCat("no C for ", one.workload.name)));
    const Number number = one.number.number;
    const NativeLibrary library = OrDie(NativeLibrary::Build(
        HandWrittenText(*row, one.workload, number), HandWrittenFlags(*row, fast_math, number)));
    kernel_ = reinterpret_cast<NativeKernel>(library.Symbol("kernel"));
    for (const Values& value : one.values) {
      const bool floats = number == Number::kFloat32;
      in_.push_back(floats ? static_cast<const void*>(value.floats.data()) : value.values.data());
    }
    outputs_.assign(one.workload.texts.size(), std::vector<uint8_t>(one.count * one.width()));
    for (std::vector<uint8_t>& output : outputs_) out_.push_back(output.data());
  }

  double Run() const {
    return Seconds([&] { kernel_(count_, in_.data(), out_.data()); });
  }
  const std::vector<std::vector<uint8_t>>& outputs() const { return outputs_; }

 private:
  NativeKernel kernel_ = nullptr;
  long count_;
  std::vector<const void*> in_;
  std::vector<void*> out_;
  std::vector<std::vector<uint8_t>> outputs_;
};

// Dies where `theirs` differs by more than the tolerance, relative to the largest value.
template <typename Function>
void CheckEqual(const Case& one, const eval::OutputArray& ours, const Function& theirs,
                const std::string& what) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(ours.bytes.data());
  double difference = 0;
  double largest = 0;
  for (size_t i = 0; i < one.count; ++i) {
    const double a = At(bytes, i, one.number), b = theirs(i);
    if (std::isnan(a) != std::isnan(b)) difference = HUGE_VAL;
    difference = std::max(difference, std::abs(a - b));
    largest = std::max(largest, std::abs(b));
  }
  if (difference <= one.number.tolerance * largest) return;
  Die(absl::InternalError(
      StrCat(one.prefix, what, " differs by ", difference / largest, " of the largest value")));
}

// Ratios of medians, by what they are ratios of; one of each workload.
using Ratios = std::map<std::string, std::vector<double>>;

double GeometricMean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return std::exp(sum / static_cast<double>(values.size()));
}

class Measurement {
 public:
  Measurement(const Options& options, FigureReport* report, ArrayPeer* peer)
      : options_(options), report_(report), peer_(peer), engine_(MakeEngine()) {}

  void AgainstC(const Case& one, Ratios* ratios) {
    const Native hand(one, FastMath::kNo), fast(one, FastMath::kYes);
    hand.Run();
    const engine::Evaluation ours =
        OrDie(Evaluate(engine_.get(), one.workload.texts, one.values, CompilationMode::kWait));
    for (size_t k = 0; k < hand.outputs().size(); ++k) {
      const uint8_t* const theirs = hand.outputs()[k].data();
      CheckEqual(
          one, ours.outputs[k], [&](size_t i) { return At(theirs, i, one.number); }, "C by hand");
    }
    Manner strict = CompilationMode::kWait;
    strict.numerics = expr::Numerics::kStrict;
    const std::vector<Series> series = Interleave(
        options_.Rounds(kRounds),
        {{one.prefix + "compiled", [&] { return Ours(one, CompilationMode::kWait); }},
         {one.prefix + "compiled, STRICT", [&] { return Ours(one, strict); }},
         {one.prefix + "interpreter", [&] { return Ours(one, CompilationMode::kNever); }},
         {one.prefix + "C by hand", [&] { return hand.Run(); }},
         {one.prefix + "C by hand, fast-math", [&] { return fast.Run(); }}});
    const std::vector<double> medians = Add(one, series);
    (*ratios)["compiled / fast-math C"].push_back(medians[0] / medians[4]);
    (*ratios)["compiled / C by hand"].push_back(medians[0] / medians[3]);
    (*ratios)["STRICT / fast-math C"].push_back(medians[1] / medians[4]);
    (*ratios)["interpreter / compiled"].push_back(medians[2] / medians[0]);
    report_->AddRatio(one.prefix + "compiled / fast-math C", series[0], series[4],
                      Target{Goal::kAtMost, 1.10});
    report_->AddRatio(one.prefix + "STRICT / fast-math C", series[1], series[4]);
  }

  void AgainstPeers(const Case& one, Ratios* ratios) {
    if (const absl::Status loaded = peer_->Load(one.workload, one.values); !loaded.ok())
      Die(loaded);
    const engine::Evaluation ours =
        OrDie(Evaluate(engine_.get(), one.workload.texts, one.values, CompilationMode::kWait));
    std::vector<Contestant> contestants = {
        {one.prefix + "compiled", [&] { return Ours(one, CompilationMode::kWait); }}};
    std::vector<std::string> names;
    for (const PeerRow& row : kPeers) {
      const std::string name = row.name;
      if (options_.quick && name == "ufuncify") continue;  // builds for seconds
      if (const absl::Status built = peer_->Build(name); !built.ok()) {
        if (one.count == kCounts[0])
          report_->AddNote(StrCat(one.prefix, name, " ", built.message()));
        continue;
      }
      const std::vector<double> theirs = peer_->FirstOutput(name);
      CheckEqual(
          one, ours.outputs[0], [&](size_t i) { return theirs[i]; }, name);
      names.push_back(name);
      contestants.push_back({one.prefix + name, [this, name] { return peer_->Run(name); }});
    }
    const std::vector<Series> series = Interleave(options_.Rounds(kPeerRounds), contestants);
    const std::vector<double> medians = Add(one, series);
    for (size_t i = 0; i < names.size(); ++i)
      (*ratios)[names[i] + " / compiled"].push_back(medians[i + 1] / medians[0]);
  }

 private:
  double Ours(const Case& one, Manner manner) {
    return EvaluateSeconds(engine_.get(), one.workload.texts, one.values, manner);
  }

  std::vector<double> Add(const Case& one, const std::vector<Series>& series) {
    std::vector<double> medians;
    for (const Series& each : series) {
      report_->AddSeries(each, "ns/element", 1e9 / static_cast<double>(one.count));
      medians.push_back(Summarize(each.values).median);
    }
    return medians;
  }

  const Options& options_;
  FigureReport* const report_;
  ArrayPeer* const peer_;
  const std::unique_ptr<engine::Engine> engine_;
};

// Those whose functions the engine has.
std::vector<Workload> Known(const std::vector<Workload>& workloads, FigureReport* report) {
  std::vector<Workload> known;
  for (const Workload& workload : workloads) {
    const absl::Status status = MakeProgram(workload.texts, Draw(workload, 1, 1)).status();
    if (status.ok()) {
      known.push_back(workload);
    } else {
      report->AddNote(StrCat("left out: ", workload.name, ": ", status.message()));
    }
  }
  return known;
}

std::optional<Target> TargetOf(const std::string& ratio, size_t count) {
  if (ratio == "compiled / fast-math C") return Target{Goal::kAtMost, 0.90};
  if (ratio == "STRICT / fast-math C") return Target{Goal::kAtMost, 1.25};
  if (ratio == "interpreter / compiled") return Target{Goal::kAtMost, 4};
  for (const PeerRow& row : kPeers) {
    if (row.at_least > 0 && count >= 1'000'000 && ratio == StrCat(row.name, " / compiled"))
      return Target{Goal::kAtLeast, row.at_least};
  }
  return {};
}

int Run(const Options& options) {
  FigureReport report("workloads", options);
  if (!Pin(options.cpu >= 0 ? options.cpu : LastCpu()))
    Die(absl::UnavailableError("cannot stay on one processor"));
  const std::vector<Workload> workloads = Known(OrDie(ReadWorkloads(WorkloadsPath())), &report);
  absl::StatusOr<std::unique_ptr<ArrayPeer>> peer =
      options.alone ? absl::UnavailableError("left out by --alone") : ArrayPeer::Start();
  report.AddNote(peer.ok() ? (*peer)->version()
                           : StrCat("no Python peers: ", peer.status().message()));
  Measurement measurement(options, &report, peer.ok() ? peer->get() : nullptr);
  for (const NumberRow& number : kNumbers) {
    for (const size_t count : kCounts) {
      if (options.quick && (count != kCounts[0] || number.number != Number::kFloat64)) continue;
      Ratios ratios;
      const std::string size = absl::StrFormat("%s, %.0e", number.name, static_cast<double>(count));
      for (const Workload& workload : workloads) {
        std::vector<Values> values = Draw(workload, count, 1);
        if (number.number == Number::kFloat32) values = AsFloats(std::move(values));
        const Case one{workload, number, count, std::move(values),
                       StrCat(workload.name, ", ", size, ": ")};
        if (one.prefix.find(options.only) == std::string::npos) continue;
        measurement.AgainstC(one, &ratios);
        if (peer.ok()) measurement.AgainstPeers(one, &ratios);
      }
      for (const auto& [name, each] : ratios) {
        report.AddFigure(StrCat("geometric mean of ", each.size(), ", ", size, ": ", name),
                         GeometricMean(each), "x", TargetOf(name, count));
      }
    }
  }
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(formulary::bench::ParseOptions(
      argc, argv, "All workloads against C by hand and what Python users have"));
}
