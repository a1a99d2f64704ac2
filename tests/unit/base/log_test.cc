#include "server/base/log.h"

#include <cmath>
#include <string>

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

std::string Json(std::string_view message, std::initializer_list<LogField> fields) {
  return FormatLogLine(LogFormat::kJson, "T", Severity::kWarning, message, fields);
}
std::string Text(std::string_view message, std::initializer_list<LogField> fields) {
  return FormatLogLine(LogFormat::kText, "T", Severity::kInfo, message, fields);
}

TEST(LogTest, JsonFieldsKeepTheirTypes) {
  EXPECT_EQ(Json("built", {{"kernel", "ab"}, {"bytes", 12}, {"seconds", 0.5}, {"ok", true}}),
            R"({"time":"T","severity":"WARNING","message":"built","kernel":"ab","bytes":12,)"
            R"("seconds":0.5,"ok":true})");
}

TEST(LogTest, TextQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(Text("built", {{"a", "plain"}, {"b", "two words"}, {"c", ""}, {"d", "x=y"}, {"n", -3}}),
            R"(T INFO built a=plain b="two words" c="" d="x=y" n=-3)");
}

TEST(LogTest, NumbersThatJsonCannotSayAreNull) {
  EXPECT_NE(Json("m", {{"x", NAN}}).find("\"x\":null"), std::string::npos);
  EXPECT_NE(Json("m", {{"x", -INFINITY}}).find("\"x\":null"), std::string::npos);
}

struct HostileRow {
  std::string_view bytes;
  std::string_view escaped;
};

TEST(LogTest, HostileTextStaysOneLineOfPrintableAscii) {
  const HostileRow rows[] = {
      {"a\nb", "a\\nb"},
      {"a\r\nINFO fake", "a\\u000d\\nINFO fake"},
      {"\x1b[31mred", "\\u001b[31mred"},
      {std::string_view("nul\0byte", 8), "nul\\u0000byte"},
      {"\"}{\"", "\\\"}{\\\""},
      {"back\\slash", "back\\\\slash"},
      {"\x7f", "\\u007f"},
      {"\xc2\x9b[2J", "\\u009b[2J"},              // the one-byte control sequence introducer
      {"\xe2\x80\xa8", "\\u2028"},                // line separator
      {"\xe2\x80\xae", "\\u202e"},                // right-to-left override
      {"\xf0\x9f\x98\x80", "\\ud83d\\ude00"},     // beyond the basic plane
      {"\xff\xc0\xaf", "\\ufffd\\ufffd\\ufffd"},  // never UTF-8; overlong
      {"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},  // surrogate
      {"\xe2\x80", "\\ufffd\\ufffd"},             // cut short
  };
  for (const HostileRow& row : rows) {
    const std::string quoted = "\"" + std::string(row.escaped) + "\"";
    for (const std::string& line : {Json("m", {{"v", row.bytes}}), Text("m", {{"v", row.bytes}})}) {
      EXPECT_NE(line.find(row.escaped), std::string::npos) << line << " want " << row.escaped;
      for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << line;
    }
    EXPECT_NE(Json(row.bytes, {}).find(quoted), std::string::npos);
    EXPECT_NE(Text(row.bytes, {}).find(row.escaped), std::string::npos);
  }
}

TEST(LogTest, BelowTheMinimumNothingIsWritten) {
  ::testing::internal::CaptureStderr();
  Log(Severity::kDebug, "quiet");
  Log(Severity::kError, "loud {} %s", {{"brace", "{}"}});
  const std::string written = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(written.find("quiet"), std::string::npos);
  EXPECT_NE(written.find("ERROR loud {} %s brace={}\n"), std::string::npos) << written;
}

}  // namespace
}  // namespace formulary::base
