#include "client/cli/csv.h"

#include <gmock/gmock.h>

#include <sstream>

namespace formulary::cli {
namespace {

std::string Column(const std::string& text, const std::string& column) {
  const absl::StatusOr<std::vector<double>> values = ReadCsvColumn(text, column);
  if (!values.ok()) return std::string(values.status().message());
  std::ostringstream shown;
  for (const double value : *values) shown << value << ' ';
  return shown.str();
}

TEST(CsvTest, Columns) {
  const struct {
    std::string text, column, want;
  } cases[] = {
      {"a,b\n1,2\n3,4\n", "b", "2 4 "},
      {"a,b\n1,2\n3,4", "1", "1 3 "},
      {"1,2\n3,4\n", "2", "2 4 "},
      {"2,1\n5,6\n", "1", "2 5 "},  // numbers alone are no header
      {"v\n1\n2\n", "", "1 2 "},
      {"a,b\r\n1,2\r\n", "b", "2 "},
      {"a;b\n1;2\n", "b", "2 "},
      {"a\tb\n1\t2\n", "b", "2 "},
      {"\xEF\xBB\xBFx,y\n1,2\n", "x", "1 "},
      {"# made by hand, today\n\na,b\n1,2\n# more\n3,4\n", "b", "2 4 "},
      {"\"a, b\",\"c \"\"d\"\"\"\n1,2\n", "c \"d\"", "2 "},
      {"a,\"two\nlines\"\n1,2\n", "two\nlines", "2 "},
      {"a,b\n1, 2.5e-3 \n", "b", "0.0025 "},
      {"a,b\n1,\n2,\"\"\n3,inf\n", "b", "nan nan inf "},
      {"a,b\n", "a", ""},
  };
  for (const auto& test : cases) EXPECT_EQ(Column(test.text, test.column), test.want) << test.text;
}

TEST(CsvTest, ErrorsNameLines) {
  const struct {
    std::string text, column, want;
  } cases[] = {
      {"", "a", "the file has no rows"},
      {"# only\n", "a", "the file has no rows"},
      {"a,b\n1,2\n", "c", "there is no column 'c'; there are a, b"},
      {"a,b\n1,2\n", "3", "there is no column '3'; there are a, b"},
      {"a,b\n1,2\n", "0", "there is no column '0'; there are a, b"},
      {"1,2\n", "x", "there is no column 'x'; there are 1 to 2"},
      {"a,b\n1,2\n", "", "say which column: @FILE:COLUMN with one of a, b"},
      {"a,b\n1,2\n1\n", "b", "line 3: there are 1 fields, column 2 is wanted"},
      {"a,b\n1,2\n\n1,zwei\n", "b", "line 4: 'zwei' is not a number"},
      {"a,b\n1,\"2\n", "b", "line 2: a quoted field is not closed"},
      {"a,b\n1,\"2\"3\n", "b", "line 2: text stands behind a quoted field"},
      {"a,\"b\nc\"\n1,x\n", "2", "line 3: 'x' is not a number"},
  };
  for (const auto& test : cases) EXPECT_EQ(Column(test.text, test.column), test.want) << test.text;
}

TEST(CsvTest, FieldsAreQuotedWhereNeeded) {
  EXPECT_EQ(CsvField("plain"), "plain");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("say \"x\""), "\"say \"\"x\"\"\"");
}

}  // namespace
}  // namespace formulary::cli
