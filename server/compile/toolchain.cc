#include "server/compile/toolchain.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/file.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/base/subprocess.h"

namespace formulary::compile {
namespace {

using base::StrCat;

constexpr const char* kSearchPath[] = {"/usr/local/bin", "/usr/bin", "/bin"};
// The programs one compilation runs, by the names the driver knows them under.
constexpr const char* kPrograms[] = {"cc1", "collect2", "as", "ld"};
constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";

absl::Status Missing(std::string_view message) {
  return base::MakeError(absl::StatusCode::kUnavailable, message,
                         {.reason = "COMPILER_UNAVAILABLE"});
}

std::optional<std::string> Resolve(const std::string& path) {
  char resolved[PATH_MAX];
  if (realpath(path.c_str(), resolved) == nullptr) return std::nullopt;
  return std::string(resolved);
}

// The first `name` on the search path; a name with a slash is a path already.
std::optional<std::string> Locate(const std::string& name) {
  if (absl::StrContains(name, '/')) {
    std::error_code error;
    const std::string path = std::filesystem::absolute(name, error).string();
    return access(path.c_str(), X_OK) == 0 ? std::optional(path) : std::nullopt;
  }
  for (const char* directory : kSearchPath) {
    std::string path = StrCat(directory, "/", name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

std::optional<FileIdentity> Identify(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  const auto nanoseconds = [](timespec time) {
    return static_cast<int64_t>(time.tv_sec) * 1000000000 + time.tv_nsec;
  };
  return FileIdentity{.path = path,
                      .device = info.st_dev,
                      .inode = info.st_ino,
                      .size = static_cast<uint64_t>(info.st_size),
                      .mtime_ns = nanoseconds(info.st_mtim),
                      .ctime_ns = nanoseconds(info.st_ctim)};
}

absl::StatusOr<std::string> DigestOfFile(const std::string& path) {
  const base::FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, "open");
  base::Sha256 digest;
  std::string buffer(size_t{256} << 10, '\0');
  for (;;) {
    const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, "read");
    if (got == 0) return base::ToHex(digest.Finish());
    digest.Update(std::string_view(buffer.data(), static_cast<size_t>(got)));
  }
}

// Standard output of a short question; empty when the program does not answer it.
std::string Ask(std::vector<std::string> argv) {
  absl::StatusOr<base::SubprocessResult> result = base::RunSubprocess(
      {.argv = std::move(argv), .wall_limit = absl::Seconds(10), .file_bytes = 1 << 20});
  if (!result.ok() || !result->succeeded()) return "";
  return std::move(result->standard_output);
}

// First line without blanks at its ends.
std::string FirstLine(const std::string& text) {
  return std::string(
      absl::StripAsciiWhitespace(absl::string_view(text).substr(0, text.find('\n'))));
}

// Paths of the shared libraries that `program` loads; none for a script or a static program.
std::vector<std::string> LibrariesOf(const std::string& program) {
  std::vector<std::string> libraries;
  const std::string listing = Ask({kLoader, "--list", program});
  for (const absl::string_view line : absl::StrSplit(listing, '\n')) {
    // "\tlibbfd.so => /lib/libbfd.so (0x...)"; what has no arrow is the loader or the vdso.
    const std::pair<absl::string_view, absl::string_view> halves =
        absl::StrSplit(line, absl::MaxSplits(" => ", 1));
    const absl::string_view path = halves.second.substr(0, halves.second.find(" ("));
    if (absl::StartsWith(path, "/")) libraries.emplace_back(path);
  }
  return libraries;
}

// Role -> resolved path of every file that takes part; ordered, so that the fingerprint is.
std::map<std::string, std::string> Closure(const std::string& driver) {
  std::map<std::string, std::string> files;
  const auto add_program = [&files](const std::string& role, const std::string& path) {
    const std::optional<std::string> resolved = Resolve(path);
    if (!resolved.has_value()) return;
    files.emplace(role, *resolved);
    for (const std::string& library : LibrariesOf(*resolved)) {
      const std::optional<std::string> target = Resolve(library);
      if (!target.has_value()) continue;
      files.emplace(StrCat("lib:", target->substr(target->rfind('/') + 1)), *target);
    }
  };
  add_program("driver", driver);
  for (const char* program : kPrograms) {
    const std::string name = FirstLine(Ask({driver, StrCat("-print-prog-name=", program)}));
    if (name.empty()) continue;
    if (const std::optional<std::string> path = Locate(name)) add_program(program, *path);
  }
  return files;
}

}  // namespace

bool Unchanged(const Toolchain& toolchain) {
  if (Resolve(toolchain.driver_path) != toolchain.driver_target) return false;
  for (const FileIdentity& file : toolchain.files) {
    if (Identify(file.path) != file) return false;
  }
  return true;
}

absl::StatusOr<ToolchainFinder::Digested> ToolchainFinder::Digest(const std::string& path) {
  const std::optional<FileIdentity> identity = Identify(path);
  if (!identity.has_value()) return Missing("a file of the compiler is gone");
  const auto known = digests_.find(path);
  if (known != digests_.end() && known->second.identity == *identity) return known->second;
  ASSIGN_OR_RETURN(std::string digest_hex, DigestOfFile(path));
  // Replaced while it was read: its digest belongs to neither file.
  if (Identify(path) != identity) return Missing("the compiler is being replaced");
  Digested digested{*identity, std::move(digest_hex)};
  digests_.insert_or_assign(path, digested);
  return digested;
}

absl::StatusOr<std::shared_ptr<const Toolchain>> ToolchainFinder::Find(std::string_view compiler) {
  base::MutexLock lock(&mutex_);
  const std::optional<std::string> driver = Locate(std::string(compiler));
  if (!driver.has_value()) return Missing("there is no compiler on this server");

  auto toolchain = std::make_shared<Toolchain>();
  toolchain->driver_path = *driver;
  toolchain->driver_target = Resolve(*driver).value_or(*driver);
  toolchain->version = FirstLine(Ask({*driver, "--version"}));
  toolchain->target_triple = FirstLine(Ask({*driver, "-dumpmachine"}));
  if (toolchain->version.empty()) return Missing("the compiler of this server does not answer");

  base::Sha256 fingerprint;
  const auto add = [&fingerprint](std::string_view text) {
    fingerprint.Update(StrCat(text.size(), ":")).Update(text);
  };
  add(toolchain->version);
  add(toolchain->target_triple);
  for (const auto& [role, path] : Closure(*driver)) {
    ASSIGN_OR_RETURN(Digested digested, Digest(path));
    add(role);
    add(digested.digest_hex);
    toolchain->files.push_back(std::move(digested.identity));
  }
  toolchain->fingerprint_hex = base::ToHex(fingerprint.Finish());
  base::Log(base::Severity::kInfo, "compiler found",
            {{"path", *driver},
             {"version", toolchain->version},
             {"files", toolchain->files.size()},
             {"fingerprint", toolchain->fingerprint_hex}});
  return std::shared_ptr<const Toolchain>(std::move(toolchain));
}

absl::StatusOr<std::shared_ptr<const Toolchain>> DiscoverToolchain(std::string_view compiler) {
  ToolchainFinder finder;
  return finder.Find(compiler);
}

}  // namespace formulary::compile
