#include "tests/unit/kernel/test_objects.h"

#include <map>

#include "server/base/check.h"
#include "server/base/strings.h"
#include "server/base/subprocess.h"
#include "server/compile/flags.h"
#include "tests/support/sample_kernels.h"
#include "tests/support/test_files.h"

namespace formulary::kernel {

std::string BuildObject(const std::string& text, const std::vector<std::string>& extra,
                        const std::string& symbol) {
  static auto* const made =
      new std::map<std::string, std::string>;  // one thread: tests build up front
  std::string key = base::StrCat(symbol, "\n", text);
  for (const std::string& flag : extra) base::StrAppend(&key, "\n", flag);
  if (const auto found = made->find(key); found != made->end()) return found->second;
  const base::TempDir dir = testing::MakeTempDir();
  testing::WriteFile(dir.Path("k.c"), text);
  std::vector<std::string> argv =
      compile::SingleUnitArguments(compile::TargetIsa::kX86V2, 3, symbol, "k.c", "k.so");
  argv.insert(argv.begin(), "/usr/bin/gcc");
  argv.insert(argv.end(), extra.begin(), extra.end());
  const auto result = base::RunSubprocess({.argv = argv, .working_directory = dir.path()});
  ABSL_CHECK(result.ok());
  if (!result->succeeded()) std::fprintf(stderr, "%s\n", result->standard_error.c_str());
  ABSL_CHECK(result->succeeded());
  return (*made)[key] = testing::Contents(dir.Path("k.so"));
}

std::string AffineObject(double factor, const std::string& symbol) {
  return BuildObject(testing::AffineKernelText(factor), {}, symbol);
}

}  // namespace formulary::kernel
