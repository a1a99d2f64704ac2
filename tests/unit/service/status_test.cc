#include "server/service/status.h"

#include <grpcpp/support/status.h>

#include <string>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "server/base/error.h"

namespace formulary::service {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <typename Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  for (const google::protobuf::Any& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

TEST(StatusTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_EQ(ToRpcStatus(absl::OkStatus()).code(), 0);
}

TEST(StatusTest, CodesOfTheContractPassThrough) {
  const absl::StatusCode codes[] = {
      absl::StatusCode::kCancelled,         absl::StatusCode::kInvalidArgument,
      absl::StatusCode::kDeadlineExceeded,  absl::StatusCode::kNotFound,
      absl::StatusCode::kResourceExhausted, absl::StatusCode::kUnimplemented,
      absl::StatusCode::kUnavailable};
  for (const absl::StatusCode code : codes) {
    const grpc::Status status = ToGrpcStatus(absl::Status(code, "what"));
    EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(code));
    EXPECT_EQ(status.error_message(), "what");
    google::rpc::Status details;
    ASSERT_TRUE(details.ParseFromString(status.error_details()));
    EXPECT_EQ(details.code(), static_cast<int>(code));
    EXPECT_EQ(Find<google::rpc::ErrorInfo>(details)->domain(), "formulary");
    EXPECT_EQ(Find<google::rpc::ErrorInfo>(details)->reason(), absl::StatusCodeToString(code));
  }
}

TEST(StatusTest, DetailsBecomeMessages) {
  const google::rpc::Status status =
      ToRpcStatus(base::OverLimit("NODE_LIMIT", "program.graph.nodes", "max_nodes", 3, 4));
  const auto info = Find<google::rpc::ErrorInfo>(status);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "NODE_LIMIT");
  EXPECT_EQ(info->metadata().at("limit"), "3");
  EXPECT_EQ(info->metadata().at("actual"), "4");
  const auto bad = Find<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad.has_value());
  EXPECT_EQ(bad->field_violations(0).field(), "program.graph.nodes");
  EXPECT_EQ(bad->field_violations(0).description(), status.message());
  EXPECT_FALSE(Find<google::rpc::RetryInfo>(status).has_value());
}

TEST(StatusTest, CapacityComesWithRetryInfo) {
  const google::rpc::Status status =
      ToRpcStatus(base::MakeError(absl::StatusCode::kResourceExhausted, "full",
                                  {.reason = "QUEUE_FULL", .retry_after_seconds = 1.25}));
  const auto retry = Find<google::rpc::RetryInfo>(status);
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 1);
  EXPECT_EQ(retry->retry_delay().nanos(), 250'000'000);
  EXPECT_FALSE(Find<google::rpc::BadRequest>(status).has_value());
}

TEST(StatusTest, OurBugsAreHiddenAndLogged) {
  const absl::StatusCode codes[] = {
      absl::StatusCode::kInternal, absl::StatusCode::kUnknown, absl::StatusCode::kDataLoss,
      absl::StatusCode::kFailedPrecondition, static_cast<absl::StatusCode>(77)};
  for (const absl::StatusCode code : codes) {
    ::testing::internal::CaptureStderr();
    const google::rpc::Status status = ToRpcStatus(absl::Status(code, "secret /var/cache/path"));
    const std::string log = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(status.code(), 13);
    EXPECT_THAT(status.SerializeAsString(), Not(HasSubstr("secret")));
    const std::string incident = Find<google::rpc::ErrorInfo>(status)->metadata().at("incident");
    EXPECT_EQ(incident.size(), 16u);
    EXPECT_THAT(status.message(), HasSubstr(incident));
    EXPECT_THAT(log, HasSubstr(incident));
    EXPECT_THAT(log, HasSubstr("secret /var/cache/path"));
  }
}

TEST(StatusTest, LongAndInvalidTextsFitIntoTrailers) {
  const std::string bad = std::string(5000, 'x') + "\xff\xfe\n";
  const absl::Status status = base::InvalidArgument("R", bad, "\xff" + bad);
  const grpc::Status sent = ToGrpcStatus(status);
  EXPECT_LE(sent.error_message().size(), 1000u);
  EXPECT_LE(3 * sent.error_message().size() + sent.error_details().size() * 4 / 3, 8192u - 1024);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(sent.error_details()));
  EXPECT_EQ(details.message()[0], '?');
}

TEST(StatusTest, CodeNames) {
  EXPECT_EQ(CodeName(0), "OK");
  EXPECT_EQ(CodeName(16), "UNAUTHENTICATED");
  EXPECT_EQ(CodeName(17), "UNKNOWN");
  EXPECT_EQ(CodeName(-1), "UNKNOWN");
}

}  // namespace
}  // namespace formulary::service
