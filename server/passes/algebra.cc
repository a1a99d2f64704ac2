#include "server/passes/algebra.h"

namespace formulary::passes {
namespace {

using expr::Identity;
using expr::kRealModes;

// Sources: R. W. Hamming, Numerical Methods for Scientists and Engineers, chapter 3, for the
// differences; N. J. Higham, Accuracy and Stability of Numerical Algorithms, section 1.8, for the
// quadratic; DLMF 4.21 (sums of angles), 4.33 to 4.37 (hyperbolic functions).
//
// Where the new form has values at which the old one had none, it is NaN there by a piecewise.
// barrier() keeps what stands in it from being rewritten again.
constexpr Identity kAlgebra[] = {
    // Differences of roots and of reciprocals.
    {"sqrt_difference", "sqrt(a + b) - sqrt(a)", "b/(sqrt(a + b) + sqrt(a))", kRealModes,
     "nonzero(b)"},
    {"inverse_sqrt_difference", "1/sqrt(a) - 1/sqrt(a + b)",
     "b/(sqrt(a)*sqrt(a + b)*(sqrt(a) + sqrt(a + b)))", kRealModes, "moderate(b)"},
    {"cbrt_difference", "cbrt(a + b) - cbrt(a)",
     "b/(cbrt(a + b)**2 + cbrt(a + b)*cbrt(a) + cbrt(a)**2)", kRealModes, "nonzero(b)"},
    {"cube_root_difference",
     "Piecewise((cbrt(a + b), a + b >= 0), (nan, True)) - Piecewise((cbrt(a), a >= 0), (nan, "
     "True))",
     "Piecewise((b/(cbrt(a + b)**2 + cbrt(a + b)*cbrt(a) + cbrt(a)**2), a >= 0), (nan, True))",
     kRealModes, "positive(b)"},
    {"cbrt_less_one", "cbrt(1 + a) - 1", "a/(cbrt(1 + a)**2 + cbrt(1 + a) + 1)", kRealModes,
     "declared_finite(a)"},
    {"cbrt_less_one_to_infinity", "cbrt(1 + a) - 1",
     "Piecewise((a/(cbrt(1 + a)**2 + cbrt(1 + a) + 1), Abs(a) < oo), (a, True))", kRealModes, ""},
    {"cube_root_less_one", "Piecewise((cbrt(1 + a), 1 + a >= 0), (nan, True)) - 1",
     "Piecewise((a/(cbrt(1 + a)**2 + cbrt(1 + a) + 1), 1 + a >= 0), (nan, True))", kRealModes,
     "declared_finite(a)"},
    {"cube_root_less_one_to_infinity", "Piecewise((cbrt(1 + a), 1 + a >= 0), (nan, True)) - 1",
     "Piecewise((nan, 1 + a < 0), (a/(cbrt(1 + a)**2 + cbrt(1 + a) + 1), a < oo), (a, True))",
     kRealModes, ""},
    {"inverse_difference", "1/(a + b) - 1/a", "-b/(a*(a + b))", kRealModes, "moderate(b)"},
    {"inverse_second_difference", "1/(a + b) + 1/(a - b) - 2/a", "2*b**2/(a*(a + b)*(a - b))",
     kRealModes, "moderate(b)"},
    {"root_less_base", "sqrt(a**2 + b) - a",
     "Piecewise((b/(sqrt(a**2 + b) + Abs(a)), a > 0), (sqrt(a**2 + b) + Abs(a), True))", kRealModes,
     ""},
    {"root_plus_base", "sqrt(a**2 + b) + a",
     "Piecewise((b/(sqrt(a**2 + b) + Abs(a)), a < 0), (sqrt(a**2 + b) + Abs(a), True))", kRealModes,
     ""},
    // Squares that overflow where their sum's root does not.
    {"root_of_large_squares", "sqrt(a**2 + b**2)", "hypot(a, b)", kRealModes, "beyond(a, 1e150)"},
    {"root_of_squares_large", "sqrt(a**2 + b**2)", "hypot(a, b)", kRealModes, "beyond(b, 1e150)"},
    // Exponentials.
    {"expm1_from_exp", "exp(a) - 1", "expm1(a)", kRealModes, ""},
    {"logistic_from_quotient", "exp(a)/(1 + exp(a))", "logistic(a)", kRealModes, ""},
    {"softplus_from_log", "log(1 + exp(a))", "softplus(a)", kRealModes, ""},
    {"exp_of_negative", "1/exp(a)", "exp(-a)", kRealModes, ""},
    {"sinh_from_exp", "exp(a) - exp(-a)", "2*sinh(a)", kRealModes, ""},
    {"cosh_from_exp", "exp(a) + exp(-a)", "2*cosh(a)", kRealModes, ""},
    {"exp_second_difference", "exp(a) + exp(-a) - 2", "(2*sinh(a/2))**2", kRealModes, ""},
    {"exp_over_expm1", "exp(a)/expm1(a)", "-1/expm1(-a)", kRealModes, ""},
    {"expm1_over_expm1", "expm1(2*a)/expm1(a)", "1 + exp(a)", kRealModes, "nonzero(a)"},
    // Logarithms.
    {"log1p_less_log", "log1p(a) - log(a)", "Piecewise((log1p(1/a), a >= 0), (nan, True))",
     kRealModes, ""},
    {"log_difference", "log(a + b) - log(a)", "Piecewise((log1p(b/a), a >= 0), (nan, True))",
     kRealModes, "positive(b)"},
    {"log_of_ratio", "log((1 - a)/(1 + a))", "-2*atanh(a)", kRealModes, ""},
    {"log_of_inverse_ratio", "log((1 + a)/(1 - a))", "2*atanh(a)", kRealModes, ""},
    {"entropy_difference", "(1 + a)*log1p(a) - a*log(a)", "log1p(a) + a*log1p(1/a)", kRealModes,
     ""},
    // Of root_plus_base and root_less_base.
    {"log_of_root_and_base",
     "log(Piecewise((1/(sqrt(a**2 + 1) + Abs(a)), a < 0), (sqrt(a**2 + 1) + Abs(a), True)))",
     "asinh(a)", kRealModes, ""},
    {"log_of_root_less_base",
     "log(Piecewise((1/(sqrt(a**2 + 1) + Abs(a)), a > 0), (sqrt(a**2 + 1) + Abs(a), True)))",
     "-asinh(a)", kRealModes, ""},
    {"log_of_base_and_root",
     "log(Piecewise((-1/(sqrt(a**2 - 1) + Abs(a)), a < 0), (sqrt(a**2 - 1) + Abs(a), True)))",
     "acosh(a)", kRealModes, ""},
    {"square_less_one", "(1 + a)**2 - 1", "a*(2 + a)", kRealModes, ""},
    {"tanh_from_logistic", "2/(1 + exp(a)) - 1", "-tanh(a/2)", kRealModes, ""},
    {"logistic_less_one", "1/(1 + exp(a)) - 1", "-1/(1 + exp(-a))", kRealModes, ""},
    {"inverse_less_one", "1/(1 + a) - 1", "-a/(1 + a)", kRealModes, "declared_finite(a)"},
    {"inverse_less_one_to_infinity", "1/(1 + a) - 1",
     "Piecewise((-a/(1 + a), Ne(Abs(a), oo)), (-1, True))", kRealModes, ""},
    {"root_less_one", "sqrt(1 + a) - 1", "a/(1 + sqrt(1 + a))", kRealModes, "declared_finite(a)"},
    {"root_less_one_to_infinity", "sqrt(1 + a) - 1",
     "Piecewise((a/(1 + sqrt(1 + a)), a < oo), (a, True))", kRealModes, ""},
    // (after those of the numbers that b may be)
    {"power_less_one", "(1 + a)**b - 1", "compoundm1(a, b)", kRealModes, ""},
    // (up to 1 the powers are on either side of 1, beyond both may be large)
    {"root_of_next", "(1 + a)**(1/b) - a**(1/b)",
     "Piecewise((a**(1/b)*compoundm1(1/a, 1/b), (a > 1) & Ne(b, 0)), "
     "(compoundm1(a, 1/b) - powm1(a, 1/b), True))",
     kRealModes, ""},
    // Trigonometric functions.
    {"tan_from_quotient", "sin(a)/cos(a)", "tan(a)", kRealModes, ""},
    {"cosine_of_double_by_tangent", "(1 - tan(a)**2)/(1 + tan(a)**2)", "cos(2*a)", kRealModes, ""},
    {"tanh_from_quotient", "sinh(a)/cosh(a)", "tanh(a)", kRealModes, ""},
    {"sin_difference", "sin(a + b) - sin(a)", "cos(a)*sin(b) + sin(a)*cosm1(b)", kRealModes, ""},
    {"cos_difference", "cos(a + b) - cos(a)", "cos(a)*cosm1(b) - sin(a)*sin(b)", kRealModes, ""},
    {"tan_difference", "tan(a + b) - tan(a)", "tan(b)*(1 + tan(a)**2)/(1 - tan(a)*tan(b))",
     kRealModes, ""},
    {"atan_difference", "atan(a + b) - atan(a)", "atan2(b, 1 + a*(a + b))", kRealModes,
     "moderate(b)"},
    // (apart, for a*tan(a) underflows)
    {"inverse_less_cotangent", "1/a - 1/tan(a)", "barrier(tanmx(a)/a)/tan(a)", kRealModes, ""},
    {"versine_over_sine", "sin(a/2)**2/sin(a)", "tan(a/2)/2", kRealModes, "nonzero(a)"},
    {"cosm1_over_sine", "cosm1(a)/sin(a)", "-tan(a/2)", kRealModes, "nonzero(a)"},
};

}  // namespace

absl::Span<const Identity> Algebra() { return kAlgebra; }

}  // namespace formulary::passes
