// Sums, products and powers of the canonical form as machine operations.

#include <algorithm>
#include <bit>
#include <map>

#include "server/codegen/lowerer.h"
#include "server/expr/scalar.h"

namespace formulary::codegen {

using expr::NodeId;
using expr::Numerics;
using expr::Opcode;
namespace fn = expr::fn;

namespace {

// Largest power that becomes multiplications. Repeated squaring loses up to (k - 1)/2 ulp, the
// routine up to 4; FAST has 16 ulp to spend.
constexpr unsigned long kMaxStablePower = 16;
constexpr unsigned long kMaxFastPower = 64;

}  // namespace

ValueId Lowerer::Fold(Opcode opcode, absl::Span<const ValueId> values) {
  ValueId folded = values[0];
  for (size_t i = 1; i < values.size(); ++i) {
    folded = Operation(opcode, at(folded).type, {folded, values[i]});
  }
  return folded;
}

ValueId Lowerer::One(DType type) {
  const uint64_t bits = type == DType::kFloat32   ? std::bit_cast<uint32_t>(1.0f)
                        : type == DType::kFloat64 ? std::bit_cast<uint64_t>(1.0)
                                                  : 1;
  return Literal(bits, type);
}

// --- powers
// -----------------------------------------------------------------------------------------

bool Lowerer::IsProductOfPowers(const mpq_class& exponent, DType type) const {
  const mpq_class magnitude = abs(exponent);
  if (type == DType::kInt64) return magnitude.get_den() == 1 && magnitude.get_num().fits_ulong_p();
  // What rounds once; the interpreter in expr/ agrees.
  if (strict_ || program_.accurate)
    return exponent == 0 || magnitude == 1 || exponent == 2 || exponent == mpq_class(1, 2);
  const unsigned long limit =
      program_.numerics == Numerics::kFast ? kMaxFastPower : kMaxStablePower;
  return (magnitude.get_den() == 1 || magnitude.get_den() == 2) && magnitude <= limit;
}

// base**exponent by its chain; powers of one base share their parts.
ValueId Lowerer::PowerOf(ValueId base, uint64_t exponent, const expr::PowerChain& chain) {
  if (exponent == 1) return base;
  const auto found = powers_.find({base, exponent});
  if (found != powers_.end()) return found->second;
  const uint64_t part = chain.FirstPart(exponent);  // at most 128 deep
  const ValueId first = PowerOf(base, part, chain);
  const ValueId second = PowerOf(base, exponent - part, chain);
  const ValueId power = Operation(Opcode::kMul, at(base).type, {first, second});
  powers_.emplace(std::make_pair(base, exponent), power);
  return power;
}

// base**exponent for a positive exponent that IsProductOfPowers.
ValueId Lowerer::RealPower(NodeId base, const mpq_class& exponent, DType type) {
  const ValueId value = Use(base, type);
  if (exponent.get_den() == 1) return PowerOf(value, exponent.get_num().get_ui(), chains_[base]);
  const ValueId root = Operation(Opcode::kSqrt, type, {value});
  const mpz_class whole = exponent.get_num() / 2;
  if (whole == 0) return root;
  return Operation(Opcode::kMul, type, {PowerOf(value, whole.get_ui(), chains_[base]), root});
}

ValueId Lowerer::LowerPower(NodeId id, DType type) {
  const absl::Span<const NodeId> operands = graph_.operands(id);
  if (!graph_.IsNumber(operands[1])) return LowerRoutine(id, type);
  const mpq_class& exponent = graph_.number(operands[1]);
  if (!IsProductOfPowers(exponent, type)) {
    const std::optional<ValueId> power = WholePower(operands[0], exponent, type);
    return power.has_value() ? *power : LowerRoutine(id, type);
  }
  if (exponent == 0) return One(type);
  if (exponent > 0) return RealPower(operands[0], exponent, type);
  if (type != DType::kInt64 && IsInverted(operands[0]) && exponent.get_den() == 1)
    return InversePower(operands[0], -exponent, type);
  const ValueId one = One(type);
  return Operation(Opcode::kDiv, type, {one, RealPower(operands[0], -exponent, type)});
}

bool Lowerer::IsInverted(NodeId base) const {
  const auto uses = divisor_uses_.find(base);
  return uses != divisor_uses_.end() && uses->second > 1;
}

ValueId Lowerer::InversePower(NodeId base, const mpq_class& exponent, DType type) {
  const ValueId inverse = Operation(Opcode::kDiv, type, {One(type), Use(base, type)});
  return PowerOf(inverse, exponent.get_num().get_ui(), chains_[base]);
}

// base**k with its last multiplication left open, for a sum.
std::optional<Lowerer::ProductParts> Lowerer::OpenPower(NodeId id, DType type) {
  if (!graph_.IsCall(id, fn::kPow) || type == DType::kInt64 || uses_[id.value] != 1)
    return std::nullopt;
  const absl::Span<const NodeId> operands = graph_.operands(id);
  if (!graph_.IsNumber(operands[1])) return std::nullopt;
  const mpq_class& exponent = graph_.number(operands[1]);
  if (exponent < 2 || exponent.get_den() != 1 || !IsProductOfPowers(exponent, type))
    return std::nullopt;
  const uint64_t power = exponent.get_num().get_ui();
  const ValueId base = Use(operands[0], type);
  const expr::PowerChain& chain = chains_[operands[0]];
  const uint64_t part = chain.FirstPart(power);
  return ProductParts{false, PowerOf(base, part, chain), PowerOf(base, power - part, chain)};
}

// --- products
// ---------------------------------------------------------------------------------------

bool Lowerer::IsDivisor(NodeId id) const {
  if (!graph_.IsCall(id, fn::kPow)) return false;
  const NodeId exponent = graph_.operands(id)[1];
  return graph_.IsNumber(exponent) && graph_.number(exponent) < 0 &&
         IsProductOfPowers(graph_.number(exponent), DType::kFloat64);
}

// All powers of a base, which share a chain. And a base that several quotients divide by: it is
// inverted once, since a division costs as much as ten products.
void Lowerer::NotePowers() {
  std::map<NodeId, std::vector<uint64_t>> wanted;
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeId id{i};
    if (!needed_[i] || constants_.IsConstant(id) || !graph_.IsCall(id, fn::kPow)) continue;
    const absl::Span<const NodeId> operands = graph_.operands(id);
    if (!graph_.IsNumber(operands[1])) continue;
    const mpq_class& exponent = graph_.number(operands[1]);
    if (!IsProductOfPowers(exponent, DType::kFloat64)) continue;
    const mpz_class whole = abs(exponent.get_num()) / exponent.get_den();
    if (whole > 1) wanted[operands[0]].push_back(whole.get_ui());
    if (exponent < 0 && exponent.get_den() == 1)
      divisor_uses_[operands[0]] += std::max(uses_[i], 1u);
  }
  for (auto& [base, exponents] : wanted)
    chains_.emplace(base, expr::PowerChain(std::move(exponents)));
}

struct Lowerer::Factors {
  std::vector<NodeId> constants;
  std::vector<ValueId> uniform, uniform_divisors, varying, varying_divisors;
};

void Lowerer::AddDivisor(NodeId id, DType type, Factors* factors) {
  const NodeId base = graph_.operands(id)[0];
  const mpq_class exponent = -graph_.number(graph_.operands(id)[1]);
  // An inverse root that has another user is there as a value.
  const bool half = exponent.get_den() != 1;
  if (half ? uses_[id.value] > 1 : IsInverted(base)) {
    const ValueId power = half ? Use(id, type) : InversePower(base, exponent, type);
    (at(power).varying ? factors->varying : factors->uniform).push_back(power);
    return;
  }
  const ValueId divisor = RealPower(base, exponent, type);
  (at(divisor).varying ? factors->varying_divisors : factors->uniform_divisors).push_back(divisor);
}

Lowerer::ProductParts Lowerer::Product(NodeId id, DType type, Sign sign_wanted) {
  ProductParts parts;
  Factors factors;
  for (const NodeId operand : graph_.operands(id)) {
    if (graph_.IsNumber(operand, -1)) {
      parts.negative = !parts.negative;
    } else if (constants_.IsConstant(operand)) {
      factors.constants.push_back(operand);
    } else if (type != DType::kInt64 && IsDivisor(operand)) {
      AddDivisor(operand, type, &factors);
    } else {
      const ValueId value = Use(operand, type);
      (at(value).varying ? factors.varying : factors.uniform).push_back(value);
    }
  }
  // Everything uniform becomes one factor, made in the prologue.
  std::vector<ValueId> hoisted;
  if (!factors.constants.empty()) {
    uint64_t bits = factors.constants.size() == 1 ? constants_.Bits(factors.constants[0], type)
                                                  : constants_.ProductBits(factors.constants, type);
    // The sign goes to the sum, where it costs nothing.
    const uint64_t sign = type == DType::kFloat64   ? 1ull << 63
                          : type == DType::kFloat32 ? 1ull << 31
                                                    : 0;
    if (sign_wanted == Sign::kApart && (bits & sign) != 0) {
      bits &= ~sign;
      parts.negative = !parts.negative;
    }
    hoisted.push_back(Literal(bits, type));
  }
  hoisted.insert(hoisted.end(), factors.uniform.begin(), factors.uniform.end());
  const ValueId one = One(type);
  if (!factors.uniform_divisors.empty()) {
    const ValueId top = hoisted.empty() ? one : Fold(Opcode::kMul, hoisted);
    hoisted = {Operation(Opcode::kDiv, type, {top, Fold(Opcode::kMul, factors.uniform_divisors)})};
  }
  std::vector<ValueId> numerator;
  if (!hoisted.empty()) numerator.push_back(Fold(Opcode::kMul, hoisted));
  numerator.insert(numerator.end(), factors.varying.begin(), factors.varying.end());
  if (numerator.empty()) numerator.push_back(one);
  if (!factors.varying_divisors.empty()) {
    parts.p =
        Operation(Opcode::kDiv, type,
                  {Fold(Opcode::kMul, numerator), Fold(Opcode::kMul, factors.varying_divisors)});
    return parts;
  }
  if (numerator.size() > 1) {
    parts.q = numerator.back();
    numerator.pop_back();
  }
  parts.p = Fold(Opcode::kMul, numerator);
  return parts;
}

ValueId Lowerer::LowerProduct(NodeId id, DType type) {
  const ProductParts parts = Product(id, type, Sign::kKept);
  const ValueId value =
      parts.q.has_value() ? Operation(Opcode::kMul, type, {parts.p, *parts.q}) : parts.p;
  return parts.negative ? Operation(Opcode::kNeg, type, {value}) : value;
}

// --- sums
// -------------------------------------------------------------------------------------------

// Adds a term. A product is fused into a sum that is not itself a bare product: x*x - y*y must
// vanish for x = y, which a fused form would spoil.
void Lowerer::Accumulate(ProductParts term, std::optional<ValueId>* sum, bool* sum_is_product) {
  const DType type = at(term.p).type;
  const bool is_product = term.q.has_value();
  if (!sum->has_value()) {
    ValueId value = is_product ? Operation(Opcode::kMul, type, {term.p, *term.q}) : term.p;
    if (term.negative) value = Operation(Opcode::kNeg, type, {value});
    *sum = value;
    *sum_is_product = is_product;
    return;
  }
  const bool fused = fuse_ && is_product && !*sum_is_product && type != DType::kInt64 &&
                     (at(term.p).varying || at(*term.q).varying);
  if (fused) {
    const ValueId p = term.negative ? Operation(Opcode::kNeg, type, {term.p}) : term.p;
    *sum = Operation(Opcode::kFma, type, {p, *term.q, **sum});
  } else {
    const ValueId value = is_product ? Operation(Opcode::kMul, type, {term.p, *term.q}) : term.p;
    *sum = Operation(term.negative ? Opcode::kSub : Opcode::kAdd, type, {**sum, value});
  }
  *sum_is_product = false;
}

ValueId Lowerer::LowerSum(NodeId id, DType type) {
  std::vector<NodeId> constants;
  std::vector<ProductParts> uniform, varying;
  for (const NodeId operand : graph_.operands(id)) {
    if (constants_.IsConstant(operand)) {
      constants.push_back(operand);
      continue;
    }
    ProductParts parts;
    if (graph_.IsCall(operand, fn::kMul) && uses_[operand.value] == 1) {
      parts = Product(operand, type, Sign::kApart);
    } else if (const std::optional<ProductParts> power = OpenPower(operand, type)) {
      parts = *power;
    } else {
      parts.p = Use(operand, type);
    }
    const bool varies = at(parts.p).varying || (parts.q.has_value() && at(*parts.q).varying);
    (varies ? varying : uniform).push_back(parts);
  }
  if (!constants.empty()) {
    const uint64_t bits = constants.size() == 1 ? constants_.Bits(constants[0], type)
                                                : constants_.SumBits(constants, type);
    uniform.insert(uniform.begin(), {false, Literal(bits, type), std::nullopt});
  }
  // Inputs carry no error: what cancels among them cancels exactly, if no rounded term has joined
  // before.
  const auto is_input = [this](const ProductParts& term) {
    return !term.q.has_value() && at(term.p).kind == InstructionKind::kInput;
  };
  const auto inputs = std::stable_partition(varying.begin(), varying.end(), is_input);
  // A positive term first, so that the others subtract without a negation.
  const auto positive_first = [](auto first, auto last) {
    const auto positive =
        std::find_if(first, last, [](const ProductParts& term) { return !term.negative; });
    if (positive != last) std::rotate(first, positive, positive + 1);
  };
  positive_first(uniform.begin(), uniform.end());
  positive_first(varying.begin(), inputs - varying.begin() >= 2 ? inputs : varying.end());
  std::optional<ValueId> sum;
  bool sum_is_product = false;
  for (const ProductParts& term : uniform) Accumulate(term, &sum, &sum_is_product);
  const bool negated = !varying.empty() && varying.front().negative;
  // The prologue's part is one plain addend; a lone varying term takes it in last, so that it may
  // fuse.
  if (sum.has_value()) sum_is_product = false;
  if (!sum.has_value() && !negated && varying.size() == 2 && varying[0].q.has_value() &&
      !varying[1].q.has_value() && (!varying[1].negative || varying[0].Has(varying[1].p))) {
    // a*b + c: start with c and fuse the product. And a*b - b, which vanishes where a is 1 all the
    // same: other differences of what may be a product do not.
    std::swap(varying[0], varying[1]);
  }
  for (const ProductParts& term : varying) Accumulate(term, &sum, &sum_is_product);
  return *sum;
}

}  // namespace formulary::codegen
