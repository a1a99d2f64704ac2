// Lowering on paper: server/codegen/lower_arithmetic.cc says what becomes of sums, products and
// powers, and this must follow it.

#include "server/passes/cost.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "server/expr/catalogue.h"
#include "server/passes/call_cost.h"
#include "server/passes/expand.h"
#include "server/passes/power_uses.h"
#include "server/passes/uses.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::Numerics;
using expr::Opcode;
namespace fn = expr::fn;

class Modeller {
 public:
  Modeller(const expr::Program& program, const CostTable& costs)
      : program_(program),
        graph_(program.graph),
        costs_(costs),
        strict_(program.numerics == Numerics::kStrict),
        needed_(graph_.Reachable(program.roots())) {}

  double Run();

 private:
  // A product as far as its last multiplication, which a sum may fuse.
  struct Product {
    double nanoseconds = 0;
    bool negative = false;
    bool open = false;  // the last multiplication is still to be done
  };
  // A power that is made once however many nodes want it.
  enum class Shared : uint8_t { kPower, kInverse, kInversePower, kRoot };

  void FindVarying();
  void FindLive();
  void MarkFactors(NodeId product);
  void NotePowers();

  bool IsDivisor(NodeId id) const;
  bool IsSharedInverseRoot(NodeId id) const;
  bool IsOpenPower(NodeId id) const;
  bool IsInverted(NodeId base) const { return !strict_ && powers_.IsInverted(base); }
  double InversePower(NodeId base, const mpq_class& exponent);
  bool IsProductOfPowers(const mpq_class& exponent) const {
    return passes::IsProductOfPowers(exponent, program_.numerics, program_.accurate);
  }
  double Of(Opcode opcode) const { return costs_.Of(opcode); }
  double Call(NodeId id);
  double Sum(NodeId id);
  double Power(NodeId base, const mpq_class& exponent);
  double PowerOf(Shared kind, NodeId base, uint64_t exponent);
  Product Factors(NodeId id);
  bool Divide(NodeId divisor, double* nanoseconds);
  bool First(Shared kind, NodeId base, uint64_t exponent) {
    return made_.insert({kind, base.value, exponent}).second;
  }

  const expr::Program& program_;
  const Graph& graph_;
  const CostTable& costs_;
  bool strict_;
  std::vector<bool> needed_, varying_;
  std::vector<bool> live_;    // the node's own value is wanted
  std::vector<bool> in_sum_;  // a product that its only user, a sum, takes in
  std::vector<uint32_t> uses_;
  PowerUses powers_;
  absl::flat_hash_set<std::tuple<Shared, uint32_t, uint64_t>> made_;
};

void Modeller::FindVarying() {
  varying_.assign(graph_.size(), false);
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const expr::Node& node = graph_[NodeId{i}];
    if (node.kind == expr::NodeKind::kArgument) {
      varying_[i] =
          node.payload >= program_.arguments.size() || !program_.arguments[node.payload].uniform;
    }
    const absl::Span<const NodeId> operands = graph_.operands(NodeId{i});
    // x**0 is 1.
    if (graph_.IsCall(NodeId{i}, fn::kPow) && graph_.IsNumber(operands[1], 0)) continue;
    for (const NodeId operand : operands) {
      if (varying_[operand.value]) varying_[i] = true;
    }
  }
}

void Modeller::MarkFactors(NodeId product) {
  for (const NodeId factor : graph_.operands(product)) {
    const bool divides = IsDivisor(factor) && !IsSharedInverseRoot(factor);
    live_[divides ? graph_.operands(factor)[0].value : factor.value] = true;
  }
}

// An inverse root that has another user is there as a value.
bool Modeller::IsSharedInverseRoot(NodeId id) const {
  return uses_[id.value] > 1 && graph_.number(graph_.operands(id)[1]).get_den() != 1;
}

// base**k whose last multiplication a sum may fuse.
bool Modeller::IsOpenPower(NodeId id) const {
  if (!graph_.IsCall(id, fn::kPow) || !graph_.IsNumber(graph_.operands(id)[1])) return false;
  const mpq_class& exponent = graph_.number(graph_.operands(id)[1]);
  return exponent >= 2 && exponent.get_den() == 1 && IsProductOfPowers(exponent);
}

void Modeller::FindLive() {
  live_.assign(graph_.size(), false);
  in_sum_.assign(graph_.size(), false);
  for (const NodeId root : program_.roots()) live_[root.value] = true;
  for (uint32_t i = graph_.size(); i-- > 0;) {
    const NodeId id{i};
    if (!varying_[i] || !(live_[i] || in_sum_[i])) continue;
    const absl::Span<const NodeId> operands = graph_.operands(id);
    if (!strict_ && graph_.IsCall(id, fn::kMul)) {
      MarkFactors(id);
      continue;
    }
    const bool sum = !strict_ && graph_.IsCall(id, fn::kAdd);
    for (const NodeId operand : operands) {
      const bool product = graph_.IsCall(operand, fn::kMul) || IsOpenPower(operand);
      const bool absorbed = sum && product && uses_[operand.value] == 1;
      (absorbed ? in_sum_ : live_)[operand.value] = true;
    }
  }
}

bool Modeller::IsDivisor(NodeId id) const {
  if (strict_ || !graph_.IsCall(id, fn::kPow)) return false;
  const NodeId exponent = graph_.operands(id)[1];
  return graph_.IsNumber(exponent) && graph_.number(exponent) < 0 &&
         IsProductOfPowers(graph_.number(exponent));
}

void Modeller::NotePowers() {
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeId id{i};
    if (!needed_[i] || !varying_[i] || !graph_.IsCall(id, fn::kPow)) continue;
    const absl::Span<const NodeId> operands = graph_.operands(id);
    if (!graph_.IsNumber(operands[1]) || !IsProductOfPowers(graph_.number(operands[1]))) continue;
    powers_.Note(operands[0], graph_.number(operands[1]), std::max(uses_[i], 1u));
  }
  powers_.Finish();
}

// By the chain that all powers of the base have in common.
double Modeller::PowerOf(Shared kind, NodeId base, uint64_t exponent) {
  double total = 0;
  absl::InlinedVector<uint64_t, 8> pending = {exponent};
  while (!pending.empty()) {
    const uint64_t power = pending.back();
    pending.pop_back();
    if (power == 1 || !First(kind, base, power)) continue;
    total += Of(Opcode::kMul);
    const uint64_t part = powers_.FirstPart(base, power);
    pending.push_back(part);
    if (power - part != part) pending.push_back(power - part);
  }
  return total;
}

// base**exponent for a positive exponent.
double Modeller::Power(NodeId base, const mpq_class& exponent) {
  if (exponent.get_den() == 1) return PowerOf(Shared::kPower, base, exponent.get_num().get_ui());
  double total = First(Shared::kRoot, base, 1) ? Of(Opcode::kSqrt) : 0;
  const mpz_class whole = exponent.get_num() / 2;
  if (whole != 0) total += PowerOf(Shared::kPower, base, whole.get_ui()) + Of(Opcode::kMul);
  return total;
}

// Adds what must be computed to divide by `divisor`. True when that leaves a factor, the inverse
// that several quotients share; false when it leaves a divisor.
bool Modeller::Divide(NodeId divisor, double* nanoseconds) {
  const NodeId base = graph_.operands(divisor)[0];
  const mpq_class exponent = -graph_.number(graph_.operands(divisor)[1]);
  if (IsSharedInverseRoot(divisor)) return true;
  if (!IsInverted(base) || exponent.get_den() != 1) {
    *nanoseconds += Power(base, exponent);
    return false;
  }
  *nanoseconds += InversePower(base, exponent);
  return true;
}

double Modeller::InversePower(NodeId base, const mpq_class& exponent) {
  const double inverse = First(Shared::kInverse, base, 1) ? Of(Opcode::kDiv) : 0;
  return inverse + PowerOf(Shared::kInversePower, base, exponent.get_num().get_ui());
}

// A product or an open power, as far as its last multiplication.
Modeller::Product Modeller::Factors(NodeId id) {
  Product product;
  if (graph_.IsCall(id, fn::kPow)) {
    const NodeId base = graph_.operands(id)[0];
    const uint64_t power = graph_.number(graph_.operands(id)[1]).get_num().get_ui();
    const uint64_t part = powers_.FirstPart(base, power);
    product.nanoseconds =
        PowerOf(Shared::kPower, base, part) + PowerOf(Shared::kPower, base, power - part);
    product.open = true;
    return product;
  }
  bool hoisted = false;
  size_t factors = 0, divisors = 0;
  for (const NodeId operand : graph_.operands(id)) {
    if (graph_.IsNumber(operand, -1)) {
      product.negative = !product.negative;
    } else if (!varying_[operand.value]) {
      hoisted = true;
    } else if (IsDivisor(operand)) {
      ++(Divide(operand, &product.nanoseconds) ? factors : divisors);
    } else {
      ++factors;
    }
  }
  factors += hoisted ? 1 : 0;
  if (divisors > 0) {
    const size_t products = (factors > 0 ? factors - 1 : 0) + divisors - 1;
    product.nanoseconds += static_cast<double>(products) * Of(Opcode::kMul) + Of(Opcode::kDiv);
    return product;
  }
  product.open = factors > 1;
  if (factors > 2) product.nanoseconds += static_cast<double>(factors - 2) * Of(Opcode::kMul);
  return product;
}

double Modeller::Sum(NodeId id) {
  double total = 0;
  bool uniform = false;
  absl::InlinedVector<Product, 8> terms;
  size_t inputs = 0;
  for (const NodeId operand : graph_.operands(id)) {
    if (!varying_[operand.value]) {
      uniform = true;
    } else if (in_sum_[operand.value]) {
      terms.push_back(Factors(operand));
      total += terms.back().nanoseconds;
    } else {
      const bool input = graph_[operand].kind == expr::NodeKind::kArgument;
      if (!input) terms.emplace_back();
      inputs += input ? 1 : 0;
    }
  }
  // Arguments are added first.
  terms.insert(terms.begin(), inputs, Product{});
  const auto end = inputs >= 2 ? terms.begin() + static_cast<std::ptrdiff_t>(inputs) : terms.end();
  const auto first =
      std::find_if(terms.begin(), end, [](const Product& term) { return !term.negative; });
  if (first != end) std::rotate(terms.begin(), first, first + 1);
  const bool swap = !uniform && terms.size() == 2 && !terms[0].negative && terms[0].open &&
                    !terms[1].open && !terms[1].negative;
  if (swap) std::swap(terms[0], terms[1]);
  bool started = uniform, sum_is_product = false;
  for (const Product& term : terms) {
    const bool fused = started && term.open && !sum_is_product && costs_.has_fma;
    if (fused) {
      total += Of(Opcode::kFma);
    } else {
      total += term.open ? Of(Opcode::kMul) : 0;
      total += started ? Of(Opcode::kAdd) : term.negative ? Of(Opcode::kNeg) : 0;
    }
    sum_is_product = !started && term.open;
    started = true;
  }
  return total;
}

double Modeller::Call(NodeId id) {
  const absl::Span<const NodeId> operands = graph_.operands(id);
  const expr::FunctionRow& row = Row(graph_[id].function);
  const expr::FunctionId function = graph_[id].function;
  if (function == fn::kPow) {
    const bool number = graph_.IsNumber(operands[1]);
    if (!number || !IsProductOfPowers(graph_.number(operands[1])))
      return RoutineNanoseconds(graph_, id, costs_);
    const mpq_class& exponent = graph_.number(operands[1]);
    if (exponent == 0) return 0;
    if (exponent > 0) return Power(operands[0], exponent);
    if (exponent == -1 || (exponent.get_den() == 1 && IsInverted(operands[0])))
      return InversePower(operands[0], -exponent);
    return Power(operands[0], -exponent) + Of(Opcode::kDiv);
  }
  if (!strict_ && function == fn::kAdd) return Sum(id);
  if (!strict_ && function == fn::kMul) {
    if (operands.size() == 2 && operands[0] == operands[1])
      return PowerOf(Shared::kPower, operands[0], 2);
    const Product product = Factors(id);
    return product.nanoseconds + (product.open ? Of(Opcode::kMul) : 0) +
           (product.negative ? Of(Opcode::kNeg) : 0);
  }
  if (row.opcode == Opcode::kSqrt) return Power(operands[0], mpq_class(1, 2));
  return PlainNanoseconds(graph_, id, costs_);
}

double Modeller::Run() {
  FindVarying();
  uses_ = CountUses(program_, needed_);
  FindLive();
  NotePowers();
  double total = 0;
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (live_[i] && varying_[i] && graph_[NodeId{i}].kind == expr::NodeKind::kCall)
      total += Call(NodeId{i});
  }
  return total;
}

}  // namespace

double ModelledNanoseconds(const expr::Program& program, const CostTable& costs) {
  if (HasExpansions(program.graph)) return Modeller(Expand(program), costs).Run();
  return Modeller(program, costs).Run();
}

}  // namespace formulary::passes
