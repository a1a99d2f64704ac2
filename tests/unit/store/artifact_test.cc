#include "server/store/artifact.h"

#include <random>

#include "gtest/gtest.h"
#include "server/base/digest.h"
#include "tests/support/status_matchers.h"

namespace formulary::store {
namespace {

using ::formulary::testing::IsOk;
using ::formulary::testing::IsOkAndHolds;
using ::formulary::testing::StatusIs;

const std::string kKey = base::Sha256Hex("key");
const std::string kOtherKey = base::Sha256Hex("other");

Artifact Sample() {
  return {.fields = "a=b\n",
          .metadata = std::string("m\0m", 3),
          .elf = std::string(3000, 'e'),
          .compile_seconds = 0.25};
}

TEST(ArtifactTest, ComesBackAsItWentIn) {
  for (const Artifact& artifact : {Sample(), Artifact{}}) {
    ASSERT_OK_AND_ASSIGN(const Artifact back, DecodeArtifact(kKey, EncodeArtifact(kKey, artifact)));
    EXPECT_EQ(back.fields, artifact.fields);
    EXPECT_EQ(back.metadata, artifact.metadata);
    EXPECT_EQ(back.elf, artifact.elf);
    EXPECT_EQ(back.compile_seconds, artifact.compile_seconds);
  }
}

TEST(ArtifactTest, SameArtefactSameBytes) {
  EXPECT_EQ(EncodeArtifact(kKey, Sample()), EncodeArtifact(kKey, Sample()));
}

TEST(ArtifactTest, EveryFlippedBitIsSeen) {
  Artifact artifact = Sample();
  artifact.elf.resize(100);
  const std::string good = EncodeArtifact(kKey, artifact);
  for (size_t i = 0; i < good.size() * 8; ++i) {
    std::string bad = good;
    bad[i / 8] = static_cast<char>(bad[i / 8] ^ (1 << (i % 8)));
    ASSERT_THAT(DecodeArtifact(kKey, bad), StatusIs(absl::StatusCode::kDataLoss)) << "bit " << i;
  }
}

TEST(ArtifactTest, EveryOtherLengthIsSeen) {
  const std::string good = EncodeArtifact(kKey, Sample());
  for (size_t size = 0; size < good.size(); ++size) {
    ASSERT_THAT(DecodeArtifact(kKey, good.substr(0, size)), StatusIs(absl::StatusCode::kDataLoss))
        << size;
  }
  EXPECT_THAT(DecodeArtifact(kKey, good + '\0'), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeArtifact(kKey, good + good), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(ArtifactTest, AnothersFileIsRefused) {
  EXPECT_THAT(DecodeArtifact(kOtherKey, EncodeArtifact(kKey, Sample())),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeArtifact(kKey, EncodeManifest(kKey, "x")),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeManifest(kKey, EncodeArtifact(kKey, Sample())),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(ArtifactTest, RandomBytesAreRefusedQuietly) {
  std::mt19937 random(20260101);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 600, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    if (i % 2 == 0)
      bytes.replace(0, std::min<size_t>(12, bytes.size()), std::string("FYSTORE\0\1\0\0\0", 12));
    EXPECT_THAT(DecodeArtifact(kKey, bytes), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(ArtifactTest, ManifestsComeBackToo) {
  for (const std::string& bytes :
       {std::string(), std::string("\0\1\2", 3), std::string(10000, 'm')}) {
    EXPECT_THAT(DecodeManifest(kKey, EncodeManifest(kKey, bytes)), IsOkAndHolds(bytes));
  }
}

}  // namespace
}  // namespace formulary::store
