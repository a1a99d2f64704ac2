#include "server/analysis/ball_function.h"

#include <mpfr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "server/analysis/ball_graph.h"
#include "server/expr/ball.h"
#include "server/expr/exponent_range.h"
#include "server/expr/row_text.h"

namespace formulary::analysis {
namespace {

using expr::FunctionRow;
using expr::kMaxRowOperands;
using State = BallValue::State;

// References are asked for no more: some raise the precision themselves, sixteen times.
constexpr slong kMaxReferenceBits = 256;

class Number {
 public:
  explicit Number(slong precision) { mpfr_init2(value_, precision); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  ~Number() { mpfr_clear(value_); }

  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

// The row's reference at a point; false where it has none.
bool ReferenceAt(const FunctionRow& row, absl::Span<arf_struct> point, slong precision,
                 arb_ptr result) {
  // MPFR's exponents end where Arb's do not.
  for (const arf_struct& x : point) {
    if (arf_is_special(&x)) continue;
    if (arf_cmpabs_2exp_si(&x, expr::kMaxExactExponent) > 0 ||
        arf_cmpabs_2exp_si(&x, -expr::kMaxExactExponent) < 0) {
      return false;
    }
  }
  // Any point that comes up is held exactly: its bits are those of a ball's midpoint.
  slong bits = precision;
  for (const arf_struct& x : point) bits = std::max(bits, arf_bits(&x) + 2);
  std::vector<std::unique_ptr<Number>> numbers;
  std::array<mpfr_ptr, kMaxRowOperands> pointers = {};
  for (size_t k = 0; k < point.size(); ++k) {
    numbers.push_back(std::make_unique<Number>(bits));
    pointers[k] = numbers[k]->get();
    arf_get_mpfr(pointers[k], &point[k], MPFR_RNDN);
  }
  Number value(precision);
  row.reference(value.get(), pointers.data());
  if (mpfr_number_p(value.get()) == 0) return false;
  arf_set_mpfr(arb_midref(result), value.get());
  mag_zero(arb_radref(result));
  if (mpfr_zero_p(value.get()) == 0)
    arf_mag_set_ulp(arb_radref(result), arb_midref(result), precision);
  return true;
}

// The midpoint's value, widened by what each operand's ends change.
bool ByEnds(const FunctionRow& row, absl::Span<const BallValue* const> operands, slong precision,
            arb_ptr result) {
  std::vector<arf_struct> point(operands.size());
  for (size_t k = 0; k < operands.size(); ++k) {
    arf_init(&point[k]);
    arf_set(&point[k], arb_midref(operands[k]->ball.get()));
  }
  bool known = ReferenceAt(row, absl::MakeSpan(point), precision, result);
  Ball middle, there;
  arb_set(middle.get(), result);
  for (size_t k = 0; known && k < operands.size(); ++k) {
    arb_srcptr x = operands[k]->ball.get();
    if (arb_is_exact(x)) continue;
    for (const bool above : {false, true}) {
      if (!known) break;
      above ? arb_get_ubound_arf(&point[k], x, precision)
            : arb_get_lbound_arf(&point[k], x, precision);
      known = ReferenceAt(row, absl::MakeSpan(point), precision, there.get());
      arb_sub(there.get(), there.get(), middle.get(), precision);
      arb_add_error(result, there.get());
    }
    arf_set(&point[k], arb_midref(x));
  }
  for (arf_struct& x : point) arf_clear(&x);
  return known;
}

bool IsLarge(const BallValue& operand) {
  return arf_cmpabs_d(arb_midref(operand.ball.get()), expr::kMaxBallOperand) > 0;
}

expr::FunctionId IdOf(const FunctionRow& row) {
  return {static_cast<uint16_t>(&row - expr::Rows().data())};
}

// Whether the row is defined for these operands.
Truth InDomain(const FunctionRow& row, absl::Span<const BallValue* const> operands,
               slong precision) {
  const expr::RowText& domain = expr::TextsOf(IdOf(row)).domain;
  std::vector<BallValue> arguments;
  for (const BallValue* operand : operands) arguments.push_back(*operand);
  const BallGraph graph(domain.graph, {domain.root});
  std::vector<BallValue> values(domain.graph.size());
  graph.Evaluate(arguments, precision, &values);
  const BallValue& root = values[domain.root.value];
  return root.state == State::kTruth ? root.truth : Truth::kUnknown;
}

}  // namespace

void CallFunction(const FunctionRow& row, absl::Span<const BallValue* const> operands,
                  slong precision, BallValue* result) {
  result->state = State::kUnknown;
  // Views of the operands; those that the row does not have are 0.
  const Ball zero;
  std::array<arb_struct, kMaxRowOperands> balls;
  balls.fill(*zero.get());
  bool large = false;
  for (size_t k = 0; k < operands.size(); ++k) {
    balls[k] = *operands[k]->ball.get();
    large = large || IsLarge(*operands[k]);
  }
  bool known = false;
  if (row.enclosure != nullptr) {
    if (row.enclosure->any_size || !large) {
      row.enclosure->function(result->ball.get(), balls.data(), precision);
      known = arb_is_finite(result->ball.get()) != 0;
    }
  } else if (row.reference != nullptr) {
    known = ByEnds(row, operands, std::min(precision, kMaxReferenceBits), result->ball.get());
  }
  if (known) {
    result->state = State::kNumber;
  } else if (InDomain(row, operands, precision) == Truth::kFalse) {
    result->state = State::kUndefined;
  }
}

}  // namespace formulary::analysis
