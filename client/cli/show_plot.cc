#include "client/cli/show_plot.h"

#include <algorithm>

#include "client/cli/figure.h"
#include "client/cli/file.h"
#include "client/cli/terminal_plot.h"
#include "client/cpp/status_macros.h"

namespace formulary::cli {

absl::Status ShowPlot(const Plot& plot, const std::string& where, Io& io) {
  if (where == "terminal") {
    const int height = std::clamp(io.terminal.width / 4, 8, 24);
    io.out << DrawTerminalPlot(plot, {.width = std::min(io.terminal.width, 160),
                                      .height = height,
                                      .utf8 = io.terminal.utf8,
                                      .color = io.terminal.color});
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(
      const std::string file,
      DrawFigure(plot, where.ends_with(".svg") ? FigureFormat::kSvg : FigureFormat::kPng));
  return WriteFile(where, file);
}

}  // namespace formulary::cli
