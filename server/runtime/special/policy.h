#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLICY_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLICY_H_

// How Boost.Math is used here: never throwing, never setting errno, in double as it stands or, for
// accuracy, through long double.

#include <boost/math/policies/policy.hpp>

namespace formulary::runtime::special {

namespace policies = boost::math::policies;

using Quiet = policies::policy<policies::domain_error<policies::ignore_error>,
                               policies::pole_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>,
                               policies::underflow_error<policies::ignore_error>,
                               policies::denorm_error<policies::ignore_error>,
                               policies::rounding_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>,
                               policies::indeterminate_result_error<policies::ignore_error>>;
// double through long double: slower by up to ten times, and right to the last bit mostly.
using Promoted = Quiet;
using Plain = policies::normalise<Quiet, policies::promote_double<false>>::type;

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLICY_H_
