#include "server/main/flags.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace formulary::main {
namespace {

using ::testing::HasSubstr;

ParsedFlags Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "formularyd");
  return ParseFlags(static_cast<int>(arguments.size()), arguments.data(), "9.8.7");
}

TEST(FlagsTest, Quantities) {
  EXPECT_EQ(ParseQuantity("64"), 64);
  EXPECT_EQ(ParseQuantity("1.5"), 1.5);
  EXPECT_EQ(ParseQuantity("64MiB"), 64.0 * (1 << 20));
  EXPECT_EQ(ParseQuantity("1.5GiB"), 1.5 * (1 << 30));
  EXPECT_EQ(ParseQuantity("2KiB"), 2048);
  EXPECT_EQ(ParseQuantity("1e6"), 1e6);
  for (const char* const bad : {"", "x", "-1", "nan", "inf", "12 MiB x", "MiB", "1MB", "1e999"})
    EXPECT_EQ(ParseQuantity(bad), std::nullopt) << bad;
}

TEST(FlagsTest, QuantityTextsReadBack) {
  for (const engine::LimitRow& row : engine::LimitRows()) {
    const double value = engine::Options().*row.member;
    EXPECT_EQ(ParseQuantity(QuantityText(row.name, value)), value) << row.name;
  }
  EXPECT_EQ(QuantityText("max_message_bytes", 64.0 * (1 << 20)), "64MiB");
  EXPECT_EQ(QuantityText("compile_bytes", 1.5 * (1 << 30)), "1.5GiB");
  EXPECT_EQ(QuantityText("max_arguments", 1024), "1024");
  EXPECT_EQ(QuantityText("max_nodes", 1e6), "1000000");
}

TEST(FlagsTest, DefaultsAreTheContract) {
  const ParsedFlags parsed = Parse({});
  ASSERT_TRUE(parsed.flags.has_value());
  EXPECT_EQ(parsed.flags->server.listen, "localhost:7433");
  EXPECT_EQ(parsed.flags->server.http_listen, "127.0.0.1:7434");
  EXPECT_EQ(parsed.flags->drain_seconds, 10);
  EXPECT_EQ(parsed.flags->engine.max_nodes, 1e6);
  EXPECT_EQ(parsed.flags->engine.threads, 0);
  EXPECT_EQ(parsed.flags->engine.cache_dir, DefaultCacheDir());
}

TEST(FlagsTest, EveryLimitIsAFlag) {
  for (const engine::LimitRow& row : engine::LimitRows()) {
    const std::string flag = "--" + std::string(row.name) + "=77";
    const ParsedFlags parsed = Parse({flag.c_str()});
    ASSERT_TRUE(parsed.flags.has_value()) << flag;
    EXPECT_EQ(parsed.flags->engine.*row.member, 77) << flag;
  }
}

TEST(FlagsTest, Settings) {
  const ParsedFlags parsed =
      Parse({"--listen=unix:/tmp/s", "--http_listen=", "--cache_dir=", "--threads=3",
             "--compiler=/bin/cc", "--log_format=json", "--log_level=error", "--drain_seconds=2.5",
             "--max_message_bytes=1MiB"});
  ASSERT_TRUE(parsed.flags.has_value());
  EXPECT_EQ(parsed.flags->server.listen, "unix:/tmp/s");
  EXPECT_EQ(parsed.flags->server.http_listen, "");
  EXPECT_EQ(parsed.flags->engine.cache_dir, "");
  EXPECT_EQ(parsed.flags->engine.threads, 3);
  EXPECT_EQ(parsed.flags->engine.compiler, "/bin/cc");
  EXPECT_EQ(parsed.flags->log.format, base::LogFormat::kJson);
  EXPECT_EQ(parsed.flags->log.minimum, base::Severity::kError);
  EXPECT_EQ(parsed.flags->drain_seconds, 2.5);
  EXPECT_EQ(parsed.flags->engine.max_message_bytes, 1 << 20);
}

TEST(FlagsTest, TheLastOfAFlagHolds) {
  EXPECT_EQ(Parse({"--max_rank=3", "--max_rank=4"}).flags->engine.max_rank, 4);
  EXPECT_EQ(Parse({"--listen=a:1", "--listen", "b:2"}).flags->server.listen, "b:2");
}

TEST(FlagsTest, TheEnvironmentComesSecond) {
  setenv("FORMULARY_MAX_RANK", "5", 1);
  setenv("FORMULARY_HTTP_LISTEN", "127.0.0.1:1", 1);
  EXPECT_EQ(Parse({}).flags->engine.max_rank, 5);
  EXPECT_EQ(Parse({"--max_rank=6"}).flags->engine.max_rank, 6);
  EXPECT_EQ(Parse({}).flags->server.http_listen, "127.0.0.1:1");
  setenv("FORMULARY_MAX_RANK", "many", 1);
  EXPECT_EQ(Parse({}).exit_code, 2);
  unsetenv("FORMULARY_MAX_RANK");
  unsetenv("FORMULARY_HTTP_LISTEN");
}

TEST(FlagsTest, BadUsageIsExitCodeTwo) {
  const char* const bad[] = {"--no_such_flag", "--max_nodes=many", "--max_nodes=-1",
                             "--threads=-1",   "--log_format=xml", "extra",
                             "--listen"};
  for (const char* const flag : bad) {
    ::testing::internal::CaptureStderr();
    const ParsedFlags parsed = Parse({flag});
    const std::string said = ::testing::internal::GetCapturedStderr();
    EXPECT_FALSE(parsed.flags.has_value()) << flag;
    EXPECT_EQ(parsed.exit_code, 2) << flag;
    EXPECT_NE(said, "") << flag;
  }
}

TEST(FlagsTest, HelpListsEveryFlagWithItsDefault) {
  ::testing::internal::CaptureStdout();
  const ParsedFlags parsed = Parse({"--help"});
  const std::string help = ::testing::internal::GetCapturedStdout();
  EXPECT_FALSE(parsed.flags.has_value());
  EXPECT_EQ(parsed.exit_code, 0);
  for (const engine::LimitRow& row : engine::LimitRows()) {
    EXPECT_THAT(help, HasSubstr("--" + std::string(row.name) +
                                " N=" + QuantityText(row.name, engine::Options().*row.member)))
        << help;
  }
  for (const char* const flag :
       {"--listen HOST:PORT=localhost:7433", "--http_listen", "--cache_dir", "--threads",
        "--compiler", "--log_format", "--log_level", "--drain_seconds N=10", "--version"})
    EXPECT_THAT(help, HasSubstr(flag));
}

TEST(FlagsTest, Version) {
  ::testing::internal::CaptureStdout();
  const ParsedFlags parsed = Parse({"--version"});
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "formularyd 9.8.7\n");
  EXPECT_EQ(parsed.exit_code, 0);
}

}  // namespace
}  // namespace formulary::main
