#ifndef FORMULARY_CLIENT_CLI_SHOW_PLOT_H_
#define FORMULARY_CLIENT_CLI_SHOW_PLOT_H_

// A plot where --plot wants it. Called by the commands that have that option.

#include <string>

#include "absl/status/status.h"
#include "client/cli/plot.h"
#include "client/cli/terminal.h"

namespace formulary::cli {

// `where`: "terminal", or a file ending in .png or .svg.
absl::Status ShowPlot(const Plot& plot, const std::string& where, Io& io);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_SHOW_PLOT_H_
