// NumPy's broadcasting.

#include "server/eval/broadcast.h"

#include <vector>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace formulary::eval {
namespace {

using ::formulary::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct Case {
  std::vector<Shape> shapes;
  Shape result;
};

absl::StatusOr<Shape> Broadcast(const std::vector<Shape>& shapes) {
  std::vector<NamedShape> named;
  for (const Shape& shape : shapes) named.push_back({"x" + std::to_string(named.size()), shape});
  return BroadcastShapes(named);
}

TEST(BroadcastTest, ShapesThatFit) {
  const Case table[] = {
      {{}, {}},
      {{{}}, {}},
      {{{3}}, {3}},
      {{{3}, {}}, {3}},
      {{{3}, {1}}, {3}},
      {{{2, 3}, {3}}, {2, 3}},
      {{{2, 1}, {1, 3}}, {2, 3}},
      {{{4, 1, 1}, {5, 1}, {6}}, {4, 5, 6}},
      {{{0}, {1}}, {0}},
      {{{2, 0}, {2, 1}}, {2, 0}},
      {{{1}, {1, 1}}, {1, 1}},
  };
  for (const Case& row : table)
    EXPECT_THAT(Broadcast(row.shapes), testing::IsOkAndHolds(row.result));
}

TEST(BroadcastTest, ShapesThatDoNotFitAreNamed) {
  for (const auto& shapes :
       std::vector<std::vector<Shape>>{{{3}, {4}}, {{2, 3}, {2}}, {{0}, {2}}, {{1}, {3}, {4}}}) {
    EXPECT_THAT(Broadcast(shapes), StatusIs(absl::StatusCode::kInvalidArgument,
                                            AllOf(HasSubstr("x"), HasSubstr("("))));
  }
  EXPECT_THAT(Broadcast({{3}, {4}}), StatusIs(absl::StatusCode::kInvalidArgument,
                                              AllOf(HasSubstr("(3,)"), HasSubstr("(4,)"))));
}

TEST(BroadcastTest, StridesRepeatWhereTheShapeDoes) {
  EXPECT_EQ(BroadcastStrides(Shape{3}, Shape{2, 3}), (Shape{0, 1}));
  EXPECT_EQ(BroadcastStrides(Shape{2, 1}, Shape{2, 3}), (Shape{1, 0}));
  EXPECT_EQ(BroadcastStrides(Shape{2, 3}, Shape{2, 3}), (Shape{3, 1}));
  EXPECT_EQ(BroadcastStrides(Shape{}, Shape{2, 3}), (Shape{0, 0}));
  EXPECT_EQ(BroadcastStrides(Shape{4, 1, 6}, Shape{4, 5, 6}), (Shape{6, 0, 1}));
}

}  // namespace
}  // namespace formulary::eval
