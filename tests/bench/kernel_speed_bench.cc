// The normal density of 1e6 doubles, mu and sigma scalars, on one thread: Formulary's
// evaluate_seconds (in this process, and as formularyd reports it) against C written by hand and
// against the C that SymPy prints.

#include <memory>
#include <string>
#include <vector>

#include "client/cpp/client.h"
#include "tests/bench/child_server.h"
#include "tests/bench/engine_calls.h"
#include "tests/bench/figures.h"
#include "tests/bench/native_c.h"

namespace formulary::bench {
namespace {

constexpr size_t kCount = 1'000'000;
constexpr int kPairs = 21;
// What gRPC delivers, about.
constexpr size_t kPieceBytes = 65'535;

// sympy.ccode of the formula; scalars by value, as its code generator passes them.
constexpr char kSymPyText[] = R"(#include <math.h>
void sympy(long n, const double *x_values, double mu, double sigma, double *y_values) {
  for (long i = 0; i < n; ++i) {
    const double x = x_values[i];
    y_values[i] = (1.0/2.0)*M_SQRT2*exp(-1.0/2.0*pow(-mu + x, 2)/pow(sigma, 2))/(sqrt(M_PI)*sigma);
  }
}
)";
using SymPyKernel = void (*)(long n, const double* x, double mu, double sigma, double* y);

std::vector<client::NamedArray> ClientInputs(const std::vector<Values>& values) {
  std::vector<client::NamedArray> inputs;
  for (const Values& value : values) {
    inputs.push_back(
        {value.name, value.scalar ? client::Array(value.values[0]) : client::Array(value.values)});
  }
  return inputs;
}

double RemoteSeconds(const client::Client& client, const std::string& text,
                     const std::vector<client::NamedArray>& inputs) {
  const client::Result result = OrDie(client.Evaluate(
      text, inputs, {.compilation = client::Compilation::kWait, .want_report = true}));
  if (result.report.tier() != v1::TIER_COMPILED)
    Die(absl::InternalError("the server did not compile"));
  return result.report.evaluate_seconds();
}

int Run(const Options& options) {
  FigureReport report("kernel_speed", options);
  const int cpu = options.cpu >= 0 ? options.cpu : LastCpu();
  // The server is started before this process is pinned, and shares no processor with it by that.
  std::unique_ptr<ChildServer> server =
      std::make_unique<ChildServer>(OrDie(ChildServer::StartFormularyd(options, {"--threads=1"})));
  const client::Client client = OrDie(client::Client::Connect(server->address()));
  if (!Pin(cpu)) Die(absl::UnavailableError("cannot stay on one processor"));

  const std::vector<Workload> workloads = OrDie(ReadWorkloads(WorkloadsPath()));
  const Workload& workload = Find(workloads, "normal_pdf_bcast");
  const std::vector<Values> values = Draw(workload, kCount, 1);
  const std::vector<client::NamedArray> inputs = ClientInputs(values);
  const std::unique_ptr<engine::Engine> engine = MakeEngine();
  const HandWritten& hand_row = *FindHandWritten(workload.name);
  const NativeLibrary hand = OrDie(NativeLibrary::Build(HandWrittenText(hand_row, workload),
                                                        HandWrittenFlags(hand_row, FastMath::kNo)));
  if (!hand.calls_vector_math())
    Die(absl::InternalError("gcc did not vectorise the hand-written C"));
  const NativeLibrary sympy = OrDie(NativeLibrary::Build(kSymPyText, {"-O3", "-march=native"}));
  const auto hand_kernel = reinterpret_cast<NativeKernel>(hand.Symbol("kernel"));
  const auto sympy_kernel = reinterpret_cast<SymPyKernel>(sympy.Symbol("sympy"));

  std::vector<double> y(kCount);
  const double *const x = values[0].values.data(), *const mu = values[1].values.data(),
                      *const sigma = values[2].values.data();
  const void* in[] = {x, mu, sigma};
  void* out[] = {y.data()};
  const auto in_process = [&] {
    return EvaluateSeconds(engine.get(), workload.texts, values, engine::CompilationMode::kWait);
  };
  const auto run_hand = [&] { return Seconds([&] { hand_kernel(kCount, in, out); }); };
  const auto run_sympy = [&] {
    return Seconds([&] { sympy_kernel(kCount, x, *mu, *sigma, y.data()); });
  };

  // Odd, so that elements lie across the joints.
  const auto in_pieces = [&] {
    return EvaluateSeconds(engine.get(), workload.texts, values,
                           {engine::CompilationMode::kWait, kPieceBytes});
  };

  const int rounds = options.Rounds(kPairs);
  const std::vector<Series> local =
      Interleave(rounds, {{"Formulary, in this process", in_process},
                          {"the same, input in pieces of 64 KiB", in_pieces},
                          {"C by hand (simd exp, no fast-math)", run_hand},
                          {"C as SymPy prints it", run_sympy}});
  const std::vector<Series> remote =
      Interleave(rounds, {{"Formulary, as formularyd reports",
                           [&] { return RemoteSeconds(client, workload.texts[0], inputs); }},
                          {"C by hand, beside it", run_hand}});
  for (const Series& series : local) report.AddSeries(series, "ns/element", 1e9 / kCount);
  for (const Series& series : remote) report.AddSeries(series, "ns/element", 1e9 / kCount);
  report.AddRatio("normal_pdf 1e6: Formulary / C by hand", local[0], local[2],
                  Target{Goal::kAtMost, 1.15});
  report.AddRatio("normal_pdf 1e6: Formulary on pieces / C by hand", local[1], local[2]);
  report.AddRatio("normal_pdf 1e6: SymPy's C / Formulary", local[3], local[0],
                  Target{Goal::kAtLeast, 3});
  report.AddRatio("normal_pdf 1e6: formularyd's report / C by hand", remote[0], remote[1],
                  Target{Goal::kAtMost, 1.15});
  server.reset();  // so that its processor time counts as ours
  return report.Finish();
}

}  // namespace
}  // namespace formulary::bench

int main(int argc, char** argv) {
  return formulary::bench::Run(
      formulary::bench::ParseOptions(argc, argv, "Speed of the normal density's kernel"));
}
