// The real compiler of this machine.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/base/subprocess.h"
#include "server/compile/compiler.h"
#include "tests/support/sample_kernels.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::compile {
namespace {

using ::formulary::testing::AffineKernelText;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

CompileJob Job(std::vector<std::string> units) {
  CompileJob job;
  job.units = std::move(units);
  job.symbol = "k_0123456789abcdef";
  job.isa = HostTarget();
  job.priority = base::ProcessPriority::kNormal;
  return job;
}

TEST(GccTest, ToolchainIsWholeAndStable) {
  ToolchainFinder finder;
  ASSERT_OK_AND_ASSIGN(const auto first, finder.Find("gcc"));
  ASSERT_OK_AND_ASSIGN(const auto again, finder.Find("gcc"));
  EXPECT_EQ(first->fingerprint_hex, again->fingerprint_hex);
  EXPECT_THAT(first->version, HasSubstr("gcc"));
  const auto has = [&](std::string_view part) {
    return std::any_of(first->files.begin(), first->files.end(), [&](const FileIdentity& file) {
      return file.path.find(part) != std::string::npos;
    });
  };
  for (const char* part : {"/cc1", "/collect2", "-as", "-ld", "libbfd", "libmpfr"})
    EXPECT_TRUE(has(part)) << part;
}

TEST(GccTest, SameTextSameBytesWhereverItIsCompiled) {
  Compiler one(CompilerOptions{});
  const base::TempDir elsewhere = MakeTempDir();
  CompilerOptions options;
  options.temp_root = elsewhere.path();
  Compiler two(options);
  ASSERT_OK_AND_ASSIGN(const CompileOutput a, one.Compile(Job({AffineKernelText(2)}), nullptr));
  ASSERT_OK_AND_ASSIGN(const CompileOutput b, two.Compile(Job({AffineKernelText(2)}), nullptr));
  EXPECT_EQ(a.elf, b.elf);
  EXPECT_LT(a.elf.size(), 4096u);
  EXPECT_THAT(a.elf, HasSubstr("k_0123456789abcdef"));
  EXPECT_EQ(a.diagnostics_for_log, "");
}

TEST(GccTest, SeveralUnitsBecomeOneLibrary) {
  CompilerOptions options;
  options.parallel_units = 2;
  Compiler compiler(options);
  ASSERT_OK_AND_ASSIGN(
      const CompileOutput output,
      compiler.Compile(Job({"void part(double *y); __attribute__((visibility(\"default\"))) void "
                            "FY_KERNEL(long n, double *y) { part(y); }",
                            "void part(double *y) { *y = 3; }"}),
                       nullptr));
  EXPECT_THAT(output.elf, HasSubstr("k_0123456789abcdef"));
}

TEST(GccTest, RefusalIsInternalWithoutTheCompilersWords) {
  Compiler compiler(CompilerOptions{});
  for (const char* text : {"int broken(", "#include <stdio.h>\n", "#error secret\n"}) {
    EXPECT_THAT(compiler.Compile(Job({text}), nullptr),
                StatusIs(absl::StatusCode::kInternal, Not(HasSubstr("secret"))));
  }
}

TEST(GccTest, MemoryLimitIsNamed) {
  CompilerOptions options;
  options.compile_bytes = uint64_t{70} << 20;  // cc1 and its libraries map about 60 MiB
  Compiler compiler(options);
  std::string text =
      "__attribute__((visibility(\"default\"))) double FY_KERNEL(double x) { double s = x;\n";
  for (int i = 0; i < 4000; ++i) base::StrAppend(&text, "s = s * x + ", i, ".5; x = x - s;\n");
  text += "return s; }\n";
  const absl::Status status = compiler.Compile(Job({text}), nullptr).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("compile_bytes")));
}

// The whole of Compile() against the same driver call by hand.
TEST(GccTest, CostsLittleMoreThanTheCompilerAlone) {
  const base::TempDir dir = MakeTempDir();
  testing::WriteFile(dir.Path("k.c"), AffineKernelText(2));
  std::vector<std::string> argv =
      SingleUnitArguments(HostTarget(), 3, "k_0123456789abcdef", "k.c", "k.so");
  argv.insert(argv.begin(), "/usr/bin/gcc");
  Compiler compiler(CompilerOptions{});
  std::vector<double> alone, ours;
  for (int i = 0; i < 11; ++i) {
    const auto run = base::RunSubprocess({.argv = argv, .working_directory = dir.path()});
    ASSERT_TRUE(run.ok() && run->succeeded());
    alone.push_back(run->wall_seconds);
    ASSERT_OK_AND_ASSIGN(const CompileOutput output,
                         compiler.Compile(Job({AffineKernelText(2)}), nullptr));
    ours.push_back(output.seconds);
  }
  std::sort(alone.begin(), alone.end());
  std::sort(ours.begin(), ours.end());
  RecordProperty("alone_us", static_cast<int>(1e6 * alone[5]));
  RecordProperty("ours_us", static_cast<int>(1e6 * ours[5]));
  std::printf("compiler alone %.1f ms, Compile() %.1f ms (medians of 11)\n", 1e3 * alone[5],
              1e3 * ours[5]);
  EXPECT_LT(ours[5], 1.3 * alone[5] + 0.005);
}

}  // namespace
}  // namespace formulary::compile
