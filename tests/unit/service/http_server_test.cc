#include "server/service/http_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace formulary::service {
namespace {

using base::FileDescriptor;

FileDescriptor Connect(uint16_t port) {
  FileDescriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  timeval limit{.tv_sec = 20};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

void Send(const FileDescriptor& fd, std::string_view text) {
  (void)!send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

std::string ReceiveAll(const FileDescriptor& fd) {
  std::string all;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = recv(fd.get(), buffer, sizeof buffer, 0)) > 0)
    all.append(buffer, static_cast<size_t>(count));
  return all;
}

std::string Ask(uint16_t port, std::string_view request) {
  const FileDescriptor fd = Connect(port);
  Send(fd, request);
  return ReceiveAll(fd);
}

std::unique_ptr<HttpServer> Serve() {
  auto server = HttpServer::Start({.host = "127.0.0.1"}, [](std::string_view path) {
    if (path == "/big") return HttpResponse{.body = std::string(4'000'000, 'b')};
    return HttpResponse{.status = path == "/yes" ? 200 : 404, .body = "path " + std::string(path)};
  });
  EXPECT_OK(server);
  return *std::move(server);
}

TEST(HttpServerTest, GetAndHead) {
  const auto server = Serve();
  std::string answer = Ask(server->port(), "GET /yes?query HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\npath /yes")) << answer;
  answer = Ask(server->port(), "GET /no HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 Not Found\r\n")) << answer;
  answer = Ask(server->port(), "HEAD /yes HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Length: 9"), std::string::npos);
}

TEST(HttpServerTest, WhatIsNoRequestIsRefused) {
  const auto server = Serve();
  EXPECT_TRUE(Ask(server->port(), "POST /yes HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(Ask(server->port(), "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(Ask(server->port(), "GET /yes\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(Ask(server->port(), "GET /yes FTP/1\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(Ask(server->port(), "GET /" + std::string(20'000, 'x')).starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(Ask(server->port(), "GET /yes HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST(HttpServerTest, ASlowPeerDelaysNobody) {
  const auto server = Serve();
  const FileDescriptor slow = Connect(server->port());
  Send(slow, "GET /ye");
  const FileDescriptor silent = Connect(server->port());
  EXPECT_TRUE(Ask(server->port(), "GET /yes HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
  Send(slow, "s HTTP/1.1\r\n");
  EXPECT_TRUE(Ask(server->port(), "GET /yes HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
  Send(slow, "\r\n");
  EXPECT_TRUE(ReceiveAll(slow).starts_with("HTTP/1.1 200"));
}

TEST(HttpServerTest, LargeAnswersArriveWhole) {
  const auto server = Serve();
  const std::string answer = Ask(server->port(), "GET /big HTTP/1.1\r\n\r\n");
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 4'000'000u);
}

TEST(HttpServerTest, MoreConnectionsThanItTakesWait) {
  const auto server = Serve();
  std::vector<FileDescriptor> many;
  for (size_t i = 0; i < HttpServer::kMaxConnections + 10; ++i)
    many.push_back(Connect(server->port()));
  for (const FileDescriptor& fd : many) Send(fd, "GET /yes HTTP/1.1\r\n\r\n");
  for (const FileDescriptor& fd : many) EXPECT_TRUE(ReceiveAll(fd).starts_with("HTTP/1.1 200"));
}

TEST(HttpServerTest, EndsWithConnectionsOpen) {
  auto server = Serve();
  const FileDescriptor open = Connect(server->port());
  Send(open, "GET");
  server.reset();
  EXPECT_EQ(ReceiveAll(open), "");
}

}  // namespace
}  // namespace formulary::service
