#include "server/base/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "server/base/strings.h"

namespace formulary::base {
namespace {

constexpr char kPayloadUrl[] = "formulary/error_detail";

// Payload grammar: a list of strings, each as decimal length, ':', bytes:
// reason, field, retry_after_seconds, then key and value of each metadata pair.
void AppendString(std::string_view text, std::string* out) {
  StrAppend(out, text.size(), ":", text);
}

bool ConsumeString(std::string_view* in, std::string* text) {
  const size_t colon = in->find(':');
  uint64_t length = 0;
  if (colon == std::string_view::npos || !absl::SimpleAtoi(ToAbsl(in->substr(0, colon)), &length))
    return false;
  in->remove_prefix(colon + 1);
  if (length > in->size()) return false;
  text->assign(in->substr(0, length));
  in->remove_prefix(length);
  return true;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view message, ErrorDetail detail) {
  std::string payload;
  AppendString(detail.reason, &payload);
  AppendString(detail.field, &payload);
  AppendString(StrCat(detail.retry_after_seconds), &payload);
  for (const auto& [key, value] : detail.metadata) {
    AppendString(key, &payload);
    AppendString(value, &payload);
  }
  absl::Status status(code, ToAbsl(message));
  status.SetPayload(kPayloadUrl, absl::Cord(payload));
  return status;
}

absl::Status InvalidArgument(std::string_view reason, std::string_view field,
                             std::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, message,
                   {.reason = std::string(reason), .field = std::string(field)});
}

absl::Status OverLimit(std::string_view reason, std::string_view field, std::string_view limit_name,
                       uint64_t limit, uint64_t actual) {
  return MakeError(absl::StatusCode::kInvalidArgument,
                   StrCat(field, ": ", actual, " is over the limit ", limit_name, " = ", limit),
                   {.reason = std::string(reason),
                    .field = std::string(field),
                    .metadata = {{"limit_name", std::string(limit_name)},
                                 {"limit", StrCat(limit)},
                                 {"actual", StrCat(actual)}}});
}

absl::Status WithFieldPrefix(const absl::Status& status, std::string_view prefix) {
  std::optional<ErrorDetail> detail = GetErrorDetail(status);
  if (!detail.has_value()) return status;
  const bool joined = detail->field.empty() || detail->field.front() == '[';
  detail->field = StrCat(prefix, joined ? "" : ".", detail->field);
  return MakeError(status.code(), ToStd(status.message()), *std::move(detail));
}

std::optional<ErrorDetail> GetErrorDetail(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  const std::string bytes(*payload);
  std::string_view in = bytes;
  ErrorDetail detail;
  std::string retry;
  if (!ConsumeString(&in, &detail.reason) || !ConsumeString(&in, &detail.field) ||
      !ConsumeString(&in, &retry) || !absl::SimpleAtod(retry, &detail.retry_after_seconds)) {
    return std::nullopt;
  }
  std::string key, value;
  while (ConsumeString(&in, &key) && ConsumeString(&in, &value))
    detail.metadata.emplace_back(key, value);
  return detail;
}

absl::Status DeepCopy(const absl::Status& status) {
  absl::Status copy(status.code(), status.message());
  status.ForEachPayload([&copy](absl::string_view url, const absl::Cord& payload) {
    copy.SetPayload(url, absl::Cord(std::string(payload)));
  });
  return copy;
}

}  // namespace formulary::base
