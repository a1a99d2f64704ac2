#ifndef FORMULARY_CLIENT_CLI_VALUE_H_
#define FORMULARY_CLIENT_CLI_VALUE_H_

// Values as typed on the command line (name=VALUE) to arrays.
//
//   value  = number | list | range | "True" | "False" | "@" file | "-"
//   number = constant arithmetic, see number_parser.h           a scalar, float64 (also when it
//   looks integral) list   = "[" [item {"," item}] "]"; item = number | list     nested lists must
//   be of equal length range  = "linspace(" a "," b "," n ")"                       n numbers from
//   a to b, both included
//          | "arange(" [a ","] b ["," step] ")"                  a, a + step, ... while below b
//   file   = PATH.npy | PATH.csv [":" column] | PATH             otherwise numbers, parted by
//   blanks or commas
//   "-"    = standard input: a .npy file, or numbers parted by blanks, line ends or commas

#include <iosfwd>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/cpp/array.h"

namespace formulary::cli {

// The array. INVALID_ARGUMENT with a caret for text that is no value, and for files that cannot be
// read. `in` is read to its end for "-".
absl::StatusOr<client::Array> ParseValue(std::string_view text, std::istream& in);

// True when ParseValue would take the text as a value, right or wrong, rather than as a formula: it
// starts like one (@, [, linspace(, arange(), is "-", a truth value, or holds numbers and constants
// only.
bool LooksLikeValue(std::string_view text);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_VALUE_H_
