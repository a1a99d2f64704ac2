#include "tests/support/fake_program.h"

#include <sys/stat.h>

#include "server/base/check.h"
#include "server/base/strings.h"
#include "tests/support/test_files.h"

namespace formulary::testing {

std::string WriteScript(const std::string& path, std::string_view body) {
  WriteFile(path, base::StrCat("#!/bin/sh\n", body, "\n"));
  ABSL_CHECK(chmod(path.c_str(), 0700) == 0);
  return path;
}

std::string WriteFakeCompiler(const std::string& directory, std::string_view body) {
  constexpr std::string_view kAnswers = R"(
for argument in "$@"; do
  case "$argument" in
    --version) echo "gcc (Fake) 12.2.0"; exit 0;;
    -dumpmachine) echo x86_64-linux-gnu; exit 0;;
    -print-prog-name=*) echo "${argument#-print-prog-name=}"; exit 0;;
  esac
done
out=
previous=
for argument in "$@"; do
  if [ "$previous" = "-o" ]; then out="$argument"; fi
  previous="$argument"
done
)";
  return WriteScript(base::StrCat(directory, "/gcc"), base::StrCat(kAnswers, body));
}

}  // namespace formulary::testing
