#include "server/engine/warm_up.h"

#include <string_view>

#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/expr/infer.h"
#include "server/expr/program_builder.h"
#include "server/expr/text/parse.h"
#include "server/passes/canonicalize.h"

namespace formulary::engine {
namespace {

// Calls, powers and a choice: something for every pass.
constexpr std::string_view kText =
    "exp(x)*sin(y)**2 + log(1 + x)/sqrt(y) + Piecewise((x**3 + x*y, x > y), (cos(x)**2, True))";

absl::StatusOr<expr::Program> MakeProgram(expr::Numerics numerics) {
  expr::ProgramBuilder builder{expr::Limits{}};
  ASSIGN_OR_RETURN(const expr::NodeId output, expr::ParseText(kText, &builder));
  RETURN_IF_ERROR(builder.AddOutput("", output));
  builder.SetNumerics(numerics);
  ASSIGN_OR_RETURN(expr::Program program, builder.Build());
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&program));
  return program;
}

}  // namespace

void WarmUp(const passes::Budget& budget, const BuildTarget& target) {
  for (const expr::Numerics numerics :
       {expr::Numerics::kStrict, expr::Numerics::kStable, expr::Numerics::kFast}) {
    const absl::StatusOr<expr::Program> program = MakeProgram(numerics);
    ABSL_CHECK(program.ok());
    Formula formula(passes::Canonicalize(*program).program, budget);
    VariantSpec spec;
    for (size_t i = 0; i < formula.canonical().arguments.size(); ++i) {
      spec.types.push_back(expr::DType::kFloat64);
      spec.uniform.push_back(false);
    }
    ABSL_CHECK(formula.GetVariant(spec, target).ok());
  }
}

}  // namespace formulary::engine
