#include "client/cli/file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <istream>
#include <memory>
#include <system_error>

#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, Close>;

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(client::Cat("cannot read ", path, ": Is a directory"));
  }
  const OpenFile file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return absl::InvalidArgumentError(
        client::Cat("cannot read ", path, ": ", std::strerror(errno)));
  }
  std::string bytes;
  const auto size = std::filesystem::file_size(path, error);
  if (!error) bytes.reserve(size);
  char block[64 * 1024];
  while (const size_t got = std::fread(block, 1, sizeof block, file.get()))
    bytes.append(block, got);
  if (std::ferror(file.get()) != 0) {
    return absl::InvalidArgumentError(
        client::Cat("cannot read ", path, ": ", std::strerror(errno)));
  }
  return bytes;
}

std::string ReadAll(std::istream& in) {
  std::string bytes;
  char block[64 * 1024];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    bytes.append(block, static_cast<size_t>(in.gcount()));
  }
  return bytes;
}

absl::Status WriteFile(const std::string& path, std::string_view bytes) {
  // Devices, pipes and links are written through; only a plain (or new) file can be replaced by a
  // rename.
  std::error_code error;
  const std::filesystem::file_type type = std::filesystem::symlink_status(path, error).type();
  const bool replace =
      type == std::filesystem::file_type::regular || type == std::filesystem::file_type::not_found;
  const std::string staged = replace ? client::Cat(path, ".", getpid(), ".tmp") : path;
  OpenFile file(std::fopen(staged.c_str(), "wb"));
  bool ok =
      file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  if (file != nullptr) ok = std::fclose(file.release()) == 0 && ok;
  if (replace) ok = ok && std::rename(staged.c_str(), path.c_str()) == 0;
  if (ok) return absl::OkStatus();
  const std::string why = std::strerror(errno);
  if (replace) std::remove(staged.c_str());
  return absl::UnknownError(client::Cat("cannot write ", path, ": ", why));
}

}  // namespace formulary::cli
