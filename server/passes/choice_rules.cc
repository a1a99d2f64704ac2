#include "server/passes/choice_rules.h"

#include <algorithm>

namespace formulary::passes {
namespace {

using expr::Identity;
using expr::kFastOnly;
using expr::kRealModes;
using expr::Numerics;

constexpr std::string_view kPowerStep = "power_step";

// What holds in STABLE errs by at most 4 ulp or twice what the left side does, by the bounds that
// the routines publish (runtime/runtime.h). What exceeds that, or overflows or cancels where the
// left side does not, is FAST's.
constexpr Identity kChoices[] = {
    // DLMF 4.14.4, 4.21.27
    {"tan_of_parts", "tan(a)", "sin(a)/cos(a)", kFastOnly, ""},
    {"sine_of_double", "sin(a)*cos(a)", "sin(2*a)/2", kRealModes, ""},
    // exp at multiples; inverses lose the subnormal end
    {"exp_of_double", "exp(2*a)", "exp(a)**2", kRealModes, ""},
    {"exp_of_triple", "exp(3*a)", "exp(a)**3", kRealModes, ""},
    {"exp_of_opposite", "exp(-a)", "1/exp(a)", kFastOnly, ""},
    {"exp_of_moderate_opposite", "exp(-a)", "1/exp(a)", kRealModes,
     "above(a, -700), below(a, 700)"},
    {"exp_of_negative_double", "exp(-2*a)", "exp(-a)**2", kRealModes, ""},
    {"exp2_of_double", "exp2(2*a)", "exp2(a)**2", kRealModes, ""},
    {"exp_product", "exp(a)*exp(b)", "exp(a + b)", kFastOnly, ""},
    {"log_product", "log(a) + log(b)", "log(a*b)", kFastOnly, "positive(a), positive(b)"},
    {"log_quotient", "log(a) - log(b)", "log(a/b)", kFastOnly, "positive(a), positive(b)"},
    {"root_product", "sqrt(a)*sqrt(b)", "sqrt(a*b)", kFastOnly, "nonnegative(a), nonnegative(b)"},
    {"root_quotient", "sqrt(a)/sqrt(b)", "sqrt(a/b)", kFastOnly, "nonnegative(a), positive(b)"},
    // inverse roots: r = 1/sqrt(a) is there anyway
    {"inverse_of_root", "1/a", "(a**(-1/2))**2", kRealModes, "nonnegative(a)"},
    {"inverse_three_halves", "a**(-3/2)", "(a**(-1/2))**3", kRealModes, ""},
    {"cube_root_square", "cbrt(a**2)", "cbrt(a)**2", kFastOnly, ""},
    // logarithms of powers, where log(a) is there anyway
    {"log2_of_log", "log2(a)", "log(a)*(1/log(2))", kRealModes, ""},
    {"log10_of_log", "log10(a)", "log(a)*(1/log(10))", kRealModes, ""},
    // one function for two (DLMF 4.21, 4.35)
    {"cosine_of_double", "cos(a)**2 - sin(a)**2", "cos(2*a)", kRealModes, ""},
    {"cosine_of_double_by_cosine", "2*cos(a)**2 - 1", "cos(2*a)", kRealModes, ""},
    {"cosine_of_double_by_sine", "1 - 2*sin(a)**2", "cos(2*a)", kRealModes, ""},
    // (a square has its routine's error twice, where the left side may have half an ulp)
    {"sine_squared", "1 - cos(a)**2", "sin(a)**2", kFastOnly, ""},
    {"cosine_squared", "1 - sin(a)**2", "cos(a)**2", kFastOnly, ""},
    {"circle", "sin(a)**2 + cos(a)**2", "1", kRealModes, "finite(a)"},
    {"hyperbola", "cosh(a)**2 - sinh(a)**2", "1", kRealModes, "finite(a)"},
    {"tan_times_cos", "tan(a)*cos(a)", "sin(a)", kRealModes, ""},
    {"tanh_times_cosh", "tanh(a)*cosh(a)", "sinh(a)", kRealModes, ""},
    {"exp_of_hyperbolic_sum", "sinh(a) + cosh(a)", "exp(a)", kRealModes, ""},
    {"exp_of_hyperbolic_difference", "cosh(a) - sinh(a)", "exp(-a)", kRealModes, ""},
    {"root_of_exp", "sqrt(exp(a))", "exp(a/2)", kRealModes, ""},
    {"log_of_root", "log(sqrt(a))", "log(a)/2", kRealModes, ""},
    {"log_of_inverse", "log(1/a)", "-log(a)", kRealModes, ""},
    {"log_of_power", "log(a**b)", "b*log(a)", kRealModes, "positive(a)"},
    {"cos_of_asin", "cos(asin(a))", "sqrt((1 - a)*(1 + a))", kRealModes, ""},
    {"sin_of_acos", "sin(acos(a))", "sqrt((1 - a)*(1 + a))", kRealModes, ""},
    {"tan_of_asin", "tan(asin(a))", "a/sqrt((1 - a)*(1 + a))", kRealModes, ""},
    {"cosh_of_asinh", "cosh(asinh(a))", "hypot(1, a)", kRealModes, ""},
    {"sinh_of_acosh", "sinh(acosh(a))", "sqrt(a - 1)*sqrt(a + 1)", kRealModes, ""},
    // also where the exponents are numbers, which no pattern says (power_family.h)
    {kPowerStep, "a**(b + 1)", "a*a**b", kRealModes, "positive(b)"},
    {"abs_product", "Abs(a)*Abs(b)", "Abs(a*b)", kRealModes, ""},
    {"abs_quotient", "Abs(a)/Abs(b)", "Abs(a/b)", kRealModes, ""},
    {"abs_squared", "Abs(a)**2", "a**2", kRealModes, ""},
    {"sign_times_abs", "sign(a)*Abs(a)", "a", kRealModes, ""},
    {"sign_times_self", "sign(a)*a", "Abs(a)", kRealModes, ""},
    {"spread", "Max(a, b) - Min(a, b)", "Abs(a - b)", kRealModes, ""},
    {"both_extrema", "Max(a, b) + Min(a, b)", "a + b", kRealModes, ""},
};

// How often the functions of a family are taken apart: 0 for those that never are.
std::vector<int> MakeLevels() {
  std::vector<int> levels(expr::Rows().size(), 0);
  for (const Rule& rule : ChoiceRulesFor(Numerics::kFast).rules()) {
    const expr::Node& head = rule.left.graph[rule.left.root];
    if (Row(head.function).lowering == expr::Lowering::kOperator) continue;
    for (uint32_t i = 0; i <= rule.right.root.value; ++i) {
      const expr::Node& part = rule.right.graph[expr::NodeId{i}];
      if (part.kind != expr::NodeKind::kCall || part.function == head.function) continue;
      if (Row(part.function).lowering == expr::Lowering::kOperator) continue;
      int& level = levels[head.function.value];
      level = std::max(level, levels[part.function.value] + 1);
    }
  }
  return levels;
}

}  // namespace

const Rule* PowerStepRule(Numerics numerics) {
  for (const Rule& rule : ChoiceRulesFor(numerics).rules()) {
    if (rule.identity->id == kPowerStep) return &rule;
  }
  return nullptr;
}

int FamilyLevel(expr::FunctionId function) {
  static const std::vector<int>* const kLevels = new std::vector<int>(MakeLevels());
  return (*kLevels)[function.value];
}

std::vector<const Identity*> ChoiceIdentities() {
  std::vector<const Identity*> all;
  for (const Identity& identity : kChoices) all.push_back(&identity);
  return all;
}

const RuleSet& ChoiceRulesFor(Numerics numerics) {
  static const RuleSets* const kSets = new RuleSets(ChoiceIdentities());
  return kSets->For(numerics);
}

}  // namespace formulary::passes
