// What the compiler makes of the normal density: its loop calls the vector form of exp and no
// scalar one.

#include <cstdio>
#include <regex>
#include <string>

#include "gtest/gtest.h"
#include "server/compile/target.h"
#include "tests/property/execute.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"
#include "tests/unit/codegen/golden_programs.h"

namespace formulary::codegen {
namespace {

// Every routine that the code calls, by name, in order.
std::vector<std::string> CallsOf(const std::string& elf) {
  const base::TempDir dir = testing::MakeTempDir();
  const std::string path = dir.Path("kernel.so");
  testing::WriteFile(path, elf);
  FILE* pipe = popen(("objdump -d --no-show-raw-insn " + path).c_str(), "r");
  std::string text;
  char buffer[4096];
  for (size_t n; pipe != nullptr && (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, n);
  if (pipe != nullptr) pclose(pipe);
  std::vector<std::string> calls;
  const std::regex call(R"(call\s+\S+ <([^@>+]+))");
  for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it)
    calls.push_back((*it)[1]);
  return calls;
}

class DisassemblyTest : public ::testing::TestWithParam<bool> {};

TEST_P(DisassemblyTest, TheNormalDensityCallsTheVectorFormOnly) {
  if (std::system("objdump --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no objdump here";
  Shape shape;
  if (GetParam())
    shape.arguments = {Varying("client_x"), Uniform("client_mu"), Uniform("client_sigma")};
  ASSERT_OK_AND_ASSIGN(const std::string elf,
                       testing::CompileToElf(Lowered({kNormalPdf}, shape)));
  const char letter = compile::VectorBytes(compile::HostTarget()) == 64   ? 'e'
                      : compile::VectorBytes(compile::HostTarget()) == 32 ? 'd'
                                                                          : 'b';
  const std::regex vector_form(std::string("_ZGV") + "[bcde]N[248]v_fy_v1_exp");
  int vector_calls = 0;
  for (const std::string& name : CallsOf(elf)) {
    if (name.find("fy_v1_") == std::string::npos) continue;
    EXPECT_TRUE(std::regex_match(name, vector_form))
        << name << " (widest form is " << letter << ")";
    ++vector_calls;
  }
  EXPECT_EQ(vector_calls, 1);
}

INSTANTIATE_TEST_SUITE_P(Scalars, DisassemblyTest, ::testing::Values(true, false));

}  // namespace
}  // namespace formulary::codegen
