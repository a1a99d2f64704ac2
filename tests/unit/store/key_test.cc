#include "server/store/key.h"

#include <algorithm>
#include <set>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace formulary::store {
namespace {

using ::testing::HasSubstr;

std::string KeyOf(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  KeyBuilder key;
  for (const auto& [label, value] : fields) key.Add(label, value);
  return key.Hex();
}

TEST(KeyBuilderTest, FieldsNeverRunTogether) {
  const std::string_view nul("\0", 1);
  std::set<std::string> keys;
  const std::string all[] = {
      KeyOf({}),
      KeyOf({{"", ""}}),
      KeyOf({{"a", "bc"}}),
      KeyOf({{"ab", "c"}}),
      KeyOf({{"abc", ""}}),
      KeyOf({{"", "abc"}}),
      KeyOf({{"a", "b"}, {"c", ""}}),
      KeyOf({{"a", ""}, {"b", "c"}}),
      KeyOf({{"a", "b1:c"}}),
      KeyOf({{"a", "b"}, {"1", "c"}}),
      KeyOf({{"a", "1:b1:c1:d"}}),
      KeyOf({{"a", "b"}, {"c", "d"}}),
      KeyOf({{"c", "d"}, {"a", "b"}}),
      KeyOf({{"a", "x"}, {"a", "x"}}),
      KeyOf({{"a", "xax"}}),
      KeyOf({{"a", nul}}),
      KeyOf({{"a", "0"}}),
      KeyOf({{"a\n", "b"}}),
      KeyOf({{"a", "\nb"}}),
  };
  for (const std::string& key : all) {
    EXPECT_TRUE(base::IsSha256Hex(key));
    keys.insert(key);
  }
  EXPECT_EQ(keys.size(), std::size(all));
}

TEST(KeyBuilderTest, SameFieldsSameKeyEverywhere) {
  // A golden: this value changes only together with kKeyVersion.
  EXPECT_EQ(KeyBuilder().Add("c", "int x;").Add("abi", 1).Hex(),
            KeyBuilder().Add("c", "int x;").Add("abi", 1).Hex());
  EXPECT_EQ(KeyBuilder().Add("c", "int x;").Add("abi", 1).Hex(),
            base::Sha256Hex("formulary-key11:c6:int x;3:abi1:1"));
}

TEST(KeyBuilderTest, FieldsAreReadableAndBounded) {
  KeyBuilder key;
  key.Add("target", "x86-64-v3")
      .Add("abi", 1)
      .Add("c_text", std::string(100000, 'x'))
      .Add("odd", "a\nb=c");
  EXPECT_THAT(key.fields(),
              HasSubstr("key_version=1\ntarget=x86-64-v3\nabi=1\nc_text=(100000 bytes) "));
  EXPECT_LT(key.fields().size(), 500u);
  EXPECT_EQ(std::count(key.fields().begin(), key.fields().end(), '\n'), 5);
}

TEST(KeyBuilderTest, LongValuesThatDifferShowInTheFields) {
  KeyBuilder a, b;
  a.Add("c", std::string(1000, 'x'));
  b.Add("c", std::string(999, 'x') + "y");
  EXPECT_NE(a.fields(), b.fields());
}

}  // namespace
}  // namespace formulary::store
