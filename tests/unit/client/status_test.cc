#include "client/cpp/status.h"

#include <gtest/gtest.h>

#include "client/cpp/status_from_grpc.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace formulary::client {
namespace {

TEST(StatusTest, CodesAreTheSame) {
  for (int code = 0; code <= 16; ++code) {
    EXPECT_EQ(static_cast<int>(
                  StatusFromGrpc(grpc::Status(static_cast<grpc::StatusCode>(code), "m")).code()),
              code);
  }
  google::rpc::Status unknown;
  unknown.set_code(99);
  EXPECT_EQ(StatusFromProto(unknown).code(), absl::StatusCode::kUnknown);
}

TEST(StatusTest, DetailsAreDecoded) {
  google::rpc::Status rpc;
  rpc.set_code(3);
  google::rpc::ErrorInfo info;
  info.set_reason("UNKNOWN_FUNCTION");
  info.set_domain("formulary");
  (*info.mutable_metadata())["function"] = "sni";
  rpc.add_details()->PackFrom(info);
  google::rpc::BadRequest request;
  request.add_field_violations()->set_field("program.outputs[0].text");
  rpc.add_details()->PackFrom(request);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  rpc.add_details()->PackFrom(retry);
  const absl::Status status = StatusFromGrpc(
      grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no function sni", rpc.SerializeAsString()));
  EXPECT_EQ(status.message(), "no function sni");
  const ErrorDetail detail = GetErrorDetail(status);
  EXPECT_EQ(detail.reason, "UNKNOWN_FUNCTION");
  EXPECT_EQ(detail.domain, "formulary");
  EXPECT_EQ(detail.metadata.at("function"), "sni");
  ASSERT_EQ(detail.field_violations.size(), 1u);
  EXPECT_EQ(detail.field_violations[0].field, "program.outputs[0].text");
  EXPECT_EQ(detail.retry_after_seconds, 2);
}

TEST(StatusTest, BrokenDetailsAreLeftOut) {
  const absl::Status status =
      StatusFromGrpc(grpc::Status(grpc::StatusCode::INTERNAL, "m", "\xff\xff not a message"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(GetErrorDetail(status).reason, "");
}

TEST(StatusTest, PlainStatusHasNoDetails) {
  const ErrorDetail detail = GetErrorDetail(absl::InternalError("m"));
  EXPECT_TRUE(detail.reason.empty() && detail.field_violations.empty() &&
              detail.retry_after_seconds == 0);
}

}  // namespace
}  // namespace formulary::client
