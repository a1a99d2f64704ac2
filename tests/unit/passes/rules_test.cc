// The table of rules: what every rule is made of, whichever rules there are.

#include "server/passes/rules.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {
namespace {

TEST(RulesTest, EveryIdentityHasAnIdOfItsOwnAndAMode) {
  std::set<std::string_view> ids;
  for (const expr::Identity* identity : AllIdentities()) {
    EXPECT_TRUE(ids.insert(identity->id).second) << identity->id << " is there twice";
    EXPECT_NE(identity->modes & expr::kAllModes, 0) << identity->id;
    EXPECT_NE(identity->left, identity->right) << identity->id;
  }
}

TEST(RulesTest, RulesOfAModeAreOfThatMode) {
  for (const expr::Numerics numerics :
       {expr::Numerics::kStrict, expr::Numerics::kStable, expr::Numerics::kFast}) {
    const RuleSet& rules = RulesFor(numerics);
    EXPECT_FALSE(rules.rules().empty());
    for (const Rule& rule : rules.rules())
      EXPECT_TRUE(Holds(rule.identity->modes, numerics)) << rule.identity->id;
  }
}

TEST(RulesTest, LargerPatternsComeFirst) {
  for (uint16_t i = 0; i < expr::Rows().size(); ++i) {
    const auto rules = RulesFor(expr::Numerics::kStable).ForHead(expr::FunctionId{i});
    for (size_t k = 1; k < rules.size(); ++k)
      EXPECT_GE(rules[k - 1]->size, rules[k]->size) << rules[k]->identity->id;
  }
}

// A rule whose result holds its own left side would never end.
TEST(RulesTest, EveryRuleFiresOnItsOwnLeftSideAndEnds) {
  for (const Rule& rule : RulesFor(expr::Numerics::kStable).rules()) {
    expr::Program program;
    program.numerics = expr::Numerics::kStable;
    for (const char* name : {"a", "b", "c"}) {
      expr::Assumptions known{.positive = true, .nonzero = true, .integer = true, .finite = true};
      program.arguments.push_back({.name = name, .assumptions = known});
    }
    const expr::RowText left = expr::ParseRowText(rule.identity->left);
    std::vector<expr::NodeId> operands;
    for (uint32_t i = 0; i < 3; ++i) operands.push_back(program.graph.Argument(i));
    program.outputs = {{"y0", expr::Instantiate(left, operands, operands[0], &program.graph)}};
    Rewriter rewriter(program, {.max_steps = 2'000}, RulesFor(expr::Numerics::kStable));
    std::vector<expr::NodeId> renamed(program.graph.size());
    for (uint32_t i = 0; i < program.graph.size(); ++i) {
      const expr::NodeId id{i};
      if (program.graph[id].kind != expr::NodeKind::kCall) {
        renamed[i] = rewriter.graph().ImportLeaf(program.graph, id);
        continue;
      }
      std::vector<expr::NodeId> mapped;
      for (const expr::NodeId operand : program.graph.operands(id))
        mapped.push_back(renamed[operand.value]);
      renamed[i] = rewriter.Make(program.graph[id].function, mapped);
    }
    EXPECT_EQ(rewriter.stop_reason(), StopReason::kFinished) << rule.identity->id;
  }
}

}  // namespace
}  // namespace formulary::passes
