#include "client/cli/run.h"

#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

#include "client/cli/command_line.h"
#include "client/cli/local_server.h"
#include "client/cli/number_text.h"
#include "client/cpp/status.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

constexpr char kDefaultServer[] = "localhost:7433";

std::string ServerAddress(const Command& command) {
  if (!command.server.empty()) return command.server;
  const char* environment = std::getenv("FORMULARY_SERVER");
  return environment != nullptr && environment[0] != '\0' ? environment : kDefaultServer;
}

absl::Status RunCommand(const Command& command, Io& io) {
  std::optional<LocalServer> local;
  std::string address;
  if (command.local) {
    ASSIGN_OR_RETURN(LocalServer server, LocalServer::Start({.cache_dir = command.cache_dir}));
    local.emplace(std::move(server));
    address = local->address();
  } else {
    address = ServerAddress(command);
  }
  ASSIGN_OR_RETURN(const client::Client client, client::Client::Connect(address));
  const absl::Duration timeout = command.deadline_seconds > 0
                                     ? absl::Seconds(command.deadline_seconds)
                                     : absl::InfiniteDuration();
  const absl::Status status = command.run(client, timeout, io);
  if (status.code() != absl::StatusCode::kUnavailable ||
      client::GetErrorDetail(status).reason != "") {
    return status;
  }
  // Nothing answered: no server has put details into the status.
  return absl::UnavailableError(
      Cat("no server answers at ", address,
          " (start formularyd, or use --local): ", std::string(status.message())));
}

// "program.outputs[0].text: " in front of a message says nothing to who typed the formula.
void DropFieldPath(const client::ErrorDetail& detail, std::string* text) {
  for (const client::FieldViolation& violation : detail.field_violations) {
    const std::string prefix = Cat(violation.field, ": ");
    if (violation.field.starts_with("program.outputs[") && text->starts_with(prefix)) {
      text->erase(0, prefix.size());
    }
  }
}

std::string ErrorText(const absl::Status& status) {
  const client::ErrorDetail detail = client::GetErrorDetail(status);
  std::string text(status.message());
  DropFieldPath(detail, &text);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.empty()) text = absl::StatusCodeToString(status.code());
  const double retry = detail.retry_after_seconds;
  return retry > 0 ? Cat(text, " (try again in ", DurationText(retry), ")") : text;
}

}  // namespace

int Run(const std::vector<std::string>& arguments, Io& io) {
  const std::variant<Command, int> parsed = ParseCommandLine(arguments, io);
  if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
  const absl::Status status = RunCommand(std::get<Command>(parsed), io);
  io.out.flush();
  if (status.ok()) return 0;
  io.err << "formulary: " << ErrorText(status) << '\n';
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

}  // namespace formulary::cli
