#include "tests/support/test_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "server/base/check.h"

namespace formulary::testing {

std::string SourceDir() {
  const char* source = std::getenv("FORMULARY_SOURCE_DIR");
  return source == nullptr ? "." : source;
}

bool UpdateGoldens() { return std::getenv("FORMULARY_UPDATE_GOLDENS") != nullptr; }

base::TempDir MakeTempDir() {
  absl::StatusOr<base::TempDir> made = base::TempDir::Create("", "formulary_test_");
  ABSL_CHECK(made.ok());
  return *std::move(made);
}

void WriteFile(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  ABSL_CHECK(file.good());
  ABSL_CHECK(chmod(path.c_str(), 0600) == 0);
}

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

bool Exists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

std::vector<std::string> Names(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

size_t OpenDescriptors() {
  return Names("/proc/self/fd").size() - 1;  // the listing's own
}

size_t MemoryMaps() {
  const std::string maps = Contents("/proc/self/maps");
  return static_cast<size_t>(std::count(maps.begin(), maps.end(), '\n'));
}

size_t KernelMaps() {
  const std::string maps = Contents("/proc/self/maps");
  size_t count = 0;
  for (size_t at = 0; (at = maps.find("memfd:formulary-kernel", at)) != std::string::npos; ++at)
    ++count;
  return count;
}

size_t Threads() { return Names("/proc/self/task").size(); }

}  // namespace formulary::testing
