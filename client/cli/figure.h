#ifndef FORMULARY_CLIENT_CLI_FIGURE_H_
#define FORMULARY_CLIENT_CLI_FIGURE_H_

// Plots as pictures: axes with ticks and a grid, a line for each series, a legend where there are
// several.

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/plot.h"

namespace formulary::cli {

enum class FigureFormat { kPng, kSvg };

// The file's bytes: 900 by 560 units; PNG has two pixels to a unit.
absl::StatusOr<std::string> DrawFigure(const Plot& plot, FigureFormat format);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_FIGURE_H_
