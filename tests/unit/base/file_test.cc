#include "server/base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::base {
namespace {

using ::formulary::testing::Contents;
using ::formulary::testing::IsOk;
using ::formulary::testing::IsOkAndHolds;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::Names;
using ::formulary::testing::OpenDescriptors;
using ::formulary::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(FileDescriptorTest, ClosesWhatItOwnsOnce) {
  const size_t before = OpenDescriptors();
  {
    FileDescriptor a(open("/dev/null", O_RDONLY | O_CLOEXEC));
    FileDescriptor b = std::move(a);
    EXPECT_FALSE(a.valid());
    b = FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_TRUE(b.valid());
    EXPECT_EQ(OpenDescriptors(), before + 1);
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(TempDirTest, IsPrivateAndRemovedWithItsContents) {
  std::string path;
  {
    ASSERT_OK_AND_ASSIGN(const TempDir dir, TempDir::Create("", "x"));
    path = dir.path();
    struct stat info;
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0700u);
    ASSERT_EQ(mkdir(dir.Path("sub").c_str(), 0700), 0);
    EXPECT_OK(WriteNewFile(dir.Path("sub/file"), "x"));
  }
  EXPECT_FALSE(testing::Exists(path));
}

TEST(TempDirTest, RemovalDoesNotFollowLinks) {
  const TempDir outside = MakeTempDir();
  EXPECT_OK(WriteNewFile(outside.Path("precious"), "x"));
  {
    const TempDir dir = MakeTempDir();
    ASSERT_EQ(symlink(outside.path().c_str(), dir.Path("link").c_str()), 0);
  }
  EXPECT_TRUE(testing::Exists(outside.Path("precious")));
}

TEST(TempDirTest, MissingParentIsAnErrorWithoutThePath) {
  const absl::Status status = TempDir::Create("/nonexistent/place", "x").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, Not(HasSubstr("place"))));
}

TEST(ReadFileTest, RefusesWhatIsNotAPlainFileOfTheRightSize) {
  const TempDir dir = MakeTempDir();
  EXPECT_THAT(ReadFile(dir.Path("none")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadFile(dir.path()), StatusIs(absl::StatusCode::kFailedPrecondition));

  ASSERT_EQ(mkfifo(dir.Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(ReadFile(dir.Path("fifo")), StatusIs(absl::StatusCode::kFailedPrecondition));

  EXPECT_OK(WriteNewFile(dir.Path("file"), "12345"));
  ASSERT_EQ(symlink("file", dir.Path("link").c_str()), 0);
  EXPECT_THAT(ReadFile(dir.Path("link")), StatusIs(absl::StatusCode::kFailedPrecondition));

  EXPECT_THAT(ReadFile(dir.Path("file"), {.max_bytes = 4}),
              StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(ReadFile(dir.Path("file"), {.max_bytes = 5}), IsOkAndHolds("12345"));
}

TEST(ReadFileTest, OtherUsersFilesAreRefusedWhenAsked) {
  if (geteuid() == 0) {
    const TempDir dir = MakeTempDir();
    EXPECT_OK(WriteNewFile(dir.Path("file"), "x"));
    ASSERT_EQ(chown(dir.Path("file").c_str(), 12345, 12345), 0);
    EXPECT_THAT(ReadFile(dir.Path("file"), {.owner = FileOwner::kThisUser}),
                StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(ReadFile(dir.Path("file")), IsOk());
  } else {
    EXPECT_THAT(ReadFile("/etc/passwd", {.owner = FileOwner::kThisUser}),
                StatusIs(absl::StatusCode::kFailedPrecondition));
  }
}

TEST(WriteNewFileTest, NeverOverwrites) {
  const TempDir dir = MakeTempDir();
  EXPECT_OK(WriteNewFile(dir.Path("f"), "one"));
  EXPECT_THAT(WriteNewFile(dir.Path("f"), "two"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Contents(dir.Path("f")), "one");
}

TEST(PublishFileTest, LeavesOnlyTheFileItself) {
  const TempDir dir = MakeTempDir();
  const std::string bytes = std::string(100000, '\0') + "end";
  EXPECT_OK(PublishFile(dir.path(), "name", bytes));
  EXPECT_THAT(Names(dir.path()), ElementsAre("name"));
  EXPECT_EQ(Contents(dir.Path("name")), bytes);
  struct stat info;
  ASSERT_EQ(stat(dir.Path("name").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(PublishFileTest, FirstWriterStaysUnlessReplacing) {
  const TempDir dir = MakeTempDir();
  EXPECT_OK(PublishFile(dir.path(), "name", "first"));
  EXPECT_THAT(PublishFile(dir.path(), "name", "second"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Contents(dir.Path("name")), "first");
  EXPECT_OK(PublishFile(dir.path(), "name", "third", IfExists::kReplace));
  EXPECT_EQ(Contents(dir.Path("name")), "third");
  EXPECT_THAT(Names(dir.path()), ElementsAre("name"));
}

TEST(PublishFileTest, FailsCleanlyWhereThereIsNoDirectory) {
  const TempDir dir = MakeTempDir();
  EXPECT_THAT(PublishFile(dir.Path("gone"), "name", "x"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(WriteNewFile(dir.Path("file"), ""));
  EXPECT_THAT(PublishFile(dir.Path("file"), "name", "x"), Not(IsOk()));
}

TEST(PublishFileTest, AFullDiskLeavesNothingBehind) {
  const TempDir dir = MakeTempDir();
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {1000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status status = PublishFile(dir.path(), "name", std::string(5000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  EXPECT_THAT(status, Not(IsOk()));
  EXPECT_THAT(Names(dir.path()), IsEmpty());
}

TEST(PublishFileTest, OfManyWritersExactlyOneWins) {
  const TempDir dir = MakeTempDir();
  std::vector<absl::Status> results(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&, i] {
      results[i] = PublishFile(dir.path(), "name", std::string(1000, static_cast<char>('a' + i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  int winners = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].ok()) continue;
    ++winners;
    EXPECT_EQ(Contents(dir.Path("name")), std::string(1000, static_cast<char>('a' + i)));
  }
  EXPECT_EQ(winners, 1);
  EXPECT_THAT(Names(dir.path()), ElementsAre("name"));
}

TEST(RandomHexTest, DigitsThatDoNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string digits = RandomHex16();
    EXPECT_EQ(digits.size(), 16u);
    seen.insert(digits);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace formulary::base
