#include "server/service/listen_address.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::service {
namespace {

using testing::StatusIs;

TEST(ListenAddressTest, Forms) {
  struct Row {
    const char* text;
    const char* host;
    uint16_t port;
    const char* path;
    const char* again;
  };
  const Row rows[] = {
      {"localhost:7433", "localhost", 7433, "", "localhost:7433"},
      {"127.0.0.1:0", "127.0.0.1", 0, "", "127.0.0.1:0"},
      {"[::1]:80", "::1", 80, "", "[::1]:80"},
      {":7433", "", 7433, "", ":7433"},
      {"unix:/run/f.sock", "", 0, "/run/f.sock", "unix:/run/f.sock"},
      {"unix:///run/f.sock", "", 0, "/run/f.sock", "unix:/run/f.sock"},
      {"unix:relative.sock", "", 0, "relative.sock", "unix:relative.sock"},
  };
  for (const Row& row : rows) {
    const auto address = ParseListenAddress(row.text);
    ASSERT_OK(address) << row.text;
    EXPECT_EQ(address->host, row.host);
    EXPECT_EQ(address->port, row.port);
    EXPECT_EQ(address->unix_path, row.path);
    EXPECT_EQ(address->Text(address->port), row.again);
  }
}

TEST(ListenAddressTest, WhatIsNoAddressIsRefused) {
  for (const char* const text : {"", "localhost", "localhost:", "localhost:http", "localhost:70000",
                                 "::1:80", "unix:", "host:-1", "host: 80", "host:8 0"}) {
    EXPECT_THAT(ParseListenAddress(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(ListenAddressTest, APortInUseIsNotFree) {
  uint16_t port = 0;
  const auto sockets = Listen({.host = "127.0.0.1"}, &port);
  ASSERT_OK(sockets);
  EXPECT_NE(port, 0);
  for (const char* const host : {"127.0.0.1", "localhost", ""}) {
    const absl::Status status = CheckFree({.host = host, .port = port});
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists,
                                 ::testing::HasSubstr("another process listens there already")))
        << host;
  }
}

TEST(ListenAddressTest, APortGivenBackIsFree) {
  uint16_t port = 0;
  { ASSERT_OK(Listen({.host = "localhost"}, &port)); }
  EXPECT_OK(CheckFree({.host = "localhost", .port = port}));
}

TEST(ListenAddressTest, UnknownHostsAreRefused) {
  uint16_t port = 0;
  EXPECT_THAT(Listen({.host = "no.such.host.invalid", .port = 1}, &port).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

base::FileDescriptor ListenUnix(const std::string& path) {
  base::FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{.sun_family = AF_UNIX};
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  EXPECT_EQ(listen(fd.get(), 8), 0);
  return fd;
}

TEST(ListenAddressTest, AStaleSocketIsRemovedALiveOneIsNot) {
  const base::TempDir directory = testing::MakeTempDir();
  const std::string path = directory.Path("s");
  const ListenAddress address{.unix_path = path};
  EXPECT_OK(CheckFree(address));
  {
    const base::FileDescriptor live = ListenUnix(path);
    EXPECT_THAT(CheckFree(address), StatusIs(absl::StatusCode::kAlreadyExists));
    EXPECT_TRUE(testing::Exists(path));
  }
  EXPECT_OK(CheckFree(address));  // the file is left of a process that is gone
  EXPECT_FALSE(testing::Exists(path));
}

TEST(ListenAddressTest, AFileThatIsNoSocketStays) {
  const base::TempDir directory = testing::MakeTempDir();
  testing::WriteFile(directory.Path("f"), "precious");
  EXPECT_THAT(CheckFree({.unix_path = directory.Path("f")}),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(testing::Contents(directory.Path("f")), "precious");
}

TEST(ListenAddressTest, LongSocketPathsAreRefused) {
  EXPECT_THAT(CheckFree({.unix_path = "/" + std::string(200, 'p')}),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("201 bytes")));
}

}  // namespace
}  // namespace formulary::service
