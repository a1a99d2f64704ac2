#ifndef FORMULARY_TESTS_E2E_LIBRARY_SERVER_H_
#define FORMULARY_TESTS_E2E_LIBRARY_SERVER_H_

// A real server and the C++ client library connected to it: what the library_*_test files share.

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/cpp/client.h"
#include "tests/e2e/server_process.h"

namespace formulary::testing {

// One thread at a time, but for Connect.
class LibraryServer {
 public:
  explicit LibraryServer(const std::string& cache_dir, std::vector<std::string> flags = {})
      : process_(ServerProcess::Start({.flags = std::move(flags), .cache_dir = cache_dir})) {
    if (process_ == nullptr) std::abort();  // the reason has been printed
  }

  client::Client Connect() const {
    absl::StatusOr<client::Client> client = client::Client::Connect(process_->grpc_address());
    if (!client.ok()) std::abort();
    return *std::move(client);
  }
  ServerProcess& process() const { return *process_; }

 private:
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_E2E_LIBRARY_SERVER_H_
