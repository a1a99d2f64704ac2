#include "client/cli/npy.h"

#include <gmock/gmock.h>

#include <cstring>

namespace formulary::cli {
namespace {

using client::Array;
using client::DType;
using client::Shape;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A file of that version, header text and elements.
std::string File(const std::string& header, const std::string& elements, int major = 1) {
  std::string file = "\x93NUMPY";
  file += static_cast<char>(major);
  file += '\0';
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    file += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return file + header + elements;
}

template <typename T>
std::string Bytes(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

std::string Error(const std::string& file) { return std::string(ReadNpy(file).status().message()); }

TEST(NpyTest, RoundTripsEveryTypeAndShape) {
  const Array arrays[] = {
      Array(std::vector<double>{1.5, -0.0, 3}),
      Array(std::vector<float>{1, 2}),
      Array(std::vector<int64_t>{1, -2}),
      Array(std::vector<int32_t>{7}),
      Array(std::vector<bool>{true, false}),
      Array(2.5),
      Array(),
      *Array(std::vector<double>{1, 2, 3, 4, 5, 6}).Reshaped({3, 1, 2}),
  };
  for (const Array& array : arrays) {
    const std::string file = *WriteNpy(array);
    EXPECT_EQ((file.find('\n') + 1) % 64, 0u);
    const absl::StatusOr<Array> back = ReadNpy(file);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(back->dtype(), array.dtype());
    EXPECT_EQ(back->shape(), array.shape());
    if (array.size() != 0) {
      EXPECT_EQ(std::memcmp(back->data(), array.data(), array.byte_size()), 0);
    }
  }
}

TEST(NpyTest, HeaderIsWhatNumPyWrites) {
  // numpy.save of numpy.arange(3.0), byte for byte.
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";
  EXPECT_EQ(
      *WriteNpy(Array(std::vector<double>{0, 1, 2})),
      File(header + std::string(118 - header.size() - 1, ' ') + "\n", Bytes<double>({0, 1, 2})));
}

TEST(NpyTest, AllVersionsAndSpellings) {
  const std::string elements = Bytes<double>({1, 2});
  for (const int major : {1, 2, 3}) {
    EXPECT_TRUE(
        ReadNpy(File("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", elements, major))
            .ok());
  }
  for (const char* header : {
           "{'shape': (2L,), 'fortran_order': True, 'descr': '=f8'}  \n",
           "{\"descr\":\"<f8\",\"fortran_order\":False,\"shape\":(2, 1)}",
           "  { 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2 , ) , } ",
       }) {
    EXPECT_TRUE(ReadNpy(File(header, elements)).ok()) << header << Error(File(header, elements));
  }
}

TEST(NpyTest, FortranOrderIsTurned) {
  const std::string header = "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3)}";
  const absl::StatusOr<Array> array = ReadNpy(File(header, Bytes<int32_t>({1, 4, 2, 5, 3, 6})));
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_THAT(array->As<int32_t>(), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(array->shape(), (Shape{2, 3}));
}

TEST(NpyTest, BooleansAreNormalised) {
  const absl::StatusOr<Array> array = ReadNpy(File(
      "{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", std::string("\x00\x01\x05", 3)));
  ASSERT_TRUE(array.ok());
  EXPECT_THAT(array->As<bool>(), ElementsAre(false, true, true));
}

TEST(NpyTest, HostileFilesAreRefused) {
  const std::string good = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}";
  const std::string two = Bytes<double>({1, 2});
  const auto header = [](const std::string& descr, const std::string& order,
                         const std::string& shape) {
    return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + "}";
  };
  const struct {
    std::string file, want;
  } cases[] = {
      {"", "does not start with"},
      {"\x93NUMP", "does not start with"},
      {"\x93NUMPY", "ends within its first bytes"},
      {std::string("\x93NUMPY\x01\x00", 8), "ends within its first bytes"},
      {std::string("\x93NUMPY\x04\x00\x00\x00\x00\x00", 12), "version 4.0"},
      {std::string("\x93NUMPY\x01\x01\x00\x00\x00\x00", 12), "version 1.1"},
      {std::string("\x93NUMPY\x01\x00\xff\xff", 10), "ends within its header"},
      {std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), "is too long"},
      {File(good, two.substr(1)), "needs 16 bytes, there are 15"},
      {File(good, two + "x"), "needs 16 bytes, there are 17"},
      {File(header("'|O'", "False", "(2,)"), two), "Python objects"},
      {File(header("'O8'", "False", "(2,)"), two), "Python objects"},
      {File(header("'>f8'", "False", "(2,)"), two), "big-endian"},
      {File(header("'<c16'", "False", "(2,)"), two), "dtype '<c16' is none of"},
      {File(header("'<f2'", "False", "(2,)"), two), "dtype '<f2' is none of"},
      {File(header("''", "False", "(2,)"), two), "dtype '' is none of"},
      {File(header("[('a', '<f8')]", "False", "(2,)"), two), "structured"},
      {File(header("'<f8'", "Maybe", "(2,)"), two), "neither True nor False"},
      {File(header("'<f8'", "False", "(-2,)"), two), "no length"},
      {File(header("'<f8'", "False", "(2.0,)"), two), "no comma"},
      {File(header("'<f8'", "False", "2"), two), "no tuple"},
      {File(header("'<f8'", "False", "(99999999999999999999,)"), two), "no length"},
      {File(header("'<f8'", "False", "(4294967296, 4294967296, 4294967296)"), two),
       "too many elements"},
      {File(header("'<f8'", "False", "(9223372036854775807,)"), two), "too many elements"},
      {File(header("'<f8'", "False", "(100000000000,)"), two), "needs 800000000000 bytes"},
      {File("{'descr': '<f8', 'shape': (2,)}", two), "lacks"},
      {File("{'descr': '<f8', 'descr': '<f8', 'shape': (2,)}", two), "twice"},
      {File("{'descr': '<f8', 'evil': 1}", two), "unknown key"},
      {File(good + "x", two), "goes on"},
      {File("[1]", two), "no dict"},
      {File("{'descr", two), "no key"},
      {File("{", two), "no key"},
      {File(header("'<f8'", "False",
                   "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)"),
            two),
       "more than 32 dimensions"},
  };
  for (const auto& test : cases) EXPECT_THAT(Error(test.file), HasSubstr(test.want)) << test.want;
  for (size_t length = 0; length < File(good, two).size(); ++length) {
    EXPECT_FALSE(ReadNpy(File(good, two).substr(0, length)).ok());
  }
}

TEST(NpyTest, ComplexArraysAreNotWritten) {
  EXPECT_FALSE(WriteNpy(Array(std::complex<double>(1, 2))).ok());
}

}  // namespace
}  // namespace formulary::cli
