#ifndef FORMULARY_CLIENT_CLI_TERMINAL_PLOT_H_
#define FORMULARY_CLIENT_CLI_TERMINAL_PLOT_H_

// Plots in text: Braille dots (2 by 4 to a character) where the terminal has UTF-8, marks
// otherwise, and also where several lines could not be told apart for want of colour.

#include <string>

#include "client/cli/plot.h"

namespace formulary::cli {

struct TerminalPlotOptions {
  int width = 80;   // columns of the whole picture
  int height = 20;  // lines of the drawing area
  bool utf8 = true;
  bool color = false;
};

// The picture as lines, none longer than the width (labels of many digits and narrow terminals
// aside: the drawing area is never narrower than 10 columns).
std::string DrawTerminalPlot(const Plot& plot, const TerminalPlotOptions& options);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_TERMINAL_PLOT_H_
