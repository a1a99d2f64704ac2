#include "server/passes/algebra.h"

namespace formulary::passes {
namespace {

using expr::Identity;
using expr::kRealModes;

// Sources: R. W. Hamming, Numerical Methods for Scientists and Engineers, chapter 3, for the
// differences; N. J. Higham, Accuracy and Stability of Numerical Algorithms, section 1.8, for the
// quadratic; DLMF 4.21 (sums of angles), 4.33 to 4.37 (hyperbolic functions), 4.42 (series).
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
    {"logistic_less_one", "1/(1 + exp(a)) - 1", "-1/(1 + exp(-a))", kRealModes, ""},
    {"inverse_less_one", "1/(1 + a) - 1", "-a/(1 + a)", kRealModes, "finite(a)"},
    {"root_less_one", "sqrt(1 + a) - 1", "a/(1 + sqrt(1 + a))", kRealModes, "finite(a)"},
    {"power_less_one", "(1 + a)**b - 1",
     "Piecewise((expm1(b*log1p(a)), Abs(b*log1p(a)) < 1), (barrier((1 + a)**b) - 1, True))",
     kRealModes, ""},
    {"root_of_next", "(1 + a)**(1/b) - a**(1/b)",
     "Piecewise((a**(1/b)*expm1(log1p(1/a)/b), (a > 0) & (Abs(log1p(1/a)/b) < 1)), "
     "(barrier((1 + a)**(1/b)) - a**(1/b), True))",
     kRealModes, ""},
    // Trigonometric functions.
    {"tan_from_quotient", "sin(a)/cos(a)", "tan(a)", kRealModes, ""},
    {"tanh_from_quotient", "sinh(a)/cosh(a)", "tanh(a)", kRealModes, ""},
    {"sin_difference", "sin(a + b) - sin(a)", "cos(a)*sin(b) - 2*sin(a)*sin(b/2)**2", kRealModes,
     ""},
    {"cos_difference", "cos(a + b) - cos(a)", "-(sin(a)*sin(b) + 2*cos(a)*sin(b/2)**2)", kRealModes,
     ""},
    {"tan_difference", "tan(a + b) - tan(a)", "tan(b)*(1 + tan(a)**2)/(1 - tan(a)*tan(b))",
     kRealModes, ""},
    {"atan_difference", "atan(a + b) - atan(a)", "atan2(b, 1 + a*(a + b))", kRealModes,
     "moderate(b)"},
    {"versine_over_sine", "sin(a/2)**2/sin(a)", "tan(a/2)/2", kRealModes, "nonzero(a)"},
};

// Series that are cut where the rest is below 2**-54 of the result; beyond, the old form.
constexpr Identity kSeries[] = {
    {"sin_less_argument", "sin(a) - a",
     "Piecewise((a**3*(-1/6 + a**2*(1/120 + a**2*(-1/5040 + a**2*(1/362880 + a**2*(-1/39916800 + "
     "a**2*(1/6227020800 + a**2*(-1/1307674368000 + a**2/355687428096000))))))), Abs(a) < 1), "
     "(barrier(sin(a)) - a, True))",
     kRealModes, ""},
    {"tan_less_argument", "tan(a) - a",
     "Piecewise((a**3*(1/3 + a**2*(-1/30 + a**2*(1/840 + a**2*(-1/45360 + a**2*(1/3991680 + "
     "a**2*(-1/518918400 + a**2*(1/93405312000 - a**2/22230464256000)))))))/cos(a), Abs(a) < "
     "55/64), "
     "(barrier(tan(a)) - a, True))",
     kRealModes, ""},
    {"inverse_less_cotangent", "1/a - 1/tan(a)",
     "Piecewise((a**2*(1/3 + a**2*(-1/30 + a**2*(1/840 + a**2*(-1/45360 + a**2*(1/3991680 + "
     "a**2*(-1/518918400 + a**2*(1/93405312000 - a**2/22230464256000)))))))/sin(a), Abs(a) < "
     "55/64), "
     "(1/a - 1/barrier(tan(a)), True))",
     kRealModes, ""},
};

}  // namespace

absl::Span<const Identity> Algebra() { return kAlgebra; }

absl::Span<const Identity> TruncatedSeries() { return kSeries; }

}  // namespace formulary::passes
