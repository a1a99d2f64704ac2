// Gathering of inputs: every conversion, every kind of broadcast, every joint between pieces.

#include "server/eval/input.h"

#include <cstring>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/eval/broadcast.h"
#include "tests/property/execute.h"

namespace formulary::eval {
namespace {

using expr::DType;
using expr::Part;
using testing::Column;

constexpr DType kTypes[] = {DType::kFloat64, DType::kFloat32, DType::kInt64, DType::kInt32,
                            DType::kBool};
constexpr DType kComputed[] = {DType::kFloat64, DType::kFloat32, DType::kInt64, DType::kBool};

// Elements 0, 1, 2, ... (truth values: odd ones) as bytes in pieces.
struct Data {
  Data(DType dtype, Shape shape, size_t piece) : view{dtype, std::move(shape), {}} {
    for (int64_t i = 0; i < ElementCount(view.shape); ++i) {
      if (dtype == DType::kFloat64) Append(static_cast<double>(i));
      if (dtype == DType::kFloat32) Append(static_cast<float>(i));
      if (dtype == DType::kInt64) Append(i);
      if (dtype == DType::kInt32) Append(static_cast<int32_t>(i));
      // Any byte but 0 is true.
      if (dtype == DType::kBool) Append(static_cast<uint8_t>(i % 2 == 0 ? 0 : i));
    }
    for (size_t at = 0; at < bytes.size(); at += piece) {
      view.bytes.Append(bytes.data() + at, std::min(piece, bytes.size() - at));
    }
  }
  template <typename T>
  void Append(T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  std::string bytes;
  ArrayView view;
};

double ElementAt(const std::string& bytes, DType dtype, size_t i) {
  uint64_t bits = 0;
  std::memcpy(&bits, bytes.data() + i * ByteSize(dtype), ByteSize(dtype));
  return testing::ScalarOf(dtype, bits).ToDouble();
}

double Expected(DType from, int64_t element) {
  return from == DType::kBool ? static_cast<double>(element % 2) : static_cast<double>(element);
}

void CheckGather(DType from, DType to, const Shape& shape, const Shape& batch, size_t piece) {
  const Data data(from, shape, piece);
  const Input input(data.view, Part::kWhole, to, batch);
  const Shape strides = BroadcastStrides(shape, batch);
  const int64_t count = ElementCount(batch);
  for (const int64_t start : {int64_t{0}, count / 3, count - 1}) {
    std::string target(static_cast<size_t>(count - start) * ByteSize(to), '?');
    input.Gather(start, count - start, target.data());
    for (int64_t i = start; i < count; ++i) {
      int64_t rest = i, element = 0;
      for (size_t d = batch.size(); d-- > 0;) {
        element += rest % batch[d] * strides[d];
        rest /= batch[d];
      }
      ASSERT_EQ(ElementAt(target, to, static_cast<size_t>(i - start)), Expected(from, element))
          << Name(from) << " " << ShapeText(shape) << " to " << Name(to) << " " << ShapeText(batch)
          << " in pieces of " << piece << ", element " << i << " from " << start;
    }
  }
}

TEST(InputTest, EveryConversionAndBroadcastInEveryPiece) {
  const std::pair<Shape, Shape> shapes[] = {
      {{7}, {7}},
      {{1}, {7}},
      {{}, {7}},
      {{3}, {2, 3}},
      {{2, 1}, {2, 3}},
      {{2, 3}, {2, 3}},
      {{2, 1, 4}, {2, 3, 4}},
      {{1, 5, 1}, {3, 5, 2}},
      {{300}, {4, 300}},
      {{700}, {700}},
  };
  for (const DType from : kTypes) {
    for (const DType to : kComputed) {
      if (!CastsSafely(from, to)) continue;
      for (const auto& [shape, batch] : shapes) {
        for (const size_t piece : {1'000'000u, 64u, 24u, 7u, 1u})
          CheckGather(from, to, shape, batch, piece);
      }
    }
  }
}

TEST(InputTest, OnlySafeCasts) {
  const std::pair<DType, DType> unsafe[] = {
      {DType::kFloat64, DType::kFloat32}, {DType::kFloat64, DType::kInt64},
      {DType::kFloat32, DType::kInt64},   {DType::kInt64, DType::kFloat32},
      {DType::kInt64, DType::kBool},      {DType::kFloat64, DType::kBool},
      {DType::kInt32, DType::kFloat32},   {DType::kComplex128, DType::kFloat64},
  };
  for (const auto& [from, to] : unsafe)
    EXPECT_FALSE(CastsSafely(from, to)) << Name(from) << " to " << Name(to);
  for (const DType dtype : kTypes) EXPECT_TRUE(CastsSafely(dtype, dtype));
}

TEST(InputTest, ReadsInPlaceUpToTheJoint) {
  const Data data(DType::kFloat64, {20}, 50);  // six elements and two bytes a piece
  const Input input(data.view, Part::kWhole, DType::kFloat64, Shape{20});
  EXPECT_TRUE(input.in_place());
  const uint8_t* at = nullptr;
  EXPECT_EQ(input.RunAt(0, &at), 6);
  EXPECT_EQ(at, reinterpret_cast<const uint8_t*>(data.bytes.data()));
  EXPECT_EQ(input.RunAt(6, &at), 0);  // straddles
  EXPECT_EQ(input.RunAt(7, &at), 5);
  const Data other(DType::kFloat32, {20}, 1'000);
  EXPECT_EQ(Input(other.view, Part::kWhole, DType::kFloat64, Shape{20}).RunAt(0, &at), 0);
}

TEST(InputTest, FirstElementInItsType) {
  for (const DType from : kTypes) {
    for (const DType to : kComputed) {
      if (!CastsSafely(from, to)) continue;
      const Data data(from, {3}, 1);
      EXPECT_EQ(testing::ScalarOf(to, FirstElement(data.view, Part::kWhole, to)).ToDouble(), 0.0)
          << Name(from) << " to " << Name(to);
    }
  }
  const int32_t minus = -5;
  ArrayView view{DType::kInt32, {}, ByteRope(&minus, sizeof minus)};
  EXPECT_EQ(testing::ScalarOf(DType::kInt64, FirstElement(view, Part::kWhole, DType::kInt64)).i64,
            -5);
  EXPECT_EQ(
      testing::ScalarOf(DType::kFloat64, FirstElement(view, Part::kWhole, DType::kFloat64)).f64,
      -5.0);
  const uint8_t truth = 200;
  view = {DType::kBool, {}, ByteRope(&truth, 1)};
  EXPECT_EQ(FirstElement(view, Part::kWhole, DType::kBool), 1u);
}

TEST(InputTest, PartsOfComplexNumbers) {
  const std::vector<double> numbers = {1, 2, 3, 4, 5, 6};
  ArrayView array{.dtype = DType::kComplex128, .shape = {3}};
  array.bytes.Append(numbers.data(), numbers.size() * sizeof(double));
  double got[3];
  Input(array, Part::kReal, DType::kFloat64, Shape{3}).Gather(0, 3, got);
  EXPECT_THAT(got, ::testing::ElementsAre(1, 3, 5));
  Input(array, Part::kImaginary, DType::kFloat64, Shape{3}).Gather(1, 2, got);
  EXPECT_EQ(got[0], 4);
  EXPECT_EQ(got[1], 6);
  // Real numbers have no imaginary part.
  array.dtype = DType::kFloat64;
  array.shape = {6};
  const Input zeros(array, Part::kImaginary, DType::kFloat64, Shape{6});
  EXPECT_FALSE(zeros.in_place());
  zeros.Gather(2, 3, got);
  EXPECT_THAT(got, ::testing::Each(0));
  EXPECT_TRUE(Input(array, Part::kReal, DType::kFloat64, Shape{6}).in_place());
}

}  // namespace
}  // namespace formulary::eval
