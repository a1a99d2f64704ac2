#include "server/main/flags.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "server/base/strings.h"

namespace formulary::main {
namespace {

struct Unit {
  std::string_view name;
  double bytes;
};
constexpr Unit kUnits[] = {{"TiB", 1024.0 * 1024 * 1024 * 1024},
                           {"GiB", 1024.0 * 1024 * 1024},
                           {"MiB", 1024.0 * 1024},
                           {"KiB", 1024.0}};

// A name as it stands in the environment: FORMULARY_CACHE_DIR.
std::string EnvironmentName(std::string_view flag) {
  return base::StrCat("FORMULARY_", absl::AsciiStrToUpper(base::ToAbsl(flag)));
}

CLI::Option* Named(CLI::Option* option, std::string_view flag) {
  return option->envname(EnvironmentName(flag))->capture_default_str();
}

void AddText(CLI::App* app, std::string_view flag, std::string* value, std::string doc,
             std::string_view type) {
  Named(app->add_option(base::StrCat("--", flag), *value, std::move(doc)), flag)
      ->type_name(std::string(type));
}

void AddQuantity(CLI::App* app, std::string_view flag, double* value, std::string_view doc) {
  const auto set = [value](const std::string& text) {
    const std::optional<double> parsed = ParseQuantity(text);
    if (!parsed.has_value())
      throw CLI::ValidationError(
          base::StrCat("\"", text, "\" is not a number or a size like 64MiB"));
    *value = *parsed;
  };
  app->add_option_function<std::string>(base::StrCat("--", flag), set, std::string(doc))
      ->type_name("N")
      ->default_str(QuantityText(flag, *value))
      ->envname(EnvironmentName(flag));
}

template <typename Enum>
using Choices = std::map<std::string, Enum>;

// The value's name among `choices` is shown as the default.
template <typename Enum>
void AddChoice(CLI::App* app, std::string_view flag, Enum* value, std::string doc,
               const Choices<Enum>& choices) {
  std::string names, preset;
  for (const auto& [name, choice] : choices) {
    base::StrAppend(&names, names.empty() ? "" : "|", name);
    if (choice == *value) preset = name;
  }
  app->add_option(base::StrCat("--", flag), *value, std::move(doc))
      ->transform(CLI::CheckedTransformer(choices, CLI::ignore_case).description(""))
      ->type_name(names)
      ->default_str(preset)
      ->envname(EnvironmentName(flag));
}

void AddSettings(CLI::App* app, Flags* flags) {
  AddText(app, "listen", &flags->server.listen,
          "gRPC address; port 0 picks one, unix:/path is a socket", "HOST:PORT");
  AddText(app, "http_listen", &flags->server.http_listen,
          "address of /metrics, /healthz and /readyz; empty: off", "HOST:PORT");
  AddChoice(app, "shared_memory", &flags->server.shared_memory,
            "share memory with clients on this machine; auto: when gRPC listens to no others",
            Choices<service::SharedMemoryUse>{{"auto", service::SharedMemoryUse::kAuto},
                                              {"on", service::SharedMemoryUse::kOn},
                                              {"off", service::SharedMemoryUse::kOff}});
  AddText(app, "cache_dir", &flags->engine.cache_dir,
          "where compiled kernels are kept; empty: in memory only", "DIR");
  AddText(app, "compiler", &flags->engine.compiler, "C compiler, a path or a name on PATH", "PATH");
  Named(app->add_option("--threads", flags->engine.threads,
                        "evaluation threads; 0: one for each core"),
        "threads")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  AddQuantity(app, "drain_seconds", &flags->drain_seconds,
              "how long calls in flight may go on after SIGTERM or SIGINT");
  AddChoice(
      app, "log_format", &flags->log.format, "form of log lines",
      Choices<base::LogFormat>{{"text", base::LogFormat::kText}, {"json", base::LogFormat::kJson}});
  AddChoice(app, "log_level", &flags->log.minimum, "least severity that is logged",
            Choices<base::Severity>{{"debug", base::Severity::kDebug},
                                    {"info", base::Severity::kInfo},
                                    {"warning", base::Severity::kWarning},
                                    {"error", base::Severity::kError}});
}

// The arguments as CLI11 takes them, last first. "--flag=" becomes two: CLI11 would take what
// follows for the value, but an empty one is meant.
std::vector<std::string> Reversed(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) {
    const std::string_view argument = argv[i];
    const bool empty_value =
        argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    if (empty_value) arguments.emplace_back();
    arguments.emplace_back(argument.substr(0, argument.size() - (empty_value ? 1 : 0)));
  }
  return arguments;
}

}  // namespace

std::optional<double> ParseQuantity(std::string_view text) {
  double factor = 1;
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    factor = unit.bytes;
    text.remove_suffix(unit.name.size());
    break;
  }
  double value = 0;
  if (!absl::SimpleAtod(base::ToAbsl(text), &value) || !std::isfinite(value) || value < 0)
    return std::nullopt;
  return value * factor;
}

std::string QuantityText(std::string_view flag, double value) {
  for (const Unit& unit : kUnits) {
    if (!flag.ends_with("bytes")) break;
    const double quarters = value / unit.bytes * 4;
    if (value >= unit.bytes && quarters == std::floor(quarters) && quarters < 4096)
      return base::StrCat(value / unit.bytes, unit.name);
  }
  return value == std::floor(value) && value < 1e15 ? base::StrCat(static_cast<int64_t>(value))
                                                    : base::StrCat(value);
}

std::string DefaultCacheDir() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return base::StrCat(cache, "/formulary/kernels");
  const char* const home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return base::StrCat(home, "/.cache/formulary/kernels");
  return "";
}

ParsedFlags ParseFlags(int argc, const char* const* argv, std::string_view version) {
  Flags flags;
  flags.engine.cache_dir = DefaultCacheDir();
  CLI::App app("The Formulary server: formulas in, array kernels out.", "formularyd");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version", base::StrCat("formularyd ", version));
  AddSettings(&app, &flags);
  for (const engine::LimitRow& row : engine::LimitRows())
    AddQuantity(&app, row.name, &(flags.engine.*row.member), row.doc);
  app.footer("Every flag can be given as FORMULARY_<FLAG> in the environment, too.");
  try {
    app.parse(Reversed(argc, argv));
  } catch (const CLI::ParseError& error) {
    return {.exit_code = app.exit(error) == 0 ? 0 : 2};
  }
  return {.flags = std::move(flags)};
}

}  // namespace formulary::main
