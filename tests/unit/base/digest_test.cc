#include "server/base/digest.h"

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

// Examples of FIPS 180-4.
TEST(Sha256Test, PublishedVectors) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesEqualTheWhole) {
  Sha256 digest;
  digest.Update("a").Update("").Update("bc");
  EXPECT_EQ(digest.Finish(), Sha256Of("abc"));
}

TEST(Sha256Test, FinishStartsOver) {
  Sha256 digest;
  digest.Update("something").Finish();
  EXPECT_EQ(digest.Finish(), Sha256Of(""));
}

TEST(Sha256Test, EmbeddedNulBytesCount) {
  EXPECT_NE(Sha256Of(std::string_view("a\0b", 3)), Sha256Of(std::string_view("a\0c", 3)));
}

TEST(Sha256Test, OnlyLowerCaseHexIsAName) {
  const std::string good = Sha256Hex("x");
  EXPECT_TRUE(IsSha256Hex(good));
  for (const std::string& bad :
       {std::string(), good.substr(1), good + "0", std::string(64, 'A'), "../" + good.substr(3),
        good.substr(1) + '\0', std::string(64, '/')}) {
    EXPECT_FALSE(IsSha256Hex(bad)) << bad;
  }
}

}  // namespace
}  // namespace formulary::base
