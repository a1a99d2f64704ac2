#include "server/service/names.h"

#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/expr/text/utf8.h"

namespace formulary::service {

bool IsValidUtf8(std::string_view text) {
  size_t offset = 0;
  while (offset < text.size()) {
    const expr::text::CodePoint point = expr::text::DecodeUtf8(text, offset);
    if (!point.valid) return false;
    offset += point.length;
  }
  return true;
}

std::string CleanText(std::string_view text, size_t max_bytes) {
  constexpr std::string_view kEllipsis = "...";
  std::string clean;
  size_t cut = 0;  // length of what still leaves room for the ellipsis
  for (size_t offset = 0; offset < text.size();) {
    const expr::text::CodePoint point = expr::text::DecodeUtf8(text, offset);
    clean.append(point.valid ? text.substr(offset, point.length) : "?");
    if (clean.size() + kEllipsis.size() <= max_bytes) cut = clean.size();
    if (clean.size() > max_bytes) return clean.substr(0, cut).append(kEllipsis);
    offset += point.length;
  }
  return clean;
}

absl::Status CheckName(std::string_view name, std::string_view field, size_t max_bytes) {
  if (name.size() > max_bytes)
    return base::OverLimit("NAME_TOO_LONG", field, "max_name_bytes", max_bytes, name.size());
  if (!IsValidUtf8(name))
    return base::InvalidArgument("INVALID_UTF8", field, base::StrCat(field, ": not valid UTF-8"));
  return absl::OkStatus();
}

bool IsKernelName(std::string_view name) {
  constexpr std::string_view kPrefix = "kernels/";
  return name.starts_with(kPrefix) && base::IsSha256Hex(name.substr(kPrefix.size()));
}

absl::Status CheckKernelName(std::string_view name, std::string_view field) {
  if (IsKernelName(name)) return absl::OkStatus();
  return base::InvalidArgument("BAD_KERNEL_NAME", field,
                               base::StrCat(field, ": \"", CleanText(name, 96),
                                            "\" is not kernels/ and 64 lower-case hex digits"));
}

}  // namespace formulary::service
