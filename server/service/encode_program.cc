#include "server/service/encode_program.h"

#include <gmpxx.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/scalar.h"
#include "server/service/facts.h"

namespace formulary::service {
namespace {

using expr::NodeId;

// Digits of numerator * 10^k with k decimals, when the denominator is 2^a * 5^b; empty when it is
// not, or when there would be more than kMostDecimals of them.
std::string FiniteDecimal(const mpq_class& value) {
  constexpr unsigned long kMostDecimals = 400;
  mpz_class rest = value.get_den();
  const unsigned long twos =
      mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), mpz_class(2).get_mpz_t());
  const unsigned long fives =
      mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), mpz_class(5).get_mpz_t());
  const unsigned long decimals = std::max(twos, fives);
  if (rest != 1 || decimals > kMostDecimals) return "";
  mpz_class scaled;
  mpz_ui_pow_ui(scaled.get_mpz_t(), 10, decimals);
  scaled *= value.get_num();
  scaled /= value.get_den();
  return decimals == 0 ? scaled.get_str() : base::StrCat(scaled.get_str(), "e-", decimals);
}

void EncodeExact(const mpq_class& value, v1::Constant* constant) {
  if (expr::FitsInt64(value)) {
    constant->set_integer(expr::ToInt64(value));
  } else if (value.get_den() == 1) {
    constant->set_big_integer(value.get_num().get_str());
  } else {
    constant->mutable_rational()->set_numerator(value.get_num().get_str());
    constant->mutable_rational()->set_denominator(value.get_den().get_str());
  }
}

// A literal stays one: as binary64 when it is exactly that, else as a decimal; what is neither (a
// literal that was divided by three) keeps its exact value.
void EncodeLiteral(const mpq_class& value, v1::Constant* constant) {
  const double rounded = expr::ToDouble(value);
  if (std::isfinite(rounded) && mpq_class(rounded) == value) {
    constant->set_real(rounded);
    return;
  }
  std::string decimal = FiniteDecimal(value);
  if (decimal.empty()) {
    EncodeExact(value, constant);
  } else {
    constant->set_decimal(std::move(decimal));
  }
}

// By expr::NamedConstant.
constexpr const char* kNamedConstants[] = {"pi",           "e", "euler_gamma", "catalan",
                                           "golden_ratio", "i"};

void EncodeNode(const expr::Program& program, NodeId id, const std::vector<uint32_t>& moved,
                v1::Node* sent) {
  const expr::Graph& graph = program.graph;
  const expr::Node& node = graph[id];
  switch (node.kind) {
    case expr::NodeKind::kNumber:
      if (node.detail == static_cast<uint8_t>(expr::NumberForm::kLiteral)) {
        EncodeLiteral(graph.number(id), sent->mutable_constant());
      } else {
        EncodeExact(graph.number(id), sent->mutable_constant());
      }
      return;
    case expr::NodeKind::kReal:
      sent->mutable_constant()->set_real(graph.real(id));
      return;
    case expr::NodeKind::kNamed:
      sent->mutable_constant()->set_named(kNamedConstants[node.detail]);
      return;
    case expr::NodeKind::kBoolean:
      sent->mutable_constant()->set_boolean(node.detail != 0);
      return;
    case expr::NodeKind::kArgument:
      sent->set_symbol(program.arguments[node.payload].name);
      return;
    case expr::NodeKind::kCall: {
      v1::Call* call = sent->mutable_call();
      call->set_function(std::string(expr::Row(node.function).name));
      for (const NodeId operand : graph.operands(id)) call->add_operands(moved[operand.value]);
      return;
    }
  }
}

v1::Assumptions EncodeAssumptions(const expr::Assumptions& facts) {
  v1::Assumptions sent;
#define FORMULARY_FACT(name) \
  if (facts.name.has_value()) sent.set_##name(*facts.name);
  FORMULARY_FACTS(FORMULARY_FACT)
#undef FORMULARY_FACT
  return sent;
}

}  // namespace

v1::Argument EncodeArgument(const expr::Argument& argument) {
  v1::Argument sent;
  sent.set_name(argument.name);
  sent.set_dtype(static_cast<v1::DataType>(argument.dtype));
  for (const expr::Dimension& dimension : argument.core_shape) {
    sent.add_core_shape(dimension.size >= 0 ? base::StrCat(dimension.size) : dimension.name);
  }
  if (argument.assumptions != expr::Assumptions{})
    *sent.mutable_assumptions() = EncodeAssumptions(argument.assumptions);
  sent.set_uniform(argument.uniform);
  return sent;
}

v1::Program EncodeProgram(const expr::Program& program) {
  v1::Program sent;
  const expr::Graph& graph = program.graph;
  const std::vector<bool> needed = graph.Reachable(program.roots());
  std::vector<bool> argument_needed(program.arguments.size());
  std::vector<uint32_t> moved(graph.size());
  for (uint32_t i = 0; i < graph.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    if (graph[id].kind == expr::NodeKind::kArgument) argument_needed[graph[id].payload] = true;
    moved[i] = static_cast<uint32_t>(sent.graph().nodes_size());
    EncodeNode(program, id, moved, sent.mutable_graph()->add_nodes());
  }
  for (size_t i = 0; i < program.arguments.size(); ++i) {
    if (program.arguments[i].declared || argument_needed[i])
      *sent.add_arguments() = EncodeArgument(program.arguments[i]);
  }
  for (const expr::Output& output : program.outputs) {
    v1::Output* result = sent.add_outputs();
    result->set_name(output.name);
    result->set_node(moved[output.node.value]);
  }
  sent.set_numerics(static_cast<v1::Numerics>(program.numerics));
  sent.set_accurate(program.accurate);
  return sent;
}

}  // namespace formulary::service
