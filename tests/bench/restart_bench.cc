// formularyd started on a store of 10,000 kernels: how soon it is ready, and how soon it answers
// the first request for one of them, sent as a formula or by the kernel's name. Some are compiled
// by formularyd itself; the rest are files made of one of those under other keys, whole and valid
// by all that a store checks, and never asked for.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/cpp/client.h"
#include "server/base/digest.h"
#include "server/base/file.h"
#include "server/base/keep_pages.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/store/artifact.h"
#include "tests/bench/child_server.h"
#include "tests/bench/figures.h"
#include "tests/bench/small_formulas.h"

namespace formulary::bench {
namespace {

using base::StrCat;
namespace fs = std::filesystem;

constexpr size_t kKernels = 10'000, kQuickKernels = 100;
constexpr size_t kCompiled = 40, kQuickCompiled = 4;
constexpr size_t kPoints = 1'000;
constexpr int kRounds = 7;
constexpr double kMostReadySeconds = 1;
constexpr double kMostFirstUseMs = 5;

struct Kernel {
  std::string formula, name;
};

// Compiled by a server of their own, which leaves them in the store.
std::vector<Kernel> Compile(const Options& options, const std::string& cache) {
  const ChildServer server = OrDie(ChildServer::StartFormularydOn(options, cache, {}));
  const client::Client client = OrDie(client::Client::Connect(server.address()));
  std::vector<Kernel> kernels;
  for (const std::string& formula : SmallFormulas(options.quick ? kQuickCompiled : kCompiled)) {
    const client::Result result =
        OrDie(client.Evaluate(formula, SmallInputs(kPoints),
                              {.compilation = client::Compilation::kWait, .want_report = true}));
    if (result.report.tier() != v1::TIER_COMPILED) Die(absl::InternalError("not compiled"));
    kernels.push_back({formula, result.report.kernel()});
  }
  return kernels;
}

void Write(const fs::path& shelf, const std::string& key, const std::string& bytes) {
  const fs::path directory = shelf / key.substr(0, 2);
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms::owner_all);
  std::ofstream file(directory / key, std::ios::binary);
  file << bytes;
  file.close();
  if (!file.good()) Die(absl::UnavailableError("cannot write the store's files"));
  fs::permissions(directory / key, fs::perms::owner_read | fs::perms::owner_write);
}

// The first file that lies on a shelf.
fs::path AnyFile(const fs::path& shelf) {
  for (const auto& entry : fs::recursive_directory_iterator(shelf)) {
    if (entry.is_regular_file() && base::IsSha256Hex(entry.path().filename().string()))
      return entry.path();
  }
  Die(absl::NotFoundError("nothing is in the store"));
}

// Artefacts and manifests like one that is there, until there are `count` of each.
void Fill(const std::string& cache, size_t there, size_t count) {
  const fs::path manifests = fs::path(cache) / "manifests";
  const fs::path manifest = AnyFile(manifests);
  const std::string program = OrDie(store::DecodeManifest(
      manifest.filename().string(), OrDie(base::ReadFile(manifest.string(), {}))));
  fs::path artifact;
  for (const auto& shard : fs::directory_iterator(cache)) {
    if (shard.path() != manifests && fs::is_directory(shard)) artifact = AnyFile(shard.path());
  }
  const store::Artifact kernel = OrDie(store::DecodeArtifact(
      artifact.filename().string(), OrDie(base::ReadFile(artifact.string(), {}))));
  for (size_t i = there; i < count; ++i) {
    const std::string key = base::Sha256Hex(StrCat("restart_bench ", i));
    Write(cache, key, store::EncodeArtifact(key, kernel));
    Write(manifests, key, store::EncodeManifest(key, program));
  }
}

enum class By { kFormula, kName };

double FirstUse(const client::Client& client, const Kernel& kernel, By by) {
  std::vector<client::NamedArray> inputs = SmallInputs(kPoints);
  const client::Target target =
      by == By::kFormula ? client::Target(kernel.formula) : client::Target::Kernel(kernel.name);
  client::Result result;
  const double seconds =
      Seconds([&] { result = OrDie(client.Evaluate(target, inputs, {.want_report = true})); });
  if (result.report.tier() != v1::TIER_COMPILED ||
      result.report.cache() != v1::CACHE_OUTCOME_DISK) {
    Die(absl::InternalError(StrCat(kernel.formula, ": not taken from the store")));
  }
  return seconds;
}

// What first uses take: all of them, and the worst of each round.
class FirstUses {
 public:
  explicit FirstUses(const std::string& name)
      : all_{name, {}}, worst_{name + ": a round's worst", {}} {}

  void Add(double seconds) {
    all_.values.push_back(seconds);
    round_worst_ = std::max(round_worst_, seconds);
  }
  void EndRound() { worst_.values.push_back(std::exchange(round_worst_, 0)); }
  void Report(FigureReport* report) const {
    report->AddSeries(all_, "ms", 1e3);
    report->AddSeries(worst_, "ms", 1e3);
    report->AddFigure(all_.name + ", worst", 1e3 * Summarize(worst_.values).median, "ms",
                      Target{Goal::kAtMost, kMostFirstUseMs});
  }

 private:
  Series all_, worst_;
  double round_worst_ = 0;
};

int Run(const Options& options) {
  FigureReport report("restart", options);
  const base::TempDir directory = OrDie(base::TempDir::Create("", "formulary-bench-"));
  const std::string cache = directory.Path("kernels");
  const std::vector<Kernel> kernels = Compile(options, cache);
  Fill(cache, kernels.size(), options.quick ? kQuickKernels : kKernels);

  Series ready{"from exec to ready", {}};
  FirstUses by_formula{"first use of a kernel, sent as a formula"};
  FirstUses by_name{"first use of a kernel, by its name"};
  for (int round = 0; round < options.Rounds(kRounds); ++round) {
    std::unique_ptr<ChildServer> server;
    ready.values.push_back(Seconds([&] {
      server =
          std::make_unique<ChildServer>(OrDie(ChildServer::StartFormularydOn(options, cache, {})));
    }));
    const client::Client client = OrDie(client::Client::Connect(server->address()));
    OrDie(client.GetServerInfo());  // connected
    for (size_t i = 0; i < kernels.size(); ++i) {
      if (i % 2 == 0) {
        by_formula.Add(FirstUse(client, kernels[i], By::kFormula));
      } else {
        by_name.Add(FirstUse(client, kernels[i], By::kName));
      }
    }
    by_formula.EndRound();
    by_name.EndRound();
  }
  report.AddSeries(ready, "ms", 1e3);
  report.AddFigure("ready", Summarize(ready.values).median, "s",
                   Target{Goal::kAtMost, kMostReadySeconds});
  by_formula.Report(&report);
  by_name.Report(&report);
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  formulary::base::KeepPages();
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "A restart on a store of 10,000 kernels"));
}
