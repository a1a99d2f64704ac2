#ifndef FORMULARY_SERVER_EXPR_ROWS_ERROR_H_
#define FORMULARY_SERVER_EXPR_ROWS_ERROR_H_

// Rows: error functions, the normal distribution's function and quantile, Dawson's and Fresnel's
// integrals, Owen's T. Included by catalogue.cc only. Sources of the definitions: DLMF 7; Owen,
// "Tables for computing bivariate normal probabilities", 1956.

#include "server/expr/ball.h"
#include "server/expr/rows/error_balls.h"
#include "server/expr/rows/error_far.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// The slopes of erfcx and dawson cancel for large operands: their asymptotic series from 30 on.
inline constexpr std::string_view kErfcxSlope =
    "Piecewise((2*a*r - 2/sqrt(pi), a < 30), "
    "(-(1 - 3/(2*a**2)*(1 - 5/(2*a**2)*(1 - 7/(2*a**2)*(1 - 9/(2*a**2)))))/(sqrt(pi)*a**2), True))";
inline constexpr std::string_view kDawsonSlope =
    "Piecewise((1 - 2*a*r, Abs(a) < 30), "
    "(-(1 + 3/(2*a**2)*(1 + 5/(2*a**2)*(1 + 7/(2*a**2)*(1 + 9/(2*a**2)))))/(2*a**2), True))";

// clang-format off
inline constexpr auto kError = std::to_array<FunctionRow>({
  {.name = "erfcx", .group = "error", .doc = "Scaled complementary error function exp(a**2)*erfc(a); no underflow for large a.",
   .numpy = "erfcx", .latex = "\\operatorname{erfcx}\\left({0}\\right)",
   .domain = "True", .range = Range::kPositive, .monotone = Monotone::kFalling, .least = 0, .partials = {kErfcxSlope},
   .identities = {{{"erfcx_product", "exp(a**2)*erfc(a)", "erfcx(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("erfcx"),
   .reference = &NearAndFar<&ErfcxBall, &FarErfcx>, .nanoseconds = 2.5,
   .example = "erfcx(10)", .example_value = 0.05614099274382259},
  {.name = "log_erfc", .group = "error", .doc = "log(erfc(a)), finite where erfc underflows.",
   .latex = "\\log\\operatorname{erfc}\\left({0}\\right)",
   .domain = "True", .partials = {"-2/(sqrt(pi)*erfcx(a))"},
   .identities = {{{"log_of_erfc", "log(erfc(a))", "log_erfc(a)", kRealModes, ""}}},
   .lowering = Lowering::kExpansion,
   .expansion = "Piecewise((log1p(-erf(a)), a < 1/2), (log(erfcx(a)) - a*a, True))", .nanoseconds = 6,
   .example = "log_erfc(30)", .example_value = -903.9741171106439},
  {.name = "erfi", .group = "error", .doc = "Imaginary error function, 2/sqrt(pi) times the integral of exp(t**2) from 0 to a.",
   .sympy = "erfi", .numpy = "erfi", .latex = "\\operatorname{erfi}\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign, .partials = {"2*exp(a**2)/sqrt(pi)"},
   .identities = {{{"erfi_odd", "erfi(-a)", "-erfi(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("erfi"),
   .reference = &NearAndFar<&Ball<arb_hypgeom_erfi>, &FarErfi>, .nanoseconds = 2.8,
   .example = "erfi(1)", .example_value = 1.6504257587975428},
  {.name = "dawson", .group = "error", .doc = "Dawson's integral, exp(-a**2) times the integral of exp(t**2) from 0 to a.",
   .numpy = "dawsn", .latex = "F\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign, .partials = {kDawsonSlope},
   .identities = {{{"dawson_odd", "dawson(-a)", "-dawson(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("dawson"),
   .reference = &NearAndFar<&DawsonBall, &FarDawson>, .nanoseconds = 1.8,
   .example = "dawson(1)", .example_value = 0.5380795069127684},
  {.name = "erfinv", .group = "error", .doc = "Inverse of erf; infinite at -1 and 1, NaN outside.",
   .sympy = "erfinv", .numpy = "erfinv", .latex = "\\operatorname{erf}^{-1}\\left({0}\\right)",
   .domain = "(a > -1) & (a < 1)", .range = Range::kSameSign, .partials = {"sqrt(pi)/2*exp(r**2)"},
   .identities = {{{"erfinv_odd", "erfinv(-a)", "-erfinv(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("erfinv"),
   .reference = &BallReference<&ErfinvBall, 1>, .nanoseconds = 1.9,
   .example = "erfinv(1/2)", .example_value = 0.4769362762044699},
  {.name = "erfcinv", .group = "error", .doc = "Inverse of erfc; infinite at 0 and 2, NaN outside.",
   .sympy = "erfcinv", .numpy = "erfcinv", .latex = "\\operatorname{erfc}^{-1}\\left({0}\\right)",
   .domain = "(a > 0) & (a < 2)", .partials = {"-sqrt(pi)/2*exp(r**2)"},
   .identities = {{{"erfinv_complement", "erfinv(1 - a)", "erfcinv(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("erfcinv"),
   .reference = &BallReference<&ErfcinvBall, 1>, .nanoseconds = 1.9,
   .example = "erfcinv(1/4)", .example_value = 0.8134198475976185},
  {.name = "ndtr", .group = "error", .doc = "Standard normal distribution function, erfc(-a/sqrt(2))/2, accurate in the tail.",
   .numpy = "ndtr", .latex = "\\Phi\\left({0}\\right)",
   .domain = "True", .range = Range::kPositive, .least = 0, .greatest = 1, .partials = {"exp(-a**2/2)/sqrt(2*pi)"},
   .identities = {{{"ndtr_erf", "(1 + erf(a/sqrt(2)))/2", "ndtr(a)", kRealModes, ""},
                   {"ndtr_erfc", "erfc(a/sqrt(2))/2", "ndtr(-a)", kRealModes, ""},
                   {"ndtr_erfc_mirrored", "erfc(-a/sqrt(2))/2", "ndtr(a)", kRealModes, ""},
                   {"ndtr_complement", "1 - ndtr(a)", "ndtr(-a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("ndtr"),
   .reference = &NearAndFar<&NdtrBall, &FarNdtr>, .nanoseconds = 1.6,
   .example = "ndtr(-10)", .example_value = 7.619853024160525e-24},
  {.name = "log_ndtr", .group = "error", .doc = "log(ndtr(a)), accurate in both tails.",
   .numpy = "log_ndtr", .latex = "\\log\\Phi\\left({0}\\right)",
   .domain = "True", .partials = {"sqrt(2/pi)/erfcx(-a/sqrt(2))"},
   .identities = {{{"log_of_ndtr", "log(ndtr(a))", "log_ndtr(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_ndtr"),
   .reference = &NearAndFar<&LogNdtrBall, &FarLogNdtr>, .nanoseconds = 5.1,
   .example = "log_ndtr(-40)", .example_value = -804.6084420137538},
  {.name = "ndtri", .group = "error", .doc = "Quantile of the standard normal distribution; infinite at 0 and 1, NaN outside.",
   .numpy = "ndtri", .latex = "\\Phi^{-1}\\left({0}\\right)",
   .domain = "(a > 0) & (a < 1)", .partials = {"sqrt(2*pi)*exp(r**2/2)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("ndtri"),
   .reference = &BallReference<&NdtriBall, 1>, .nanoseconds = 2,
   .example = "ndtri(39/40)", .example_value = 1.9599639845400543},
  {.name = "erf2", .group = "error", .doc = "erf(b) - erf(a), without cancellation.",
   .sympy = "erf2", .latex = "\\operatorname{erf}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "True",
   .partials = {"-2*exp(-a**2)/sqrt(pi)", "2*exp(-b**2)/sqrt(pi)"},
   .identities = {{{"erf_difference", "erf(b) - erf(a)", "erf2(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("erf2"),
   .reference = &ReferenceErf2, .nanoseconds = 90,
   .example = "erf2(1, 2)", .example_value = 0.15262147206923787},
  {.name = "owens_t", .group = "error", .doc = "Owen's T: the integral of exp(-a**2*(1 + t**2)/2)/(1 + t**2) from 0 to b, over 2*pi.",
   .numpy = "owens_t", .latex = "T\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "True",
   .partials = {"-exp(-a**2/2)*erf(a*b/sqrt(2))/(2*sqrt(2*pi))",
                "exp(-a**2*(1 + b**2)/2)/(2*pi*(1 + b**2))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("owens_t"),
   .reference = &BallReference<&OwensTBall, 2>, .nanoseconds = 17,
   .example = "owens_t(1, 1/2)", .example_value = 0.04306469112078536},
  {.name = "fresnels", .group = "error", .doc = "Fresnel's sine integral, of sin(pi*t**2/2) from 0 to a.",
   .sympy = "fresnels", .latex = "S\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign, .partials = {"sin(pi*a**2/2)"},
   .identities = {{{"fresnels_odd", "fresnels(-a)", "-fresnels(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("fresnels"),
   .reference = &BallReference<&FresnelsBall, 1>, .nanoseconds = 50,
   .example = "fresnels(1)", .example_value = 0.43825914739035476},
  {.name = "fresnelc", .group = "error", .doc = "Fresnel's cosine integral, of cos(pi*t**2/2) from 0 to a.",
   .sympy = "fresnelc", .latex = "C\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign, .partials = {"cos(pi*a**2/2)"},
   .identities = {{{"fresnelc_odd", "fresnelc(-a)", "-fresnelc(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("fresnelc"),
   .reference = &BallReference<&FresnelcBall, 1>, .nanoseconds = 50,
   .example = "fresnelc(1)", .example_value = 0.7798934003768229},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ERROR_H_
