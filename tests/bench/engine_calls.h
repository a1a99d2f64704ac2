#ifndef FORMULARY_TESTS_BENCH_ENGINE_CALLS_H_
#define FORMULARY_TESTS_BENCH_ENGINE_CALLS_H_

// Calls the engine in this process, as service/ does, with arrays borrowed and nothing copied: what
// is timed is the engine.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "tests/bench/workloads.h"

namespace formulary::bench {

// An engine with so many evaluation threads, kernels in memory only.
std::unique_ptr<engine::Engine> MakeEngine(int threads = 1);

// A program of texts; names of `inputs` shadow constants, scalar ones are declared uniform.
absl::StatusOr<expr::Program> MakeProgram(const std::vector<std::string>& texts,
                                          const std::vector<Values>& inputs);

// How a call is made. piece_bytes: arrays come in pieces of that size, as from a network; 0: whole.
struct Manner {
  Manner(engine::CompilationMode wanted, size_t pieces = 0)  // NOLINT: implicit by intent
      : mode(wanted), piece_bytes(pieces) {}

  engine::CompilationMode mode;
  size_t piece_bytes;
  expr::Numerics numerics = expr::Numerics::kStable;
};

// Evaluates and waits. `inputs` must outlive the call.
absl::StatusOr<engine::Evaluation> Evaluate(engine::Engine* engine,
                                            const std::vector<std::string>& texts,
                                            const std::vector<Values>& inputs, Manner manner);

// The same for a program as it is; `name` tells it from others.
absl::StatusOr<engine::Evaluation> Evaluate(engine::Engine* engine, const std::string& name,
                                            const expr::Program& program,
                                            const std::vector<Values>& inputs, Manner manner);

// Evaluate of texts, ending the process where it fails or another tier than that of the mode
// (kWait: compiled, kNever: interpreter) answered. Returns evaluate_seconds.
double EvaluateSeconds(engine::Engine* engine, const std::vector<std::string>& texts,
                       const std::vector<Values>& inputs, Manner manner);

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_ENGINE_CALLS_H_
