#include "server/base/error.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace formulary::base {
namespace {

using ::formulary::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ErrorTest, DetailSurvives) {
  const absl::Status status = MakeError(absl::StatusCode::kResourceExhausted, "full",
                                        {.reason = "QUEUE_FULL",
                                         .field = "a[1].b:2",
                                         .metadata = {{"limit", "3"}, {"", "5:x"}},
                                         .retry_after_seconds = 0.25});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("full")));
  const std::optional<ErrorDetail> detail = GetErrorDetail(status);
  ASSERT_TRUE(detail.has_value());
  EXPECT_EQ(detail->reason, "QUEUE_FULL");
  EXPECT_EQ(detail->field, "a[1].b:2");
  EXPECT_EQ(detail->retry_after_seconds, 0.25);
  ASSERT_EQ(detail->metadata.size(), 2u);
  EXPECT_EQ(detail->metadata[1].second, "5:x");
}

TEST(ErrorTest, ForeignStatusHasNoDetail) {
  EXPECT_FALSE(GetErrorDetail(absl::InternalError("x")).has_value());
  EXPECT_FALSE(GetErrorDetail(absl::OkStatus()).has_value());
}

TEST(ErrorTest, DeepCopiesAreEqual) {
  const absl::Status status = MakeError(absl::StatusCode::kInternal, "m", {.reason = "R"});
  EXPECT_EQ(DeepCopy(status), status);
  EXPECT_EQ(GetErrorDetail(DeepCopy(status))->reason, "R");
  EXPECT_EQ(DeepCopy(absl::OkStatus()), absl::OkStatus());
}

TEST(ErrorTest, OverLimitNamesLimitAndValue) {
  const absl::Status status = OverLimit("NODE_LIMIT", "program.graph", "max_nodes", 10, 11);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("11 is over the limit max_nodes = 10")));
}

TEST(ErrorTest, PrefixesJoinWithDotsAndBrackets) {
  const auto prefixed = [](const char* field) {
    return GetErrorDetail(WithFieldPrefix(InvalidArgument("R", field, "m"), "p"))->field;
  };
  EXPECT_EQ(prefixed("a"), "p.a");
  EXPECT_EQ(prefixed("[3]"), "p[3]");
  EXPECT_EQ(prefixed(""), "p");
}

}  // namespace
}  // namespace formulary::base
