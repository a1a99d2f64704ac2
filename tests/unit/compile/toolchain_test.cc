#include "server/compile/toolchain.h"

#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "tests/support/fake_program.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::compile {
namespace {

using ::formulary::testing::MakeTempDir;
using ::formulary::testing::StatusIs;
using ::formulary::testing::WriteFakeCompiler;
using ::formulary::testing::WriteScript;

TEST(ToolchainTest, MissingCompilerIsUnavailableWithAReason) {
  for (const char* compiler :
       {"", "/nonexistent/gcc", "no-such-compiler-anywhere", "/etc/passwd", "/usr"}) {
    const auto found = DiscoverToolchain(compiler);
    EXPECT_THAT(found, StatusIs(absl::StatusCode::kUnavailable)) << compiler;
    EXPECT_EQ(base::GetErrorDetail(found.status())->reason, "COMPILER_UNAVAILABLE");
  }
}

TEST(ToolchainTest, ACompilerThatDoesNotAnswerIsMissing) {
  const base::TempDir dir = MakeTempDir();
  EXPECT_THAT(DiscoverToolchain(WriteScript(dir.Path("gcc"), "exit 1")),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(DiscoverToolchain(WriteScript(dir.Path("gcc2"), "kill -SEGV $$")),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ToolchainTest, EnvironmentPathIsNotSearched) {
  const base::TempDir dir = MakeTempDir();
  WriteScript(dir.Path("only-here"), "echo 1");
  const std::string before = getenv("PATH");
  setenv("PATH", dir.path().c_str(), 1);
  EXPECT_THAT(DiscoverToolchain("only-here"), StatusIs(absl::StatusCode::kUnavailable));
  setenv("PATH", before.c_str(), 1);
}

TEST(ToolchainTest, FingerprintFollowsTheBytesNotThePlace) {
  const base::TempDir one = MakeTempDir(), two = MakeTempDir(), other = MakeTempDir();
  ASSERT_OK_AND_ASSIGN(const auto a, DiscoverToolchain(WriteFakeCompiler(one.path(), "exit 1")));
  ASSERT_OK_AND_ASSIGN(const auto b, DiscoverToolchain(WriteFakeCompiler(two.path(), "exit 1")));
  ASSERT_OK_AND_ASSIGN(const auto c, DiscoverToolchain(WriteFakeCompiler(other.path(), "exit 2")));
  EXPECT_TRUE(base::IsSha256Hex(a->fingerprint_hex));
  EXPECT_EQ(a->fingerprint_hex, b->fingerprint_hex);
  EXPECT_NE(a->fingerprint_hex, c->fingerprint_hex);
  EXPECT_EQ(a->version, "gcc (Fake) 12.2.0");
  EXPECT_EQ(a->target_triple, "x86_64-linux-gnu");
}

TEST(ToolchainTest, ReplacingAFileIsNoticed) {
  const base::TempDir dir = MakeTempDir();
  const std::string compiler = WriteFakeCompiler(dir.path(), "exit 1");
  ToolchainFinder finder;
  ASSERT_OK_AND_ASSIGN(const auto first, finder.Find(compiler));
  EXPECT_TRUE(Unchanged(*first));
  ASSERT_EQ(unlink(compiler.c_str()), 0);
  EXPECT_FALSE(Unchanged(*first));
  EXPECT_THAT(finder.Find(compiler), StatusIs(absl::StatusCode::kUnavailable));
  WriteFakeCompiler(dir.path(), "exit 2");
  EXPECT_FALSE(Unchanged(*first));
  ASSERT_OK_AND_ASSIGN(const auto second, finder.Find(compiler));
  EXPECT_TRUE(Unchanged(*second));
  EXPECT_NE(first->fingerprint_hex, second->fingerprint_hex);
}

TEST(ToolchainTest, PointingTheLinkElsewhereIsNoticed) {
  const base::TempDir one = MakeTempDir(), two = MakeTempDir(), links = MakeTempDir();
  const std::string link = links.Path("gcc");
  ASSERT_EQ(symlink(WriteFakeCompiler(one.path(), "exit 1").c_str(), link.c_str()), 0);
  ASSERT_OK_AND_ASSIGN(const auto toolchain, DiscoverToolchain(link));
  EXPECT_TRUE(Unchanged(*toolchain));
  ASSERT_EQ(unlink(link.c_str()), 0);
  ASSERT_EQ(symlink(WriteFakeCompiler(two.path(), "exit 1").c_str(), link.c_str()), 0);
  EXPECT_FALSE(Unchanged(*toolchain));
}

}  // namespace
}  // namespace formulary::compile
