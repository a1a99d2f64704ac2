// formulary bench: how long one formula takes, as this client sees it and as the server does.

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/time/clock.h"
#include "client/cli/commands.h"
#include "client/cli/json.h"
#include "client/cli/number_text.h"
#include "client/cli/progress.h"
#include "client/cli/table.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

constexpr int kMaxCalls = 1'000'000;

struct Measurement {
  int64_t elements = 0;
  std::vector<double> seconds;  // per call, sorted
  double kernel_seconds = 0;    // median of the server's evaluate_seconds
  double bytes = 0;             // of arrays, both ways, per call
  std::string tier;
};

double Percentile(const std::vector<double>& sorted, double part) {
  const size_t last = sorted.size() - 1;
  return sorted[std::min(last, static_cast<size_t>(std::ceil(part * static_cast<double>(last))))];
}

// Values for an argument that the command line left open: n numbers from 0.1 to 1.
absl::StatusOr<client::Array> Grid(int64_t n, client::DType dtype) {
  std::vector<double> values(static_cast<size_t>(n));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = 0.1 + 0.9 * static_cast<double>(i) / std::max(1.0, static_cast<double>(n - 1));
  }
  return client::Array(std::move(values)).ConvertedTo(dtype);
}

absl::StatusOr<Measurement> Measure(const client::Client& client, const client::Target& target,
                                    const std::vector<client::NamedArray>& inputs, int64_t elements,
                                    const BenchOptions& options, absl::Duration timeout,
                                    Progress* progress) {
  const client::EvaluateOptions evaluate = {
      .compilation = client::Compilation::kWait, .want_report = true, .timeout = timeout};
  Measurement measurement;
  measurement.elements = elements;
  std::vector<double> kernel_seconds;
  // The first call loads the kernel for these inputs; it is not counted.
  RETURN_IF_ERROR(client.Evaluate(target, inputs, evaluate).status());
  const absl::Time end = absl::Now() + absl::Seconds(options.seconds);
  absl::Time now = absl::Now();
  do {
    const absl::Time start = now;
    ASSIGN_OR_RETURN(const client::Result result, client.Evaluate(target, inputs, evaluate));
    now = absl::Now();
    measurement.seconds.push_back(absl::ToDoubleSeconds(now - start));
    kernel_seconds.push_back(result.report.evaluate_seconds());
    if (measurement.seconds.size() == 1) {
      measurement.tier = result.report.tier() == v1::TIER_COMPILED ? "compiled" : "interpreter";
      for (const auto& input : inputs)
        measurement.bytes += static_cast<double>(input.array.byte_size());
      for (const auto& output : result.outputs) {
        measurement.bytes += static_cast<double>(output.array.byte_size());
      }
    }
    progress->Update(
        static_cast<int64_t>(1000 * (1 - absl::ToDoubleSeconds(end - now) / options.seconds)));
  } while (now < end && measurement.seconds.size() < kMaxCalls);
  std::sort(measurement.seconds.begin(), measurement.seconds.end());
  std::sort(kernel_seconds.begin(), kernel_seconds.end());
  measurement.kernel_seconds = Percentile(kernel_seconds, 0.5);
  return measurement;
}

void PrintMeasurements(const std::vector<Measurement>& measurements, Io& io) {
  Table table({{"elements", Align::kRight},
               {"calls", Align::kRight},
               {"median", Align::kRight},
               {"p99", Align::kRight},
               {"kernel", Align::kRight},
               {"ns/element", Align::kRight},
               {"transfer", Align::kRight},
               {"tier"}});
  for (const Measurement& m : measurements) {
    const double median = Percentile(m.seconds, 0.5);
    const double elements = static_cast<double>(std::max<int64_t>(m.elements, 1));
    table.AddRow({GroupedDigits(static_cast<uint64_t>(m.elements)), GroupedDigits(m.seconds.size()),
                  DurationText(median), DurationText(Percentile(m.seconds, 0.99)),
                  DurationText(m.kernel_seconds), NumberText(1e9 * m.kernel_seconds / elements, 3),
                  Cat(BytesText(m.bytes / median), "/s"), m.tier});
  }
  table.Print(io.out);
}

void PrintMeasurementsJson(const v1::CompileResponse& compiled, double compile_call,
                           const std::vector<Measurement>& measurements, Io& io) {
  JsonWriter json;
  json.BeginObject();
  json.Key("kernel");
  json.String(compiled.kernel().name());
  json.Key("compile_call_seconds");
  json.Number(compile_call);
  json.Key("compile_seconds");
  json.Number(compiled.kernel().compile_seconds());
  json.Key("measurements");
  json.BeginArray();
  for (const Measurement& m : measurements) {
    json.BeginObject();
    json.Key("elements");
    json.Integer(m.elements);
    json.Key("calls");
    json.Integer(static_cast<int64_t>(m.seconds.size()));
    json.Key("median_seconds");
    json.Number(Percentile(m.seconds, 0.5));
    json.Key("p99_seconds");
    json.Number(Percentile(m.seconds, 0.99));
    json.Key("kernel_seconds");
    json.Number(m.kernel_seconds);
    json.Key("bytes_per_call");
    json.Number(m.bytes);
    json.Key("tier");
    json.String(m.tier);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  io.out << json.text() << '\n';
}

}  // namespace

absl::Status Bench(const client::Client& client, const BenchOptions& options,
                   absl::Duration timeout, Io& io) {
  ASSIGN_OR_RETURN(Formulas formulas, ReadFormulas(options.formulas, io.in));
  const client::Target target(formulas.program);
  const client::DType dtype = client::DTypeByName(options.dtype).value_or(client::DType::kFloat64);
  const absl::Time start = absl::Now();
  ASSIGN_OR_RETURN(
      const v1::CompileResponse compiled,
      client.Compile(target, {.compilation = client::Compilation::kWait, .timeout = timeout}));
  const double compile_call = absl::ToDoubleSeconds(absl::Now() - start);

  std::vector<Measurement> measurements;
  for (const int64_t size : options.sizes) {
    std::vector<client::NamedArray> inputs = formulas.inputs;
    for (const v1::Argument& argument : compiled.kernel().arguments()) {
      const bool given = std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) {
        return input.name == argument.name();
      });
      if (given) continue;
      ASSIGN_OR_RETURN(client::Array grid, Grid(size, dtype));
      inputs.push_back({argument.name(), std::move(grid)});
    }
    Progress progress(
        io, Cat("measuring ", GroupedDigits(static_cast<uint64_t>(size)), " elements"), 1000);
    ASSIGN_OR_RETURN(Measurement measurement,
                     Measure(client, target, inputs, size, options, timeout, &progress));
    measurements.push_back(std::move(measurement));
  }
  if (options.json) {
    PrintMeasurementsJson(compiled, compile_call, measurements, io);
    return absl::OkStatus();
  }
  io.out << compiled.kernel().name() << "\ncompiled in " << DurationText(compile_call)
         << " (compiler " << DurationText(compiled.kernel().compile_seconds()) << ")\n\n";
  PrintMeasurements(measurements, io);
  return absl::OkStatus();
}

}  // namespace formulary::cli
