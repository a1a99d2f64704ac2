#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "absl/time/time.h"
#include "client/cli/json.h"
#include "client/cli/number_text.h"
#include "client/cli/progress.h"
#include "client/cli/result_text.h"
#include "client/cli/table.h"

namespace formulary::cli {
namespace {

using client::Array;
using ::testing::HasSubstr;

TEST(NumberTextTest, Numbers) {
  EXPECT_EQ(NumberText(0.1), "0.1");
  EXPECT_EQ(NumberText(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(NumberText(1.0 / 3, 4), "0.3333");
  EXPECT_EQ(NumberText(std::nan("")), "nan");
  EXPECT_EQ(NumberText(-HUGE_VAL), "-inf");
  EXPECT_EQ(ElementText(Array(0.1f), 0), "0.1");
  EXPECT_EQ(ElementText(Array(int64_t{9007199254740993}), 0), "9007199254740993");
  EXPECT_EQ(ElementText(Array(true), 0), "true");
  EXPECT_EQ(ElementText(Array(std::complex<double>(1, -2)), 0), "1-2j");
  EXPECT_EQ(GroupedDigits(0), "0");
  EXPECT_EQ(GroupedDigits(1234567), "1,234,567");
  EXPECT_EQ(GroupedDigits(999), "999");
  EXPECT_EQ(DurationText(0.00123), "1.23 ms");
  EXPECT_EQ(DurationText(75), "75 s");
  EXPECT_EQ(DurationText(0), "0 ns");
  EXPECT_EQ(BytesText(8e6), "8 MB");
}

TEST(NumberTextTest, Parsing) {
  EXPECT_EQ(ParseNumber(" +1.5\t"), 1.5);
  EXPECT_EQ(ParseNumber("1e999"), HUGE_VAL);
  EXPECT_EQ(ParseNumber("-1e999"), -HUGE_VAL);
  EXPECT_EQ(ParseNumber("1e-999"), 0.0);
  EXPECT_EQ(ParseNumber("-inf"), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(*ParseNumber("nan")));
  for (const char* text : {"", " ", "1x", "0x10", "+-1", "--1", "1,5", "e"}) {
    EXPECT_FALSE(ParseNumber(text).has_value()) << text;
  }
}

TEST(TableTest, ColumnsAreAligned) {
  Table table({{"name"}, {"value", Align::kRight}, {"what"}});
  table.AddRow({"µ", "1.5", "mean"});
  table.AddRow({"sigma", "10", ""});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(),
            "name   value  what\n"
            "µ        1.5  mean\n"
            "sigma     10\n");
}

TEST(TableTest, LastColumnIsCutToTheWidth) {
  Table table({{""}, {""}});
  table.AddRow({"a", "a text that is longer than the line admits"});
  std::ostringstream out;
  table.Print(out, 30);
  EXPECT_EQ(out.str(), "a  a text that is longer th...\n");
  EXPECT_EQ(Shortened("äöüß", 4), "äöüß");
  EXPECT_EQ(Shortened("äöüßx", 4), "ä...");
}

TEST(JsonTest, ValuesAndNesting) {
  JsonWriter json;
  json.BeginObject();
  json.Key("a\"b\n");
  json.Number(0.5);
  json.Key("list");
  json.BeginArray();
  json.Number(std::nan(""));
  json.Number(-HUGE_VAL);
  json.Boolean(true);
  json.Integer(-3);
  json.EndArray();
  json.EndObject();
  EXPECT_EQ(json.text(), R"({"a\"b\u000a":0.5,"list":["NaN","-Infinity",true,-3]})");
}

TEST(JsonTest, ArraysNestByShape) {
  const auto text = [](const Array& array) {
    JsonWriter json;
    json.Elements(array);
    return json.text();
  };
  EXPECT_EQ(text(Array(1.5)), "1.5");
  EXPECT_EQ(text(Array(std::vector<double>{1, HUGE_VAL})), "[1,\"Infinity\"]");
  EXPECT_EQ(text(*Array(std::vector<int64_t>{1, 2, 3, 4}).Reshaped({2, 2})), "[[1,2],[3,4]]");
  EXPECT_EQ(text(*Array(std::vector<double>{1, 2}).Reshaped({1, 2, 1})), "[[[1],[2]]]");
  EXPECT_EQ(text(Array(std::vector<bool>{true})), "[true]");
  EXPECT_EQ(text(Array()), "[]");
}

ResultView View(std::vector<client::NamedArray> inputs, std::vector<client::NamedArray> outputs) {
  client::Result result;
  result.outputs = std::move(outputs);
  return *ResultView::Make(std::move(inputs), std::move(result));
}

std::string TableText(const ResultView& view, const TableOptions& options = {}) {
  std::ostringstream out;
  PrintTable(view, options, out);
  return out.str();
}

TEST(ResultTextTest, TableShowsVaryingInputs) {
  const ResultView view = View({{"x", std::vector<double>{-1, 0, 10}}, {"mu", 2.0}},
                               {{"y0", std::vector<double>{0.25, std::nan(""), 1.0 / 3}}});
  EXPECT_EQ(TableText(view),
            " x            y0\n"
            "-1          0.25\n"
            " 0           nan\n"
            "10  0.3333333333\n");
}

TEST(ResultTextTest, ScalarsAreBare) {
  EXPECT_EQ(TableText(View({{"x", 1.0}}, {{"y0", 0.5}})), "0.5\n");
  EXPECT_EQ(TableText(View({}, {{"a", 0.5}, {"bc", true}})), "a   0.5\nbc  true\n");
}

TEST(ResultTextTest, LongTablesAreAbbreviated) {
  const ResultView view = View({}, {{"y0", std::vector<double>(3000, 1.0)}});
  const std::string text = TableText(view, {.abbreviate_above = 4, .head = 2, .tail = 1});
  EXPECT_EQ(text, " y0\n  1\n  1\n...\n  1\n(3,000 rows; --full shows all)\n");
  EXPECT_THAT(TableText(View({}, {{"y0", Array()}})), HasSubstr("(no rows: shape (0,))"));
}

TEST(ResultTextTest, MatricesShowPlacesAndBroadcastInputs) {
  const ResultView view = View(
      {{"x", std::vector<double>{1, 2}}, {"t", *Array(std::vector<double>{5, 6}).Reshaped({2, 1})}},
      {{"y0", *Array(std::vector<double>{1, 2, 3, 4}).Reshaped({2, 2})}});
  EXPECT_EQ(TableText(view),
            "        x  t  y0\n"
            "(0, 0)  1  5   1\n"
            "(0, 1)  2  5   2\n"
            "(1, 0)  1  6   3\n"
            "(1, 1)  2  6   4\n");
}

TEST(ResultTextTest, CsvIsInFull) {
  std::ostringstream out;
  PrintCsv(View({{"x", std::vector<double>{0.1, 2}}},
                {{"a,b", std::vector<double>{1.0 / 3, -HUGE_VAL}}}),
           out);
  EXPECT_EQ(out.str(), "x,\"a,b\"\n0.1,0.3333333333333333\n2,-inf\n");
}

TEST(ResultTextTest, JsonHoldsOutputsAndReport) {
  client::Result result;
  result.outputs = {{"y0", Array(std::vector<float>{0.5f})}};
  result.report.set_kernel("kernels/ab");
  result.report.set_tier(v1::TIER_COMPILED);
  result.report.set_cache(v1::CACHE_OUTCOME_DISK);
  std::ostringstream out;
  PrintJson(*ResultView::Make({}, std::move(result)), out);
  EXPECT_EQ(
      out.str(),
      R"({"outputs":[{"name":"y0","dtype":"float32","shape":[1],"values":[0.5]}],"report":{"kernel":"kernels/ab",)"
      R"("tier":"compiled","cache":"disk","simplify_seconds":0,"compile_seconds":0,"evaluate_seconds":0,"elements":0}})"
      "\n");
}

TEST(ResultTextTest, InputsWithCoreDimensionsAreLeftOut) {
  const ResultView view =
      View({{"A", *Array(std::vector<double>{1, 2, 3, 4}).Reshaped({2, 2})}}, {{"y0", 0.5}});
  EXPECT_EQ(TableText(view), "0.5\n");
}

class ProgressTest : public ::testing::Test {
 protected:
  std::istringstream in_;
  std::ostringstream out_, err_;
  Io io_{in_, out_, err_, {}};
  absl::Time now_ = absl::UnixEpoch();
};

TEST_F(ProgressTest, NothingInAPipe) {
  Progress progress(io_, "working", 10, [this] { return now_; });
  now_ += absl::Seconds(5);
  progress.Update(5);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(ProgressTest, BarOnATerminal) {
  io_.terminal.err_is_terminal = true;
  {
    Progress progress(io_, "working", 10, [this] { return now_; });
    progress.Update(1);
    EXPECT_EQ(err_.str(), "");  // not within the first half second
    now_ += absl::Seconds(2);
    progress.Update(5);
    EXPECT_EQ(err_.str(), "\r\x1b[Kworking [###############...............] 50%, 2 s to go");
    progress.Update(6);  // too soon
    EXPECT_THAT(err_.str(), HasSubstr("2 s to go"));
    EXPECT_EQ(err_.str().find("60%"), std::string::npos);
  }
  EXPECT_TRUE(err_.str().ends_with("\r\x1b[K"));
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace formulary::cli
