#include "server/store/shelf.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/digest.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::store {
namespace {

using ::formulary::testing::Exists;
using ::formulary::testing::FakeClock;
using ::formulary::testing::IsOk;
using ::formulary::testing::IsOkAndHolds;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::StatusIs;
using ::formulary::testing::WriteFile;

std::string Key(int i) { return base::Sha256Hex(base::StrCat("key", i)); }

class ShelfTest : public ::testing::Test {
 protected:
  ShelfOptions Options() {
    return {.directory = dir_.path(),
            .max_bytes = 1000,
            .max_entries = 100,
            .max_file_bytes = 1000,
            .clock = &clock_};
  }
  std::string PathOf(const std::string& key) {
    return base::StrCat(dir_.path(), "/", key.substr(0, 2), "/", key);
  }
  static std::vector<std::string> Keys(const Shelf& shelf) {
    std::vector<std::string> keys;
    for (const ShelfEntry& entry : shelf.List()) keys.push_back(entry.key_hex);
    return keys;
  }
  static void SetAge(const std::string& path, std::string_view age) {
    ASSERT_EQ(system(base::StrCat("touch -h -d '", age, "' ", path).c_str()), 0);
  }

  const base::TempDir dir_ = MakeTempDir();
  FakeClock clock_;
};

TEST_F(ShelfTest, OldestUseGoesFirst) {
  Shelf shelf(Options());
  for (int i = 0; i < 9; ++i)
    ASSERT_OK(shelf.Write(Key(i), std::string(100, 'x'), base::IfExists::kKeep));
  EXPECT_EQ(shelf.evictions(), 0u);         // 900 is the high-water mark
  EXPECT_THAT(shelf.Read(Key(0)), IsOk());  // now the youngest
  ASSERT_OK(shelf.Write(Key(9), std::string(100, 'x'), base::IfExists::kKeep));
  EXPECT_EQ(shelf.bytes(), 800u);  // down to the low one
  EXPECT_EQ(shelf.evictions(), 2u);
  EXPECT_THAT(shelf.Read(Key(0)), IsOk());
  EXPECT_THAT(shelf.Read(Key(1)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(shelf.Read(Key(2)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_FALSE(Exists(PathOf(Key(1))));
}

TEST_F(ShelfTest, NumberOfEntriesIsBoundedToo) {
  ShelfOptions options = Options();
  options.max_entries = 10;
  Shelf shelf(options);
  for (int i = 0; i < 30; ++i) {
    ASSERT_OK(shelf.Write(Key(i), "", base::IfExists::kKeep));
    EXPECT_LE(shelf.entries(), 10u);
  }
  EXPECT_THAT(shelf.Read(Key(29)), IsOkAndHolds(""));
}

TEST_F(ShelfTest, WhatCanNeverFitIsRefused) {
  Shelf shelf(Options());
  EXPECT_THAT(shelf.Write(Key(1), std::string(900, 'x'), base::IfExists::kKeep),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(shelf.Write(Key(1), std::string(2000, 'x'), base::IfExists::kKeep),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(shelf.entries(), 0u);
}

TEST_F(ShelfTest, ScanRestoresTheOrderOfUse) {
  {
    Shelf shelf(Options());
    for (int i = 0; i < 3; ++i) ASSERT_OK(shelf.Write(Key(i), "x", base::IfExists::kKeep));
  }
  SetAge(PathOf(Key(0)), "2 hours ago");
  SetAge(PathOf(Key(1)), "5 hours ago");
  SetAge(PathOf(Key(2)), "tomorrow");  // a clock was set back
  Shelf shelf(Options());
  shelf.Scan();
  EXPECT_EQ(Keys(shelf), (std::vector<std::string>{Key(2), Key(0), Key(1)}));
  EXPECT_EQ(shelf.bytes(), 3u);
}

TEST_F(ShelfTest, ScanEvictsWhatAnEarlierLargerBoundLeft) {
  {
    ShelfOptions options = Options();
    options.max_bytes = 100000;
    Shelf shelf(options);
    for (int i = 0; i < 20; ++i)
      ASSERT_OK(shelf.Write(Key(i), std::string(100, 'x'), base::IfExists::kKeep));
  }
  Shelf shelf(Options());
  shelf.Scan();
  EXPECT_EQ(shelf.bytes(), 800u);
}

TEST_F(ShelfTest, ScanRemovesOldLitterAndIgnoresTheRest) {
  Shelf writer(Options());
  ASSERT_OK(writer.Write(Key(0), "x", base::IfExists::kKeep));
  const std::string shard = base::StrCat(dir_.path(), "/", Key(0).substr(0, 2), "/");
  for (const char* name : {".tmp.1.old", ".tmp.1.new", ".bad.old", ".bad.new", "stranger"}) {
    WriteFile(shard + name, "x");
  }
  WriteFile(dir_.Path("file-in-root"), "x");
  WriteFile(shard + Key(0).substr(0, 63), "x");  // too short
  WriteFile(shard + std::string(64, 'F'), "x");  // upper case
  WriteFile(shard + Key(1), "x");                // wrong shard (with luck of the digests)
  ASSERT_NE(Key(0).substr(0, 2), Key(1).substr(0, 2));
  ASSERT_EQ(symlink("/etc/passwd", (shard + Key(0).substr(0, 2) + std::string(62, '0')).c_str()),
            0);
  SetAge(shard + ".tmp.1.old", "2 hours ago");
  SetAge(shard + ".bad.old", "3 days ago");
  Shelf shelf(Options());
  shelf.Scan();
  EXPECT_EQ(Keys(shelf), std::vector<std::string>{Key(0)});
  EXPECT_FALSE(Exists(shard + ".tmp.1.old"));
  EXPECT_TRUE(Exists(shard + ".tmp.1.new"));
  EXPECT_FALSE(Exists(shard + ".bad.old"));
  EXPECT_TRUE(Exists(shard + ".bad.new"));
}

TEST_F(ShelfTest, ScanOfAMissingDirectoryIsEmpty) {
  ShelfOptions options = Options();
  options.directory = "/nonexistent/place";
  Shelf shelf(options);
  shelf.Scan();
  EXPECT_EQ(shelf.entries(), 0u);
  EXPECT_THAT(shelf.Read(Key(0)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_FALSE(shelf.Write(Key(0), "x", base::IfExists::kKeep).ok());
}

TEST_F(ShelfTest, ScanOfTenThousandIsFast) {
  ShelfOptions options = Options();
  options.max_bytes = uint64_t{1} << 40;
  options.max_entries = 1000000;
  for (int i = 0; i < 256; ++i) {
    char shard[3];
    std::snprintf(shard, sizeof shard, "%02x", i);
    ASSERT_EQ(mkdir(dir_.Path(shard).c_str(), 0700), 0);
  }
  for (int i = 0; i < 10000; ++i) ASSERT_OK(base::WriteNewFile(PathOf(Key(i)), "x"));
  Shelf shelf(options);
  const base::SteadyTime start = base::Clock::Real()->Now();
  shelf.Scan();
  const absl::Duration took = base::Elapsed(start, base::Clock::Real()->Now());
  std::printf("scan of 10,000 files: %.1f ms\n", absl::ToDoubleMilliseconds(took));
  EXPECT_EQ(shelf.entries(), 10000u);
  EXPECT_LT(took, absl::Seconds(1));
}

TEST_F(ShelfTest, LaterScansSeeWhatOthersAddAndRemove) {
  Shelf mine(Options()), other(Options());
  ASSERT_OK(mine.Write(Key(0), "x", base::IfExists::kKeep));
  ASSERT_OK(other.Write(Key(1), "yy", base::IfExists::kKeep));
  ASSERT_OK(other.Remove(Key(0)));
  clock_.Advance(absl::Minutes(11));
  ASSERT_OK(mine.Write(Key(2), "zzz", base::IfExists::kKeep));  // looks around first
  EXPECT_EQ(Keys(mine), (std::vector<std::string>{Key(2), Key(1)}));
  EXPECT_EQ(mine.bytes(), 5u);
}

TEST_F(ShelfTest, UseReachesTheDiskAtMostHourly) {
  Shelf shelf(Options());
  ASSERT_OK(shelf.Write(Key(0), "x", base::IfExists::kKeep));
  const auto mtime = [&] {
    struct stat info;
    EXPECT_EQ(stat(PathOf(Key(0)).c_str(), &info), 0);
    return info.st_mtim.tv_sec;
  };
  SetAge(PathOf(Key(0)), "5 hours ago");
  const time_t old = mtime();
  EXPECT_THAT(shelf.Read(Key(0)), IsOk());
  EXPECT_EQ(mtime(), old);
  clock_.Advance(absl::Minutes(61));
  shelf.Touch(Key(0));
  EXPECT_GT(mtime(), old);
}

TEST_F(ShelfTest, QuarantineMakesRoomEvenForADirectory) {
  Shelf shelf(Options());
  ASSERT_OK(shelf.Write(Key(0), "x", base::IfExists::kKeep));
  shelf.Quarantine(Key(0));
  EXPECT_THAT(shelf.Read(Key(0)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(shelf.bytes(), 0u);
  ASSERT_EQ(mkdir(PathOf(Key(0)).c_str(), 0700), 0);
  EXPECT_THAT(shelf.Read(Key(0)), StatusIs(absl::StatusCode::kFailedPrecondition));
  shelf.Quarantine(Key(0));
  EXPECT_OK(shelf.Write(Key(0), "y", base::IfExists::kKeep));
}

TEST_F(ShelfTest, RemovingWhatIsNotThereIsNotFound) {
  Shelf shelf(Options());
  EXPECT_THAT(shelf.Remove(Key(0)), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace formulary::store
