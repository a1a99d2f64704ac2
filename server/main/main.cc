// formularyd: flags, wiring, signals, drain.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "server/base/keep_pages.h"
#include "server/base/log.h"
#include "server/base/strings.h"
#include "server/engine/engine.h"
#include "server/main/flags.h"
#include "server/main/signals.h"
#include "server/service/server.h"

namespace formulary::main {
namespace {

// Exit codes: 0 drained, 1 could not start, 2 bad usage.
constexpr int kCouldNotStart = 1;

int Complain(const absl::Status& status) {
  std::fprintf(stderr, "formularyd: %s\n", std::string(status.message()).c_str());
  return kCouldNotStart;
}

// The engine makes the last directory of the path; those above it are made here.
void MakeParents(const std::string& directory) {
  std::error_code ignored;  // the engine says what is wrong with the directory itself
  std::filesystem::create_directories(std::filesystem::path(directory).parent_path(), ignored);
}

int Run(const Flags& flags) {
  base::KeepPages();
  BlockSignals();
  base::InitLogging(flags.log);
  SignalWatcher signals;
  if (!flags.engine.cache_dir.empty()) MakeParents(flags.engine.cache_dir);
  absl::StatusOr<std::unique_ptr<engine::Engine>> engine = engine::Engine::Create(flags.engine);
  if (!engine.ok()) return Complain(engine.status());
  absl::StatusOr<std::unique_ptr<service::Server>> server =
      service::Server::Start(flags.server, engine->get());
  if (!server.ok()) return Complain(server.status());

  std::printf("listening grpc=%s http=%s\n", (*server)->grpc_address().c_str(),
              (*server)->http_address().c_str());
  std::fflush(stdout);
  const int signal = signals.Wait();
  base::Log(base::Severity::kInfo, "draining",
            {{"signal", signal}, {"drain_seconds", flags.drain_seconds}});
  (*server)->Drain(absl::Seconds(flags.drain_seconds));
  base::Log(base::Severity::kInfo, "stopped");
  return 0;
}

}  // namespace
}  // namespace formulary::main

int main(int argc, char** argv) {
  const formulary::main::ParsedFlags parsed =
      formulary::main::ParseFlags(argc, argv, FORMULARY_VERSION);
  if (!parsed.flags.has_value()) return parsed.exit_code;
  return formulary::main::Run(*parsed.flags);
}
