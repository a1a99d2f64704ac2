#ifndef FORMULARY_CLIENT_CPP_PROGRAM_H_
#define FORMULARY_CLIENT_CPP_PROGRAM_H_

// Builds a program: named outputs as Expressions or text, with what is known of the arguments. Made
// by users of the library, encoded by Target. It checks nothing that the server checks: a wrong
// name or shape comes back from the call as INVALID_ARGUMENT with the field's path.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cpp/array.h"
#include "client/cpp/expression.h"

namespace formulary::v1 {
class Program;
}  // namespace formulary::v1

namespace formulary::client {

// What rewriting may do; the numbers of formulary.v1.Numerics.
enum class Numerics : uint8_t {
  kUnspecified = 0,  // kStable
  kStrict = 1,       // only rewrites that are bit-exact under IEEE-754
  kStable = 2,       // identities of the reals that do not lose accuracy
  kFast = 3,         // reassociation and approximate forms welcome
};

// How a definition becomes code; the numbers of formulary.v1.Inlining.
enum class Inlining : uint8_t { kUnspecified = 0, kAuto = 1, kAlways = 2, kNever = 3 };

// Facts about an argument's values; unset: unknown. Contradictory facts are the server's
// INVALID_ARGUMENT.
struct Assumptions {
  std::optional<bool> real, positive, nonnegative, negative, nonzero, integer, finite;
  std::optional<double> lower, upper;
  std::optional<bool> symmetric, positive_definite, positive_semidefinite, orthogonal, diagonal,
      lower_triangular, upper_triangular;
};

// Sets the fact of that name ("positive", "integer", ...) to true; false when there is no such
// fact.
bool AssumeFact(std::string_view fact, Assumptions* assumptions);

// The names AssumeFact knows.
std::vector<std::string_view> AssumableFacts();

struct ArgumentOptions {
  DType dtype = DType::kUnspecified;    // the input's float type
  std::vector<std::string> core_shape;  // numbers or dimension names; empty: a scalar
  Assumptions assumptions;
  bool uniform = false;  // a hint: one value per call
};

// One thread at a time while it grows; const use from any thread.
class Program {
 public:
  // A formula is an Expression, or text in the server's syntax ("exp(-x**2/2)").
  using Formula = std::variant<Expression, std::string>;

  // Adds an output. An empty name becomes y0, y1, ... by position.
  Program& AddOutput(std::string_view name, const Expression& expression);
  Program& AddOutput(std::string_view name, std::string_view text);

  // Declares an argument, in the order that positional inputs take. Free symbols that are not
  // declared are real scalars in order of first appearance.
  Program& DeclareArgument(std::string_view name, ArgumentOptions options = {});

  // Adds an operation of the program's own over `parameters`, usable as a function by later
  // definitions and by outputs. `partials`: its derivative by each parameter; empty: derived from
  // the body.
  struct DefinitionOptions {
    Inlining inlining = Inlining::kUnspecified;
    std::vector<Formula> partials;
  };
  Program& Define(std::string_view name, std::vector<std::string> parameters, Formula body,
                  DefinitionOptions options);
  Program& Define(std::string_view name, std::vector<std::string> parameters, Formula body) {
    return Define(name, std::move(parameters), std::move(body), DefinitionOptions());
  }

  Program& SetNumerics(Numerics numerics);
  // Every function within 1 ulp of its exact value, at whatever cost (Program.accurate).
  Program& SetAccurate(bool accurate);

  size_t output_count() const { return outputs_.size(); }

  // The message that is sent: every node once, operands before what uses them.
  // INVALID_ARGUMENT when an Expression has been moved from, or there are 2^32 nodes.
  absl::StatusOr<v1::Program> ToProto() const;

 private:
  struct Argument {
    std::string name;
    ArgumentOptions options;
  };
  struct Output {
    std::string name;
    Formula formula;
  };
  struct Definition {
    std::string name;
    std::vector<std::string> parameters;
    Formula body;
    DefinitionOptions options;
  };

  std::vector<Argument> arguments_;
  std::vector<Output> outputs_;
  std::vector<Definition> definitions_;
  Numerics numerics_ = Numerics::kUnspecified;
  bool accurate_ = false;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_PROGRAM_H_
