#ifndef FORMULARY_CLIENT_CLI_ACCURACY_PLOT_H_
#define FORMULARY_CLIENT_CLI_ACCURACY_PLOT_H_

// Errors against one argument as a plot: a dot for each point and a line through the means of
// neighbours, as written, as simplified and, where there is one, of the improved program. Used by
// the analyze command.

#include "client/cli/plot.h"
#include "formulary/v1/symbolic_service.pb.h"

namespace formulary::cli {

// Of several outputs the largest error counts. Arguments over more than three powers of ten are
// shown by their magnitude, negative ones left of positive ones. REQUIRES: the response has points.
Plot AccuracyPlot(const v1::AnalyzeResponse& response, int argument);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_ACCURACY_PLOT_H_
