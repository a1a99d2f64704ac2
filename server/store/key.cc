#include "server/store/key.h"

#include <algorithm>

#include "server/base/strings.h"

namespace formulary::store {
namespace {

using base::StrAppend;
using base::StrCat;

constexpr size_t kMaxReadableBytes = 256;

bool IsReadable(std::string_view value) {
  return value.size() <= kMaxReadableBytes &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

KeyBuilder::KeyBuilder() : hashed_(StrCat("formulary-key", kKeyVersion)) {
  fields_ = StrCat("key_version=", kKeyVersion, "\n");
}

KeyBuilder& KeyBuilder::Add(std::string_view label, std::string_view value) {
  StrAppend(&hashed_, label.size(), ":", label, value.size(), ":", value);
  if (IsReadable(value)) {
    StrAppend(&fields_, label, "=", value, "\n");
  } else {
    StrAppend(&fields_, label, "=(", value.size(), " bytes) ", base::Sha256Hex(value), "\n");
  }
  return *this;
}

KeyBuilder& KeyBuilder::Add(std::string_view label, int64_t value) {
  return Add(label, std::string_view(StrCat(value)));
}

std::string KeyBuilder::Hex() const { return base::Sha256Hex(hashed_); }

}  // namespace formulary::store
