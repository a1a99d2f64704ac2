#ifndef FORMULARY_SERVER_SERVICE_LISTEN_ADDRESS_H_
#define FORMULARY_SERVER_SERVICE_LISTEN_ADDRESS_H_

// Addresses to listen on, as flags state them: HOST:PORT, [IPv6]:PORT, :PORT (every interface) or
// unix:/path. Called at start only; what it finds out about an address is for the operator, so
// messages name it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/file.h"

namespace formulary::service {

struct ListenAddress {
  std::string host;       // without brackets; empty for every interface
  uint16_t port = 0;      // 0: any free one
  std::string unix_path;  // not empty: host and port do not count

  bool is_unix() const { return !unix_path.empty(); }
  // Only processes of this machine can connect.
  bool is_local() const;
  // As the flag stated it, with `the_port`.
  std::string Text(uint16_t the_port) const;
};

// INVALID_ARGUMENT when the text is none of the forms above.
absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text);

// Listening sockets on every address that the host has (localhost is often two), all on one port,
// which is written to `port`. ALREADY_EXISTS when another process listens there; INVALID_ARGUMENT
// when the host is unknown; UNAVAILABLE for other failures. Not for Unix sockets.
absl::StatusOr<std::vector<base::FileDescriptor>> Listen(const ListenAddress& address,
                                                         uint16_t* port);

// OK when nobody listens on the address. A Unix socket that its process left behind is removed.
absl::Status CheckFree(const ListenAddress& address);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_LISTEN_ADDRESS_H_
