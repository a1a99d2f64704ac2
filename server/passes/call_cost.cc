#include "server/passes/call_cost.h"

#include <algorithm>
#include <bit>

#include "server/expr/catalogue.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::Numerics;
using expr::Opcode;
namespace fn = expr::fn;

// As in server/codegen/lower_arithmetic.cc.
constexpr unsigned long kMaxStablePower = 16;
constexpr unsigned long kMaxFastPower = 64;

bool IsDivisor(const Graph& graph, NodeId id, Numerics numerics) {
  if (!graph.IsCall(id, fn::kPow) || !graph.IsNumber(graph.operands(id)[1])) return false;
  const mpq_class& exponent = graph.number(graph.operands(id)[1]);
  return exponent < 0 && IsProductOfPowers(exponent, numerics, false);
}

double Power(const Graph& graph, NodeId call, Numerics numerics, const CostTable& costs) {
  const NodeId exponent_node = graph.operands(call)[1];
  if (!graph.IsNumber(exponent_node) ||
      !IsProductOfPowers(graph.number(exponent_node), numerics, false))
    return RoutineNanoseconds(graph, call, costs);
  const mpq_class magnitude = abs(graph.number(exponent_node));
  const bool root = magnitude.get_den() != 1;
  const mpz_class whole_part = magnitude.get_num() / magnitude.get_den();
  const uint64_t whole = whole_part.get_ui();
  double total = root ? costs.Of(Opcode::kSqrt) : 0;
  if (whole > 0) {
    const int products = std::bit_width(whole) - 1 + std::popcount(whole) - 1 + (root ? 1 : 0);
    total += products * costs.Of(Opcode::kMul);
  }
  return total + (graph.number(exponent_node) < 0 ? costs.Of(Opcode::kDiv) : 0);
}

double Product(const Graph& graph, NodeId call, Numerics numerics, const CostTable& costs) {
  int factors = 0, divisors = 0;
  for (const NodeId operand : graph.operands(call)) {
    factors += graph.IsNumber(operand, -1) ? 0 : 1;
    divisors += IsDivisor(graph, operand, numerics) ? 1 : 0;
  }
  if (factors < 2) return costs.Of(Opcode::kNeg);
  // A division's own price is its divisor's; it joins two factors.
  return (factors - 1 - (divisors > 0 ? 1 : 0)) * costs.Of(Opcode::kMul);
}

// Products that the sum takes in by multiply-adds.
double Fused(const Graph& graph, NodeId call, Numerics numerics, const CostTable& costs) {
  int products = 0, others = 0;
  for (const NodeId operand : graph.operands(call)) {
    const absl::Span<const NodeId> factors = graph.operands(operand);
    const bool open = graph.IsCall(operand, fn::kMul) && !graph.IsNumber(factors[0], -1) &&
                      std::none_of(factors.begin(), factors.end(), [&](NodeId factor) {
                        return IsDivisor(graph, factor, numerics);
                      });
    ++(open ? products : others);
  }
  const int fused = costs.has_fma ? products - (others == 0 ? std::min(products, 2) : 0) : 0;
  return fused * costs.Of(Opcode::kMul);
}

}  // namespace

bool IsProductOfPowers(const mpq_class& exponent, Numerics numerics, bool accurate) {
  if (numerics == Numerics::kStrict || accurate) {
    return exponent == 0 || exponent == 1 || exponent == -1 || exponent == 2 ||
           exponent == mpq_class(1, 2);
  }
  const unsigned long limit = numerics == Numerics::kFast ? kMaxFastPower : kMaxStablePower;
  const mpz_class& divisor = exponent.get_den();
  return divisor <= 2 && mpz_cmpabs_ui(exponent.get_num_mpz_t(), limit * divisor.get_ui()) <= 0;
}

double RoutineNanoseconds(const Graph& graph, NodeId call, const CostTable& costs) {
  const expr::FunctionRow& row = Row(graph[call].function);
  if (row.lowering != expr::Lowering::kArrayCall) return row.nanoseconds * costs.vector_calls;
  const size_t blocks = graph.operands(call).size() + 1;
  return row.nanoseconds + static_cast<double>(blocks) * costs.array_operand;
}

double PlainNanoseconds(const Graph& graph, NodeId call, const CostTable& costs) {
  const expr::FunctionId function = graph[call].function;
  const expr::FunctionRow& row = Row(function);
  const size_t operands = graph.operands(call).size();
  if (function == fn::kBarrier) return 0;
  if (function == fn::kPiecewise)
    return static_cast<double>(operands / 2) * costs.Of(Opcode::kSelect);
  if (row.lowering != expr::Lowering::kOperator) return RoutineNanoseconds(graph, call, costs);
  const bool variadic = row.max_arity == expr::kVariadic;
  return (variadic ? static_cast<double>(operands - 1) : 1) * costs.Of(row.opcode);
}

double CallNanoseconds(const Graph& graph, NodeId call, Numerics numerics, const CostTable& costs) {
  const expr::FunctionId function = graph[call].function;
  if (function == fn::kPow) return Power(graph, call, numerics, costs);
  if (numerics != Numerics::kStrict && function == fn::kMul)
    return Product(graph, call, numerics, costs);
  const double plain = PlainNanoseconds(graph, call, costs);
  if (numerics == Numerics::kStrict || function != fn::kAdd) return plain;
  return plain - Fused(graph, call, numerics, costs);
}

}  // namespace formulary::passes
