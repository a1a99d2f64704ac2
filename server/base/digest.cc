#include "server/base/digest.h"

#include <openssl/evp.h>

#include <algorithm>

#include "server/base/check.h"

namespace formulary::base {
namespace {

// Fetched once: the implicit fetch of EVP_sha256() costs about as much as hashing a kilobyte.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = [] {
    const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched != nullptr ? fetched : EVP_sha256();
  }();
  return algorithm;
}

}  // namespace

struct Sha256::Context {
  Context() : evp(EVP_MD_CTX_new()) { ABSL_CHECK(evp != nullptr); }
  ~Context() { EVP_MD_CTX_free(evp); }
  EVP_MD_CTX* evp;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  ABSL_CHECK(EVP_DigestInit_ex(context_->evp, Algorithm(), nullptr) == 1);
}

Sha256::~Sha256() = default;

Sha256& Sha256::Update(std::string_view bytes) {
  ABSL_CHECK(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256Digest Sha256::Finish() {
  Sha256Digest digest;
  unsigned int size = 0;
  ABSL_CHECK(EVP_DigestFinal_ex(context_->evp, digest.data(), &size) == 1 && size == digest.size());
  ABSL_CHECK(EVP_DigestInit_ex(context_->evp, Algorithm(), nullptr) == 1);
  return digest;
}

Sha256Digest Sha256Of(std::string_view bytes) {
  Sha256Digest digest;
  unsigned int size = 0;
  ABSL_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, Algorithm(), nullptr) ==
             1);
  return digest;
}

std::string Sha256Hex(std::string_view bytes) { return ToHex(Sha256Of(bytes)); }

std::string ToHex(const Sha256Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const uint8_t byte : digest) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

bool IsSha256Hex(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace formulary::base
