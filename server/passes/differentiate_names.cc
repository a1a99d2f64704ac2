#include "server/passes/differentiate_names.h"

namespace formulary::passes {

std::string Names::Unique(std::string name) {
  while (taken_.contains(name) && name.size() <= max_bytes_) name += '_';
  while (name.size() > max_bytes_ || taken_.contains(name))
    name = base::StrCat("derivative", numbered_++);
  taken_.insert(name);
  return name;
}

std::string DerivativeName(std::string_view output, absl::Span<const std::string_view> arguments) {
  const size_t order = arguments.size();
  std::string name = base::StrCat("d", order > 1 ? base::StrCat(order) : "", output, "_");
  for (size_t k = 0; k < order;) {
    size_t next = k + 1;
    while (next < order && arguments[next] == arguments[k]) ++next;
    base::StrAppend(&name, "d", arguments[k], next - k > 1 ? base::StrCat(next - k) : "");
    k = next;
  }
  return name;
}

}  // namespace formulary::passes
