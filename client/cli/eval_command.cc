// formulary eval

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "client/cli/chunked_evaluation.h"
#include "client/cli/commands.h"
#include "client/cli/file.h"
#include "client/cli/npy.h"
#include "client/cli/number_text.h"
#include "client/cli/progress.h"
#include "client/cli/result_text.h"
#include "client/cli/show_plot.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

struct ModeRow {
  std::string_view name;
  client::Compilation compilation;
};
constexpr std::array<ModeRow, 3> kModes = {{{"auto", client::Compilation::kAuto},
                                            {"wait", client::Compilation::kWait},
                                            {"never", client::Compilation::kNever}}};

absl::StatusOr<client::EvaluateOptions> ToEvaluateOptions(const EvalOptions& options,
                                                          absl::Duration timeout) {
  client::EvaluateOptions result;
  for (const ModeRow& mode : kModes) {
    if (mode.name == options.mode) result.compilation = mode.compilation;
  }
  if (!options.dtype.empty()) {
    result.output_dtype = client::DTypeByName(options.dtype).value_or(client::DType::kUnspecified);
  }
  result.want_report = options.report;
  result.timeout = timeout;
  return result;
}

// NAME-output.npy beside NAME.npy.
std::string NpyPath(const std::string& path, const std::string& output) {
  const bool suffixed = path.ends_with(".npy");
  return Cat(path.substr(0, path.size() - (suffixed ? 4 : 0)), "-", output, ".npy");
}

absl::Status WriteNpyFiles(const std::string& path, const client::Result& result) {
  for (const client::NamedArray& output : result.outputs) {
    ASSIGN_OR_RETURN(const std::string bytes, WriteNpy(output.array));
    RETURN_IF_ERROR(
        WriteFile(result.outputs.size() == 1 ? path : NpyPath(path, output.name), bytes));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::pair<double, double>>> YLimits(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const size_t comma = text.find(',');
  const auto low = ParseNumber(text.substr(0, comma));
  const auto high = comma == std::string::npos ? std::nullopt : ParseNumber(text.substr(comma + 1));
  if (!low.has_value() || !high.has_value() || !std::isfinite(*low) || !std::isfinite(*high) ||
      *low >= *high) {
    return absl::InvalidArgumentError(Cat("--ylim ", text, ": write LOW,HIGH with LOW below HIGH"));
  }
  return std::pair(*low, *high);
}

// Outputs over the first input that varies, or over the element's number where none does.
absl::StatusOr<Plot> MakePlot(const ResultView& view, const Formulas& formulas,
                              const EvalOptions& options) {
  if (view.shape().size() > 1) {
    return absl::InvalidArgumentError(
        Cat("--plot takes results of one dimension; this one has shape ",
            client::ShapeText(view.shape())));
  }
  Plot plot;
  ASSIGN_OR_RETURN(plot.y_limits, YLimits(options.ylim));
  const ResultView::Column* x = nullptr;
  size_t position = 0;
  for (const ResultView::Column& column : view.columns()) {
    if (!column.is_output) {
      if (x == nullptr) x = &column;
      continue;
    }
    const Formula* formula =
        position < formulas.formulas.size() ? &formulas.formulas[position] : nullptr;
    ++position;
    const bool named = formula == nullptr || !formula->name.empty();
    PlotSeries series{named ? column.name : formula->text, {}};
    for (int64_t row = 0; row < view.rows(); ++row) {
      series.points.push_back(
          {x == nullptr ? static_cast<double>(row) : x->array.AsDouble(view.IndexOf(*x, row)),
           column.array.AsDouble(view.IndexOf(column, row))});
    }
    plot.series.push_back(std::move(series));
  }
  plot.x_label = x == nullptr ? "element" : x->name;
  return plot;
}

absl::Status Show(const ResultView& view, const Formulas& formulas, const EvalOptions& options,
                  Io& io) {
  if (!options.npy.empty()) RETURN_IF_ERROR(WriteNpyFiles(options.npy, view.result()));
  if (!options.plot.empty()) {
    ASSIGN_OR_RETURN(const Plot plot, MakePlot(view, formulas, options));
    RETURN_IF_ERROR(ShowPlot(plot, options.plot, io));
  }
  if (options.csv) {
    PrintCsv(view, io.out);
  } else if (options.json) {
    PrintJson(view, io.out);
  } else if (options.npy.empty() && options.plot.empty()) {
    PrintTable(view, {.digits = options.digits, .full = options.full}, io.out);
  }
  if (options.report && !options.json) PrintReport(view.result().report, io.err);
  return absl::OkStatus();
}

}  // namespace

absl::Status Eval(const client::Client& client, const EvalOptions& options, absl::Duration timeout,
                  Io& io) {
  ASSIGN_OR_RETURN(Formulas formulas, ReadFormulas(options.formulas, io.in));
  ASSIGN_OR_RETURN(const client::EvaluateOptions evaluate_options,
                   ToEvaluateOptions(options, timeout));
  RETURN_IF_ERROR(YLimits(options.ylim).status());
  if (evaluate_options.output_dtype != client::DType::kUnspecified) {
    for (client::NamedArray& input : formulas.inputs) {
      if (input.array.dtype() != client::DType::kFloat64 &&
          input.array.dtype() != client::DType::kFloat32) {
        continue;
      }
      ASSIGN_OR_RETURN(input.array, input.array.ConvertedTo(evaluate_options.output_dtype));
    }
  }
  const Evaluation evaluation = {formulas.program, formulas.inputs, evaluate_options,
                                 static_cast<int64_t>(formulas.formulas.size())};
  std::optional<Progress> progress;
  absl::StatusOr<client::Result> result =
      EvaluateInChunks(client, evaluation, {}, [&](int64_t done, int64_t total) {
        if (!progress.has_value()) progress.emplace(io, "evaluating", total);
        progress->Update(done);
      });
  progress.reset();
  RETURN_IF_ERROR(result.status());
  ASSIGN_OR_RETURN(const ResultView view, ResultView::Make(formulas.inputs, *std::move(result)));
  return Show(view, formulas, options, io);
}

}  // namespace formulary::cli
