#ifndef FORMULARY_SERVER_MAIN_FLAGS_H_
#define FORMULARY_SERVER_MAIN_FLAGS_H_

// The command line of formularyd. Limits are flags made from engine::LimitRows, so that a new limit
// is a flag without another line here. Every flag can also be given as FORMULARY_<FLAG> in the
// environment.

#include <optional>
#include <string>
#include <string_view>

#include "server/base/log.h"
#include "server/engine/options.h"
#include "server/service/server.h"

namespace formulary::main {

struct Flags {
  service::ServerOptions server;
  engine::Options engine;
  base::LogOptions log;
  double drain_seconds = 10;
};

// The flags; or the exit code, after help, version or the error has been printed (0; 2 for bad
// usage).
struct ParsedFlags {
  std::optional<Flags> flags;
  int exit_code = 0;
};
ParsedFlags ParseFlags(int argc, const char* const* argv, std::string_view version);

// A number, or a size such as 64MiB or 1.5GiB (KiB, MiB, GiB, TiB); nullopt for anything else, and
// for what is negative or not finite.
std::optional<double> ParseQuantity(std::string_view text);

// The value of a flag as ParseQuantity reads it back; in MiB and the like when the flag counts
// bytes.
std::string QuantityText(std::string_view flag, double value);

// $XDG_CACHE_HOME/formulary/kernels, or ~/.cache/formulary/kernels; empty when there is neither.
std::string DefaultCacheDir();

}  // namespace formulary::main

#endif  // FORMULARY_SERVER_MAIN_FLAGS_H_
