#include "server/base/strings.h"

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

TEST(StringsTest, StrCatTakesEitherView) {
  const std::string_view standard = "a";
  const absl::string_view abseil = "b";
  EXPECT_EQ(StrCat(standard, abseil, "c", std::string("d"), 1, 'e' == 'e' ? "f" : ""), "abcd1f");
  std::string out = "x";
  StrAppend(&out, standard, -2);
  EXPECT_EQ(out, "xa-2");
}

TEST(StringsTest, TablesAreSearchedWithoutACopy) {
  StringMap<int> table = {{"one", 1}};
  EXPECT_EQ(table.find(std::string_view("one"))->second, 1);
  EXPECT_EQ(table.count("two"), 0u);
  const StringSet<std::string_view> borrowed = {"x"};
  EXPECT_TRUE(borrowed.contains(std::string("x")));
}

}  // namespace
}  // namespace formulary::base
