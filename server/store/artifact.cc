#include "server/store/artifact.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "server/base/check.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::store {
namespace {

constexpr std::string_view kMagic("FYSTORE\0", 8);
constexpr size_t kKeyBytes = 32;
constexpr size_t kBuilderBytes = 32;
constexpr size_t kDigestBytes = 32;
constexpr size_t kSignatureBytes = 64;
constexpr size_t kDigestOffset = 8 + 4 + 4 + kKeyBytes + 8 + 8 + kBuilderBytes;
static_assert(kDigestOffset + kDigestBytes + kSignatureBytes == kFileHeaderBytes);
static_assert(std::endian::native == std::endian::little);

template <typename Number>
void AppendNumber(Number value, std::string* out) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out->append(bytes, sizeof value);
}

void AppendSized(std::string_view text, std::string* out) {
  AppendNumber(uint64_t{text.size()}, out);
  out->append(text);
}

// Takes from the front of hostile bytes; every call says whether there were enough.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool Bytes(uint64_t size, std::string_view* out) {
    if (size > rest_.size()) return false;
    *out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  template <typename T>
  bool Number(T* out) {
    std::string_view bytes;
    if (!Bytes(sizeof *out, &bytes)) return false;
    std::memcpy(out, bytes.data(), sizeof *out);
    return true;
  }
  bool Sized(std::string_view* out) {
    uint64_t size = 0;
    return Number(&size) && Bytes(size, out);
  }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::string BinaryKey(std::string_view key_hex) {
  ABSL_CHECK(base::IsSha256Hex(key_hex));
  return absl::HexStringToBytes(base::ToAbsl(key_hex));
}

std::string_view AsText(const base::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string Encode(FileKind kind, std::string_view key_hex, std::string_view meta,
                   std::string_view body) {
  std::string file;
  file.reserve(kFileHeaderBytes + meta.size() + body.size());
  file.append(kMagic);
  AppendNumber(kLayoutVersion, &file);
  AppendNumber(static_cast<uint32_t>(kind), &file);
  file.append(BinaryKey(key_hex));
  AppendNumber(uint64_t{meta.size()}, &file);
  AppendNumber(uint64_t{body.size()}, &file);
  file.append(kBuilderBytes, '\0');
  const base::Sha256Digest digest = base::Sha256().Update(file).Update(meta).Update(body).Finish();
  file.append(AsText(digest));
  file.append(kSignatureBytes, '\0');
  file.append(meta);
  file.append(body);
  return file;
}

absl::Status Refuse(std::string_view why) {
  return absl::DataLossError(base::StrCat("stored file refused: ", why));
}

struct Parts {
  std::string_view meta, body;
};

absl::StatusOr<Parts> Decode(FileKind kind, std::string_view key_hex, std::string_view file) {
  Reader reader(file);
  std::string_view magic, key, builder, digest, signature;
  uint32_t version = 0, file_kind = 0;
  uint64_t meta_bytes = 0, body_bytes = 0;
  if (!reader.Bytes(kMagic.size(), &magic) || !reader.Number(&version) ||
      !reader.Number(&file_kind) || !reader.Bytes(kKeyBytes, &key) || !reader.Number(&meta_bytes) ||
      !reader.Number(&body_bytes) || !reader.Bytes(kBuilderBytes, &builder) ||
      !reader.Bytes(kDigestBytes, &digest) || !reader.Bytes(kSignatureBytes, &signature)) {
    return Refuse("shorter than its header");
  }
  if (magic != kMagic) return Refuse("not a file of this store");
  if (version != kLayoutVersion) return Refuse("another layout version");
  if (file_kind != static_cast<uint32_t>(kind)) return Refuse("another kind");
  if (key != BinaryKey(key_hex)) return Refuse("it belongs to another key");
  Parts parts;
  if (!reader.Bytes(meta_bytes, &parts.meta) || !reader.Bytes(body_bytes, &parts.body) ||
      !reader.empty()) {
    return Refuse("its size is not the one written in it");
  }
  const base::Sha256Digest actual = base::Sha256()
                                        .Update(file.substr(0, kDigestOffset))
                                        .Update(parts.meta)
                                        .Update(parts.body)
                                        .Finish();
  if (digest != AsText(actual)) return Refuse("its digest does not match");
  const auto is_zero = [](char c) { return c == '\0'; };
  if (!std::all_of(signature.begin(), signature.end(), is_zero)) {
    return Refuse("signed, and this version knows no signatures");
  }
  return parts;
}

}  // namespace

std::string EncodeArtifact(std::string_view key_hex, const Artifact& artifact) {
  std::string meta;
  AppendNumber(artifact.compile_seconds, &meta);
  AppendSized(artifact.fields, &meta);
  AppendSized(artifact.metadata, &meta);
  return Encode(FileKind::kArtifact, key_hex, meta, artifact.elf);
}

std::string EncodeManifest(std::string_view key_hex, std::string_view bytes) {
  return Encode(FileKind::kManifest, key_hex, "", bytes);
}

absl::StatusOr<Artifact> DecodeArtifact(std::string_view key_hex, std::string_view file) {
  ASSIGN_OR_RETURN(const Parts parts, Decode(FileKind::kArtifact, key_hex, file));
  Reader reader(parts.meta);
  double seconds = 0;
  std::string_view fields, metadata;
  if (!reader.Number(&seconds) || !reader.Sized(&fields) || !reader.Sized(&metadata) ||
      !reader.empty()) {
    return Refuse("its description is malformed");
  }
  return Artifact{.fields = std::string(fields),
                  .metadata = std::string(metadata),
                  .elf = std::string(parts.body),
                  .compile_seconds = seconds};
}

absl::StatusOr<std::string> DecodeManifest(std::string_view key_hex, std::string_view file) {
  ASSIGN_OR_RETURN(const Parts parts, Decode(FileKind::kManifest, key_hex, file));
  if (!parts.meta.empty()) return Refuse("its description is malformed");
  return std::string(parts.body);
}

}  // namespace formulary::store
