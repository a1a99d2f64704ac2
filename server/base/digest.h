#ifndef FORMULARY_SERVER_BASE_DIGEST_H_
#define FORMULARY_SERVER_BASE_DIGEST_H_

// SHA-256, the one digest of this program: artefact keys, kernel names, integrity of stored files.
// Never a hash table's hash (that is absl::Hash).

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace formulary::base {

using Sha256Digest = std::array<uint8_t, 32>;

// Incremental SHA-256. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& Update(std::string_view bytes);
  // The digest of everything so far; the object then starts over, empty.
  Sha256Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Sha256Digest Sha256Of(std::string_view bytes);

// 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);
std::string ToHex(const Sha256Digest& digest);

// True for exactly 64 lower-case hex digits: the only form in which a digest may become a file
// name.
bool IsSha256Hex(std::string_view text);

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_DIGEST_H_
