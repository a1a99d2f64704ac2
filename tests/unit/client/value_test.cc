#include "client/cli/value.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "client/cli/file.h"
#include "client/cli/npy.h"

namespace formulary::cli {
namespace {

using ::testing::HasSubstr;

std::string Show(const client::Array& array) {
  std::string text = client::ShapeText(array.shape());
  for (int64_t i = 0; i < array.size(); ++i) {
    std::ostringstream number;
    number << ' ' << array.AsDouble(i);
    text += number.str();
  }
  return text;
}

std::string Parsed(const std::string& text, const std::string& input = "") {
  std::istringstream in(input);
  const absl::StatusOr<client::Array> value = ParseValue(text, in);
  return value.ok() ? Show(*value) : std::string(value.status().message());
}

TEST(ValueTest, TextsToArrays) {
  const struct {
    std::string text, want;
  } cases[] = {
      {"3", "() 3"},
      {"-3.5e2", "() -350"},
      {".5", "() 0.5"},
      {"+2", "() 2"},
      {"pi", "() 3.14159"},
      {"2*pi/4", "() 1.5708"},
      {"-2**2", "() -4"},
      {"2**-1", "() 0.5"},
      {"2^3^2", "() 512"},
      {"(1+2)*3 - 4/8", "() 8.5"},
      {"sqrt(16)", "() 4"},
      {"1e3", "() 1000"},
      {"inf", "() inf"},
      {"-oo", "() -inf"},
      {"nan", "() nan"},
      {"True", "() 1"},
      {"[]", "(0,)"},
      {"[1]", "(1,) 1"},
      {"[1, 2,3 ]", "(3,) 1 2 3"},
      {"[1/4, pi]", "(2,) 0.25 3.14159"},
      {"[[1,2],[3,4],[5,6]]", "(3, 2) 1 2 3 4 5 6"},
      {"[[[1]]]", "(1, 1, 1) 1"},
      {"[[],[]]", "(2, 0)"},
      {"linspace(0,1,3)", "(3,) 0 0.5 1"},
      {"linspace( -1 , 1 , 2 )", "(2,) -1 1"},
      {"linspace(5,9,1)", "(1,) 5"},
      {"linspace(0,1,0)", "(0,)"},
      {"arange(3)", "(3,) 0 1 2"},
      {"arange(1,2,0.5)", "(2,) 1 1.5"},
      {"arange(3,0,-1)", "(3,) 3 2 1"},
      {"arange(0,-5)", "(0,)"},
  };
  for (const auto& test : cases) EXPECT_EQ(Parsed(test.text), test.want) << test.text;
}

TEST(ValueTest, BadTextsPointAtThePlace) {
  const struct {
    std::string text, want;
  } cases[] = {
      {"", "expected a number"},
      {"1 2", "expected the end of the value, column 3"},
      {"[1,2", "expected ',' or ']', column 5\n  [1,2\n      ^"},
      {"[1 2]", "expected ',' or ']', column 4"},
      {"[1,]", "expected a number, column 4"},
      {"[1,[2]]", "expected a number, column 4"},
      {"[[1],2]", "expected '[', column 6"},
      {"[[1,2],[3]]", "expected lists of equal length (2); this one has 1"},
      {"[[[[[[[[[1]]]]]]]]]", "at most 8 dimensions"},
      {"linspace(0,1)", "write linspace(first, last, count)"},
      {"linspace(0,1,2.5)", "no whole number"},
      {"linspace(0,1,-1)", "no whole number"},
      {"linspace(0,1,1e18)", "no whole number"},
      {"linspace(0,1,3) 4", "expected the end"},
      {"arange(0,1,0)", "no bounded length"},
      {"arange(0,1e300,1)", "no bounded length"},
      {"arange(nan)", "no bounded length"},
      {"2*x", "expected a number, column 3"},
      {"2x", "expected an operator or the end of the number, column 2"},
      {"1e999", "within the range of float64"},
      {"(1", "expected ')'"},
      {"infinity", "expected a number"},
      {std::string(1000, '('), "nested less deeply"},
      {std::string(1000, '-'), "nested less deeply"},
  };
  for (const auto& test : cases) EXPECT_THAT(Parsed(test.text), HasSubstr(test.want)) << test.text;
}

TEST(ValueTest, LinspaceIsExactAtItsEndsAndSymmetric) {
  std::istringstream in;
  const client::Array array = *ParseValue("linspace(-4,4,9)", in);
  const auto values = array.As<double>();
  for (size_t i = 0; i < 9; ++i) EXPECT_EQ(values[i], static_cast<double>(i) - 4);
  const client::Array odd = *ParseValue("linspace(-0.3,0.3,101)", in);
  EXPECT_EQ(odd.As<double>()[100], 0.3);
  for (size_t i = 0; i < 101; ++i) EXPECT_EQ(odd.As<double>()[i], -odd.As<double>()[100 - i]);
}

TEST(ValueTest, StandardInput) {
  EXPECT_EQ(Parsed("-", "1 2\n3,4\n"), "(4,) 1 2 3 4");
  EXPECT_EQ(Parsed("-", ""), "(0,)");
  EXPECT_THAT(Parsed("-", "1\n2\nabc\n"),
              HasSubstr("standard input, line 3: 'abc' is not a number"));
  EXPECT_EQ(Parsed("-", *WriteNpy(client::Array(std::vector<double>{5, 6}))), "(2,) 5 6");
  EXPECT_THAT(Parsed("-", "\x93NUMPYxx"), HasSubstr("standard input: not a readable .npy file"));
}

class ValueFileTest : public ::testing::Test {
 protected:
  ValueFileTest() {
    char name[] = "/tmp/formulary-value-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~ValueFileTest() override { std::filesystem::remove_all(directory_); }
  std::string Write(const std::string& name, const std::string& bytes) {
    EXPECT_TRUE(WriteFile(directory_ + "/" + name, bytes).ok());
    return directory_ + "/" + name;
  }
  std::string directory_;
};

TEST_F(ValueFileTest, FilesOfAllKinds) {
  const std::string npy = Write("a.npy", *WriteNpy(client::Array(std::vector<float>{1.5f, 2})));
  const std::string csv = Write("a.csv", "t,v\n1,10\n2,20\n");
  const std::string one = Write("one.csv", "v\n7\n");
  const std::string txt = Write("a.txt", "1 2 3");
  EXPECT_EQ(Parsed("@" + npy), "(2,) 1.5 2");
  EXPECT_EQ(Parsed("@" + csv + ":v"), "(2,) 10 20");
  EXPECT_EQ(Parsed("@" + csv + ":1"), "(2,) 1 2");
  EXPECT_EQ(Parsed("@" + one), "(1,) 7");
  EXPECT_EQ(Parsed("@" + txt), "(3,) 1 2 3");
}

TEST_F(ValueFileTest, UnreadableFilesAreNamed) {
  const std::string csv = Write("a.csv", "t,v\n1,10\n2,x\n");
  EXPECT_THAT(Parsed("@/nonexistent/a.npy"),
              HasSubstr("cannot read /nonexistent/a.npy: No such file"));
  EXPECT_THAT(Parsed("@" + directory_), HasSubstr("Is a directory"));
  EXPECT_THAT(Parsed("@" + csv), HasSubstr("say which column"));
  EXPECT_THAT(Parsed("@" + csv + ":w"), HasSubstr("there is no column 'w'; there are t, v"));
  EXPECT_THAT(Parsed("@" + csv + ":v"), HasSubstr("a.csv: line 3: 'x' is not a number"));
  EXPECT_THAT(Parsed("@" + Write("b.npy", "nonsense")),
              HasSubstr("b.npy: not a readable .npy file"));
}

TEST_F(ValueFileTest, WritingReplacesAWholeFileOrNothing) {
  const std::string path = Write("out", "old");
  EXPECT_TRUE(WriteFile(path, "new").ok());
  EXPECT_EQ(*ReadFile(path), "new");
  EXPECT_FALSE(WriteFile(directory_ + "/no/such/folder", "x").ok());
  EXPECT_TRUE(WriteFile("/dev/null", "x").ok());
  EXPECT_FALSE(std::filesystem::is_regular_file("/dev/null"));
}

TEST(LooksLikeValueTest, ValuesAndFormulas) {
  for (const char* text :
       {"3", "-", "@x", "[1", "linspace(", "arange(0,", "pi/2", "True", "2*(1+e)"}) {
    EXPECT_TRUE(LooksLikeValue(text)) << text;
  }
  for (const char* text : {"sin(x)", "x", "2*x", "x**2", "linspce(0,1,3)", "1 2", ""}) {
    EXPECT_FALSE(LooksLikeValue(text)) << text;
  }
}

}  // namespace
}  // namespace formulary::cli
