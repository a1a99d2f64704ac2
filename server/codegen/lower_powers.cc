// Whole powers as the strict routine computes them (runtime/pow_integer.h), in place: the same
// products in the same order, so that powers of one base share them and nothing is called.

#include <bit>
#include <cmath>

#include "server/codegen/lowerer.h"

namespace formulary::codegen {

using expr::NodeId;
using expr::Opcode;
namespace fn = expr::fn;

namespace {

// Longer products leave too few operands in reach.
constexpr uint64_t kMaxPowerInPlace = 64;

// The routine's products hold for powers within 2^-960 and 2^960; |x| < 2^k keeps x^n there for k n
// up to this.
constexpr uint64_t kMaxPowerExponent = 959;

}  // namespace

// A power is high - rest, and a zero has the sign of high. So the routine's low is -rest.
struct Lowerer::ExactPower {
  ValueId high = 0;
  std::optional<ValueId> rest;  // none: 0
};

// What is computed whatever branches elements take.
void Lowerer::NoteUnconditional() {
  unconditional_.assign(graph_.size(), false);
  for (const NodeId root : program_.roots()) unconditional_[root.value] = true;
  for (size_t i = graph_.size(); i-- > 0;) {
    if (!unconditional_[i]) continue;
    const absl::Span<const NodeId> operands = graph_.operands(NodeId{static_cast<uint32_t>(i)});
    const bool branches = graph_.IsCall(NodeId{static_cast<uint32_t>(i)}, fn::kPiecewise);
    for (size_t k = 0; k < operands.size(); ++k) {
      if (!branches || k % 2 == 1) unconditional_[operands[k].value] = true;
    }
  }
}

// None where the routine is called: of uniform bases, which are computed once, of bases that only
// some branch needs, which a test of all elements would make needed by all, and on CPUs on which
// the routine is another.
std::optional<ValueId> Lowerer::WholePower(NodeId base, const mpq_class& exponent, DType type) {
  const mpq_class magnitude = abs(exponent);
  const bool whole = magnitude.get_den() == 1 && magnitude <= kMaxPowerInPlace;
  if (!out_.strict || !options_.has_fma || !whole || constants_.IsConstant(base))
    return std::nullopt;
  const uint64_t n = magnitude.get_num().get_ui();
  const bool inverse = exponent < 0;
  const ValueId x = Use(base, type);
  if (!at(x).varying) return std::nullopt;
  if (type == DType::kFloat32) return WholePowerOfFloat(x, n, inverse);
  const bool always = unconditional_[base.value] || graph_[base].kind == expr::NodeKind::kArgument;
  if (whole_powers_ != WholePowers::kProducts || !always) return std::nullopt;
  Reach& reach = reaches_[x];
  reach.greatest = std::max(reach.greatest, n);
  reach.inverse |= inverse;
  return WholePowerOfDouble(x, n, inverse);
}

// Products along the exponent's bits, from the highest down, each with the error of its rounding.
// Source: Dekker 1971, as in the routine. Equal powers are one instruction each.
Lowerer::ExactPower Lowerer::PowerWithRest(ValueId x, uint64_t n) {
  const DType type = at(x).type;
  ExactPower power{.high = x};
  for (int bit = std::bit_width(n) - 2; bit >= 0; --bit) {
    const ValueId high = power.high;
    const ValueId square = Operation(Opcode::kMul, type, {high, high});
    ValueId rest =
        Operation(Opcode::kFma, type, {Operation(Opcode::kNeg, type, {high}), high, square});
    if (power.rest.has_value()) {
      const ValueId twice = Operation(Opcode::kAdd, type, {high, high});
      rest = Operation(Opcode::kFma, type, {twice, *power.rest, rest});
    }
    power = {square, rest};
    if ((n >> bit & 1) == 0) continue;
    const ValueId product = Operation(Opcode::kMul, type, {square, x});
    const ValueId error =
        Operation(Opcode::kFma, type, {Operation(Opcode::kNeg, type, {square}), x, product});
    power = {product, Operation(Opcode::kFma, type, {rest, x, error})};
  }
  return power;
}

ValueId Lowerer::WholePowerOfDouble(ValueId x, uint64_t n, bool inverse) {
  const DType type = DType::kFloat64;
  const ExactPower power = PowerWithRest(x, n);
  if (!inverse) return Operation(Opcode::kSub, type, {power.high, *power.rest});
  const ValueId one = One(type);
  const ValueId q = Operation(Opcode::kDiv, type, {one, power.high});
  const ValueId left =
      Operation(Opcode::kFma, type, {Operation(Opcode::kNeg, type, {q}), power.high, one});
  const ValueId error = Operation(Opcode::kFma, type, {q, *power.rest, left});
  return Operation(Opcode::kFma, type, {q, error, q});
}

// Doubles have room for what floats' powers are, and their errors: all operands are in reach.
ValueId Lowerer::WholePowerOfFloat(ValueId x, uint64_t n, bool inverse) {
  const DType type = DType::kFloat64;
  const ValueId wide = Converted(x, type);
  ValueId power = wide;
  for (int bit = std::bit_width(n) - 2; bit >= 0; --bit) {
    power = Operation(Opcode::kMul, type, {power, power});
    if ((n >> bit & 1) != 0) power = Operation(Opcode::kMul, type, {power, wide});
  }
  if (inverse) power = Operation(Opcode::kDiv, type, {One(type), power});
  return Converted(power, DType::kFloat32);
}

// |x| within 2^-k and 2^k, where the routine takes its products too. They are right for 0, but
// for inverses.
ValueId Lowerer::InReach(ValueId x, const Reach& reach) {
  const DType type = DType::kFloat64;
  const int k = static_cast<int>(kMaxPowerExponent / reach.greatest);
  const auto power_of_two = [&](int e) {
    return Literal(std::bit_cast<uint64_t>(std::ldexp(1.0, e)), type);
  };
  const ValueId size = Operation(Opcode::kAbs, type, {x});
  const ValueId below = Operation(Opcode::kLessEqual, DType::kBool, {size, power_of_two(k)});
  ValueId above = Operation(Opcode::kLessEqual, DType::kBool, {power_of_two(-k), size});
  if (!reach.inverse) {
    const ValueId zero = Operation(Opcode::kEqual, DType::kBool, {size, Literal(0, type)});
    above = Operation(Opcode::kOr, DType::kBool, {above, zero});
  }
  return Operation(Opcode::kAnd, DType::kBool, {below, above});
}

void Lowerer::TestReach() {
  for (const auto& [x, reach] : reaches_) {
    const ValueId near = InReach(x, reach);
    out_.in_reach = out_.in_reach.has_value()
                        ? Operation(Opcode::kAnd, DType::kBool, {*out_.in_reach, near})
                        : near;
  }
}

}  // namespace formulary::codegen
