#ifndef FORMULARY_SERVER_ENGINE_ENGINE_H_
#define FORMULARY_SERVER_ENGINE_ENGINE_H_

// The whole pipeline as a library: programs in, arrays out, with no gRPC and no protobuf. service/
// decodes requests and calls it; tests and benches may, too. Nothing here blocks a caller: what may
// take long runs on the pool, and answers by a callback.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/base/deadline.h"
#include "server/engine/accuracy.h"
#include "server/engine/options.h"
#include "server/eval/array.h"
#include "server/expr/program.h"

namespace formulary::engine {

// The same numbers as the enums of formulary.v1.
enum class CompilationMode : uint8_t { kAuto = 1, kWait = 2, kNever = 3 };
enum class Tier : uint8_t { kUnspecified = 0, kInterpreter = 1, kCompiled = 2 };
enum class CacheOutcome : uint8_t {
  kUnspecified = 0,
  kMemory = 1,
  kDisk = 2,
  kRemote = 3,
  kMiss = 4
};
enum class StopReason : uint8_t {
  kUnspecified = 0,
  kFinished = 1,
  kSteps = 2,
  kNodes = 3,
  kDeadline = 4,
  kGuard = 5
};

// What a client sent as a program. `bytes` identify it (equal bytes, equal program); `decode` turns
// them into a program when the engine has not met them before. The names of the request's inputs
// take part: an input's name shadows a constant. decode may be called on another thread, at most
// once.
struct ProgramSource {
  std::string bytes;
  absl::AnyInvocable<absl::StatusOr<expr::Program>(absl::Span<const std::string> input_names)>
      decode;
};

struct NamedInput {
  std::string name;  // empty: by position (only for kernels called by name)
  eval::ArrayView array;
};

// Memory of the caller's that an output is written to; `owner` keeps it. It overlaps nothing else
// of the call.
struct OutputPlace {
  std::string name;  // of the output
  uint8_t* data = nullptr;
  size_t size = 0;
};

struct EvaluateCall {
  // Exactly one of the two: a kernel's name ("kernels/<64 hex>"), or a program.
  std::string kernel;
  ProgramSource program;

  std::vector<NamedInput> inputs;
  std::vector<OutputPlace> places;  // the other outputs are allocated
  CompilationMode mode = CompilationMode::kAuto;
  expr::DType output_dtype = expr::DType::kUnspecified;
  base::Deadline deadline = base::Deadline::Infinite();
  std::shared_ptr<const std::atomic<bool>> cancel;  // true: stop at the next block; may be null
  std::shared_ptr<void> owner;  // keeps the inputs' bytes alive until done has returned
};

struct Report {
  std::string kernel;  // "kernels/<64 hex>"
  Tier tier = Tier::kUnspecified;
  CacheOutcome cache = CacheOutcome::kUnspecified;
  double simplify_seconds = 0;
  double compile_seconds = 0;
  double evaluate_seconds = 0;
  uint64_t elements = 0;
};

struct Evaluation {
  std::vector<eval::OutputArray> outputs;
  Report report;
};
// Called exactly once, on the calling thread or on a pool thread, with no lock held.
using EvaluateDone = absl::AnyInvocable<void(absl::StatusOr<Evaluation>)>;

struct ArtifactInfo {
  std::string key;  // 64 hex digits
  uint64_t bytes = 0;
  bool loaded = false;
  std::string target;
};

struct KernelInfo {
  std::string name;  // "kernels/<64 hex>"
  std::vector<expr::Argument> arguments;
  std::vector<std::string> outputs;
  uint64_t c_bytes = 0;
  double compile_seconds = 0;
  uint64_t hits = 0;
  double last_used = 0;  // seconds since the Unix epoch
  std::vector<ArtifactInfo> artifacts;
};

struct CostInfo {
  uint32_t operations = 0;
  double nanoseconds_per_element = 0;
  uint64_t c_bytes = 0;
  uint64_t workspace_bytes = 0;
};

struct Compilation {
  KernelInfo kernel;
  CostInfo cost;
};
using CompileDone = absl::AnyInvocable<void(absl::StatusOr<Compilation>)>;

struct AppliedRule {
  std::string rule;
  uint32_t count = 0;
  std::string before;
  std::string after;
};

struct Simplification {
  expr::Program program;
  uint32_t operations_before = 0;
  uint32_t operations_after = 0;
  StopReason stop_reason = StopReason::kFinished;
  std::vector<AppliedRule> rules;
  uint32_t guard_points = 0;  // at which the result was compared with the program as sent
};

struct SimplifyBudget {
  uint64_t max_steps = 0;  // 0: the server's default
  uint64_t max_nodes = 0;
  base::Deadline deadline;  // then the best so far
};

// The same numbers as formulary.v1.DerivativeKind and DerivativeMode.
enum class DerivativeKind : uint8_t {
  kUnspecified = 0,
  kGradient = 1,
  kJacobian = 2,
  kHessian = 3,
  kOrder = 4,
  kJacobianVector = 5,
  kVectorJacobian = 6
};
enum class DerivativeMode : uint8_t { kUnspecified = 0, kForward = 1, kReverse = 2 };

struct DifferentiateSpec {
  DerivativeKind kind = DerivativeKind::kUnspecified;
  std::vector<std::string> wrt;  // names of arguments; empty: all that can be differentiated by
  uint32_t order = 0;            // 0: the kind's own
  bool include_values = false;
  bool sparse = false;
  bool as_derived = false;  // not simplified
  SimplifyBudget budget;
};

struct Differentiation {
  expr::Program program;
  std::vector<std::string> seeds;       // arguments that were added
  std::vector<uint32_t> rows, columns;  // of the matrix, by derivative
  DerivativeMode mode = DerivativeMode::kUnspecified;
  uint32_t operations_before = 0;  // as derived
  uint32_t operations_after = 0;
  StopReason stop_reason = StopReason::kFinished;
};

// The same numbers as formulary.v1.Format.
enum class Format : uint8_t {
  kText = 1,
  kC = 2,
  kLatex = 3,
  kSymPy = 4,
  kFpCore = 5,
  kDot = 6,
  kMathMl = 7
};

struct Facts {
  std::string version;
  std::string cpu_target;
  std::string sandbox_level;
  std::string compiler;  // empty: none
  int threads = 0;
};

// Counters for /metrics: one row each, read with no lock held.
struct Metric {
  std::string_view name;  // Prometheus name without labels, e.g. formulary_kernels_loaded
  std::string_view help;
  bool counter = false;  // else a gauge
  double value = 0;
  std::string_view label;        // may be empty
  std::string_view label_value;  // of the label
};

// Thread-safe.
class Engine {
 public:
  // Fails when the cache directory cannot be used at all (it exists and is not ours) or threads
  // cannot start. A missing compiler is no failure: everything is then interpreted.
  static absl::StatusOr<std::unique_ptr<Engine>> Create(const Options& options);
  virtual ~Engine() = default;

  virtual const Options& options() const = 0;
  virtual Facts facts() const = 0;

  virtual void Evaluate(EvaluateCall call, EvaluateDone done) = 0;

  // Compiles for arguments as declared (float64 where not), `uniform` ones uniform. validate_only:
  // checks and predicts, compiles nothing.
  enum class CompileAction : uint8_t { kStart, kWait, kValidateOnly };
  virtual void Compile(expr::Program program, CompileAction action, expr::DType output_dtype,
                       base::Deadline deadline, CompileDone done) = 0;

  // These compute on the calling thread: call them on the pool (RunOnPool).
  virtual absl::StatusOr<Simplification> Simplify(const expr::Program& program,
                                                  SimplifyBudget budget) = 0;
  virtual absl::StatusOr<Differentiation> Differentiate(const expr::Program& program,
                                                        const DifferentiateSpec& spec) = 0;
  virtual absl::StatusOr<std::string> Render(const expr::Program& program, Format format,
                                             bool simplified) = 0;
  virtual absl::StatusOr<AccuracyReport> Analyze(const AnalyzeCall& call) = 0;

  virtual std::vector<KernelInfo> ListKernels() const = 0;  // in name order
  virtual absl::StatusOr<KernelInfo> GetKernel(std::string_view name) const = 0;
  virtual absl::Status DeleteKernel(std::string_view name) = 0;

  // Runs a task on the evaluation pool; RESOURCE_EXHAUSTED with a retry time when queue_length
  // tasks wait.
  virtual absl::Status RunOnPool(absl::AnyInvocable<void()> task) = 0;
  // The same on threads of low priority: for long rows of small work, so that small calls of others
  // get a processor first. Bounded alike, by a queue of its own.
  virtual absl::Status RunInBackground(absl::AnyInvocable<void()> task) = 0;

  virtual std::vector<Metric> Metrics() const = 0;

  // Stops compilers and answers everything that still waits; afterwards calls fail with
  // UNAVAILABLE.
  virtual void Shutdown() = 0;
};

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_ENGINE_H_
