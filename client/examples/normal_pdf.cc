// The density of the normal distribution on a grid, by the C++ client.
//
//   formularyd &
//   formulary_example_normal_pdf [ADDRESS]

#include <cstdio>
#include <string>
#include <vector>

#include "client/cpp/client.h"
#include "client/cpp/status.h"

namespace {

using formulary::client::Call;
using formulary::client::Client;
using formulary::client::Expression;
using formulary::client::Pi;
using formulary::client::Program;
using formulary::client::Symbol;

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  for (const auto& violation : formulary::client::GetErrorDetail(status).field_violations) {
    std::fprintf(stderr, "  at %s\n", violation.field.c_str());
  }
  return 1;
}

Program NormalDensity() {
  const Expression x = Symbol("x"), mu = Symbol("mu"), sigma = Symbol("sigma");
  const Expression z = (x - mu) / sigma;
  Program program;
  // A fact about sigma that rewriting may use, and a hint that it is one value per call.
  program.DeclareArgument("sigma", {.assumptions = {.positive = true}, .uniform = true});
  program.AddOutput("pdf", exp(-pow(z, 2) / 2) / (sqrt(2 * Pi()) * sigma));
  // Any function of the server's catalogue goes by name.
  program.AddOutput("cdf", (1 + Call("erf", {z / sqrt(Expression(2))})) / 2);
  return program;
}

}  // namespace

int main(int argc, char** argv) {
  const absl::StatusOr<Client> client = Client::Connect(argc > 1 ? argv[1] : "localhost:7433");
  if (!client.ok()) return Fail(client.status());

  std::vector<double> x;
  for (int i = -8; i <= 8; ++i) x.push_back(0.5 * i);

  const auto result = client->Evaluate(NormalDensity(), {{"x", x}, {"mu", 0.0}, {"sigma", 1.0}},
                                       {.want_report = true, .timeout = absl::Seconds(10)});
  if (!result.ok()) return Fail(result.status());

  const auto pdf = result->Find("pdf")->As<double>();
  const auto cdf = result->Find("cdf")->As<double>();
  for (size_t i = 0; i < x.size(); ++i) std::printf("%5.1f  %.15f  %.15f\n", x[i], pdf[i], cdf[i]);
  std::printf("%s, %.1f microseconds\n", result->report.kernel().c_str(),
              1e6 * result->report.evaluate_seconds());
  return 0;
}
