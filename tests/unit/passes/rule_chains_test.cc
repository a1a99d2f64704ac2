// Why rewriting by rules ends (rules.h): a rule's result may be the left side of another rule, and
// so on, but no rules lead back to where they began. Every rule is tried on its own left side with
// every part of every rule's left side in place of its variables, which are the overlaps at which
// one rule's result can meet another rule.

#include <algorithm>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/text/print.h"
#include "server/passes/pattern.h"
#include "server/passes/rewriter.h"
#include "server/passes/rules.h"

namespace formulary::passes {
namespace {

using expr::NodeId;
using expr::NodeKind;
using expr::Numerics;
using expr::RowText;

// The rewriter gives up at 32 rules within one another's results: a cycle would get there.
constexpr size_t kLongestChain = 8;
// Of two variables at once, one pair in so many.
constexpr size_t kPairsApart = 251;
constexpr uint32_t kVariables = 3;

// Every call in the left sides of a mode's rules: each a pattern of its own.
std::vector<RowText> PartsOf(const RuleSet& rules) {
  std::vector<RowText> parts;
  for (const Rule& rule : rules.rules()) {
    const RowText left = expr::ParseRowText(rule.identity->left);
    const std::vector<bool> used = left.graph.Reachable({left.root});
    for (uint32_t i = 0; i <= left.root.value; ++i) {
      if (!used[i] || left.graph[NodeId{i}].kind != NodeKind::kCall) continue;
      RowText part;
      part.root = part.graph.Import(left.graph, {NodeId{i}})[0];
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

// Six arguments: three for a rule's own variables, three for those of what stands in their place.
expr::Program Arguments(Numerics numerics, const expr::Assumptions& known) {
  expr::Program program;
  program.numerics = numerics;
  for (const char* name : {"u", "v", "w", "x", "y", "z"})
    program.arguments.push_back({.name = name, .assumptions = known});
  return program;
}

std::string PrintedPart(const RowText& part, const expr::Program& arguments) {
  expr::Program program = arguments;
  program.graph = part.graph;
  program.outputs = {{"", part.root}};
  const absl::StatusOr<std::string> text = expr::PrintProgram(program);
  return text.ok() ? *text : "";
}

struct Chains {
  size_t overlaps = 0;
  size_t longest = 0;
  std::string where;
};

class Prover {
 public:
  Prover(Numerics numerics, const expr::Assumptions& known)
      : rules_(RulesFor(numerics)), parts_(PartsOf(rules_)), program_(Arguments(numerics, known)) {}

  Chains Run() {
    for (size_t i = 0; i < rules_.rules().size(); ++i) Overlaps(rules_.rules()[i], i);
    return chains_;
  }

 private:
  void Overlaps(const Rule& rule, size_t offset);
  // `part` in place of the variable, or of none.
  void Overlap(const Rule& rule, const RowText& left,
               const std::vector<std::pair<uint32_t, size_t>>& places, Rewriter* rewriter);

  const RuleSet& rules_;
  const std::vector<RowText> parts_;
  const expr::Program program_;
  Chains chains_;
};

void Prover::Overlap(const Rule& rule, const RowText& left,
                     const std::vector<std::pair<uint32_t, size_t>>& places, Rewriter* rewriter) {
  std::vector<NodeId> own, inner;
  for (uint32_t k = 0; k < kVariables; ++k) {
    own.push_back(rewriter->graph().Argument(k));
    inner.push_back(rewriter->graph().Argument(kVariables + k));
  }
  for (const auto& [variable, part] : places)
    own[variable] = InstantiateWith(parts_[part], inner, rewriter);
  InstantiateWith(left, own, rewriter);
  ++chains_.overlaps;
  EXPECT_EQ(rewriter->stop_reason(), StopReason::kFinished) << rule.identity->id;
  if (rewriter->longest_chain() <= chains_.longest) return;
  chains_.longest = rewriter->longest_chain();
  chains_.where = std::string(rule.identity->left);
  for (const auto& [variable, part] : places)
    chains_.where += std::string(", ") + static_cast<char>('a' + variable) + " = " +
                     PrintedPart(parts_[part], program_);
}

void Prover::Overlaps(const Rule& rule, size_t offset) {
  const RowText left = expr::ParseRowText(rule.identity->left);
  const std::vector<bool> used = left.graph.Reachable({left.root});
  uint32_t variables = 0;
  for (uint32_t i = 0; i <= left.root.value; ++i) {
    const expr::Node& node = left.graph[NodeId{i}];
    if (used[i] && node.kind == NodeKind::kArgument)
      variables = std::max(variables, node.payload + 1);
  }
  ASSERT_LE(variables, kVariables) << rule.identity->id;
  Rewriter rewriter(program_, Budget{}, rules_);
  Overlap(rule, left, {}, &rewriter);
  for (uint32_t k = 0; k < variables; ++k) {
    for (size_t part = 0; part < parts_.size(); ++part) Overlap(rule, left, {{k, part}}, &rewriter);
  }
  const size_t pairs = variables < 2 ? 0 : parts_.size() * parts_.size();
  for (size_t pair = offset % kPairsApart; pair < pairs; pair += kPairsApart)
    Overlap(rule, left, {{0, pair / parts_.size()}, {1, pair % parts_.size()}}, &rewriter);
}

TEST(RuleChainsTest, NoRulesLeadBackToWhereTheyBegan) {
  const expr::Assumptions kNothing;
  const expr::Assumptions kPositive{.positive = true, .nonzero = true, .finite = true};
  for (const Numerics numerics : {Numerics::kStrict, Numerics::kStable, Numerics::kFast}) {
    for (const expr::Assumptions& known : {kNothing, kPositive}) {
      const Chains chains = Prover(numerics, known).Run();
      std::cout << chains.overlaps << " overlaps, at most " << chains.longest
                << " rules in a row: " << chains.where << '\n';
      EXPECT_GT(chains.overlaps, 0u);
      EXPECT_LE(chains.longest, kLongestChain) << chains.where;
    }
  }
}

}  // namespace
}  // namespace formulary::passes
