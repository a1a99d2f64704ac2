// Our C passes the compiler without a word, as strict as it can be asked.

#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "server/codegen/emit_c.h"
#include "tests/support/test_files.h"
#include "tests/unit/codegen/golden_programs.h"

namespace formulary::codegen {
namespace {

TEST(WarningsTest, GccHasNothingToSay) {
  const base::TempDir dir = testing::MakeTempDir();
  for (const GoldenProgram& golden : GoldenPrograms()) {
    const std::string source = dir.Path(golden.name + ".c"), object = dir.Path(golden.name + ".o");
    testing::WriteFile(source, EmitC(Lowered(golden.texts, golden.shape)));
    const std::string command =
        "gcc -std=gnu17 -Wall -Werror -O1 -DFY_KERNEL=k_test -c -o " + object + " " + source;
    EXPECT_EQ(std::system(command.c_str()), 0) << golden.name;
  }
}

}  // namespace
}  // namespace formulary::codegen
