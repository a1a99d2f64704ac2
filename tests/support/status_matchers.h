#ifndef FORMULARY_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define FORMULARY_TESTS_SUPPORT_STATUS_MATCHERS_H_

// What Abseil 20220623 lacks: matchers for absl::Status and StatusOr, and macros that unwrap in a
// test.
//   EXPECT_THAT(status, IsOk());  EXPECT_THAT(or_value, IsOkAndHolds(3));
//   EXPECT_THAT(anything, StatusIs(absl::StatusCode::kNotFound, HasSubstr("kernel")));
//   ASSERT_OK_AND_ASSIGN(auto value, F());

#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace formulary::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(HasCode, code, std::string("has status ") + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

MATCHER_P2(HasCodeAndMessage, code, message,
           std::string("has status ") + absl::StatusCodeToString(code)) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()), result_listener);
}

inline auto StatusIs(absl::StatusCode code) { return HasCode(code); }
template <typename MessageMatcher>
auto StatusIs(absl::StatusCode code, MessageMatcher message) {
  return HasCodeAndMessage(
      code, ::testing::Matcher<std::string>(::testing::SafeMatcherCast<std::string>(message)));
}

MATCHER_P(IsOkAndHolds, inner, "is OK and holds what matches") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(inner, *arg, result_listener);
}

}  // namespace formulary::testing

#define FORMULARY_TEST_CONCAT_INNER_(x, y) x##y
#define FORMULARY_TEST_CONCAT_(x, y) FORMULARY_TEST_CONCAT_INNER_(x, y)

#define EXPECT_OK(expression) EXPECT_THAT((expression), ::formulary::testing::IsOk())
#define ASSERT_OK(expression) ASSERT_THAT((expression), ::formulary::testing::IsOk())

#define FORMULARY_ASSERT_OK_AND_ASSIGN_(tmp, lhs, expression) \
  auto tmp = (expression);                                    \
  ASSERT_TRUE(tmp.ok()) << tmp.status().ToString();           \
  lhs = std::move(tmp).value()
#define ASSERT_OK_AND_ASSIGN(lhs, expression) \
  FORMULARY_ASSERT_OK_AND_ASSIGN_(FORMULARY_TEST_CONCAT_(status_or_, __LINE__), lhs, expression)

#endif  // FORMULARY_TESTS_SUPPORT_STATUS_MATCHERS_H_
