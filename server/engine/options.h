#ifndef FORMULARY_SERVER_ENGINE_OPTIONS_H_
#define FORMULARY_SERVER_ENGINE_OPTIONS_H_

// Every limit and setting of the engine, in one place. Each limit is a flag of formularyd of the
// same name and is reported by GetServerInfo: flags, help and report are made from LimitRows(),
// never from a second list.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program_builder.h"

namespace formulary::engine {

struct Options {
  // --- limits (LimitRows) ---
  double max_message_bytes = 64.0 * (1 << 20);
  double max_inflight_bytes = 1024.0 * (1 << 20);
  double max_nodes = 1'000'000;
  double max_arguments = 1'024;
  double max_outputs = 1'024;
  double max_batch_items = 10'000;
  double max_name_bytes = 128;
  double max_constant_bits = 4'096;
  double max_folded_bits = 16'384;
  double max_derivative_order = 64;
  double max_rank = 8;
  double max_elements = 2147483648.0;
  double compile_seconds = 15;
  double compile_program_seconds = 120;
  double compile_bytes = 1.5 * (1 << 30);
  double compile_jobs = 0;  // 0: cores - 1, at least 1
  double queue_length = 1'024;
  double cache_bytes = 10.0 * (1 << 30);
  double max_loaded_kernels = 4'096;
  double default_deadline_seconds = 30;
  double max_deadline_seconds = 600;
  double simplify_steps = 2'000'000;
  double memo_entries = 16'384;
  double max_region_bytes = 4.0 * (1 << 30);
  double max_regions = 256;
  double region_lease_seconds = 600;

  // --- settings ---
  std::string cache_dir;         // empty: kernels are kept in memory only
  std::string compiler = "gcc";  // path or name
  int threads = 0;               // evaluation pool; 0: one per core

  expr::Limits expression_limits() const;
};

struct LimitRow {
  std::string_view name;  // of the flag
  double Options::*member;
  std::string_view doc;  // one line, with the unit
};

// Every limit, in the order of the documentation.
absl::Span<const LimitRow> LimitRows();

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_OPTIONS_H_
