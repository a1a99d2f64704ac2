#include "server/expr/types.h"

#include <array>

namespace formulary::expr {
namespace {

struct DTypeRow {
  std::string_view name;
  size_t bytes;
};

constexpr std::array<DTypeRow, 8> kDTypes = {{
    {"unspecified", 0},
    {"float64", 8},
    {"float32", 4},
    {"complex128", 16},
    {"complex64", 8},
    {"int64", 8},
    {"int32", 4},
    {"bool", 1},
}};

}  // namespace

size_t ByteSize(DType dtype) { return kDTypes[static_cast<size_t>(dtype)].bytes; }

std::string_view Name(DType dtype) { return kDTypes[static_cast<size_t>(dtype)].name; }

}  // namespace formulary::expr
