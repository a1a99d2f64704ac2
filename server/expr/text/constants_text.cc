#include "server/expr/text/constants_text.h"

#include <cmath>

namespace formulary::expr::text {
namespace {

// clang-format off
// Decimals to 40 places: A001620, A006752 of the OEIS.
constexpr ConstantText kNamed[] = {  // in the order of NamedConstant
    {{"pi", ""}, "acos(-1)", "\\pi", "PI", "<mi>&#x3C0;</mi>"},
    {{"E", "e"}, "exp(1)", "e", "E", "<mi>e</mi>"},
    {{"EulerGamma", ""}, "0.5772156649015328606065120900824024310422", "\\gamma",
     "0.5772156649015328606065120900824024310422", "<mi>&#x3B3;</mi>"},
    {{"Catalan", ""}, "0.9159655941772190150546035149323841107741", "G",
     "0.9159655941772190150546035149323841107741", "<mi>G</mi>"},
    {{"GoldenRatio", ""}, "((1 + sqrt(5))/2)", "\\varphi", "(/ (+ 1 (sqrt 5)) 2)", "<mi>&#x3C6;</mi>"},
    {{"I", "i"}, "sqrt(-1)", "i", "I", "<mi>i</mi>"},
};
constexpr ConstantText kInfinity = {{"oo", ""}, "(1/0)", "\\infty", "INFINITY", "<mi>&#x221E;</mi>"};
constexpr ConstantText kNan = {{"nan", ""}, "(0/0)", "\\mathrm{NaN}", "NAN", "<mi>NaN</mi>"};
// clang-format on

}  // namespace

const ConstantText& ConstantTextOf(const Graph& graph, NodeId node) {
  if (graph[node].kind == NodeKind::kNamed) return kNamed[graph[node].detail];
  return std::isnan(graph.real(node)) ? kNan : kInfinity;
}

std::string InfixConstant(const Source& source, NodeId node) {
  const ConstantText& constant = ConstantTextOf(*source.graph, node);
  for (const std::string_view name : constant.names) {
    if (!name.empty() && !source.HasArgument(name)) return std::string(name);
  }
  return std::string(constant.otherwise);
}

}  // namespace formulary::expr::text
