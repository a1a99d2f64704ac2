#include "server/analysis/rewrites.h"

#include <utility>

#include "server/analysis/pattern_search.h"
#include "server/passes/pattern.h"
#include "server/passes/rewriter.h"
#include "server/passes/rules.h"

namespace formulary::analysis {
namespace {

using expr::Identity;
using expr::kRealModes;
using expr::NodeId;
using expr::RowText;
namespace fn = expr::fn;

// Sums and differences without cancellation, besides those that simplification has. Sources: R. W.
// Hamming, Numerical Methods for Scientists and Engineers, chapter 3; DLMF 4.16, 4.21, 4.24, 4.35.
constexpr Identity kIdentities[] = {
    {"roots_conjugate", "sqrt(a) - sqrt(b)", "(a - b)/(sqrt(a) + sqrt(b))", kRealModes, ""},
    {"root_conjugate", "sqrt(a) + b", "(a - b**2)/(sqrt(a) - b)", kRealModes, ""},
    {"inverse_roots", "1/sqrt(a) - 1/sqrt(b)", "(b - a)/(sqrt(a)*sqrt(b)*(sqrt(a) + sqrt(b)))",
     kRealModes, ""},
    {"root_over_root", "1/sqrt(a) - 1/sqrt(b)", "(b - a)/(b*sqrt(a) + a*sqrt(b))", kRealModes, ""},
    {"cube_roots", "cbrt(a) - cbrt(b)", "(a - b)/(cbrt(a)**2 + cbrt(a)*cbrt(b) + cbrt(b)**2)",
     kRealModes, ""},
    {"third_powers", "a**(1/3) - b**(1/3)", "(a - b)/(cbrt(a)**2 + cbrt(a)*cbrt(b) + cbrt(b)**2)",
     kRealModes, ""},
    {"squares", "a**2 - b**2", "(a - b)*(a + b)", kRealModes, ""},
    {"square_less_one", "a**2 - 1", "(a - 1)*(a + 1)", kRealModes, ""},
    {"inverses", "1/a - 1/b", "(b - a)/(a*b)", kRealModes, ""},
    {"inverse_and_rest", "1/a + b", "(1 + a*b)/a", kRealModes, ""},
    {"quotients", "a/b - c/d", "(a*d - b*c)/(b*d)", kRealModes, ""},
    {"quotient_sum", "a/b + c", "(a + b*c)/b", kRealModes, ""},
    {"exp_difference", "exp(a) - exp(b)", "exp(b)*expm1(a - b)", kRealModes, ""},
    {"exp_cosh_less_one", "exp(a) + exp(-a) - 2", "4*sinh(a/2)**2", kRealModes, ""},
    {"log_difference", "log(a) - log(b)", "log1p((a - b)/b)", kRealModes, ""},
    {"log_quotient", "log(a) - log(b)", "log(a/b)", kRealModes, ""},
    {"log_of_quotient", "log(a/b)", "log1p((a - b)/b)", kRealModes, ""},
    {"log_of_quotient_parts", "log(a/b)", "log(a) - log(b)", kRealModes, ""},
    {"log_near_one", "log(a)", "log1p(a - 1)", kRealModes, ""},
    {"log_atanh", "log(a/b)", "2*atanh((a - b)/(a + b))", kRealModes, ""},
    {"power_difference", "a**c - b**c", "b**c*expm1(c*log(a/b))", kRealModes, ""},
    {"power_difference_near", "a**c - b**c", "b**c*expm1(c*log1p((a - b)/b))", kRealModes, ""},
    {"power_less_one", "a**b - 1", "expm1(b*log(a))", kRealModes, ""},
    {"one_less_cos", "1 - cos(a)", "2*sin(a/2)**2", kRealModes, ""},
    {"one_less_cos_square", "1 - cos(a)", "sin(a)**2/(1 + cos(a))", kRealModes, ""},
    {"cos_difference", "cos(a) - cos(b)", "2*sin((b - a)/2)*sin((a + b)/2)", kRealModes, ""},
    {"cos_of_sum", "cos(a) - cos(b)", "cos(b)*(cos(a - b) - 1) - sin(b)*sin(a - b)", kRealModes,
     ""},
    {"sin_difference", "sin(a) - sin(b)", "2*cos((a + b)/2)*sin((a - b)/2)", kRealModes, ""},
    {"tan_difference", "tan(a) - tan(b)", "sin(a - b)/(cos(a)*cos(b))", kRealModes, ""},
    {"atan_difference", "atan(a) - atan(b)", "atan2(a - b, 1 + a*b)", kRealModes, ""},
    {"asin_of_square", "acos(a)", "2*asin(sqrt((1 - a)/2))", kRealModes, ""},
    {"acos_by_atan2", "acos(a)", "atan2(sqrt((1 - a)*(1 + a)), a)", kRealModes, ""},
    {"cosh_less_one", "cosh(a) - 1", "2*sinh(a/2)**2", kRealModes, ""},
    {"acosh_near_one", "acosh(a)", "log1p(a - 1 + sqrt((a - 1)*(a + 1)))", kRealModes, ""},
    {"sum_of_squares", "sqrt(a**2 + b**2)", "hypot(a, b)", kRealModes, ""},
    {"root_of_squares", "sqrt(a**2 - b**2)", "sqrt(a - b)*sqrt(a + b)", kRealModes, ""},
    {"root_of_product", "sqrt(a*b)", "sqrt(a)*sqrt(b)", kRealModes, ""},
};

struct Rewrite {
  RowText left, right;
};

std::vector<Rewrite> MakeRewrites() {
  std::vector<Rewrite> rewrites;
  const auto add = [&rewrites](const Identity& identity) {
    Rewrite rewrite = {CanonicalText(expr::ParseRowText(identity.left)),
                       expr::ParseRowText(identity.right)};
    if (rewrite.left.graph[rewrite.left.root].kind == expr::NodeKind::kCall)
      rewrites.push_back(std::move(rewrite));
  };
  for (const Identity& identity : kIdentities) add(identity);
  // Those of simplification whose conditions are no concern here: what is wrong measures badly.
  for (const Identity* identity : passes::AllIdentities()) {
    if (Holds(identity->modes, expr::Numerics::kStable)) add(*identity);
  }
  return rewrites;
}

const std::vector<Rewrite>& Rewrites() {
  static const std::vector<Rewrite>* const kRewrites = new std::vector<Rewrite>(MakeRewrites());
  return *kRewrites;
}

// What the search may assume: points are finite, and terms that cancel are gone.
expr::Program Assumed(const expr::Program& program) {
  expr::Program assumed;
  assumed.arguments = program.arguments;
  for (expr::Argument& argument : assumed.arguments) argument.assumptions.finite = true;
  assumed.numerics = expr::Numerics::kFast;
  return assumed;
}

// Copies what the first output needs through the rewriter, with other nodes in place of some.
class Copier {
 public:
  Copier(const expr::Program& program, passes::Rewriter* rewriter)
      : program_(program),
        needed_(program.graph.Reachable(program.roots())),
        rewriter_(*rewriter),
        renamed_(program.graph.size()) {}

  // Nodes [from, to).
  void Copy(uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; ++i) {
      const NodeId id{i};
      if (!needed_[i]) continue;
      if (program_.graph[id].kind != expr::NodeKind::kCall) {
        renamed_[i] = rewriter_.graph().ImportLeaf(program_.graph, id);
        continue;
      }
      std::vector<NodeId> operands;
      for (const NodeId operand : program_.graph.operands(id))
        operands.push_back(renamed_[operand.value]);
      renamed_[i] = rewriter_.Make(program_.graph[id].function, operands);
    }
  }
  NodeId& operator[](NodeId id) { return renamed_[id.value]; }

 private:
  const expr::Program& program_;
  const std::vector<bool> needed_;
  passes::Rewriter& rewriter_;
  std::vector<NodeId> renamed_;
};

expr::Program WithOutput(const expr::Program& program, const expr::Graph& graph, NodeId root) {
  expr::Program result;
  result.arguments = program.arguments;
  result.numerics = program.numerics;
  result.accurate = program.accurate;
  result.outputs = {{program.outputs[0].name, result.graph.Import(graph, {root})[0]}};
  return result;
}

}  // namespace

absl::Span<const Identity> AccuracyIdentities() { return kIdentities; }

expr::Program CanonicalForm(const expr::Program& program) {
  const expr::Program assumed = Assumed(program);
  passes::Rewriter rewriter(assumed, {}, passes::NoRules());
  Copier copier(program, &rewriter);
  copier.Copy(0, program.graph.size());
  return WithOutput(program, rewriter.graph(), copier[program.outputs[0].node]);
}

std::vector<expr::Program> RewritesAt(const expr::Program& program, NodeId node) {
  std::vector<expr::Program> results;
  const expr::Program assumed = Assumed(program);
  for (const Rewrite& rewrite : Rewrites()) {
    if (program.graph[node].function != rewrite.left.graph[rewrite.left.root].function) continue;
    // A rewriter for each identity: what one makes does not change how the next one fits.
    passes::Rewriter rewriter(assumed, {}, passes::NoRules());
    Copier before(program, &rewriter);
    before.Copy(0, node.value + 1);
    const NodeId place = before[node];
    for (Fit& fit : FindFits(rewrite.left, place, &rewriter)) {
      NodeId result = passes::InstantiateWith(rewrite.right, fit.bindings, &rewriter);
      if (fit.scale != 1)
        result = rewriter.Make(fn::kMul, {rewriter.graph().Number(fit.scale), result});
      if (!fit.rest.empty()) {
        fit.rest.push_back(result);
        result = rewriter.Make(program.graph[node].function, fit.rest);
      }
      if (result == place) continue;
      Copier after = before;
      after[node] = result;
      after.Copy(node.value + 1, program.graph.size());
      results.push_back(WithOutput(program, rewriter.graph(), after[program.outputs[0].node]));
    }
  }
  return results;
}

}  // namespace formulary::analysis
