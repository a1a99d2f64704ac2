// Ropes of bytes and shapes.

#include "server/eval/array.h"

#include <cstring>
#include <string>

#include "gtest/gtest.h"

namespace formulary::eval {
namespace {

TEST(ByteRopeTest, PiecesAreOneWhole) {
  const std::string text = "abcdefghij";
  ByteRope rope;
  rope.Append(text.data(), 3);
  rope.Append(text.data() + 3, 0);
  rope.Append(text.data() + 3, 1);
  rope.Append(text.data() + 4, 6);
  ASSERT_EQ(rope.size(), 10u);
  for (size_t at = 0; at < text.size(); ++at) {
    for (size_t count = 0; at + count <= text.size(); ++count) {
      std::string copy(count, '?');
      rope.CopyTo(at, count, copy.data());
      EXPECT_EQ(copy, text.substr(at, count));
    }
    const absl::Span<const uint8_t> run = rope.RunAt(at);
    EXPECT_GT(run.size(), 0u);
    EXPECT_EQ(run[0], static_cast<uint8_t>(text[at]));
    EXPECT_EQ(std::memcmp(run.data(), text.data() + at, run.size()), 0);
  }
  EXPECT_EQ(rope.RunAt(0).size(), 3u);
  EXPECT_EQ(rope.RunAt(4).size(), 6u);
}

TEST(ShapeTest, CountsAndTexts) {
  EXPECT_EQ(ElementCount({}), 1);
  EXPECT_EQ(ElementCount({3, 0, 2}), 0);
  EXPECT_EQ(ElementCount({3, 4}), 12);
  EXPECT_EQ(ShapeText({}), "()");
  EXPECT_EQ(ShapeText({5}), "(5,)");
  EXPECT_EQ(ShapeText({2, 3}), "(2, 3)");
}

}  // namespace
}  // namespace formulary::eval
