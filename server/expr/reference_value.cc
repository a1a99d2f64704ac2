#include "server/expr/reference_value.h"

#include <mpfr.h>

namespace formulary::expr {
namespace {

// More than a double's, so that rounding twice costs no more than 2^-26 ulp.
constexpr mpfr_prec_t kBits = 80;

class Number {
 public:
  Number() { mpfr_init2(value_, kBits); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  ~Number() { mpfr_clear(value_); }

  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

// False where the reference has no value, or 0, whose sign the routine knows better.
template <typename T>
bool Reference(const FunctionRow& row, const T* operands, Number* result) {
  Number numbers[kMaxRowOperands];
  mpfr_ptr pointers[kMaxRowOperands];
  for (size_t k = 0; k < row.max_arity; ++k) {
    pointers[k] = numbers[k].get();
    mpfr_set_d(pointers[k], operands[k], MPFR_RNDN);
  }
  row.reference(result->get(), pointers);
  return mpfr_regular_p(result->get()) != 0;
}

}  // namespace

bool NeedsReference(const FunctionRow& row, DType dtype) {
  if (row.routine == nullptr || row.reference == nullptr) return false;
  const runtime::Accuracy& bound = row.routine->strict_accuracy;
  return (dtype == DType::kFloat32 ? bound.ulp_f32 : bound.ulp_f64) > 1 || !row.region.empty() ||
         !row.amplitude.empty();
}

double ReferenceValue(const FunctionRow& row, const double* operands) {
  Number result;
  if (!Reference(row, operands, &result)) return row.routine->wide(true).value(operands);
  return mpfr_get_d(result.get(), MPFR_RNDN);
}

float ReferenceValue(const FunctionRow& row, const float* operands) {
  Number result;
  if (!Reference(row, operands, &result)) return row.routine->single(true).value(operands);
  return mpfr_get_flt(result.get(), MPFR_RNDN);
}

}  // namespace formulary::expr
