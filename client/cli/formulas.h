#ifndef FORMULARY_CLIENT_CLI_FORMULAS_H_
#define FORMULARY_CLIENT_CLI_FORMULAS_H_

// The formulas and values of a command line: EXPR, name=EXPR and name=VALUE words, --output and
// --assume. Shared by eval, simplify, diff, render and bench.

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cpp/client.h"

namespace formulary::cli {

// As the command line gave them.
struct FormulaOptions {
  std::vector<std::string> words;        // EXPR, name=EXPR or name=VALUE
  std::vector<std::string> outputs;      // --output name=EXPR
  std::vector<std::string> assumptions;  // --assume name=fact,fact
  std::string numerics;                  // strict, stable, fast; empty: the server's default
  bool accurate = false;
};

// A formula under its name; the name is empty for a bare EXPR.
struct Formula {
  std::string name;
  std::string text;
};

struct Formulas {
  std::vector<Formula> formulas;
  client::Program program;
  std::vector<client::NamedArray> inputs;  // in the order of the command line
};

// Sorts the words out and reads the values (`in` for name=-). INVALID_ARGUMENT for a command line
// without a formula, a value that cannot be read, a name that comes twice, an unknown fact or mode.
absl::StatusOr<Formulas> ReadFormulas(const FormulaOptions& options, std::istream& in);

// Splits "name=rest" at its first "=", unless that belongs to "==" or the part before it is no
// name.
bool SplitAssignment(std::string_view word, std::string_view* name, std::string_view* rest);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_FORMULAS_H_
