#include "server/service/field_path.h"

#include "gtest/gtest.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::FieldOf;

TEST(FieldPathTest, PrefixesFieldAndMessage) {
  const absl::Status inner = base::InvalidArgument("R", "array.raw", "array.raw: 3 bytes");
  const absl::Status outer = Within("requests[2]", Within(Indexed("inputs", 1), inner));
  EXPECT_EQ(FieldOf(outer), "requests[2].inputs[1].array.raw");
  EXPECT_EQ(outer.message(), "requests[2].inputs[1].array.raw: 3 bytes");
}

TEST(FieldPathTest, AMessageWithoutFieldGetsOne) {
  EXPECT_EQ(Within("a", base::InvalidArgument("R", "", "wrong")).message(), "a: wrong");
  EXPECT_EQ(Within("a", absl::InvalidArgumentError("wrong")).message(), "a: wrong");
  EXPECT_EQ(FieldOf(Within("a", absl::InvalidArgumentError("wrong"))), "a");
  EXPECT_EQ(FieldOf(Within("a", base::InvalidArgument("R", "[3]", "x"))), "a[3]");
}

TEST(FieldPathTest, OtherCodesWithoutDetailsPassThrough) {
  EXPECT_EQ(Within("a", absl::CancelledError("gone")), absl::CancelledError("gone"));
  EXPECT_EQ(Within("a", absl::DeadlineExceededError("late")), absl::DeadlineExceededError("late"));
}

TEST(FieldPathTest, AtFieldReplacesTheField) {
  const absl::Status status =
      AtField("constant.decimal", base::OverLimit("R", "decimal", "max", 1, 2));
  EXPECT_EQ(FieldOf(status), "constant.decimal");
  EXPECT_EQ(status.message(), "constant.decimal: 2 is over the limit max = 1");
  EXPECT_EQ(base::GetErrorDetail(status)->metadata.size(), 3u);
}

}  // namespace
}  // namespace formulary::service
