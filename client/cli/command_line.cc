#include "client/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "client/cli/commands.h"
#include "client/cli/help_text.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

// Files that --plot draws, and endings that only look like a picture it could draw.
constexpr std::array<std::string_view, 2> kPlotFiles = {".png", ".svg"};
constexpr std::array<std::string_view, 6> kOtherPictures = {".pdf", ".jpg", ".jpeg",
                                                            ".gif", ".eps", ".ps"};

template <size_t N>
bool EndsWithAny(std::string_view text, const std::array<std::string_view, N>& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return text.ends_with(ending); });
}

// CLI11 takes every word that starts with a dash for an option, and a word behind --plot for its
// file. A formula such as -x**2 gets a blank in front (which ReadFormulas drops); a bare --plot
// gets its value.
std::vector<std::string> Prepared(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--plot") {
      const std::string next = i + 1 < arguments.size() ? arguments[i + 1] : "";
      const bool file = EndsWithAny(next, kPlotFiles) || EndsWithAny(next, kOtherPictures);
      result.push_back(Cat("--plot=", file ? next : "terminal"));
      if (file) ++i;
    } else if (word.size() > 1 && word[0] == '-' && word[1] != '-' && word != "-h") {
      result.push_back(Cat(" ", word));
    } else {
      result.push_back(word);
    }
  }
  return result;
}

// A check that says nothing in the help, where the option's own text says it.
CLI::Validator Plain(CLI::Validator validator) { return validator.description(""); }
CLI::Validator OneOf(std::vector<std::string> words) {
  return Plain(CLI::IsMember(std::move(words)));
}

// Builds the commands and holds what they parse into. Used once.
class Parser {
 public:
  Parser() {
    app_.footer(kAppFooter);
    app_.set_version_flag("--version", Cat("formulary ", FORMULARY_VERSION));
    app_.require_subcommand(1);
    AddConnection(&app_);
    AddEval();
    AddSimplify();
    AddDiff();
    AddRender();
    AddAnalyze();
    AddFunctions();
    AddKernels();
    AddBench();
    AddInfo();
  }

  std::variant<Command, int> Parse(const std::vector<std::string>& arguments, Io& io) {
    std::vector<std::string> reversed = Prepared(arguments);
    std::reverse(reversed.begin(), reversed.end());  // as CLI11 wants them
    try {
      app_.parse(reversed);
    } catch (const CLI::Success& success) {  // --help, --version
      app_.exit(success, io.out, io.err);
      return 0;
    } catch (const CLI::ParseError& error) {
      std::string message = error.what();
      std::replace(message.begin(), message.end(), '\n', ' ');
      io.err << "formulary: " << message << " (see formulary --help)\n";
      return 2;
    }
    if (!command_.local || command_.server.empty()) return command_;
    io.err << "formulary: --local and --server exclude each other (see formulary --help)\n";
    return 2;
  }

 private:
  void AddConnection(CLI::App* app) {
    app->add_option("--server", command_.server,
                    "Server address: HOST:PORT or unix:PATH [$FORMULARY_SERVER, localhost:7433]")
        ->type_name("ADDRESS")
        ->group("Connection");
    app->add_flag("--local", command_.local,
                  "Start a private formularyd for this command, in place of --server")
        ->group("Connection");
    app->add_option("--cache-dir", command_.cache_dir,
                    "Kernel cache of the --local server [formularyd's own]")
        ->type_name("DIR")
        ->group("Connection");
    app->add_option("--deadline", command_.deadline_seconds,
                    "Give up after this many seconds [the server's default]")
        ->type_name("SECONDS")
        ->check(Plain(CLI::PositiveNumber))
        ->group("Connection");
  }

  CLI::App* AddCommand(const std::string& name, const std::string& what) {
    CLI::App* command = app_.add_subcommand(name, what);
    AddConnection(command);
    return command;
  }

  void AddFormulas(CLI::App* command, FormulaOptions* formulas) {
    command
        ->add_option("expr", formulas->words, "EXPR or NAME=EXPR: a formula; NAME=VALUE: an input")
        ->type_name("EXPR|NAME=VALUE");
    command
        ->add_option("--output", formulas->outputs,
                     "One more output under its name; may be repeated")
        ->type_name("NAME=EXPR")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        ->add_option(
            "--assume", formulas->assumptions,
            "What is known of an argument, e.g. x=positive,integer or x=[0,1]; may be repeated")
        ->type_name("NAME=FACT,...")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        ->add_option("--numerics", formulas->numerics,
                     "What rewriting may do: strict (bit-exact), stable (accurate), fast [stable]")
        ->type_name("MODE")
        ->check(OneOf({"strict", "stable", "fast"}));
    command->add_flag("--accurate", formulas->accurate,
                      "Every function within 1 ulp, where need be by ball arithmetic (slow)");
  }

  static void AddJson(CLI::App* command, bool* json) {
    command->add_flag("--json", *json, "Print JSON");
  }

  static void AddPlot(CLI::App* command, std::string* plot) {
    command->add_option("--plot", *plot, "Draw in the terminal, or into FILE.png or FILE.svg")
        ->type_name("[FILE]")
        ->check([](const std::string& file) {
          return file == "terminal" || EndsWithAny(file, kPlotFiles)
                     ? std::string()
                     : Cat("pictures are .png or .svg, not '", file, "'");
        });
  }

  template <typename Options>
  void OnRun(CLI::App* command,
             absl::Status (*run)(const client::Client&, const Options&, absl::Duration, Io&),
             const std::shared_ptr<Options>& options) {
    command->callback([this, run, options] {
      command_.run = [run, options](const client::Client& client, absl::Duration timeout, Io& io) {
        return run(client, *options, timeout, io);
      };
    });
  }

  void AddEval() {
    auto options = std::make_shared<EvalOptions>();
    CLI::App* eval = AddCommand("eval", "Evaluate formulas on numbers and arrays");
    eval->footer(Cat(kValueHelp, "\n", kEvalExamples));
    AddFormulas(eval, &options->formulas);
    eval->add_option("--mode", options->mode,
                     "Compiled kernel: auto (when it is there), wait, never [auto]")
        ->type_name("MODE")
        ->check(OneOf({"auto", "wait", "never"}));
    eval->add_option("--dtype", options->dtype,
                     "Compute and answer in float64 or float32 [as the inputs are]")
        ->type_name("DTYPE")
        ->check(OneOf({"float64", "float32"}));
    eval->add_flag("--report", options->report, "Tell kernel, tier, cache outcome and times");
    CLI::Option* csv =
        eval->add_flag("--csv", options->csv, "Print CSV: varying inputs and outputs, in full");
    eval->add_flag("--json", options->json, "Print JSON: outputs in full")->excludes(csv);
    eval->add_flag("--full", options->full, "Print every row of the table");
    eval->add_option("--digits", options->digits,
                     "Significant digits of the table; 17 tell all apart [10]")
        ->type_name("N")
        ->check(Plain(CLI::Range(1, 17)));
    eval->add_option("--npy", options->npy, "Write FILE; of several outputs FILE-NAME.npy each")
        ->type_name("FILE");
    AddPlot(eval, &options->plot);
    eval->add_option("--ylim", options->ylim, "Part of the vertical axis to plot [all]")
        ->type_name("LOW,HIGH");
    OnRun(eval, Eval, options);
  }

  void AddSimplify() {
    auto options = std::make_shared<SimplifyOptions>();
    CLI::App* simplify = AddCommand("simplify", "Rewrite formulas for computation");
    simplify->footer("\nExample:\n  formulary simplify 'sqrt(x**2)' --assume x=positive --explain");
    AddFormulas(simplify, &options->formulas);
    simplify->add_flag("--explain,--report", options->explain,
                       "Tell operations before and after, why it ended, and the rules applied");
    AddJson(simplify, &options->json);
    OnRun(simplify, Simplify, options);
  }

  void AddDiff() {
    auto options = std::make_shared<DiffOptions>();
    CLI::App* diff = AddCommand("diff", "Differentiate formulas");
    diff->footer(
        "\nExamples:\n  formulary diff 'sin(x)*exp(-x)' --order 2\n"
        "  formulary diff f='x*y**2' g='x/y' --wrt x,y --kind jacobian");
    AddFormulas(diff, &options->formulas);
    diff->add_option("--wrt", options->wrt, "Arguments to differentiate by [all]")
        ->type_name("NAME,...")
        ->delimiter(',');
    diff->add_option("--kind", options->kind,
                     "gradient, jacobian, hessian, order, jacobian_vector, vector_jacobian "
                     "[gradient; order with --order]")
        ->type_name("KIND")
        ->check(OneOf(DerivativeKinds()));
    diff->add_option("--order", options->order, "Order of the derivatives [the kind's own]")
        ->type_name("N");
    diff->add_flag("--values", options->values, "Also print the formulas themselves, first");
    diff->add_flag("--sparse", options->sparse,
                   "Leave out what is 0 everywhere, and the lower half of a hessian");
    diff->add_flag("--unsimplified", options->unsimplified, "As differentiation gives it");
    diff->add_flag("--report", options->report, "Tell the mode, and operations before and after");
    AddJson(diff, &options->json);
    OnRun(diff, Diff, options);
  }

  void AddRender() {
    auto options = std::make_shared<RenderOptions>();
    CLI::App* render = AddCommand("render", "Print formulas in a notation: C, LaTeX, SymPy, ...");
    render->footer("\nExample:\n  formulary render 'exp(-x**2/2)' --format latex");
    AddFormulas(render, &options->formulas);
    render
        ->add_option("--format", options->format,
                     "text, c, latex, sympy, fpcore, dot, mathml [text]")
        ->type_name("FORMAT")
        ->check(OneOf(RenderFormats()));
    render->add_flag("--simplified", options->simplified, "Simplify first (C always is)");
    OnRun(render, Render, options);
  }

  void AddAnalyze() {
    auto options = std::make_shared<AnalyzeOptions>();
    CLI::App* analyze = AddCommand("analyze", "Measure how accurate formulas are, and where not");
    analyze->footer(kAnalyzeHelp);
    AddFormulas(analyze, &options->formulas);
    analyze->add_option("--samples", options->samples, "Points to look at [256]")
        ->type_name("N")
        ->check(Plain(CLI::Range(uint32_t{1}, uint32_t{10000})));
    analyze->add_flag("--improve", options->improve,
                      "Search for a more accurate formula (takes seconds)");
    AddPlot(analyze, &options->plot);
    AddJson(analyze, &options->json);
    OnRun(analyze, Analyze, options);
  }

  void AddFunctions() {
    auto options = std::make_shared<FunctionsOptions>();
    CLI::App* functions = AddCommand("functions", "List the server's functions, or show one");
    functions->footer("\nExamples:\n  formulary functions\n  formulary functions erf");
    functions->add_option("name", options->name, "A function's name or alias")->type_name("NAME");
    AddJson(functions, &options->json);
    OnRun(functions, Functions, options);
  }

  void AddKernels() {
    auto options = std::make_shared<KernelsOptions>();
    CLI::App* kernels = AddCommand("kernels", "List, show or delete compiled kernels");
    kernels->footer(
        "\nA kernel may be named by its first digits.\n\nExamples:\n  formulary kernels\n"
        "  formulary kernels show 3fa9c1\n  formulary kernels delete 3fa9c1");
    AddJson(kernels, &options->json);
    kernels->require_subcommand(0, 1);
    OnRun(kernels, Kernels, options);
    AddKernelsAction(kernels, "list", "List the kernels (the default)",
                     KernelsOptions::Action::kList, options);
    AddKernelsAction(kernels, "show", "Show kernels in full", KernelsOptions::Action::kShow,
                     options);
    AddKernelsAction(kernels, "delete", "Forget kernels and their artefacts",
                     KernelsOptions::Action::kDelete, options);
  }

  void AddKernelsAction(CLI::App* kernels, const std::string& name, const std::string& what,
                        KernelsOptions::Action action,
                        const std::shared_ptr<KernelsOptions>& options) {
    CLI::App* command = kernels->add_subcommand(name, what);
    AddConnection(command);
    AddJson(command, &options->json);
    if (action != KernelsOptions::Action::kList) {
      command
          ->add_option("names", options->names, "Kernels: kernels/<64 digits>, or the first digits")
          ->type_name("NAME")
          ->required();
    }
    command->callback([options, action] { options->action = action; });
  }

  void AddBench() {
    auto options = std::make_shared<BenchOptions>();
    CLI::App* bench = AddCommand("bench", "Measure how fast formulas are evaluated");
    bench->footer(
        "\nInputs that are not given are numbers from 0.1 to 1. median and p99 are of whole calls "
        "as this\n"
        "program sees them; kernel is the server's own time.\n\nExample:\n"
        "  formulary bench 'exp(-x**2/2)' --sizes 1000,1000000");
    AddFormulas(bench, &options->formulas);
    bench->add_option("--sizes", options->sizes, "Numbers of elements [1,1000,100000,1000000]")
        ->type_name("N,...")
        ->delimiter(',')
        ->check(Plain(CLI::Range(int64_t{1}, int64_t{1} << 31)));
    bench->add_option("--seconds", options->seconds, "Time for each size [1]")
        ->type_name("SECONDS")
        ->check(Plain(CLI::PositiveNumber));
    bench
        ->add_option("--dtype", options->dtype,
                     "Type of the inputs made up here: float64, float32 [float64]")
        ->type_name("DTYPE")
        ->check(OneOf({"float64", "float32"}));
    AddJson(bench, &options->json);
    OnRun(bench, Bench, options);
  }

  void AddInfo() {
    auto options = std::make_shared<InfoOptions>();
    CLI::App* info = AddCommand("info", "Show the server's version, CPU target and limits");
    AddJson(info, &options->json);
    OnRun(info, Info, options);
  }

  CLI::App app_{"Formulary: formulas in, numbers out.", "formulary"};
  Command command_;
};

}  // namespace

std::variant<Command, int> ParseCommandLine(std::vector<std::string> arguments, Io& io) {
  return Parser().Parse(arguments, io);
}

}  // namespace formulary::cli
