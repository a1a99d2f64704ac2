#ifndef FORMULARY_TESTS_UNIT_CODEGEN_GOLDEN_PROGRAMS_H_
#define FORMULARY_TESTS_UNIT_CODEGEN_GOLDEN_PROGRAMS_H_

// The programs whose C text is kept in tests/golden/c: one of every shape that emit_c knows.

#include <string>
#include <vector>

#include "tests/unit/codegen/codegen_helpers.h"

namespace formulary::codegen {

struct GoldenProgram {
  std::string name;
  std::vector<std::string> texts;
  Shape shape;
};

inline constexpr char kNormalPdf[] =
    "exp(-(client_x - client_mu)**2/(2*client_sigma**2))/(sqrt(2*pi)*client_sigma)";

inline std::vector<GoldenProgram> GoldenPrograms() {
  using expr::DType;
  using expr::Numerics;
  const std::vector<expr::Argument> scalars = {Varying("client_x"), Uniform("client_mu"),
                                               Uniform("client_sigma")};
  const std::vector<expr::Argument> types = {
      Varying("client_p", DType::kBool), Varying("client_n", DType::kInt64),
      Varying("client_s", DType::kFloat32), Varying("client_x")};
  return {
      {"normal_pdf", {kNormalPdf}, {.arguments = scalars}},
      {"normal_pdf_strict", {kNormalPdf}, {.numerics = Numerics::kStrict, .arguments = scalars}},
      {"whole_powers_strict",
       {"client_a*client_x**12 - client_x**6", "gamma(client_x)"},
       {.numerics = Numerics::kStrict, .arguments = {Uniform("client_a"), Varying("client_x")}}},
      {"normal_pdf_varying", {kNormalPdf}, {}},
      {"piecewise",
       {"Piecewise((log(client_x), client_x > 0.25), (client_x**2, client_x < -1), (client_y, "
        "True))"},
       {}},
      {"branches",
       {"Piecewise((besselj(client_v, client_x), client_x > 1), (gamma(client_x)*client_y, "
        "client_y < 0), (client_y, True))"},
       {.arguments = {Varying("client_x"), Varying("client_y"), Uniform("client_v")}}},
      {"gamma_call",
       {"gamma(client_x + 1)/client_y + Mod(client_x, client_k)"},
       {.arguments = {Varying("client_x"), Varying("client_y"), Uniform("client_k")}}},
      {"types",
       {"client_p & (client_s < 0.5)", "Mod(client_n, 3) + client_n**3", "client_s*2.5 + 1",
        "client_n*client_x", "where(client_p, client_n, 0)", "not client_p"},
       {.arguments = types}},
  };
}

}  // namespace formulary::codegen

#endif  // FORMULARY_TESTS_UNIT_CODEGEN_GOLDEN_PROGRAMS_H_
