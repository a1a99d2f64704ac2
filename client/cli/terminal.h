#ifndef FORMULARY_CLIENT_CLI_TERMINAL_H_
#define FORMULARY_CLIENT_CLI_TERMINAL_H_

// Where a command reads and writes, and what the terminal can show. Every command gets an Io and
// touches no other stream, so tests run commands with strings.

#include <iostream>

namespace formulary::cli {

struct Terminal {
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 80;      // columns
  bool utf8 = false;   // the locale's characters are UTF-8
  bool color = false;  // out is a terminal, and NO_COLOR is not set
};

// From the process's streams and environment (COLUMNS, LC_ALL, LC_CTYPE, LANG, NO_COLOR, TERM).
Terminal DetectTerminal();

// One thread at a time.
struct Io {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Terminal terminal;
};

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_TERMINAL_H_
