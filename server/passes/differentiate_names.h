#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_NAMES_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_NAMES_H_

// Names of derivatives, as differentiate.h describes them.

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "server/base/strings.h"

namespace formulary::passes {

// Gives out names, each once. One thread at a time.
class Names {
 public:
  explicit Names(size_t max_name_bytes) : max_bytes_(max_name_bytes) {}

  void Take(std::string_view name) { taken_.insert(std::string(name)); }
  // `name`, or another one when it is taken or too long.
  std::string Unique(std::string name);

 private:
  const size_t max_bytes_;
  base::StringSet<> taken_;
  uint32_t numbered_ = 0;
};

// d3f_dx2dy for output f and arguments x, x, y.
std::string DerivativeName(std::string_view output, absl::Span<const std::string_view> arguments);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_NAMES_H_
