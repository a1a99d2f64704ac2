#ifndef FORMULARY_SERVER_STORE_KEY_H_
#define FORMULARY_SERVER_STORE_KEY_H_

// The artefact key: the digest of everything that can change an artefact's bytes, and of nothing
// else. Built by the engine; no names of arguments, addresses, times, paths or request data may be
// added.

#include <cstdint>
#include <string>
#include <string_view>

#include "server/base/digest.h"

namespace formulary::store {

// Bump with any change to what is hashed or how.
inline constexpr int kKeyVersion = 1;

// Collects labelled fields. The digest is over
//   "formulary-key" version { label-bytes ':' label value-bytes ':' value }
// (sizes in decimal), so that no two lists of fields run together into the same bytes. The order of
// Add() calls counts. One thread at a time.
class KeyBuilder {
 public:
  KeyBuilder();

  // REQUIRES: label is a fixed identifier of ours.
  KeyBuilder& Add(std::string_view label, std::string_view value);
  KeyBuilder& Add(std::string_view label, int64_t value);

  // 64 hex digits over the fields so far.
  std::string Hex() const;

  // One line a field, "label=value"; a value that is long or not plain text stands as its size and
  // digest. Kept beside the artefact and compared on every hit, which would show a key that fails
  // to tell two artefacts apart.
  const std::string& fields() const { return fields_; }

 private:
  std::string hashed_;
  std::string fields_;
};

}  // namespace formulary::store

#endif  // FORMULARY_SERVER_STORE_KEY_H_
