#include "server/passes/choice_rules.h"

#include <algorithm>

namespace formulary::passes {
namespace {

using expr::Identity;
using expr::kFastOnly;
using expr::kRealModes;
using expr::Numerics;

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
    {"abs_product", "Abs(a)*Abs(b)", "Abs(a*b)", kRealModes, ""},
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
  static const RuleSet* const kStrict = new RuleSet(MakeRuleSet({}, Numerics::kStrict));
  static const RuleSet* const kStable =
      new RuleSet(MakeRuleSet(ChoiceIdentities(), Numerics::kStable));
  static const RuleSet* const kFast = new RuleSet(MakeRuleSet(ChoiceIdentities(), Numerics::kFast));
  switch (numerics) {
    case Numerics::kStrict:
      return *kStrict;
    case Numerics::kStable:
      return *kStable;
    case Numerics::kFast:
      break;
  }
  return *kFast;
}

}  // namespace formulary::passes
