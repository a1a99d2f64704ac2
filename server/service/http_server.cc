#include "server/service/http_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::service {
namespace {

using base::FileDescriptor;

constexpr absl::Duration kConnectionTime = absl::Seconds(5);

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string Serialize(const HttpResponse& response, bool with_body) {
  return base::StrCat(
      "HTTP/1.1 ", response.status, " ", ReasonPhrase(response.status),
      "\r\nContent-Type: ", response.content_type, "\r\nContent-Length: ", response.body.size(),
      "\r\nConnection: close\r\nCache-Control: no-store\r\n\r\n", with_body ? response.body : "");
}

// What a whole request asks for is answered; anything that is no GET or HEAD is refused.
std::string Answer(std::string_view request, const HttpServer::Handler& handler) {
  const std::string_view line = request.substr(0, request.find("\r\n"));
  const size_t first = line.find(' ');
  const size_t second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos ||
      !line.substr(second + 1).starts_with("HTTP/1.")) {
    return Serialize({.status = 400, .body = "bad request\n"}, true);
  }
  const std::string_view method = line.substr(0, first);
  std::string_view path = line.substr(first + 1, second - first - 1);
  path = path.substr(0, path.find('?'));
  if (method != "GET" && method != "HEAD")
    return Serialize({.status = 405, .body = "only GET and HEAD\n"}, true);
  return Serialize(handler(path), method == "GET");
}

// One connection: reads a request, writes an answer, ends. One thread.
class Connection {
 public:
  explicit Connection(FileDescriptor fd)
      : fd_(std::move(fd)), deadline_(base::Deadline::After(kConnectionTime)) {}

  int fd() const { return fd_.get(); }
  short events() const { return answer_.empty() ? POLLIN : POLLOUT; }
  base::Deadline deadline() const { return deadline_; }

  // Does what can be done now. False: the connection is over.
  bool Step(const HttpServer::Handler& handler) {
    return answer_.empty() ? Receive(handler) : Send();
  }

 private:
  bool Receive(const HttpServer::Handler& handler) {
    char buffer[2048];
    const ssize_t count = recv(fd_.get(), buffer, sizeof buffer, 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    request_.append(buffer, static_cast<size_t>(count));
    if (request_.find("\r\n\r\n") != std::string::npos) {
      answer_ = Answer(request_, handler);
    } else if (request_.size() > HttpServer::kMaxRequestBytes) {
      answer_ = Serialize({.status = 400, .body = "request too large\n"}, true);
    }
    return answer_.empty() || Send();
  }

  bool Send() {
    const ssize_t count =
        send(fd_.get(), answer_.data() + sent_, answer_.size() - sent_, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    sent_ += static_cast<size_t>(count);
    if (sent_ < answer_.size()) return true;
    shutdown(fd_.get(), SHUT_WR);
    return false;
  }

  FileDescriptor fd_;
  base::Deadline deadline_;
  std::string request_;
  std::string answer_;
  size_t sent_ = 0;
};

// Until the first connection's time is over, and at most `most`.
int TimeoutMs(const std::vector<Connection>& connections, absl::Duration most) {
  base::Deadline first = base::Deadline::After(most);
  for (const Connection& connection : connections) first = std::min(first, connection.deadline());
  return static_cast<int>(absl::ToInt64Milliseconds(first.remaining())) + 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const ListenAddress& address,
                                                              Handler handler) {
  uint16_t port = 0;
  ASSIGN_OR_RETURN(std::vector<FileDescriptor> sockets, Listen(address, &port));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(sockets), port, std::move(handler)));
}

HttpServer::HttpServer(std::vector<FileDescriptor> sockets, uint16_t port, Handler handler)
    : sockets_(std::move(sockets)),
      port_(port),
      handler_(std::move(handler)),
      thread_([this] { Run(); }) {}

HttpServer::~HttpServer() {
  stop_.Cancel();
  thread_.join();
}

void HttpServer::Run() {
  std::vector<Connection> connections;
  std::vector<pollfd> polled;
  bool out_of_descriptors = false;
  while (!stop_.cancelled()) {
    polled.clear();
    polled.push_back({.fd = stop_.event_fd(), .events = POLLIN});
    for (const Connection& connection : connections)
      polled.push_back({.fd = connection.fd(), .events = connection.events()});
    // While every place is taken, new connections wait in the backlog.
    const bool accepting = connections.size() < kMaxConnections && !out_of_descriptors;
    for (const FileDescriptor& fd : sockets_)
      polled.push_back({.fd = accepting ? fd.get() : -1, .events = POLLIN});
    const absl::Duration most = out_of_descriptors ? absl::Milliseconds(100) : absl::Seconds(1);
    if (poll(polled.data(), polled.size(), TimeoutMs(connections, most)) < 0 && errno != EINTR)
      return;
    if (stop_.cancelled()) return;
    out_of_descriptors = false;

    std::vector<Connection> kept;
    for (size_t i = 0; i < connections.size(); ++i) {
      const bool over = connections[i].deadline().expired() ||
                        (polled[1 + i].revents != 0 && !connections[i].Step(handler_));
      if (!over) kept.push_back(std::move(connections[i]));
    }
    for (size_t i = 1 + connections.size(); i < polled.size(); ++i) {
      if ((polled[i].revents & POLLIN) == 0) continue;
      FileDescriptor fd(accept4(polled[i].fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      out_of_descriptors |= !fd.valid() && (errno == EMFILE || errno == ENFILE);
      if (fd.valid()) kept.emplace_back(std::move(fd));
    }
    connections = std::move(kept);
  }
}

}  // namespace formulary::service
