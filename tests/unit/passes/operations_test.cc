// Operations as the contract counts them: distinct non-leaf nodes of all outputs after sharing; a
// sum or product of k terms k-1, a subtraction or division once, negation, call and comparison
// once, constants nothing.

#include "server/passes/operations.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

struct Count {
  std::vector<std::string> texts;
  uint32_t operations;
};

constexpr uint32_t kNone = 0;

TEST(OperationsTest, AsSent) {
  const Count table[] = {
      {{"x"}, kNone},
      {{"3"}, kNone},
      {{"sqrt(2*pi) + 1/3"}, kNone},  // constant
      {{"x + y"}, 1},
      {{"x + y + z"}, 2},
      {{"x - y"}, 1},
      {{"x*y*z"}, 2},
      {{"x/y"}, 1},
      {{"1/x"}, 1},
      {{"-x"}, 1},
      {{"exp(x)"}, 1},
      {{"x < y"}, 1},
      {{"x**2"}, 1},
      {{"x**y"}, 1},
      {{"sin(x) + sin(x)"}, 2},       // shared
      {{"sin(x)", "sin(x) + 1"}, 2},  // over all outputs
      {{"exp(-(x - mu)**2/(2*sigma**2))/(sqrt(2*pi)*sigma)"}, 9},
      {{"Max(x, y, z)"}, 2},
  };
  for (const Count& row : table) {
    const expr::Program program = ProgramOf(row.texts);
    EXPECT_EQ(CountOperations(program.graph, program.roots()), row.operations) << row.texts[0];
  }
}

TEST(OperationsTest, Simplified) {
  const Count table[] = {
      {{"x - y"}, 1},
      {{"-x - y"}, 2},  // one negation, one subtraction
      {{"x/y"}, 1},
      {{"x/(y*z)"}, 2},
      {{"1/(y*z)"}, 2},
      {{"-1/x"}, 1},
      {{"1/x**2"}, 2},
      {{"sqrt(x)"}, 1},
      {{"1/sqrt(x)"}, 2},
      {{"2*x + 3*y - z"}, 4},
      {{"x*y + x*y"}, 2},
      {{"2*sqrt(70)*x/315"}, 1},  // the constants of a product or sum are one constant
      {{"x + sqrt(2) + pi - 1"}, 1},
      {{"1/(sqrt(pi)*x)"}, 1},
  };
  for (const Count& row : table) {
    const expr::Program program = Optimize(ProgramOf(row.texts), {}).program;
    EXPECT_EQ(CountOperations(program.graph, program.roots()), row.operations)
        << row.texts[0] << " is " << TextOf(program);
  }
}

}  // namespace
}  // namespace formulary::passes
