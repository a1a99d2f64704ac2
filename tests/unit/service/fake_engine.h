#ifndef FORMULARY_TESTS_UNIT_SERVICE_FAKE_ENGINE_H_
#define FORMULARY_TESTS_UNIT_SERVICE_FAKE_ENGINE_H_

// An engine without compilers or formulas, and a call without gRPC: what the tests of the services
// run over.

#include <atomic>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/base/mutex.h"
#include "server/base/status_macros.h"
#include "server/base/thread_pool.h"
#include "server/engine/engine.h"
#include "server/eval/slab_pool.h"
#include "server/service/call.h"

namespace formulary::testing {

inline const std::string kFakeKernel = "kernels/" + std::string(64, 'a');

// Evaluates any program to "y0" = its first input doubled (as float64). Thread-safe.
class FakeEngine final : public engine::Engine {
 public:
  explicit FakeEngine(engine::Options options = {}, int threads = 2)
      : options_(std::move(options)),
        threads_(threads),
        pool_(std::make_unique<base::ThreadPool>(threads)) {}

  // Replaces the default evaluation; called with the decoded program's status already checked.
  std::function<void(engine::EvaluateCall, engine::EvaluateDone)> on_evaluate;
  std::function<absl::StatusOr<engine::Simplification>(const expr::Program&)> on_simplify;
  engine::SimplifyBudget simplify_budget;  // of the last call
  std::function<absl::StatusOr<engine::Differentiation>(const expr::Program&,
                                                        const engine::DifferentiateSpec&)>
      on_differentiate;
  std::function<absl::StatusOr<std::string>(const expr::Program&, engine::Format, bool)> on_render;
  std::function<absl::StatusOr<engine::AccuracyReport>(const engine::AnalyzeCall&)> on_analyze;
  std::function<void(CompileAction, engine::CompileDone)> on_compile;
  std::vector<engine::KernelInfo> kernels;
  std::vector<engine::Metric> metrics;
  std::atomic<bool> refuse_tasks{false};
  std::atomic<int> background_tasks{0};  // asked for so far
  std::atomic<bool> shut_down{false};

  // The default evaluation.
  absl::StatusOr<engine::Evaluation> Double(engine::EvaluateCall& call) {
    if (call.kernel.empty()) {
      std::vector<std::string> names;
      for (const engine::NamedInput& input : call.inputs) names.push_back(input.name);
      ASSIGN_OR_RETURN(const expr::Program program, call.program.decode(names));
    }
    engine::Evaluation evaluation;
    eval::OutputArray& output = evaluation.outputs.emplace_back();
    output.name = "y0";
    size_t count = 1;
    if (!call.inputs.empty()) {
      output.shape = call.inputs[0].array.shape;
      count = static_cast<size_t>(eval::ElementCount(output.shape));
    }
    output.bytes = slabs_->Take(count * sizeof(double));
    std::vector<double> values(count, 1);
    if (!call.inputs.empty() && count > 0)
      call.inputs[0].array.bytes.CopyTo(0, count * sizeof(double), values.data());
    for (double& value : values) value *= 2;
    if (count > 0) std::memcpy(output.bytes.data(), values.data(), count * sizeof(double));
    evaluation.report = {.kernel = kFakeKernel,
                         .tier = engine::Tier::kInterpreter,
                         .cache = engine::CacheOutcome::kMiss,
                         .elements = count};
    return evaluation;
  }

  const engine::Options& options() const override { return options_; }
  engine::Facts facts() const override {
    return {.version = "1.2.3",
            .cpu_target = "x86-64-v3",
            .sandbox_level = "process",
            .compiler = "fake cc",
            .threads = threads_};
  }
  void Evaluate(engine::EvaluateCall call, engine::EvaluateDone done) override {
    if (on_evaluate) return on_evaluate(std::move(call), std::move(done));
    done(Double(call));
  }
  void Compile(expr::Program, CompileAction action, expr::DType, base::Deadline,
               engine::CompileDone done) override {
    if (on_compile) return on_compile(action, std::move(done));
    engine::Compilation compilation;
    compilation.kernel.name = kFakeKernel;
    compilation.cost.operations = static_cast<uint32_t>(action);
    done(std::move(compilation));
  }
  absl::StatusOr<engine::Simplification> Simplify(const expr::Program& program,
                                                  engine::SimplifyBudget budget) override {
    simplify_budget = budget;
    if (on_simplify) return on_simplify(program);
    return engine::Simplification{.program = program,
                                  .operations_before = 3,
                                  .operations_after = 2,
                                  .rules = {{"add_zero", 1, "x + 0", "x"}}};
  }
  absl::StatusOr<engine::Differentiation> Differentiate(
      const expr::Program& program, const engine::DifferentiateSpec& spec) override {
    if (on_differentiate) return on_differentiate(program, spec);
    return engine::Differentiation{.program = program};
  }
  absl::StatusOr<std::string> Render(const expr::Program& program, engine::Format format,
                                     bool simplified) override {
    if (on_render) return on_render(program, format, simplified);
    return std::string("rendered");
  }
  absl::StatusOr<engine::AccuracyReport> Analyze(const engine::AnalyzeCall& call) override {
    if (on_analyze) return on_analyze(call);
    return engine::AccuracyReport{};
  }
  std::vector<engine::KernelInfo> ListKernels() const override { return kernels; }
  absl::StatusOr<engine::KernelInfo> GetKernel(std::string_view name) const override {
    for (const engine::KernelInfo& kernel : kernels) {
      if (kernel.name == name) return kernel;
    }
    return absl::NotFoundError("no such kernel");
  }
  absl::Status DeleteKernel(std::string_view name) override { return GetKernel(name).status(); }
  absl::Status RunOnPool(absl::AnyInvocable<void()> task) override {
    if (refuse_tasks) return absl::ResourceExhaustedError("the queue is full");
    pool_->Schedule(std::move(task));
    return absl::OkStatus();
  }
  absl::Status RunInBackground(absl::AnyInvocable<void()> task) override {
    ++background_tasks;
    return RunOnPool(std::move(task));
  }
  std::vector<engine::Metric> Metrics() const override { return metrics; }
  void Shutdown() override { shut_down = true; }

 private:
  const engine::Options options_;
  const int threads_;
  const std::shared_ptr<eval::SlabPool> slabs_ = eval::SlabPool::Create(size_t{1} << 20);
  std::unique_ptr<base::ThreadPool> pool_;  // last: tasks use the fields above
};

// Bytes of a message as they would be sent.
inline std::string Flat(const service::Outgoing& message) {
  std::string bytes;
  for (const service::Outgoing::Part& part : message.parts()) {
    bytes += part.text;
    bytes.append(reinterpret_cast<const char*>(part.slab.data()), part.slab.size());
  }
  return bytes;
}

// A call over nothing. Thread-safe.
class FakeCall final : public service::Call {
 public:
  explicit FakeCall(std::string request, absl::Duration timeout = absl::Seconds(30),
                    size_t piece_bytes = SIZE_MAX)
      : Call({.deadline = base::Deadline::After(timeout),
              .cancel = std::make_shared<std::atomic<bool>>(false)}) {
    set_request(service::Incoming::FromString(std::move(request), piece_bytes));
  }

  void Finish(absl::StatusOr<service::Outgoing> answer) override {
    base::MutexLock lock(&answer_mutex_);
    ++answers_;
    answer_ = std::move(answer);
    changed_.NotifyAll();
  }

  // The answer's bytes, when it has come.
  absl::StatusOr<std::string> Wait() {
    base::MutexLock lock(&answer_mutex_);
    const base::SteadyTime limit = base::Deadline::After(absl::Seconds(20)).at();
    while (!answer_.has_value()) {
      if (!changed_.WaitUntil(&answer_mutex_, limit)) return absl::UnknownError("no answer came");
    }
    if (!answer_->ok()) return answer_->status();
    return Flat(**answer_);
  }
  template <typename Message>
  absl::StatusOr<Message> WaitFor() {
    ASSIGN_OR_RETURN(const std::string bytes, Wait());
    Message message;
    if (!message.ParseFromString(bytes)) return absl::UnknownError("the answer is malformed");
    return message;
  }
  int answers() {
    base::MutexLock lock(&answer_mutex_);
    return answers_;
  }

 private:
  base::Mutex answer_mutex_;
  base::CondVar changed_;
  std::optional<absl::StatusOr<service::Outgoing>> answer_ ABSL_GUARDED_BY(answer_mutex_);
  int answers_ ABSL_GUARDED_BY(answer_mutex_) = 0;
};

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_UNIT_SERVICE_FAKE_ENGINE_H_
