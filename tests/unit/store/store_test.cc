#include "server/store/store.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/digest.h"
#include "server/base/strings.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::store {
namespace {

using ::formulary::testing::Contents;
using ::formulary::testing::Exists;
using ::formulary::testing::IsOk;
using ::formulary::testing::IsOkAndHolds;
using ::formulary::testing::MakeTempDir;
using ::formulary::testing::OpenDescriptors;
using ::formulary::testing::StatusIs;
using ::formulary::testing::WriteFile;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;

std::string Key(int i) { return base::Sha256Hex(base::StrCat("key", i)); }

Artifact Sample(char filler = 'e') {
  return {.fields = "a=b\n",
          .metadata = "meta",
          .elf = std::string(3000, filler),
          .compile_seconds = 1.5};
}

class StoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Store> Open() { return Open({.dir = dir_.path()}); }
  static std::unique_ptr<Store> Open(StoreOptions options) {
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(std::move(options));
    EXPECT_THAT(store.status(), IsOk());
    return store.ok() ? *std::move(store) : Store::Disabled();
  }
  std::string PathOf(const std::string& key) {
    return base::StrCat(dir_.path(), "/", key.substr(0, 2), "/", key);
  }

  const base::TempDir dir_ = MakeTempDir();
};

TEST_F(StoreTest, WhatIsPublishedIsLoadedAlsoAfterARestart) {
  {
    const auto store = Open();
    EXPECT_THAT(store->Load(Key(1), "a=b\n"), StatusIs(kNotFound));
    ASSERT_OK(store->Publish(Key(1), Sample()));
  }
  const auto store = Open();
  ASSERT_OK_AND_ASSIGN(const Artifact artifact, store->Load(Key(1), "a=b\n"));
  EXPECT_EQ(artifact.elf, Sample().elf);
  EXPECT_EQ(artifact.metadata, "meta");
  EXPECT_EQ(artifact.compile_seconds, 1.5);
  EXPECT_EQ(store->counters().hits, 1u);
  EXPECT_EQ(store->counters().artifacts, 1u);
  EXPECT_EQ(store->List().size(), 1u);
}

TEST_F(StoreTest, KeysThatAreNoDigestsMissAndTouchNothing) {
  const auto store = Open();
  for (const std::string& key :
       {std::string(), std::string("../../etc/passwd"), std::string(64, 'G'), std::string(63, 'a'),
        std::string(64, '/')}) {
    EXPECT_THAT(store->Load(key, ""), StatusIs(kNotFound));
    EXPECT_THAT(store->Publish(key, Sample()), Not(IsOk()));
    EXPECT_THAT(store->Remove(key), StatusIs(kNotFound));
    EXPECT_THAT(store->GetManifest(key), StatusIs(kNotFound));
    EXPECT_THAT(store->PutManifest(key, "x"), Not(IsOk()));
    store->Quarantine(key);
    store->Touch(key);
  }
}

struct DamageRow {
  const char* name;
  std::function<void(const std::string& path, const std::string& other)> damage;
};

TEST_F(StoreTest, EveryKindOfDamageIsAMissAndIsReplaced) {
  const DamageRow rows[] = {
      {"truncated", [](const std::string& path,
                       const std::string&) { ASSERT_EQ(truncate(path.c_str(), 1000), 0); }},
      {"empty", [](const std::string& path,
                   const std::string&) { ASSERT_EQ(truncate(path.c_str(), 0), 0); }},
      {"one byte longer",
       [](const std::string& path, const std::string&) { WriteFile(path, Contents(path) + "x"); }},
      {"one bit",
       [](const std::string& path, const std::string&) {
         std::string bytes = Contents(path);
         bytes[2000] = static_cast<char>(bytes[2000] ^ 1);
         WriteFile(path, bytes);
       }},
      {"zeros of the right size",
       [](const std::string& path, const std::string&) {
         WriteFile(path, std::string(Contents(path).size(), '\0'));
       }},
      {"foreign",
       [](const std::string& path, const std::string&) { WriteFile(path, "#!/bin/sh\n"); }},
      {"swapped with another valid artefact",
       [](const std::string& path, const std::string& other) { WriteFile(path, Contents(other)); }},
      {"a directory",
       [](const std::string& path, const std::string&) {
         ASSERT_EQ(unlink(path.c_str()), 0);
         ASSERT_EQ(mkdir(path.c_str(), 0700), 0);
       }},
      {"a link",
       [](const std::string& path, const std::string& other) {
         ASSERT_EQ(unlink(path.c_str()), 0);
         ASSERT_EQ(symlink(other.c_str(), path.c_str()), 0);
       }},
      {"a FIFO",
       [](const std::string& path, const std::string&) {
         ASSERT_EQ(unlink(path.c_str()), 0);
         ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
       }},
  };
  const auto store = Open();
  uint64_t corrupt = 0;
  for (const DamageRow& row : rows) {
    SCOPED_TRACE(row.name);
    ASSERT_OK(store->Publish(Key(1), Sample()));
    ASSERT_OK(store->Publish(Key(2), Sample('o')));
    row.damage(PathOf(Key(1)), PathOf(Key(2)));
    EXPECT_THAT(store->Load(Key(1), "a=b\n"), StatusIs(kNotFound));
    EXPECT_EQ(store->counters().corrupt, ++corrupt);
    EXPECT_FALSE(Exists(PathOf(Key(1))));
    ASSERT_OK(store->Publish(Key(1), Sample()));
    EXPECT_THAT(store->Load(Key(1), "a=b\n"), IsOk());
    EXPECT_THAT(store->Load(Key(2), "a=b\n"), IsOk());
  }
}

TEST_F(StoreTest, PublishReplacesADamagedFileThatNobodyHasRead) {
  const auto store = Open();
  ASSERT_OK(store->Publish(Key(1), Sample()));
  WriteFile(PathOf(Key(1)), "damaged");
  ASSERT_OK(store->Publish(Key(1), Sample()));
  EXPECT_THAT(store->Load(Key(1), "a=b\n"), IsOk());
}

TEST_F(StoreTest, OtherFieldsUnderTheSameKeyAreNotServed) {
  const auto store = Open();
  ASSERT_OK(store->Publish(Key(1), Sample()));
  EXPECT_THAT(store->Load(Key(1), "a=c\n"), StatusIs(kNotFound));
  EXPECT_EQ(store->counters().corrupt, 1u);
}

TEST_F(StoreTest, RunningOutOfDescriptorsBlamesNoFile) {
  const auto store = Open();
  ASSERT_OK(store->Publish(Key(1), Sample()));
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none = {0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto missed = store->Load(Key(1), "a=b\n");
  const auto refused = store->Publish(Key(2), Sample());
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_THAT(missed, StatusIs(kNotFound));
  EXPECT_THAT(refused, Not(IsOk()));
  EXPECT_EQ(store->counters().corrupt, 0u);
  EXPECT_THAT(store->Load(Key(1), "a=b\n"), IsOk());
}

TEST_F(StoreTest, TwoStoresShareADirectory) {
  const auto one = Open(), two = Open();
  ASSERT_OK(one->Publish(Key(1), Sample()));
  EXPECT_THAT(two->Load(Key(1), "a=b\n"), IsOk());
  ASSERT_OK(two->Publish(Key(1), Sample()));  // second, and satisfied with the first
  ASSERT_OK(two->Remove(Key(1)));
  EXPECT_THAT(one->Load(Key(1), "a=b\n"), StatusIs(kNotFound));
}

TEST_F(StoreTest, ManyThreadsAndStoresAgree) {
  const auto one = Open(), two = Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Store& store = t % 2 == 0 ? *one : *two;
      for (int i = 0; i < 50; ++i) {
        const std::string key = Key(i % 10);
        const auto artifact = store.Load(key, "a=b\n");
        if (artifact.ok()) {
          EXPECT_EQ(artifact->elf, Sample().elf);
        } else {
          EXPECT_THAT(store.Publish(key, Sample()), IsOk());
        }
        if (i % 7 == 0) store.Remove(key).IgnoreError();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(one->counters().corrupt + two->counters().corrupt, 0u);
}

TEST_F(StoreTest, SizeIsBounded) {
  const auto store = Open({.dir = dir_.path(), .max_bytes = 40000});
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK(store->Publish(Key(i), Sample()));
    EXPECT_LE(store->counters().bytes, 40000u);
  }
  EXPECT_GT(store->counters().evictions, 30u);
  EXPECT_THAT(store->Load(Key(49), "a=b\n"), IsOk());
  EXPECT_THAT(store->Load(Key(0), "a=b\n"), StatusIs(kNotFound));
}

TEST_F(StoreTest, AFullDiskCostsThePublicationOnly) {
  const auto store = Open();
  ASSERT_OK(store->Publish(Key(1), Sample()));
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {1000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status status = store->Publish(Key(2), Sample());
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  EXPECT_THAT(status, Not(IsOk()));
  EXPECT_EQ(store->counters().publish_failures, 1u);
  EXPECT_THAT(store->Load(Key(1), "a=b\n"), IsOk());
  EXPECT_THAT(store->Load(Key(2), "a=b\n"), StatusIs(kNotFound));
  EXPECT_OK(store->Publish(Key(2), Sample()));
}

TEST_F(StoreTest, DirectoryThatVanishesDegrades) {
  const std::string path = dir_.Path("sub");
  const auto store = Open({.dir = path});
  ASSERT_EQ(system(("rm -rf " + path).c_str()), 0);
  EXPECT_THAT(store->Publish(Key(1), Sample()), Not(IsOk()));
  EXPECT_THAT(store->Load(Key(1), "a=b\n"), StatusIs(kNotFound));
  EXPECT_THAT(store->PutManifest(Key(1), "x"), Not(IsOk()));
  EXPECT_EQ(store->counters().publish_failures, 2u);
}

TEST_F(StoreTest, AFileInPlaceOfAShardDegrades) {
  const auto store = Open();
  WriteFile(base::StrCat(dir_.path(), "/", Key(1).substr(0, 2)), "in the way");
  EXPECT_THAT(store->Publish(Key(1), Sample()), Not(IsOk()));
  EXPECT_THAT(store->Load(Key(1), "a=b\n"), StatusIs(kNotFound));
}

TEST_F(StoreTest, OpenRefusesWhatIsNotAPrivateDirectory) {
  WriteFile(dir_.Path("file"), "x");
  EXPECT_THAT(Store::Open({.dir = dir_.Path("file")}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Store::Open({.dir = dir_.Path("file/below")}).status(), Not(IsOk()));
  ASSERT_EQ(mkdir(dir_.Path("open").c_str(), 0700), 0);
  ASSERT_EQ(chmod(dir_.Path("open").c_str(), 0777), 0);
  EXPECT_THAT(Store::Open({.dir = dir_.Path("open")}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  if (geteuid() == 0) {
    ASSERT_EQ(mkdir(dir_.Path("theirs").c_str(), 0700), 0);
    ASSERT_EQ(chown(dir_.Path("theirs").c_str(), 12345, 12345), 0);
    EXPECT_THAT(Store::Open({.dir = dir_.Path("theirs")}).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition));
  }
}

TEST_F(StoreTest, OpenMakesPrivateDirectoriesOnTheWay) {
  const auto store = Open({.dir = dir_.Path("a/b/c")});
  struct stat info;
  ASSERT_EQ(stat(dir_.Path("a/b/c").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);
  ASSERT_OK(store->Publish(Key(1), Sample()));
}

TEST_F(StoreTest, DisabledMissesEverythingSoftly) {
  for (const auto& store : {Store::Disabled(), Open({})}) {
    EXPECT_FALSE(store->enabled());
    EXPECT_THAT(store->Load(Key(1), ""), StatusIs(kNotFound));
    EXPECT_THAT(store->Publish(Key(1), Sample()), StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(store->GetManifest(Key(1)), StatusIs(kNotFound));
    EXPECT_THAT(store->PutManifest(Key(1), "x"), StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(store->List(), IsEmpty());
    EXPECT_THAT(store->ListManifests(), IsEmpty());
    EXPECT_EQ(store->counters().misses, 1u);
    EXPECT_EQ(store->counters().publish_failures, 0u);
  }
}

TEST_F(StoreTest, ManifestsAreReplacedListedAndVerified) {
  {
    const auto store = Open();
    ASSERT_OK(store->PutManifest(Key(1), "one"));
    ASSERT_OK(store->PutManifest(Key(1), "two"));
  }
  const auto store = Open();
  EXPECT_THAT(store->GetManifest(Key(1)), IsOkAndHolds("two"));
  EXPECT_THAT(store->ListManifests(), ElementsAre(Key(1)));
  EXPECT_THAT(store->Load(Key(1), ""), StatusIs(kNotFound));  // another kind of thing
  WriteFile(base::StrCat(dir_.path(), "/manifests/", Key(1).substr(0, 2), "/", Key(1)), "damaged");
  EXPECT_THAT(store->GetManifest(Key(1)), StatusIs(kNotFound));
  EXPECT_THAT(store->ListManifests(), IsEmpty());
  ASSERT_OK(store->PutManifest(Key(1), "three"));
  ASSERT_OK(store->RemoveManifest(Key(1)));
  EXPECT_THAT(store->RemoveManifest(Key(1)), StatusIs(kNotFound));
  EXPECT_THAT(store->GetManifest(Key(1)), StatusIs(kNotFound));
}

TEST_F(StoreTest, UseLeavesNoDescriptors) {
  const auto store = Open();
  const size_t before = OpenDescriptors();
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(store->Publish(Key(i), Sample()));
    EXPECT_THAT(store->Load(Key(i), "a=b\n"), IsOk());
    EXPECT_THAT(store->Load(Key(i), "other"), Not(IsOk()));
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

}  // namespace
}  // namespace formulary::store
