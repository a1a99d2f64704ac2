#ifndef FORMULARY_CLIENT_CLI_COMMANDS_H_
#define FORMULARY_CLIENT_CLI_COMMANDS_H_

// What each subcommand does, with its options as values: command_line.cc fills them in, run.cc
// calls. A command prints its result to io.out and returns why it failed otherwise.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/formulas.h"
#include "client/cli/terminal.h"
#include "client/cpp/client.h"

namespace formulary::cli {

struct EvalOptions {
  FormulaOptions formulas;
  std::string mode = "auto";  // auto, wait, never
  std::string dtype;          // float64, float32; empty: by the inputs
  bool report = false;
  bool csv = false;
  bool json = false;
  bool full = false;
  int digits = 10;
  std::string npy;   // a file
  std::string plot;  // "terminal", or a file ending in .png or .svg
  std::string ylim;  // "LOW,HIGH"
};
absl::Status Eval(const client::Client& client, const EvalOptions& options, absl::Duration timeout,
                  Io& io);

struct SimplifyOptions {
  FormulaOptions formulas;
  bool explain = false;
  bool json = false;
};
absl::Status Simplify(const client::Client& client, const SimplifyOptions& options,
                      absl::Duration timeout, Io& io);

struct DiffOptions {
  FormulaOptions formulas;
  std::vector<std::string> wrt;
  std::string kind;  // one of DerivativeKinds(); empty: by the order
  uint32_t order = 0;
  bool values = false;
  bool sparse = false;
  bool unsimplified = false;
  bool report = false;
  bool json = false;
};
absl::Status Diff(const client::Client& client, const DiffOptions& options, absl::Duration timeout,
                  Io& io);

// The words --kind takes.
std::vector<std::string> DerivativeKinds();

struct RenderOptions {
  FormulaOptions formulas;
  std::string format = "text";
  bool simplified = false;
};
absl::Status Render(const client::Client& client, const RenderOptions& options,
                    absl::Duration timeout, Io& io);

// The words --format takes.
std::vector<std::string> RenderFormats();

struct AnalyzeOptions {
  FormulaOptions formulas;
  uint32_t samples = 0;  // 0: the server's default
  bool improve = false;
  bool json = false;
  std::string plot;  // "terminal", or a file ending in .png or .svg
};
absl::Status Analyze(const client::Client& client, const AnalyzeOptions& options,
                     absl::Duration timeout, Io& io);

struct FunctionsOptions {
  std::string name;  // empty: all
  bool json = false;
};
absl::Status Functions(const client::Client& client, const FunctionsOptions& options,
                       absl::Duration timeout, Io& io);

struct KernelsOptions {
  enum class Action { kList, kShow, kDelete };
  Action action = Action::kList;
  std::vector<std::string>
      names;  // kernels/ and digits, or the first digits of a kernel that is known
  bool json = false;
};
absl::Status Kernels(const client::Client& client, const KernelsOptions& options,
                     absl::Duration timeout, Io& io);

struct InfoOptions {
  bool json = false;
};
absl::Status Info(const client::Client& client, const InfoOptions& options, absl::Duration timeout,
                  Io& io);

struct BenchOptions {
  FormulaOptions formulas;
  std::vector<int64_t> sizes = {1, 1000, 100000, 1000000};
  double seconds = 1;  // for each size
  std::string dtype;   // float64, float32
  bool json = false;
};
absl::Status Bench(const client::Client& client, const BenchOptions& options,
                   absl::Duration timeout, Io& io);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_COMMANDS_H_
