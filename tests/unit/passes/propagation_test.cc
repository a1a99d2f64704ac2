#include "server/passes/propagation.h"

#include "gtest/gtest.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

struct Case {
  const char* before;
  const char* after;
  bool still;
};

TEST(PropagationTest, AnArgumentsNanStillShowsOrNot) {
  const Case cases[] = {
      {"x + y", "y + x", true},
      {"x - x + y", "y", false},
      {"x*y", "x", false},
      {"x", "x*y", true},
      {"sin(x)", "2", false},
      {"x > 0", "True", false},
      // The branch taken may hide it.
      {"x + y", "Piecewise((x, y > 0), (y, True))", false},
      // A comparison with NaN is false: x's branch is taken when y is NaN; y shows there no more.
      {"x", "Piecewise((1, x > 0), (x, True))", true},
      {"x", "Piecewise((1, Ne(x, 0)), (x, True))", false},
      {"x", "Piecewise((1, ~Ne(x, 0)), (x, True))", true},
      {"x", "Piecewise((1, (x > 0) & (y > 0)), (x, True))", true},
      {"x", "Piecewise((1, (x > 0) | (y > 0)), (x, True))", false},
      {"x", "Piecewise((x, y > 0))", true},
      {"Piecewise((x, y > 0), (1, True))", "1", false},
  };
  const Arguments arguments = {Known("x", {}), Known("y", {})};
  for (const Case& one : cases) {
    const auto program = [&](const char* text) {
      return ProgramOf({text}, expr::Numerics::kStable, arguments);
    };
    EXPECT_EQ(StillPropagates(program(one.before), program(one.after)), one.still)
        << one.before << " -> " << one.after;
  }
}

TEST(PropagationTest, TermsCancelWhereTheirArgumentsStillShow) {
  ExpectSimplified({
      {"sin(x)**2 + cos(x)**2", "sin(x)**2 + cos(x)**2"},
      {"sin(x)**2 + cos(x)**2 + x", "x + 1"},
      {"x - x + y", "x + y - x"},
      {"x*sin(y) - exp(y) - x*sin(y) + x*y", "x*y - exp(y)"},
      // Undefined below 0.
      {"log(x) - log(x) + x", "x + log(x) - log(x)"},
      {"Piecewise((sin(y)**2 + cos(y)**2 + y, y > 0), (y, True))",
       "Piecewise((y + 1, y > 0), (y, True))"},
      // Here y shows in one branch only.
      {"Piecewise((sin(y)**2 + cos(y)**2 + x, x > 0), (x, True))",
       "Piecewise((sin(y)**2 + cos(y)**2 + x, x > 0), (x, True))"},
  });
  ExpectSimplified({{"sin(x)**2 + cos(x)**2 + x", "sin(x)*sin(x) + cos(x)*cos(x) + x"}},
                   expr::Numerics::kStrict);
}

}  // namespace
}  // namespace formulary::passes
