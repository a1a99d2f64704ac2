#include "client/cpp/status.h"

#include <optional>

#include "absl/strings/cord.h"
#include "absl/types/optional.h"
#include "client/cpp/status_from_grpc.h"
#include "client/cpp/text.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace formulary::client {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";

template <typename Message>
std::optional<Message> Payload(const absl::Status& status) {
  const absl::optional<absl::Cord> bytes =
      status.GetPayload(Cat(kTypePrefix, Message::descriptor()->full_name()));
  Message message;
  if (!bytes.has_value() || !message.ParseFromString(std::string(*bytes))) return std::nullopt;
  return message;
}

absl::StatusCode CodeOf(int code) {
  const bool known = code >= 0 && code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  return known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
}

void AddPayloads(const google::rpc::Status& from, absl::Status* to) {
  for (const google::protobuf::Any& detail : from.details()) {
    to->SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
}

}  // namespace

ErrorDetail GetErrorDetail(const absl::Status& status) {
  ErrorDetail detail;
  if (const auto info = Payload<google::rpc::ErrorInfo>(status)) {
    detail.reason = info->reason();
    detail.domain = info->domain();
    detail.metadata.insert(info->metadata().begin(), info->metadata().end());
  }
  if (const auto request = Payload<google::rpc::BadRequest>(status)) {
    for (const auto& violation : request->field_violations()) {
      detail.field_violations.push_back({violation.field(), violation.description()});
    }
  }
  if (const auto retry = Payload<google::rpc::RetryInfo>(status)) {
    const google::protobuf::Duration& delay = retry->retry_delay();
    detail.retry_after_seconds = static_cast<double>(delay.seconds()) + 1e-9 * delay.nanos();
  }
  return detail;
}

absl::Status StatusFromProto(const google::rpc::Status& status) {
  absl::Status result(CodeOf(status.code()), status.message());
  if (!result.ok()) AddPayloads(status, &result);
  return result;
}

absl::Status StatusFromGrpc(const grpc::Status& status) {
  absl::Status result(CodeOf(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (!result.ok() && details.ParseFromString(status.error_details()))
    AddPayloads(details, &result);
  return result;
}

}  // namespace formulary::client
