#include "client/cpp/array.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace formulary::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ArrayTest, DefaultIsEmpty) {
  const Array array;
  EXPECT_EQ(array.size(), 0);
  EXPECT_EQ(array.shape(), Shape{0});
  EXPECT_TRUE(array.As<double>().empty());
}

TEST(ArrayTest, ScalarsTakeTheirTypes) {
  EXPECT_EQ(Array(1.5).dtype(), DType::kFloat64);
  EXPECT_EQ(Array(1.5f).dtype(), DType::kFloat32);
  EXPECT_EQ(Array(3).dtype(), DType::kInt64);
  EXPECT_EQ(Array(uint16_t{3}).As<int64_t>()[0], 3);
  EXPECT_EQ(Array(true).dtype(), DType::kBool);
  EXPECT_EQ(Array(std::complex<double>(1, 2)).dtype(), DType::kComplex128);
  EXPECT_TRUE(Array(1.5).shape().empty());
  EXPECT_EQ(Array(1.5).size(), 1);
}

TEST(ArrayTest, VectorIsTakenOverWithoutCopy) {
  std::vector<double> values = {1, 2, 3};
  const double* data = values.data();
  const Array array(std::move(values));
  EXPECT_EQ(array.As<double>().data(), data);
  EXPECT_EQ(array.shape(), Shape{3});
}

TEST(ArrayTest, VectorOfBoolBecomesBytes) {
  const Array array(std::vector<bool>{true, false, true});
  EXPECT_THAT(array.As<bool>(), ElementsAre(true, false, true));
}

TEST(ArrayTest, SpanIsCopied) {
  float values[] = {1, 2};
  const Array array{absl::MakeConstSpan(values)};
  values[0] = 9;
  EXPECT_THAT(array.As<float>(), ElementsAre(1, 2));
}

TEST(ArrayTest, WritingLeavesCopiesAlone) {
  Array a = *Array::Uninitialized(DType::kFloat64, {2});
  std::fill_n(reinterpret_cast<double*>(a.mutable_data()), 2, 1.0);
  const std::byte* data = a.data();
  EXPECT_EQ(a.mutable_data(), data);
  const Array b = a;
  reinterpret_cast<double*>(a.mutable_data())[0] = 5;
  EXPECT_THAT(a.As<double>(), ElementsAre(5, 1));
  EXPECT_THAT(b.As<double>(), ElementsAre(1, 1));
}

TEST(ArrayTest, WritingCopiesBorrowedMemory) {
  const double values[] = {1, 2};
  Array array = *Array::Wrap(values, DType::kFloat64, {2}, nullptr);
  reinterpret_cast<double*>(array.mutable_data())[0] = 7;
  EXPECT_EQ(values[0], 1);
  EXPECT_THAT(array.As<double>(), ElementsAre(7, 2));
}

TEST(ArrayTest, SliceSharesBytes) {
  const Array array = *Array(std::vector<double>{1, 2, 3, 4, 5, 6}).Reshaped({3, 2});
  const Array slice = array.Slice(1, 3);
  EXPECT_EQ(slice.shape(), (Shape{2, 2}));
  EXPECT_THAT(slice.As<double>(), ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(slice.As<double>().data(), array.As<double>().data() + 2);
  EXPECT_EQ(array.Slice(3, 3).size(), 0);
}

TEST(ArrayTest, ReshapeNeedsAsManyElements) {
  EXPECT_FALSE(Array(std::vector<double>{1, 2, 3}).Reshaped({2, 2}).ok());
  EXPECT_FALSE(Array(std::vector<double>{1, 2, 3}).Reshaped({-3}).ok());
  EXPECT_TRUE(Array(2.0).Reshaped({1, 1, 1}).ok());
}

TEST(ArrayTest, HostileShapesAreRefused) {
  EXPECT_FALSE(ElementCount({int64_t{1} << 40, int64_t{1} << 40}).ok());
  EXPECT_FALSE(ElementCount({3, -1}).ok());
  EXPECT_EQ(*ElementCount({int64_t{1} << 50, 0}), 0);
  EXPECT_FALSE(Array::Uninitialized(DType::kUnspecified, {1}).ok());
}

TEST(ArrayTest, ConversionTable) {
  const struct {
    Array from;
    DType to;
    double want;
  } cases[] = {
      {Array(2.75), DType::kInt64, 2},   {Array(-2.75), DType::kInt32, -2},
      {Array(3), DType::kFloat64, 3},    {Array(0.1), DType::kFloat32, 0.1f},
      {Array(0.5), DType::kBool, 1},     {Array(0.0), DType::kBool, 0},
      {Array(true), DType::kFloat64, 1}, {Array(1.5f), DType::kFloat64, 1.5},
  };
  for (const auto& test : cases) {
    const absl::StatusOr<Array> got = test.from.ConvertedTo(test.to);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(got->dtype(), test.to);
    EXPECT_EQ(got->AsDouble(0), test.want);
  }
}

TEST(ArrayTest, ConversionRefusesWhatDoesNotFit) {
  const Array values(std::vector<double>{1, 1e300, std::nan("")});
  const absl::Status status = values.ConvertedTo(DType::kInt64).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("element 1"));
  EXPECT_FALSE(Array(int64_t{1} << 40).ConvertedTo(DType::kInt32).ok());
  EXPECT_FALSE(Array(std::complex<double>(1, 2)).ConvertedTo(DType::kFloat64).ok());
  EXPECT_TRUE(Array(std::complex<double>(1, 2)).ConvertedTo(DType::kComplex64).ok());
}

TEST(ArrayDeathTest, WrongElementTypeAborts) {
  const Array array(1.0);
  EXPECT_DEATH(array.As<float>(), "elements are float64, not float32");
}

TEST(BroadcastTest, ShapesTable) {
  EXPECT_EQ(*BroadcastShapes({3, 1}, {4}), (Shape{3, 4}));
  EXPECT_EQ(*BroadcastShapes({}, {2}), (Shape{2}));
  EXPECT_EQ(*BroadcastShapes({0}, {1}), (Shape{0}));
  EXPECT_FALSE(BroadcastShapes({2}, {3}).ok());
  EXPECT_EQ(ShapeText({9}), "(9,)");
  EXPECT_EQ(ShapeText({}), "()");
  EXPECT_EQ(ShapeText({3, 4}), "(3, 4)");
}

}  // namespace
}  // namespace formulary::client
