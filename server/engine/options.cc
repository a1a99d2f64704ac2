#include "server/engine/options.h"

namespace formulary::engine {
namespace {

constexpr LimitRow kLimits[] = {
    {"max_message_bytes", &Options::max_message_bytes, "bytes of one request or stream message"},
    {"max_inflight_bytes", &Options::max_inflight_bytes,
     "bytes of all requests and responses under way"},
    {"max_nodes", &Options::max_nodes, "nodes of a program's graph"},
    {"max_arguments", &Options::max_arguments, "arguments of a program"},
    {"max_outputs", &Options::max_outputs, "outputs of a program"},
    {"max_batch_items", &Options::max_batch_items, "items of a BatchEvaluate"},
    {"max_name_bytes", &Options::max_name_bytes, "bytes of a name"},
    {"max_constant_bits", &Options::max_constant_bits, "bits of an exact constant as sent"},
    {"max_folded_bits", &Options::max_folded_bits,
     "bits of a constant that simplification may compute"},
    {"max_derivative_order", &Options::max_derivative_order, "order of a derivative"},
    {"max_rank", &Options::max_rank, "dimensions of an array"},
    {"max_elements", &Options::max_elements,
     "elements of an array, or of the shape inputs broadcast to"},
    {"compile_seconds", &Options::compile_seconds,
     "seconds the compiler may take for one translation unit"},
    {"compile_program_seconds", &Options::compile_program_seconds,
     "seconds the compiler may take for a program"},
    {"compile_bytes", &Options::compile_bytes, "bytes of memory a compiler process may use"},
    {"compile_jobs", &Options::compile_jobs,
     "compilers at once; 0: one less than the cores, at least 1"},
    {"queue_length", &Options::queue_length,
     "tasks that may wait for the pool, and builds for a compiler"},
    {"cache_bytes", &Options::cache_bytes, "bytes of the store on disk"},
    {"max_loaded_kernels", &Options::max_loaded_kernels, "kernels loaded in memory"},
    {"default_deadline_seconds", &Options::default_deadline_seconds,
     "deadline of a call that brings none"},
    {"max_deadline_seconds", &Options::max_deadline_seconds, "latest deadline of a call"},
    {"simplify_steps", &Options::simplify_steps, "rewrite steps of one simplification"},
    {"memo_entries", &Options::memo_entries,
     "programs remembered as they were sent, and as formulas"},
    {"max_region_bytes", &Options::max_region_bytes,
     "bytes of all memory shared with clients on this machine"},
    {"max_regions", &Options::max_regions, "regions of shared memory"},
    {"region_lease_seconds", &Options::region_lease_seconds,
     "seconds after which a region that no request used goes"},
};

}  // namespace

expr::Limits Options::expression_limits() const {
  return {.max_nodes = static_cast<size_t>(max_nodes),
          .max_arguments = static_cast<size_t>(max_arguments),
          .max_outputs = static_cast<size_t>(max_outputs),
          .max_name_bytes = static_cast<size_t>(max_name_bytes),
          .max_constant_bits = static_cast<size_t>(max_constant_bits),
          .max_folded_bits = static_cast<size_t>(max_folded_bits),
          .max_derivative_order = static_cast<size_t>(max_derivative_order)};
}

absl::Span<const LimitRow> LimitRows() { return kLimits; }

}  // namespace formulary::engine
