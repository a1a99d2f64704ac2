#include "server/compile/compiler.h"

#include <unistd.h>

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "tests/support/fake_program.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::compile {
namespace {

using ::formulary::testing::Contents;
using ::formulary::testing::IsOk;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::Names;
using ::formulary::testing::OpenDescriptors;
using ::formulary::testing::StatusIs;
using ::formulary::testing::WriteFakeCompiler;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// An ELF header and 36 bytes, which is all Compile() looks at.
constexpr char kWriteElf[] = R"(printf '\177ELF%060d' 0 > "$out")";

class CompilerTest : public ::testing::Test {
 protected:
  CompilerOptions Options(std::string_view script) {
    CompilerOptions options;
    options.compiler = WriteFakeCompiler(bin_.path(), script);
    options.temp_root = temp_.path();
    return options;
  }
  static CompileJob Job(size_t units = 1) {
    CompileJob job;
    job.units.assign(units, "int x;\n");
    job.symbol = "k_0123456789abcdef";
    job.priority = base::ProcessPriority::kNormal;
    return job;
  }
  static std::string Reason(const absl::Status& status) {
    const auto detail = base::GetErrorDetail(status);
    return detail.has_value() ? detail->reason : "";
  }
  static std::string LimitName(const absl::Status& status) {
    const auto detail = base::GetErrorDetail(status);
    return detail.has_value() && !detail->metadata.empty() ? detail->metadata[0].second : "";
  }
  absl::StatusOr<CompileOutput> Compile(std::string_view script, size_t units = 1) {
    Compiler compiler(Options(script));
    return compiler.Compile(Job(units), nullptr);
  }

  const base::TempDir bin_ = MakeTempDir();
  const base::TempDir temp_ = MakeTempDir();
};

TEST_F(CompilerTest, AnElfComesBackAndNothingStays) {
  ASSERT_OK_AND_ASSIGN(const CompileOutput output, Compile(kWriteElf));
  EXPECT_EQ(output.elf.size(), 64u);
  EXPECT_GT(output.seconds, 0);
  EXPECT_THAT(Names(temp_.path()), IsEmpty());
}

TEST_F(CompilerTest, MissingCompilerIsUnavailableAndLaterOneIsFound) {
  CompilerOptions options = Options(kWriteElf);
  ASSERT_EQ(unlink(options.compiler.c_str()), 0);
  Compiler compiler(options);
  const absl::Status status = compiler.Compile(Job(), nullptr).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Reason(status), kCompilerUnavailable);
  EXPECT_THAT(compiler.toolchain(), StatusIs(absl::StatusCode::kUnavailable));
  WriteFakeCompiler(bin_.path(), kWriteElf);
  EXPECT_THAT(compiler.Compile(Job(), nullptr), IsOk());
}

TEST_F(CompilerTest, ReplacedCompilerDoesNotServeTheOldKey) {
  Compiler compiler(Options(kWriteElf));
  ASSERT_OK_AND_ASSIGN(const auto before, compiler.toolchain());
  CompileJob job = Job();
  job.toolchain_fingerprint = before->fingerprint_hex;
  EXPECT_THAT(compiler.Compile(job, nullptr), IsOk());
  WriteFakeCompiler(bin_.path(), base::StrCat("true\n", kWriteElf));
  const absl::Status status = compiler.Compile(job, nullptr).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Reason(status), kCompilerChanged);
  ASSERT_OK_AND_ASSIGN(const auto after, compiler.toolchain());
  job.toolchain_fingerprint = after->fingerprint_hex;
  EXPECT_THAT(compiler.Compile(job, nullptr), IsOk());
}

TEST_F(CompilerTest, ReplacedWhileItRunsIsNoticed) {
  Compiler compiler(Options(base::StrCat(kWriteElf, "\necho '# new' >> ", bin_.Path("gcc"))));
  EXPECT_EQ(Reason(compiler.Compile(Job(), nullptr).status()), kCompilerChanged);
}

TEST_F(CompilerTest, HangingCompilerDiesWithItsGroupAtTheWallLimit) {
  CompilerOptions options = Options(
      base::StrCat("trap '' TERM\nsleep 60 &\necho $! > ", bin_.Path("child"), "\nsleep 60"));
  options.compile_seconds = 0.3;
  Compiler compiler(options);
  const absl::Status status = compiler.Compile(Job(), nullptr).status();
  EXPECT_THAT(status,
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("compile_seconds = 0.3")));
  EXPECT_EQ(Reason(status), kCompileBudget);
  EXPECT_EQ(LimitName(status), "compile_seconds");
  EXPECT_THAT(Names(temp_.path()), IsEmpty());
  const std::string child = Contents(bin_.Path("child"));
  for (int i = 0; i < 500; ++i) {
    const std::string stat = Contents(base::StrCat("/proc/", std::atoi(child.c_str()), "/stat"));
    if (stat.empty() || stat.find(") Z ") != std::string::npos) return;
    usleep(10000);
  }
  FAIL() << "the compiler's child is still alive";
}

TEST_F(CompilerTest, IdleJobsGetFourTimesTheWallTime) {
  // Wide margins: what runs at idle priority on a busy machine may wait for its turn.
  CompilerOptions options = Options(base::StrCat("sleep 2\n", kWriteElf));
  options.compile_seconds = 1.5;
  Compiler compiler(options);
  CompileJob job = Job();
  job.priority = base::ProcessPriority::kIdle;
  EXPECT_THAT(compiler.Compile(job, nullptr), IsOk());
}

TEST_F(CompilerTest, ProgramLimitCountsAllUnits) {
  CompilerOptions options = Options("sleep 0.3\n: > \"$out\"");
  options.compile_program_seconds = 0.5;
  Compiler compiler(options);
  const absl::Status status = compiler.Compile(Job(5), nullptr).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(LimitName(status), "compile_program_seconds");
}

struct CauseCase {
  const char* script;
  absl::StatusCode code;
  std::string_view reason;
  std::string_view limit_name;
};

TEST_F(CompilerTest, FailuresAreToldApartAndDiagnosticsStayHere) {
  constexpr absl::StatusCode kExhausted = absl::StatusCode::kResourceExhausted;
  constexpr absl::StatusCode kInternal = absl::StatusCode::kInternal;
  const CauseCase cases[] = {
      {"echo 'gcc: fatal error: CPU time limit exceeded signal terminated program cc1 secret' >&2; "
       "exit 1",
       kExhausted, kCompileBudget, "compile_seconds"},
      {"echo 'cc1: out of memory allocating 65536 bytes secret' >&2; exit 1", kExhausted,
       kCompileBudget, "compile_bytes"},
      {"echo 'gcc: fatal error: Killed signal terminated program cc1 secret' >&2; exit 1",
       kExhausted, kCompileBudget, "compile_bytes"},
      {"echo 'secret: final link failed: No space left on device' >&2; exit 1",
       absl::StatusCode::kUnavailable, kCompilerUnavailable, ""},
      {"echo 'secret: error: expected expression' >&2; exit 1", kInternal, kCompileFailed, ""},
      {"echo 'secret: internal compiler error' >&2; exit 4", kInternal, kCompileFailed, ""},
      {"kill -SEGV $$", kInternal, kCompileFailed, ""},
      {"exit 0", kInternal, kCompileFailed, ""},
      {": > \"$out\"", kInternal, kCompileFailed, ""},
      {"echo 'secret, and long enough to be an ELF header if it only began like one.' > \"$out\"",
       kInternal, kCompileFailed, ""},
      {"printf '\\177ELF' > \"$out\"", kInternal, kCompileFailed, ""},
      {"mkdir \"$out\"", kInternal, kCompileFailed, ""},
      {"ln -s /etc/passwd \"$out\"", kInternal, kCompileFailed, ""},
      {"head -c 3000000 /dev/zero | tr '\\0' 's' >&2; exit 1", kInternal, kCompileFailed, ""},
  };
  for (const CauseCase& row : cases) {
    for (const size_t units : {size_t{1}, size_t{2}}) {
      const absl::Status status = Compile(row.script, units).status();
      EXPECT_THAT(status, StatusIs(row.code, Not(HasSubstr("secret")))) << row.script;
      EXPECT_EQ(Reason(status), row.reason) << row.script;
      EXPECT_EQ(LimitName(status), row.limit_name) << row.script;
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr(temp_.path())));
    }
  }
  EXPECT_THAT(Names(temp_.path()), IsEmpty());
}

TEST_F(CompilerTest, HugeOutputFileMeetsItsLimit) {
  CompilerOptions options = Options("head -c 10000000 /dev/zero > \"$out\"; exit 0");
  options.max_output_bytes = 100000;
  Compiler compiler(options);
  EXPECT_THAT(compiler.Compile(Job(), nullptr).status(), Not(IsOk()));
  EXPECT_THAT(Names(temp_.path()), IsEmpty());
}

TEST_F(CompilerTest, CancelKillsARunningCompiler) {
  Compiler compiler(Options("sleep 60"));
  base::CancelFlag cancel;
  std::thread canceller([&] {
    usleep(100000);
    cancel.Cancel();
  });
  const base::SteadyTime start = base::Clock::Real()->Now();
  EXPECT_THAT(compiler.Compile(Job(), &cancel), StatusIs(absl::StatusCode::kCancelled));
  canceller.join();
  EXPECT_LT(base::Elapsed(start, base::Clock::Real()->Now()), absl::Seconds(10));
  EXPECT_THAT(compiler.Compile(Job(), &cancel), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(CompilerTest, NoTempDirectoryIsUnavailable) {
  CompilerOptions options = Options(kWriteElf);
  options.temp_root = "/nonexistent";
  Compiler compiler(options);
  EXPECT_THAT(compiler.Compile(Job(), nullptr), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(CompilerTest, MalformedJobsNeverReachTheCompiler) {
  Compiler compiler(Options(kWriteElf));
  for (const char* symbol : {"", "k_", "k_0123456789abcdeF", "k_0123456789abcde;",
                             "k_0123456789abcdef0", "x_0123456789abcdef", "-o/etc/passwd12345"}) {
    CompileJob job = Job();
    job.symbol = symbol;
    EXPECT_THAT(compiler.Compile(job, nullptr), StatusIs(absl::StatusCode::kInternal)) << symbol;
  }
  EXPECT_THAT(compiler.Compile(Job(0), nullptr), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(CompilerTest, StaleDirectoriesOfKilledServersAreRemoved) {
  const std::string stale = temp_.Path("formulary-compile-dead00");
  const std::string fresh = temp_.Path("formulary-compile-alive0");
  const std::string foreign = temp_.Path("something-else");
  for (const std::string& path : {stale, fresh, foreign})
    ASSERT_EQ(system(("mkdir " + path).c_str()), 0);
  ASSERT_EQ(system(("touch -d '2 hours ago' " + stale + " " + foreign).c_str()), 0);
  const Compiler compiler(Options(kWriteElf));
  EXPECT_FALSE(testing::Exists(stale));
  EXPECT_TRUE(testing::Exists(fresh));
  EXPECT_TRUE(testing::Exists(foreign));
}

TEST_F(CompilerTest, UnitsInParallelAreFasterAndOneRefusalSettlesIt) {
  CompilerOptions options = Options(base::StrCat("sleep 0.3\n", kWriteElf));
  options.parallel_units = 4;
  Compiler compiler(options);
  ASSERT_OK_AND_ASSIGN(const CompileOutput output, compiler.Compile(Job(4), nullptr));
  EXPECT_LT(output.seconds, 1.2);  // two rounds: the units, then the link
}

TEST_F(CompilerTest, RunsLeaveNoDescriptors) {
  Compiler compiler(Options(kWriteElf));
  EXPECT_THAT(compiler.Compile(Job(), nullptr), IsOk());
  const size_t before = OpenDescriptors();
  for (int i = 0; i < 20; ++i) EXPECT_THAT(compiler.Compile(Job(), nullptr), IsOk());
  EXPECT_EQ(OpenDescriptors(), before);
}

}  // namespace
}  // namespace formulary::compile
