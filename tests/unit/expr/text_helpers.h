#ifndef FORMULARY_TESTS_UNIT_EXPR_TEXT_HELPERS_H_
#define FORMULARY_TESTS_UNIT_EXPR_TEXT_HELPERS_H_

// What the tests of the text readers and printers share: a text as a program, and a program as
// text.

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "server/base/error.h"
#include "server/expr/program_builder.h"
#include "server/expr/text/parse.h"
#include "server/expr/text/print.h"

namespace formulary::expr {

inline absl::StatusOr<Program> ProgramOf(std::string_view text,
                                         Numerics numerics = Numerics::kStable,
                                         const Limits& limits = {}) {
  ProgramBuilder builder(limits);
  builder.SetNumerics(numerics);
  absl::StatusOr<NodeId> node = ParseText(text, &builder);
  if (!node.ok()) return node.status();
  const absl::Status added = builder.AddOutput("", *node);
  if (!added.ok()) return added;
  return builder.Build();
}

// The text in another notation, or the message of its error.
inline std::string Printed(std::string_view text, Notation notation,
                           Numerics numerics = Numerics::kStable) {
  const absl::StatusOr<Program> program = ProgramOf(text, numerics);
  if (!program.ok()) return std::string(program.status().message());
  const absl::StatusOr<std::string> printed =
      notation == Notation::kText ? PrintProgram(*program)
                                  : PrintExpression(program->graph, program->outputs[0].node,
                                                    program->arguments, {.notation = notation});
  return printed.ok() ? *printed : std::string(printed.status().message());
}

// How the text was understood: prefix notation, every operation in parentheses.
inline std::string Structure(std::string_view text) {
  std::string core = Printed(text, Notation::kFpCore);
  const size_t arguments = core.find(") ");
  if (core.rfind("(FPCore (", 0) != 0 || arguments == std::string::npos) return core;
  core.pop_back();
  return core.substr(arguments + 2);
}

inline std::string ReasonOf(const absl::Status& status) {
  const auto detail = base::GetErrorDetail(status);
  return detail.has_value() ? detail->reason : "";
}

}  // namespace formulary::expr

#endif  // FORMULARY_TESTS_UNIT_EXPR_TEXT_HELPERS_H_
