#include "tests/property/identity_sides.h"

#include <string>
#include <string_view>
#include <vector>

#include "server/expr/row_text.h"
#include "tests/property/execute.h"

namespace formulary::testing {

using expr::NodeId;

expr::Program Sides(const expr::Identity& identity, expr::DType dtype, expr::Numerics numerics) {
  expr::Program program;
  program.numerics = numerics;
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i < 3; ++i) {
    program.arguments.push_back(
        {.name = std::string(1, static_cast<char>('a' + i)), .dtype = dtype});
    operands.push_back(program.graph.Argument(i));
  }
  for (const std::string_view side : {identity.left, identity.right}) {
    const expr::RowText text = expr::ParseRowText(side);
    program.outputs.push_back(
        {std::string(side), expr::Instantiate(text, operands, operands[0], &program.graph)});
  }
  return AsWritten(program);
}

expr::Typing TypingOf(const expr::Identity& identity) {
  const expr::RowText left = expr::ParseRowText(identity.left);
  return Row(left.graph[left.root].function).typing;
}

}  // namespace formulary::testing
