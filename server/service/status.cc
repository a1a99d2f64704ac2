#include "server/service/status.h"

#include <grpcpp/support/status.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "server/base/error.h"
#include "server/base/file.h"
#include "server/base/log.h"
#include "server/base/strings.h"
#include "server/service/names.h"

namespace formulary::service {
namespace {

// Message and details travel in HTTP/2 trailers, of which clients take 8 KiB in all:
// percent-encoded the message may grow three times, and the details hold it twice more in base64.
constexpr size_t kMaxMessageBytes = 1000;
constexpr size_t kMaxFieldBytes = 300;
constexpr size_t kMaxMetadataBytes = 128;

enum class Disposition : uint8_t { kPass, kIncident };
struct CodeRow {
  std::string_view name;
  Disposition disposition;
};
// By code; gRPC and Abseil number them alike.
constexpr CodeRow kCodes[kCodeCount] = {
    {"OK", Disposition::kPass},
    {"CANCELLED", Disposition::kPass},
    {"UNKNOWN", Disposition::kIncident},
    {"INVALID_ARGUMENT", Disposition::kPass},
    {"DEADLINE_EXCEEDED", Disposition::kPass},
    {"NOT_FOUND", Disposition::kPass},
    {"ALREADY_EXISTS", Disposition::kIncident},
    {"PERMISSION_DENIED", Disposition::kIncident},
    {"RESOURCE_EXHAUSTED", Disposition::kPass},
    {"FAILED_PRECONDITION", Disposition::kIncident},
    {"ABORTED", Disposition::kIncident},
    {"OUT_OF_RANGE", Disposition::kIncident},
    {"UNIMPLEMENTED", Disposition::kPass},
    {"INTERNAL", Disposition::kIncident},
    {"UNAVAILABLE", Disposition::kPass},
    {"DATA_LOSS", Disposition::kIncident},
    {"UNAUTHENTICATED", Disposition::kPass},
};

bool IsKnown(int code) { return code >= 0 && code < kCodeCount; }

google::rpc::Status Incident(const absl::Status& status) {
  const std::string incident = base::RandomHex16();
  base::Log(base::Severity::kError, "internal error",
            {{"incident", incident},
             {"code", CodeName(static_cast<int>(status.code()))},
             {"message", base::ToStd(status.message())}});
  google::rpc::ErrorInfo info;
  info.set_reason("INTERNAL");
  info.set_domain("formulary");
  (*info.mutable_metadata())["incident"] = incident;
  google::rpc::Status sent;
  sent.set_code(static_cast<int>(absl::StatusCode::kInternal));
  sent.set_message(base::StrCat("internal error, incident ", incident));
  sent.add_details()->PackFrom(info);
  return sent;
}

void AddErrorInfo(const base::ErrorDetail& detail, google::rpc::Status* sent) {
  google::rpc::ErrorInfo info;
  info.set_reason(CleanText(detail.reason, kMaxMetadataBytes));
  info.set_domain("formulary");
  for (const auto& [key, value] : detail.metadata) {
    (*info.mutable_metadata())[CleanText(key, kMaxMetadataBytes)] =
        CleanText(value, kMaxMetadataBytes);
  }
  sent->add_details()->PackFrom(info);
}

void AddBadRequest(const base::ErrorDetail& detail, google::rpc::Status* sent) {
  google::rpc::BadRequest bad;
  google::rpc::BadRequest::FieldViolation* violation = bad.add_field_violations();
  violation->set_field(CleanText(detail.field, kMaxFieldBytes));
  violation->set_description(sent->message());
  sent->add_details()->PackFrom(bad);
}

void AddRetryInfo(double seconds, google::rpc::Status* sent) {
  google::rpc::RetryInfo retry;
  const double whole = std::floor(seconds);
  retry.mutable_retry_delay()->set_seconds(static_cast<int64_t>(whole));
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>((seconds - whole) * 1e9));
  sent->add_details()->PackFrom(retry);
}

// The reason of a status that came without details: its code's name.
base::ErrorDetail DetailOf(const absl::Status& status) {
  std::optional<base::ErrorDetail> detail = base::GetErrorDetail(status);
  if (!detail.has_value()) detail.emplace();
  if (detail->reason.empty()) detail->reason = CodeName(static_cast<int>(status.code()));
  return *std::move(detail);
}

}  // namespace

std::string_view CodeName(int code) { return kCodes[IsKnown(code) ? code : 2].name; }

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status sent;
  if (status.ok()) return sent;
  const int code = static_cast<int>(status.code());
  if (!IsKnown(code) || kCodes[code].disposition == Disposition::kIncident) return Incident(status);
  const base::ErrorDetail detail = DetailOf(status);
  sent.set_code(code);
  sent.set_message(CleanText(base::ToStd(status.message()), kMaxMessageBytes));
  AddErrorInfo(detail, &sent);
  if (!detail.field.empty()) AddBadRequest(detail, &sent);
  if (detail.retry_after_seconds > 0) AddRetryInfo(detail.retry_after_seconds, &sent);
  return sent;
}

grpc::Status ToGrpcStatus(const google::rpc::Status& status) {
  if (status.code() == 0) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), status.message(),
                      status.SerializeAsString());
}

grpc::Status ToGrpcStatus(const absl::Status& status) { return ToGrpcStatus(ToRpcStatus(status)); }

}  // namespace formulary::service
