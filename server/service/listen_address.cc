#include "server/service/listen_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/numbers.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"

namespace formulary::service {
namespace {

using base::FileDescriptor;
using base::StrCat;

absl::Status Invalid(std::string_view text) {
  return absl::InvalidArgumentError(
      StrCat("\"", text, "\" is not an address: expected HOST:PORT or unix:/path"));
}

absl::Status InUse(std::string_view what) {
  return absl::AlreadyExistsError(
      StrCat("cannot listen on ", what, ": another process listens there already"));
}

bool IsLoopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& ip = reinterpret_cast<const sockaddr_in&>(address);
    return ntohl(ip.sin_addr.s_addr) >> 24 == 127;
  }
  return address.sa_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

absl::StatusOr<Addresses> Resolve(const ListenAddress& address, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const std::string service = StrCat(port);
  const int error = getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                service.c_str(), &hints, &list);
  if (error != 0) {
    return absl::InvalidArgumentError(
        StrCat("cannot listen on ", address.Text(port), ": ", gai_strerror(error)));
  }
  return Addresses(list);
}

// A socket listening on one address; the descriptor is invalid, and errno tells why, when there is
// none.
FileDescriptor ListenOn(const addrinfo& where) {
  FileDescriptor fd(socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return fd;
  const int on = 1;
  // Not SO_REUSEPORT: two servers on one port are an error.
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (where.ai_family == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd.get(), where.ai_addr, where.ai_addrlen) != 0 || listen(fd.get(), 128) != 0) {
    const int error = errno;
    fd.Reset();
    errno = error;
  }
  return fd;
}

uint16_t PortOf(const FileDescriptor& fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  return ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&name)->sin6_port
                                          : reinterpret_cast<sockaddr_in*>(&name)->sin_port);
}

absl::Status CheckUnixFree(const ListenAddress& address) {
  const std::string& path = address.unix_path;
  sockaddr_un name{.sun_family = AF_UNIX};
  if (path.size() >= sizeof name.sun_path) {
    return absl::InvalidArgumentError(StrCat("the socket path has ", path.size(),
                                             " bytes; the system takes ",
                                             sizeof name.sun_path - 1));
  }
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0) return absl::OkStatus();
  if (!S_ISSOCK(facts.st_mode))
    return absl::AlreadyExistsError(
        StrCat("cannot listen on ", path, ": it exists and is no socket"));
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) == 0 || errno == EAGAIN)
    return InUse(address.Text(0));
  if (errno == ECONNREFUSED) unlink(path.c_str());  // left behind by a process that is gone
  return absl::OkStatus();
}

}  // namespace

std::string ListenAddress::Text(uint16_t the_port) const {
  if (is_unix()) return StrCat("unix:", unix_path);
  const bool brackets = host.find(':') != std::string::npos;
  return StrCat(brackets ? "[" : "", host, brackets ? "]" : "", ":", the_port);
}

bool ListenAddress::is_local() const {
  if (is_unix()) return true;
  if (host.empty()) return false;
  const absl::StatusOr<Addresses> addresses = Resolve(*this, port);
  if (!addresses.ok()) return false;
  for (const addrinfo* one = addresses->get(); one != nullptr; one = one->ai_next) {
    if (!IsLoopback(*one->ai_addr)) return false;
  }
  return true;
}

absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text) {
  ListenAddress address;
  if (text.starts_with("unix:")) {
    address.unix_path = std::string(text.substr(5));
    if (address.unix_path.starts_with("//")) address.unix_path.erase(0, 2);  // unix:///path
    if (address.unix_path.empty()) return Invalid(text);
    return address;
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return Invalid(text);
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return Invalid(text);
  }
  uint32_t port = 0;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos ||
      !absl::SimpleAtoi(base::ToAbsl(digits), &port) || port > 65535) {
    return Invalid(text);
  }
  address.host = std::string(host);
  address.port = static_cast<uint16_t>(port);
  return address;
}

absl::StatusOr<std::vector<FileDescriptor>> Listen(const ListenAddress& address, uint16_t* port) {
  *port = address.port;
  ASSIGN_OR_RETURN(const Addresses addresses, Resolve(address, address.port));
  std::vector<FileDescriptor> sockets;
  int error = 0;
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    // Further addresses of the host share the port that the first one was given.
    if (*port != address.port) {
      const in_port_t chosen = htons(*port);
      if (each->ai_family == AF_INET6)
        reinterpret_cast<sockaddr_in6*>(each->ai_addr)->sin6_port = chosen;
      if (each->ai_family == AF_INET)
        reinterpret_cast<sockaddr_in*>(each->ai_addr)->sin_port = chosen;
    }
    FileDescriptor fd = ListenOn(*each);
    if (!fd.valid()) {
      error = errno;
      // A stated port that is taken on one of the host's addresses is taken; a missing IPv6 is no
      // matter.
      if (error == EADDRINUSE && address.port != 0) return InUse(address.Text(address.port));
      continue;
    }
    if (*port == 0) *port = PortOf(fd);
    sockets.push_back(std::move(fd));
  }
  if (sockets.empty()) {
    return absl::UnavailableError(
        StrCat("cannot listen on ", address.Text(address.port), ": ", std::strerror(error)));
  }
  return sockets;
}

absl::Status CheckFree(const ListenAddress& address) {
  if (address.is_unix()) return CheckUnixFree(address);
  uint16_t port = 0;
  return Listen(address, &port).status();
}

}  // namespace formulary::service
