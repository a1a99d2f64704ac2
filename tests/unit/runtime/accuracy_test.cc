// The bounds of runtime.h's list against MPFR, for every function, both types and all processor
// levels that this machine has. Prints what it measured: the figures that the function reference
// shows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpfr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "tests/unit/runtime/level_tables.h"
#include "tests/unit/runtime/operands.h"

namespace formulary::runtime {
namespace {

constexpr mpfr_prec_t kPrecision = 128;
constexpr double kWrong = std::numeric_limits<double>::infinity();

// An MPFR number. One thread at a time.
class Big {
 public:
  explicit Big(mpfr_prec_t precision) { mpfr_init2(value_, precision); }
  ~Big() { mpfr_clear(value_); }
  Big(const Big&) = delete;
  Big& operator=(const Big&) = delete;
  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

void Lgamma(mpfr_ptr r, mpfr_srcptr x) {
  int sign = 0;
  mpfr_lgamma(r, &sign, x, MPFR_RNDN);
}

// MPFR takes long over values far outside the range of double; they are known.
void Gamma(mpfr_ptr r, mpfr_srcptr x) {
  if (mpfr_number_p(x) != 0 && mpfr_cmp_si(x, 200) > 0) {
    mpfr_set_inf(r, 1);
  } else if (mpfr_number_p(x) != 0 && mpfr_cmp_si(x, -300) < 0 && mpfr_integer_p(x) == 0) {
    Big floor(kPrecision);
    mpfr_floor(floor.get(), x);
    mpfr_div_2ui(floor.get(), floor.get(), 1, MPFR_RNDN);
    mpfr_set_zero(r, mpfr_integer_p(floor.get()) != 0 ? 1 : -1);
  } else {
    mpfr_gamma(r, x, MPFR_RNDN);
  }
}

void Loggamma(mpfr_ptr r, mpfr_srcptr x) {
  if (mpfr_sgn(x) < 0) {
    mpfr_set_nan(r);
  } else {
    Lgamma(r, x);
  }
}

struct Reference1 {
  const char* name;
  void (*compute)(mpfr_ptr, mpfr_srcptr);
};

template <int (*kFunction)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)>
void Plain1(mpfr_ptr r, mpfr_srcptr x) {
  kFunction(r, x, MPFR_RNDN);
}

constexpr Reference1 kReferences1[] = {{"exp", &Plain1<mpfr_exp>},
                                       {"exp2", &Plain1<mpfr_exp2>},
                                       {"expm1", &Plain1<mpfr_expm1>},
                                       {"log", &Plain1<mpfr_log>},
                                       {"log2", &Plain1<mpfr_log2>},
                                       {"log10", &Plain1<mpfr_log10>},
                                       {"log1p", &Plain1<mpfr_log1p>},
                                       {"sin", &Plain1<mpfr_sin>},
                                       {"cos", &Plain1<mpfr_cos>},
                                       {"tan", &Plain1<mpfr_tan>},
                                       {"asin", &Plain1<mpfr_asin>},
                                       {"acos", &Plain1<mpfr_acos>},
                                       {"atan", &Plain1<mpfr_atan>},
                                       {"sinh", &Plain1<mpfr_sinh>},
                                       {"cosh", &Plain1<mpfr_cosh>},
                                       {"tanh", &Plain1<mpfr_tanh>},
                                       {"asinh", &Plain1<mpfr_asinh>},
                                       {"acosh", &Plain1<mpfr_acosh>},
                                       {"atanh", &Plain1<mpfr_atanh>},
                                       {"cbrt", &Plain1<mpfr_cbrt>},
                                       {"erf", &Plain1<mpfr_erf>},
                                       {"erfc", &Plain1<mpfr_erfc>},
                                       {"gamma", &Gamma},
                                       {"lgamma", &Lgamma},
                                       {"loggamma", &Loggamma}};

struct Reference2 {
  const char* name;
  int (*compute)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
};

constexpr Reference2 kReferences2[] = {
    {"pow", &mpfr_pow}, {"atan2", &mpfr_atan2}, {"hypot", &mpfr_hypot}};

// |y - exact| in units of the exact value's last place in T; infinity counts as the number one
// binade above the largest. kWrong where NaN, or the sign of a zero, differs.
template <class T>
double UlpError(T y, Big& exact, Big& difference) {
  if (mpfr_nan_p(exact.get()) != 0 || std::isnan(y)) {
    return (mpfr_nan_p(exact.get()) != 0) == std::isnan(y) ? 0 : kWrong;
  }
  const bool negative = mpfr_signbit(exact.get()) != 0;
  if (y == 0 && std::signbit(y) != negative) return kWrong;
  if (mpfr_zero_p(exact.get()) != 0) return y == 0 ? 0 : kWrong;
  using Limits = std::numeric_limits<T>;
  const bool beyond =
      mpfr_inf_p(exact.get()) != 0 || mpfr_get_exp(exact.get()) > Limits::max_exponent;
  if (beyond) return std::isinf(y) && std::signbit(y) == negative ? 0 : kWrong;
  if (std::isinf(y)) {
    mpfr_set_si_2exp(difference.get(), std::signbit(y) ? -1 : 1, Limits::max_exponent, MPFR_RNDN);
    mpfr_sub(difference.get(), exact.get(), difference.get(), MPFR_RNDN);
  } else {
    mpfr_sub_d(difference.get(), exact.get(), y, MPFR_RNDN);
  }
  const long exponent = std::max<long>(mpfr_get_exp(exact.get()), Limits::min_exponent);
  mpfr_mul_2si(difference.get(), difference.get(), Limits::digits - exponent, MPFR_RNDN);
  return std::fabs(mpfr_get_d(difference.get(), MPFR_RNDA));
}

template <class T>
struct Output {
  std::string label;
  double bound;
  std::vector<T> values;
  double worst = 0;
  size_t worst_at = 0;

  void Take(size_t at, double error) {
    if (error > worst) {
      worst = error;
      worst_at = at;
    }
  }
};

enum class Form { kPlain, kStrict };
constexpr Form kForms[] = {Form::kPlain, Form::kStrict};

template <class T, class Row>
double BoundOf(const Row& row, Form form, int level) {
  const Accuracy& accuracy = form == Form::kPlain ? row.accuracy : row.strict_accuracy;
  const double bound = sizeof(T) == sizeof(double) ? accuracy.ulp_f64 : accuracy.ulp_f32;
  return level == 2 && form == Form::kStrict ? bound + kLevel2Allowance : bound;
}

std::string Label(Form form, int level) {
  return "v" + std::to_string(level) + (form == Form::kPlain ? " plain" : " strict");
}

template <class T>
void Report(const char* name, const std::vector<Output<T>>& outputs, const std::vector<T>& a,
            const std::vector<T>* b) {
  std::printf("%-8s %s", name, sizeof(T) == 8 ? "f64" : "f32");
  for (const Output<T>& output : outputs) {
    std::printf("  %s %.3f", output.label.c_str(), output.worst);
    EXPECT_LE(output.worst, output.bound)
        << name << " " << output.label << " at " << std::hexfloat << a[output.worst_at] << ", "
        << (b == nullptr ? T{0} : (*b)[output.worst_at]) << ": " << output.values[output.worst_at];
  }
  std::printf("\n");
}

template <class T>
auto Arrays(const Level1& level) {
  if constexpr (sizeof(T) == 8) {
    return std::array<Array1F64, 2>{level.f64, level.strict_f64};
  } else {
    return std::array<Array1F32, 2>{level.f32, level.strict_f32};
  }
}

template <class T>
auto Arrays(const Level2& level) {
  if constexpr (sizeof(T) == 8) {
    return std::array<Array2F64, 2>{level.f64, level.strict_f64};
  } else {
    return std::array<Array2F32, 2>{level.f32, level.strict_f32};
  }
}

// Special functions have their exact values in ball arithmetic, which the catalogue's tests hold
// them against.
bool IsSpecial(const std::string& name) {
#define FY_NAME(stem, ...) #stem,
  static const std::vector<std::string> kNames = {FY_RUNTIME_SPECIAL_VECTOR(FY_NAME)};
#undef FY_NAME
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

template <class T>
void CheckUnary(size_t function, size_t count) {
  const Function1& row = kFunctions1[function];
  if (IsSpecial(row.name)) return;
  const auto* reference =
      std::find_if(std::begin(kReferences1), std::end(kReferences1),
                   [&](const Reference1& r) { return std::string(r.name) == row.name; });
  ASSERT_NE(reference, std::end(kReferences1)) << row.name << " has no reference";
  const std::vector<T> x = Operands<T>(count, 20240601);
  std::vector<Output<T>> outputs;
  for (int level = fy_v1_isa_level(); level >= kFirstLevel; --level) {
    const auto arrays = Arrays<T>(kLevels1[level - kFirstLevel][function]);
    for (const Form form : kForms) {
      outputs.push_back({Label(form, level), BoundOf<T>(row, form, level), std::vector<T>(count)});
      arrays[form == Form::kStrict](outputs.back().values.data(), x.data(),
                                    static_cast<long>(count));
    }
  }
  Big operand(53);
  Big exact(kPrecision);
  Big difference(kPrecision);
  for (size_t i = 0; i < count; ++i) {
    mpfr_set_d(operand.get(), x[i], MPFR_RNDN);
    reference->compute(exact.get(), operand.get());
    for (Output<T>& output : outputs)
      output.Take(i, UlpError<T>(output.values[i], exact, difference));
  }
  Report<T>(row.name, outputs, x, nullptr);
}

template <class T>
void CheckBinary(size_t function, size_t count) {
  const Function2& row = kFunctions2[function];
  const auto* reference =
      std::find_if(std::begin(kReferences2), std::end(kReferences2),
                   [&](const Reference2& r) { return std::string(r.name) == row.name; });
  if (reference == std::end(kReferences2)) return;  // mod: mod_test.cc has it to the bit
  std::vector<T> a;
  std::vector<T> b;
  OperandPairs<T>(count, 20240602, &a, &b);
  std::vector<Output<T>> outputs;
  for (int level = fy_v1_isa_level(); level >= kFirstLevel; --level) {
    const auto arrays = Arrays<T>(kLevels2[level - kFirstLevel][function]);
    for (const Form form : kForms) {
      outputs.push_back({Label(form, level), BoundOf<T>(row, form, level), std::vector<T>(count)});
      arrays[form == Form::kStrict](outputs.back().values.data(), a.data(), 1, b.data(), 1,
                                    static_cast<long>(count));
    }
  }
  Big x(53);
  Big y(53);
  Big exact(kPrecision);
  Big difference(kPrecision);
  for (size_t i = 0; i < count; ++i) {
    mpfr_set_d(x.get(), a[i], MPFR_RNDN);
    mpfr_set_d(y.get(), b[i], MPFR_RNDN);
    reference->compute(exact.get(), x.get(), y.get(), MPFR_RNDN);
    for (Output<T>& output : outputs)
      output.Take(i, UlpError<T>(output.values[i], exact, difference));
  }
  Report<T>(row.name, outputs, a, &b);
}

constexpr size_t kCount = 12000;

TEST(AccuracyTest, UnaryFunctionsKeepTheirBoundsInF64) {
  for (size_t i = 0; i < std::size(kFunctions1); ++i) CheckUnary<double>(i, kCount);
}

TEST(AccuracyTest, UnaryFunctionsKeepTheirBoundsInF32) {
  for (size_t i = 0; i < std::size(kFunctions1); ++i) CheckUnary<float>(i, kCount);
}

TEST(AccuracyTest, BinaryFunctionsKeepTheirBoundsInF64) {
  for (size_t i = 0; i < std::size(kFunctions2); ++i) CheckBinary<double>(i, 2 * kCount);
}

TEST(AccuracyTest, BinaryFunctionsKeepTheirBoundsInF32) {
  for (size_t i = 0; i < std::size(kFunctions2); ++i) CheckBinary<float>(i, 2 * kCount);
}

}  // namespace
}  // namespace formulary::runtime
