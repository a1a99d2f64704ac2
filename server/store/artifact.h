#ifndef FORMULARY_SERVER_STORE_ARTIFACT_H_
#define FORMULARY_SERVER_STORE_ARTIFACT_H_

// The one-file format of everything in the store. Called by Store only. One file, so that the bytes
// of two writers can never be mixed; every byte is covered by the digest, so that a file is whole
// or refused.
//
//   file      = magic version kind key meta_bytes body_bytes builder digest signature meta body
//   magic     = "FYSTORE" NUL                          8 bytes
//   version   = u32, kLayoutVersion
//   kind      = u32, FileKind
//   key       = 32 bytes: the name of the file in binary
//   meta_bytes, body_bytes = u64
//   builder   = 32 bytes: who made it; zero until artefacts are signed
//   digest    = 32 bytes: SHA-256 of everything in front of it, then meta, then body
//   signature = 64 bytes, for an Ed25519 signature of the digest; zero until artefacts are signed
//   meta      = for an artefact: seconds fields metadata; for a manifest: empty
//   seconds   = u64: bits of an IEEE double
//   fields, metadata = u64 size, bytes
//   body      = for an artefact: the ELF file; for a manifest: the engine's bytes
// Numbers are little-endian; there is nothing behind the body.

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace formulary::store {

// Bump with any change of the grammar above; other versions are misses.
inline constexpr uint32_t kLayoutVersion = 1;

enum class FileKind : uint32_t { kArtifact = 1, kManifest = 2 };

inline constexpr size_t kFileHeaderBytes = 192;

// A compiled program.
struct Artifact {
  std::string fields;          // KeyBuilder::fields() of its key
  std::string metadata;        // the engine's, opaque here
  std::string elf;             // the shared object
  double compile_seconds = 0;  // what it cost once
};

// REQUIRES: IsSha256Hex(key_hex).
std::string EncodeArtifact(std::string_view key_hex, const Artifact& artifact);
std::string EncodeManifest(std::string_view key_hex, std::string_view bytes);

// DATA_LOSS when `file` is not, to the last bit, what the encoder made under this key.
// Bounds-checked: any bytes may be given.
absl::StatusOr<Artifact> DecodeArtifact(std::string_view key_hex, std::string_view file);
absl::StatusOr<std::string> DecodeManifest(std::string_view key_hex, std::string_view file);

}  // namespace formulary::store

#endif  // FORMULARY_SERVER_STORE_ARTIFACT_H_
