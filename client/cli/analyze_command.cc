// formulary analyze

#include <algorithm>
#include <cmath>
#include <utility>

#include "client/cli/accuracy_plot.h"
#include "client/cli/accuracy_text.h"
#include "client/cli/commands.h"
#include "client/cli/show_plot.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

// From the least to the greatest number of a value.
absl::StatusOr<v1::Range> RangeOfValue(const client::NamedArray& value) {
  v1::Range range;
  range.set_argument(value.name);
  const int64_t count = value.array.size();
  for (int64_t i = 0; i < count; ++i) {
    const double number = value.array.AsDouble(i);
    if (std::isnan(number))
      return absl::InvalidArgumentError(Cat(value.name, ": NaN is no end of a range"));
    range.set_lower(range.has_lower() ? std::min(range.lower(), number) : number);
    range.set_upper(range.has_upper() ? std::max(range.upper(), number) : number);
  }
  if (count == 0) return absl::InvalidArgumentError(Cat(value.name, ": the range is empty"));
  return range;
}

// FILE-argument.png beside FILE.png where there are several.
std::string PlotFile(const std::string& where, const v1::AnalyzeResponse& response, int argument) {
  if (where == "terminal" || response.arguments_size() == 1) return where;
  const size_t dot = where.rfind('.');
  return Cat(where.substr(0, dot), "-", response.arguments(argument), where.substr(dot));
}

absl::Status ShowPlots(const v1::AnalyzeResponse& response, const std::string& where, Io& io) {
  for (int k = 0; k < response.arguments_size(); ++k) {
    const Plot plot = AccuracyPlot(response, k);
    if (where == "terminal") io.out << '\n' << plot.y_label << " against " << plot.x_label << '\n';
    RETURN_IF_ERROR(ShowPlot(plot, PlotFile(where, response, k), io));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Analyze(const client::Client& client, const AnalyzeOptions& options,
                     absl::Duration timeout, Io& io) {
  ASSIGN_OR_RETURN(const Formulas formulas, ReadFormulas(options.formulas, io.in));
  client::Client::AnalyzeOptions request;
  for (const client::NamedArray& value : formulas.inputs) {
    ASSIGN_OR_RETURN(v1::Range range, RangeOfValue(value));
    request.ranges.push_back(std::move(range));
  }
  request.samples = options.samples;
  request.improve = options.improve;
  request.want_points = options.json || !options.plot.empty();
  request.timeout = timeout;
  ASSIGN_OR_RETURN(const v1::AnalyzeResponse response, client.Analyze(formulas.program, request));
  if (options.json) {
    PrintAccuracyJson(response, io);
  } else {
    PrintAccuracy(response, io);
  }
  return options.plot.empty() ? absl::OkStatus() : ShowPlots(response, options.plot, io);
}

}  // namespace formulary::cli
