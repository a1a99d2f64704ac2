#ifndef FORMULARY_TESTS_SUPPORT_FAKE_PROGRAM_H_
#define FORMULARY_TESTS_SUPPORT_FAKE_PROGRAM_H_

// Executable shell scripts that play a program, above all a compiler that misbehaves.

#include <string>
#include <string_view>

namespace formulary::testing {

// Writes `#!/bin/sh` and `body` to `path`, executable. Returns `path`.
std::string WriteScript(const std::string& path, std::string_view body);

// A compiler at `directory`/gcc that answers what discovery asks (--version, -dumpmachine,
// -print-prog-name=...) and runs `body` for anything else; `body` finds the output file in $out.
std::string WriteFakeCompiler(const std::string& directory, std::string_view body);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_SUPPORT_FAKE_PROGRAM_H_
