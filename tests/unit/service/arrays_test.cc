#include "server/service/arrays.h"

#include <cmath>
#include <limits>
#include <string>

#include "formulary/v1/array.pb.h"
#include "gtest/gtest.h"
#include "server/eval/slab_pool.h"
#include "tests/unit/service/fake_engine.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

using testing::FieldOf;
using testing::Proto;
using testing::RawDoubles;
using testing::ReasonOf;

RequestLimits Limits() { return RequestLimits(engine::Options{}); }

struct Resolved {
  absl::StatusOr<eval::ArrayView> view;
  Incoming message;
  ArrayMemory memory;

  std::string bytes() const {
    std::string copy(view->bytes.size(), '\0');
    if (!copy.empty()) view->bytes.CopyTo(0, copy.size(), copy.data());
    return copy;
  }
  std::vector<int64_t> shape() const { return {view->shape.begin(), view->shape.end()}; }
};

Resolved ResolveBytes(std::string bytes, size_t piece_bytes = SIZE_MAX,
                      const RequestLimits& limits = Limits()) {
  Resolved resolved;
  resolved.message = Incoming::FromString(std::move(bytes), piece_bytes);
  ArrayField field;
  const absl::Status status = ParseArray(WireReader(resolved.message.pieces), limits, &field);
  resolved.view = status.ok() ? ResolveArray(field, limits, nullptr, &resolved.memory) : status;
  return resolved;
}

Resolved Resolve(const v1::Array& array, size_t piece_bytes = SIZE_MAX) {
  return ResolveBytes(array.SerializeAsString(), piece_bytes);
}

TEST(ArraysTest, RawBytesStayWhereTheyAre) {
  v1::Array array = Proto<v1::Array>("dtype: DATA_TYPE_FLOAT64 shape: [2, 3]");
  array.set_raw(RawDoubles({1, 2, 3, 4, 5, 6}));
  for (const size_t piece : {size_t{1}, size_t{5}, size_t{17}, SIZE_MAX}) {
    const Resolved resolved = Resolve(array, piece);
    ASSERT_OK(resolved.view);
    EXPECT_EQ(resolved.shape(), (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(resolved.bytes(), array.raw());
    EXPECT_TRUE(resolved.memory.lists.empty());
    const auto* first = reinterpret_cast<const char*>(resolved.view->bytes.pieces()[0].data);
    bool inside = false;
    for (const std::string_view each : resolved.message.pieces)
      inside |= first >= each.data() && first < each.data() + each.size();
    EXPECT_TRUE(inside);
  }
}

struct ListCase {
  const char* array;
  expr::DType dtype;
  std::vector<int64_t> shape;
  size_t bytes;
};

TEST(ArraysTest, ListsBecomeElements) {
  const ListCase cases[] = {
      {"reals { values: [1, 2.5] }", expr::DType::kFloat64, {2}, 16},
      {"reals { values: 1 }", expr::DType::kFloat64, {}, 8},
      {"reals { values: 1 } shape: 1", expr::DType::kFloat64, {1}, 8},
      {"reals { }", expr::DType::kFloat64, {0}, 0},
      {"reals { values: [1, 2, 3, 4] } shape: [2, 2]", expr::DType::kFloat64, {2, 2}, 32},
      {"dtype: DATA_TYPE_FLOAT32 reals { values: [1, 2] }", expr::DType::kFloat32, {2}, 8},
      {"dtype: DATA_TYPE_COMPLEX128 reals { values: [1, 2, 3, 4] }",
       expr::DType::kComplex128,
       {2},
       32},
      {"dtype: DATA_TYPE_COMPLEX64 reals { values: [1, 2] }", expr::DType::kComplex64, {}, 8},
      {"integers { values: [1, -2] }", expr::DType::kInt64, {2}, 16},
      {"dtype: DATA_TYPE_FLOAT64 integers { values: [1, -2] }", expr::DType::kFloat64, {2}, 16},
      {"dtype: DATA_TYPE_INT32 integers { values: [1, -2] }", expr::DType::kInt32, {2}, 8},
      {"booleans { values: [true, false, true] }", expr::DType::kBool, {3}, 3},
      {"dtype: DATA_TYPE_INT64 booleans { values: [true, false] }", expr::DType::kInt64, {2}, 16},
  };
  for (const ListCase& each : cases) {
    for (const size_t piece : {size_t{1}, size_t{3}, SIZE_MAX}) {
      const Resolved resolved = Resolve(Proto<v1::Array>(each.array), piece);
      ASSERT_OK(resolved.view) << each.array;
      EXPECT_EQ(resolved.view->dtype, each.dtype) << each.array;
      EXPECT_EQ(resolved.shape(), each.shape) << each.array;
      EXPECT_EQ(resolved.view->bytes.size(), each.bytes) << each.array;
    }
  }
}

TEST(ArraysTest, ListValuesAreExact) {
  EXPECT_EQ(
      testing::Doubles(Resolve(Proto<v1::Array>("reals { values: [-0.0, inf, 0.1] }")).bytes()),
      (std::vector<double>{-0.0, std::numeric_limits<double>::infinity(), 0.1}));
  EXPECT_EQ(testing::Doubles(
                Resolve(Proto<v1::Array>("dtype: DATA_TYPE_FLOAT64 integers { values: [-7, 9] }"))
                    .bytes()),
            (std::vector<double>{-7, 9}));
}

TEST(ArraysTest, UnpackedAndRepeatedListsAddUp) {
  // Two list messages, one packed, one not: proto3 merges them.
  std::string bytes;
  std::string packed = RawDoubles({1, 2});
  std::string list;
  PutBytes(1, packed, &list);
  PutBytes(4, list, &bytes);
  list.clear();
  PutTag(1, WireType::kFixed64, &list);
  list += RawDoubles({3});
  PutBytes(4, list, &bytes);
  EXPECT_EQ(testing::Doubles(ResolveBytes(bytes, 3).bytes()), (std::vector<double>{1, 2, 3}));
}

TEST(ArraysTest, TheLastKindOfDataWins) {
  std::string bytes = Proto<v1::Array>("reals { values: [1, 2] }").SerializeAsString() +
                      Proto<v1::Array>("integers { values: [7] }").SerializeAsString();
  Resolved resolved = ResolveBytes(bytes);
  ASSERT_OK(resolved.view);
  EXPECT_EQ(resolved.view->dtype, expr::DType::kInt64);
  EXPECT_EQ(resolved.view->bytes.size(), 8u);
  bytes = Proto<v1::Array>("dtype: DATA_TYPE_BOOL shape: 2 raw: 'xyz'").SerializeAsString() +
          Proto<v1::Array>("raw: 'ab'").SerializeAsString();
  resolved = ResolveBytes(bytes);
  ASSERT_OK(resolved.view);
  EXPECT_EQ(resolved.bytes(), "ab");
}

TEST(ArraysTest, NoElementsNeedNoData) {
  const Resolved resolved = Resolve(Proto<v1::Array>("dtype: DATA_TYPE_FLOAT64 shape: [0, 5]"));
  ASSERT_OK(resolved.view);
  EXPECT_EQ(resolved.view->bytes.size(), 0u);
}

TEST(ArraysTest, UnknownFieldsAreIgnored) {
  std::string bytes = Proto<v1::Array>("reals { values: [1, 2] }").SerializeAsString();
  PutBytes(99, "of the future", &bytes);
  PutVarintField(98, 5, &bytes);
  EXPECT_OK(ResolveBytes(bytes).view);
}

struct BadCase {
  const char* array;
  const char* reason;
  const char* field;
  const char* text;  // in the message
};

TEST(ArraysTest, BadArraysAreRefused) {
  const BadCase cases[] = {
      {"", "MISSING_FIELD", "data", "none of"},
      {"dtype: DATA_TYPE_FLOAT64", "MISSING_FIELD", "data", "none of"},
      {"raw: '12345678'", "MISSING_FIELD", "dtype", "need a dtype"},
      {"dtype: 99 raw: ''", "UNKNOWN_ENUM_VALUE", "dtype", "99"},
      {"dtype: DATA_TYPE_FLOAT64 shape: 2 raw: '123'", "BYTE_LENGTH", "raw",
       "3 bytes do not fit shape (2,) of float64, which takes 16 bytes"},
      {"dtype: DATA_TYPE_FLOAT64 raw: ''", "BYTE_LENGTH", "raw", "takes 8 bytes"},
      {"dtype: DATA_TYPE_FLOAT64 shape: -1 raw: ''", "NEGATIVE_EXTENT", "shape[0]",
       "-1 is negative"},
      {"dtype: DATA_TYPE_FLOAT64 shape: [4294967296, 4294967296] raw: ''", "SHAPE_OVERFLOW",
       "shape", "(4294967296, 4294967296)"},
      {"dtype: DATA_TYPE_FLOAT64 shape: [4294967296, 4294967296, 0] raw: ''", "SHAPE_OVERFLOW",
       "shape", "product"},
      {"dtype: DATA_TYPE_FLOAT64 shape: [2147483649] raw: ''", "ELEMENT_LIMIT", "shape",
       "2147483649 is over the limit max_elements = 2147483648"},
      {"dtype: DATA_TYPE_FLOAT64 shape: [1,1,1,1,1,1,1,1,1] raw: '12345678'", "RANK_LIMIT", "shape",
       "9 is over the limit max_rank = 8"},
      {"shape: 3 reals { values: [1, 2] }", "SHAPE_MISMATCH", "reals",
       "2 values do not fill shape (3,)"},
      {"shape: -1 reals { values: [1, 2] }", "NEGATIVE_EXTENT", "shape[0]", "negative"},
      {"dtype: DATA_TYPE_INT64 reals { values: 1 }", "DTYPE_MISMATCH", "dtype",
       "reals cannot hold int64"},
      {"dtype: DATA_TYPE_BOOL integers { values: 1 }", "DTYPE_MISMATCH", "dtype", "integers"},
      {"dtype: DATA_TYPE_INT32 integers { values: [1, 2147483648] }", "OUT_OF_RANGE",
       "integers.values[1]", "2147483648 does not fit int32"},
      {"dtype: DATA_TYPE_COMPLEX128 reals { values: [1, 2, 3] }", "ODD_VALUES", "reals", "pairs"},
  };
  for (const BadCase& each : cases) {
    const absl::Status status = Resolve(Proto<v1::Array>(each.array)).view.status();
    EXPECT_EQ(ReasonOf(status), each.reason) << each.array;
    EXPECT_EQ(FieldOf(status), each.field) << each.array;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(each.text)) << each.array;
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << each.array;
  }
}

TEST(ArraysTest, SharedMemoryIsUnimplemented) {
  const absl::Status status =
      Resolve(Proto<v1::Array>("dtype: DATA_TYPE_FLOAT64 shared_memory { region: 'r' }"))
          .view.status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
}

TEST(ArraysTest, AMillionExtentsCostNothing) {
  std::string extents(1'000'000, '\1');
  std::string bytes;
  PutBytes(2, extents, &bytes);
  PutBytes(3, "", &bytes);
  PutVarintField(1, 1, &bytes);
  const absl::Status status = ResolveBytes(bytes).view.status();
  EXPECT_EQ(ReasonOf(status), "RANK_LIMIT");
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("1000000"));
}

TEST(ArraysTest, MalformedListsAreRefused) {
  std::string list;
  PutBytes(1, "1234567", &list);  // seven bytes are no double
  std::string bytes;
  PutBytes(4, list, &bytes);
  EXPECT_EQ(ReasonOf(ResolveBytes(bytes).view.status()), "MALFORMED_MESSAGE");
  bytes.clear();
  PutBytes(4, "\x08", &bytes);
  EXPECT_EQ(ReasonOf(ResolveBytes(bytes).view.status()), "MALFORMED_MESSAGE");
}

// ---- outputs ----

eval::OutputArray Output(expr::DType dtype, eval::Shape shape, const std::string& bytes) {
  static const std::shared_ptr<eval::SlabPool> pool = eval::SlabPool::Create(1 << 16);
  eval::OutputArray output{
      .name = "y", .dtype = dtype, .shape = std::move(shape), .bytes = pool->Take(bytes.size())};
  if (!bytes.empty()) std::memcpy(output.bytes.data(), bytes.data(), bytes.size());
  return output;
}

v1::NamedArray Encoded(eval::OutputArray output, ArrayEncoding encoding) {
  Outgoing message;
  PutNamedArray(1, std::move(output), encoding, nullptr, &message);
  const std::string bytes = testing::Flat(message);
  const Incoming incoming = Incoming::FromString(bytes);
  WireReader reader(incoming.pieces);
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  std::string named;
  EXPECT_TRUE(reader.ReadTag(&field, &type) && reader.ReadString(&named));
  EXPECT_EQ(reader.remaining(), 0u);
  v1::NamedArray array;
  EXPECT_TRUE(array.ParseFromString(named));
  return array;
}

TEST(ArraysTest, RawOutputsAreTheSlab) {
  const std::string bytes = RawDoubles({1, 2, 3});
  eval::OutputArray output = Output(expr::DType::kFloat64, {3}, bytes);
  const uint8_t* const data = output.bytes.data();
  Outgoing message;
  PutNamedArray(1, std::move(output), ArrayEncoding::kRaw, nullptr, &message);
  EXPECT_EQ(message.parts()[0].slab.data(), data);
  const v1::NamedArray array =
      Encoded(Output(expr::DType::kFloat64, {3}, bytes), ArrayEncoding::kRaw);
  EXPECT_EQ(array.name(), "y");
  EXPECT_EQ(array.array().raw(), bytes);
  EXPECT_EQ(array.array().shape(0), 3);
  EXPECT_EQ(array.array().dtype(), v1::DATA_TYPE_FLOAT64);
}

TEST(ArraysTest, EmptyOutputsHaveEmptyData) {
  const v1::NamedArray raw =
      Encoded(Output(expr::DType::kFloat64, {0, 2}, ""), ArrayEncoding::kRaw);
  EXPECT_TRUE(raw.array().has_raw());
  const v1::NamedArray list =
      Encoded(Output(expr::DType::kFloat64, {0}, ""), ArrayEncoding::kLists);
  EXPECT_TRUE(list.array().has_reals());
}

TEST(ArraysTest, OutputsAsLists) {
  v1::NamedArray array =
      Encoded(Output(expr::DType::kFloat64, {}, RawDoubles({0.1})), ArrayEncoding::kLists);
  EXPECT_EQ(array.array().shape_size(), 0);
  EXPECT_EQ(array.array().reals().values(0), 0.1);
  const float single[] = {1.5f, -2};
  array = Encoded(Output(expr::DType::kFloat32, {2},
                         std::string(reinterpret_cast<const char*>(single), sizeof single)),
                  ArrayEncoding::kLists);
  EXPECT_EQ(array.array().dtype(), v1::DATA_TYPE_FLOAT32);
  EXPECT_EQ(array.array().reals().values(1), -2);
  const int64_t whole[] = {-5, 1ll << 60};
  array = Encoded(Output(expr::DType::kInt64, {2},
                         std::string(reinterpret_cast<const char*>(whole), sizeof whole)),
                  ArrayEncoding::kLists);
  EXPECT_EQ(array.array().integers().values(0), -5);
  EXPECT_EQ(array.array().integers().values(1), 1ll << 60);
  array = Encoded(Output(expr::DType::kBool, {3}, std::string("\0\1\2", 3)), ArrayEncoding::kLists);
  EXPECT_FALSE(array.array().booleans().values(0));
  EXPECT_TRUE(array.array().booleans().values(2));
}

}  // namespace
}  // namespace formulary::service
