#ifndef FORMULARY_SERVER_SERVICE_HTTP_SERVER_H_
#define FORMULARY_SERVER_SERVICE_HTTP_SERVER_H_

// A small HTTP/1.1 server for /metrics, /healthz and /readyz: GET and HEAD only, one request a
// connection, on one thread of its own that waits for all connections at once, so that a slow peer
// delays nobody. Must never be given an endpoint that takes input.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/cancel_flag.h"
#include "server/base/file.h"
#include "server/service/listen_address.h"

namespace formulary::service {

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Thread-safe.
class HttpServer {
 public:
  // Called on the server's thread with the path, without a query.
  using Handler = std::function<HttpResponse(std::string_view path)>;

  static constexpr size_t kMaxConnections = 64;
  static constexpr size_t kMaxRequestBytes = 8192;

  // Listens at once. Fails as Listen does.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const ListenAddress& address,
                                                           Handler handler);
  // Closes every connection and joins.
  ~HttpServer();

  uint16_t port() const { return port_; }

 private:
  HttpServer(std::vector<base::FileDescriptor> sockets, uint16_t port, Handler handler);

  void Run();

  const std::vector<base::FileDescriptor> sockets_;
  const uint16_t port_;
  const Handler handler_;
  base::CancelFlag stop_;
  std::thread thread_;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_HTTP_SERVER_H_
