#ifndef FORMULARY_TESTS_SUPPORT_TEST_FILES_H_
#define FORMULARY_TESTS_SUPPORT_TEST_FILES_H_

// Files for tests, and facts about the test's own process.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/file.h"

namespace formulary::testing {

// The project's root: $FORMULARY_SOURCE_DIR, which ctest sets, else the working directory.
std::string SourceDir();
// $FORMULARY_UPDATE_GOLDENS: tests write what they would compare with.
bool UpdateGoldens();

// A new private directory; the test process fails when there is none.
base::TempDir MakeTempDir();

// Creates or overwrites, mode 0600.
void WriteFile(const std::string& path, std::string_view bytes);
// All bytes, or "" when it cannot be read.
std::string Contents(const std::string& path);
bool Exists(const std::string& path);
// Names in a directory (not its sub-directories), sorted, without "." and "..".
std::vector<std::string> Names(const std::string& directory);

// Of this process, now.
size_t OpenDescriptors();
size_t MemoryMaps();
size_t KernelMaps();  // of these, what belongs to loaded kernels
size_t Threads();

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_SUPPORT_TEST_FILES_H_
