#include "server/service/field_path.h"

#include <optional>
#include <utility>

#include "server/base/error.h"
#include "server/base/strings.h"

namespace formulary::service {
namespace {

// The message without the field path that it starts with.
std::string_view Bare(std::string_view message, std::string_view field) {
  if (!field.empty() && message.starts_with(field) &&
      message.substr(field.size()).starts_with(": "))
    return message.substr(field.size() + 2);
  return message;
}

absl::Status Rebuilt(const absl::Status& status, base::ErrorDetail detail, std::string field) {
  const std::string message =
      base::StrCat(field, ": ", Bare(base::ToStd(status.message()), detail.field));
  detail.field = std::move(field);
  return base::MakeError(status.code(), message, std::move(detail));
}

}  // namespace

std::string Indexed(std::string_view field, size_t index) {
  return base::StrCat(field, "[", index, "]");
}

absl::Status Within(std::string_view prefix, const absl::Status& status) {
  std::optional<base::ErrorDetail> detail = base::GetErrorDetail(status);
  if (!detail.has_value()) {
    if (status.code() != absl::StatusCode::kInvalidArgument) return status;
    detail.emplace();
  }
  const bool adjacent = detail->field.empty() || detail->field.front() == '[';
  std::string field = base::StrCat(prefix, adjacent ? "" : ".", detail->field);
  return Rebuilt(status, *std::move(detail), std::move(field));
}

absl::Status AtField(std::string_view field, const absl::Status& status) {
  return Rebuilt(status, base::GetErrorDetail(status).value_or(base::ErrorDetail{}),
                 std::string(field));
}

}  // namespace formulary::service
