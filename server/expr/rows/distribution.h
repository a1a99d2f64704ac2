#ifndef FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_H_
#define FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_H_

// Rows: what distributions are expressed by. Included by catalogue.cc only.

#include "server/expr/rows/distribution_ball.h"
#include "server/expr/rows/distribution_quantile.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// clang-format off
inline constexpr auto kDistribution = std::to_array<FunctionRow>({
  {.name = "gamma_density", .group = "distributions", .doc = "Density at b >= 0 of the gamma distribution of shape a > 0 and scale 1: b**(a - 1)*exp(-b)/gamma(a), accurate for large a.",
   .latex = "\\operatorname{gamma\\_density}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2,
   .domain = "(a > 0) & (b > 0)", .range = Range::kNonnegative,
   .partials = {"Piecewise((r*(log(b) - digamma(a)), b > 0), (0, True))",
                "Piecewise((r*((a - 1)/b - 1), b > 0), (0, True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gamma_density"),
   .reference = &BallReference<&DistributionBall<&balls::GammaDensity>, 2>,
   .nanoseconds = 210,
   .example = "gamma_density(2.5, 1.5)", .example_value = 0.30836065960753856},
  {.name = "log_gamma_density", .group = "distributions", .doc = "Logarithm of gamma_density(a, b): (a - 1)*log(b) - b - loggamma(a) without cancellation.",
   .latex = "\\operatorname{log\\_gamma\\_density}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2,
   .domain = "(a > 0) & (b > 0)",
   .partials = {"log(b) - digamma(a)",
                "(a - 1)/b - 1"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_gamma_density"),
   .reference = &BallReference<&LogDistributionBall<&balls::GammaDensity>, 2>,
   .amplitude = "1", .nanoseconds = 254,
   .example = "log_gamma_density(2.5, 1.5)", .example_value = -1.1764852083106725},
  {.name = "skew_ndtr", .group = "distributions", .doc = "Chance of at most a, standard skew normal distribution of shape b: ndtr(a) - 2*owens_t(a, b), accurate in the tails.",
   .latex = "\\operatorname{skew\\_ndtr}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2,
   .domain = "True", .range = Range::kNonnegative,
   .partials = {"exp(-a**2/2)*sqrt(2/pi)*ndtr(a*b)",
                "-exp(-(1 + b**2)*a**2/2)/(pi*(1 + b**2))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("skew_ndtr"),
   .reference = &BallReference<&DistributionBall<&balls::SkewCdf>, 2>,
   .nanoseconds = 16402,
   .example = "skew_ndtr(0.5, 2)", .example_value = 0.4083012539660563},
  {.name = "log_skew_ndtr", .group = "distributions", .doc = "Logarithm of skew_ndtr(a, b), finite where that is too small for a number.",
   .latex = "\\operatorname{log\\_skew\\_ndtr}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2,
   .domain = "True",
   .partials = {"exp(log_ndtr(a*b) - a**2/2 - r)*sqrt(2/pi)",
                "-exp(-(1 + b**2)*a**2/2 - r)/(pi*(1 + b**2))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_skew_ndtr"),
   .reference = &BallReference<&LogChanceBall<&balls::SkewCdf, &balls::SkewSf>, 2>,
   .nanoseconds = 15532,
   .example = "log_skew_ndtr(0.5, 2)", .example_value = -0.895750009473333},
  {.name = "skew_ndtri", .group = "distributions", .doc = "Quantile of the standard skew normal distribution of shape b: skew_ndtr(r, b) = a, 0 <= a <= 1.",
   .latex = "\\operatorname{skew\\_ndtri}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2,
   .domain = "(a > 0) & (a < 1)",
   .partials = {"exp(r**2/2)*sqrt(pi/2)/ndtr(b*r)",
                "exp(r**2/2 - (1 + b**2)*r**2/2)/(pi*(1 + b**2)*sqrt(2/pi)*ndtr(b*r))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("skew_ndtri"),
   .reference = &QuantileReference<&DistributionBall<&balls::SkewCdf>, 2>,
   .region = "(Abs(b) <= 5) & (a > 1/1000) & (a < 999/1000)", .nanoseconds = 3888,
   .example = "skew_ndtri(0.25, 2)", .example_value = 0.2207100126544301},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_H_
