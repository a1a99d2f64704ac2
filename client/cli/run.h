#ifndef FORMULARY_CLIENT_CLI_RUN_H_
#define FORMULARY_CLIENT_CLI_RUN_H_

// One run of `formulary`, from arguments to exit code. main.cc calls it with the process's streams,
// tests with strings.

#include <string>
#include <vector>

#include "client/cli/terminal.h"

namespace formulary::cli {

// 0 ok; 1 the server or the evaluation failed; 2 wrong usage or input. Errors are one line on
// io.err (two more where the text has a place to point at). `arguments` without the program's name.
int Run(const std::vector<std::string>& arguments, Io& io);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_RUN_H_
