#ifndef FORMULARY_SERVER_SERVICE_SERVER_H_
#define FORMULARY_SERVER_SERVICE_SERVER_H_

// The listening server: gRPC with the three services, health and reflection, and HTTP with
// /metrics, /healthz and /readyz. Made by main/ over an engine; tests make it over a fake one.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/engine/engine.h"

namespace formulary::service {

// Whether memory is shared with clients on the same machine. kAuto: when gRPC listens to nobody
// else.
enum class SharedMemoryUse { kAuto, kOn, kOff };

struct ServerOptions {
  std::string listen = "localhost:7433";       // HOST:PORT, port 0 picks one; or unix:/path
  std::string http_listen = "127.0.0.1:7434";  // empty: no HTTP
  SharedMemoryUse shared_memory = SharedMemoryUse::kAuto;
};

// Thread-safe.
class Server {
 public:
  // Listens and serves. Fails, with a message for the operator, when an address is malformed,
  // cannot be had, or belongs to another process already. The engine must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       engine::Engine* engine);
  // Drains without waiting.
  virtual ~Server() = default;

  // HOST:PORT with the port in use, or unix:/path; http_address is empty when there is no HTTP.
  virtual const std::string& grpc_address() const = 0;
  virtual const std::string& http_address() const = 0;

  // Says not ready, takes no new calls, and waits until those in flight have ended; what has not by
  // `limit` is cancelled and the engine shut down. Blocks; the second call does nothing.
  virtual void Drain(absl::Duration limit) = 0;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_SERVER_H_
