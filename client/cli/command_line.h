#ifndef FORMULARY_CLIENT_CLI_COMMAND_LINE_H_
#define FORMULARY_CLIENT_CLI_COMMAND_LINE_H_

// The command line: subcommands, options and their help, by CLI11. The one file that includes it,
// and the one that catches exceptions (CLI11's).

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/cli/terminal.h"
#include "client/cpp/client.h"

namespace formulary::cli {

// What a command line asks for.
struct Command {
  std::string server;  // empty: $FORMULARY_SERVER, else the default
  bool local = false;
  std::string cache_dir;        // of the local server
  double deadline_seconds = 0;  // 0: not given
  std::function<absl::Status(const client::Client&, absl::Duration, Io&)> run;
};

// The command; or the exit code of a process that has nothing more to do, because the help was
// asked for (0) or the arguments are wrong (2, after one line on io.err). `arguments` without the
// program's name.
std::variant<Command, int> ParseCommandLine(std::vector<std::string> arguments, Io& io);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_COMMAND_LINE_H_
