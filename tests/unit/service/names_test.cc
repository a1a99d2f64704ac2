#include "server/service/names.h"

#include "gtest/gtest.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

TEST(NamesTest, CleanTextIsValidAndBounded) {
  EXPECT_EQ(CleanText("plain", 10), "plain");
  EXPECT_EQ(CleanText("plain", 5), "plain");
  EXPECT_EQ(CleanText("plains", 5), "pl...");
  EXPECT_EQ(CleanText("a\xff\xfe"
                      "b",
                      10),
            "a??b");
  EXPECT_EQ(CleanText("äöü", 6), "äöü");
  EXPECT_EQ(CleanText("äöüß", 7), "äö...");
  EXPECT_EQ(CleanText("", 0), "");
  for (size_t most = 3; most < 20; ++most) {
    EXPECT_LE(CleanText("aäböcü€€€€", most).size(), most);
    EXPECT_TRUE(IsValidUtf8(CleanText("aäbö\xc3€€\xe2\x82", most)));
  }
}

TEST(NamesTest, CheckNameBoundsAndValidates) {
  EXPECT_OK(CheckName("", "name", 4));
  EXPECT_OK(CheckName("ab\ncd", "name", 5));
  EXPECT_EQ(testing::ReasonOf(CheckName("abcde", "name", 4)), "NAME_TOO_LONG");
  EXPECT_EQ(testing::ReasonOf(CheckName("\xed\xa0\x80", "name", 4)), "INVALID_UTF8");
}

}  // namespace
}  // namespace formulary::service
