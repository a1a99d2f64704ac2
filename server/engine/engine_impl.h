#ifndef FORMULARY_SERVER_ENGINE_ENGINE_IMPL_H_
#define FORMULARY_SERVER_ENGINE_ENGINE_IMPL_H_

// The engine behind engine.h, shared by its .cc files. Nobody else includes this.

#include <memory>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/base/thread_pool.h"
#include "server/compile/compiler.h"
#include "server/engine/engine.h"
#include "server/engine/formula.h"
#include "server/engine/lru.h"
#include "server/eval/evaluator.h"
#include "server/eval/slab_pool.h"
#include "server/kernel/kernel_cache.h"
#include "server/kernel/loader.h"
#include "server/store/store.h"

namespace formulary::engine {

// Thread-safe. Order of destruction matters: the threads first (nothing runs any more), then the
// kernel cache, then what it borrows.
class EngineImpl : public Engine {
 public:
  EngineImpl(const Options& options, std::unique_ptr<store::Store> store);
  ~EngineImpl() override;

  const Options& options() const override { return options_; }
  Facts facts() const override;
  void Evaluate(EvaluateCall call, EvaluateDone done) override;
  void Compile(expr::Program program, CompileAction action, expr::DType output_dtype,
               base::Deadline deadline, CompileDone done) override;
  absl::StatusOr<Simplification> Simplify(const expr::Program& program,
                                          SimplifyBudget budget) override;
  absl::StatusOr<Differentiation> Differentiate(const expr::Program& program,
                                                const DifferentiateSpec& spec) override;
  absl::StatusOr<std::string> Render(const expr::Program& program, Format format,
                                     bool simplified) override;
  absl::StatusOr<AccuracyReport> Analyze(const AnalyzeCall& call) override;
  std::vector<KernelInfo> ListKernels() const override;
  absl::StatusOr<KernelInfo> GetKernel(std::string_view name) const override;
  absl::Status DeleteKernel(std::string_view name) override;
  absl::Status RunOnPool(absl::AnyInvocable<void()> task) override;
  absl::Status RunInBackground(absl::AnyInvocable<void()> task) override;
  std::vector<Metric> Metrics() const override;
  void Shutdown() override;

 private:
  struct Flight;  // one Evaluate under way
  using FlightPointer = std::shared_ptr<Flight>;

  // evaluate.cc
  void Begin(const FlightPointer& flight);
  absl::Status MakePlan(Flight* flight);
  absl::StatusOr<std::shared_ptr<Formula>> FormulaFor(Flight* flight,
                                                      std::vector<uint32_t>* positions,
                                                      std::vector<expr::Argument>* as_sent);
  absl::StatusOr<std::shared_ptr<Formula>> FormulaByName(std::string_view name, bool may_read_disk);
  absl::Status BindInputs(const Formula& formula, Flight* flight);
  absl::Status SettleShape(Flight* flight);
  void ChooseTier(const FlightPointer& flight);
  void RunEvaluation(const FlightPointer& flight);
  std::string MemoKey(const Flight& flight) const;
  void Finish(const FlightPointer& flight, absl::Status status);

  // symbolic.cc
  passes::Budget Within(const SimplifyBudget& budget) const;

  // engine.cc
  BuildTarget Target() const;
  passes::Budget Budget() const;
  absl::StatusOr<std::shared_ptr<Formula>> MakeFormula(expr::Program program,
                                                       std::vector<uint32_t>* original_positions);
  kernel::BuildRequest RequestFor(const std::shared_ptr<Formula>& formula,
                                  const std::shared_ptr<const Variant>& variant,
                                  base::ProcessPriority priority);
  void BuildInBackground(const std::shared_ptr<Formula>& formula,
                         const std::shared_ptr<const Variant>& variant);
  void NoteBuild(const std::shared_ptr<Formula>& formula, const Variant& variant,
                 const absl::StatusOr<kernel::Acquired>& acquired);

  // analyze.cc
  absl::StatusOr<std::vector<std::vector<double>>> EvaluatePoints(
      const expr::Program& program, absl::Span<const std::vector<double>> points,
      const AnalyzeCall& call, bool* by_kernel);

  absl::Status Schedule(const std::unique_ptr<base::ThreadPool>& pool,
                        absl::AnyInvocable<void()> task) ABSL_LOCKS_EXCLUDED(scheduling_mutex_);

  // kernels.cc
  KernelInfo InfoOf(const Formula& formula) const;

  const Options options_;
  const compile::TargetIsa isa_;
  std::shared_ptr<eval::SlabPool> slabs_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<compile::Compiler> compiler_;
  std::unique_ptr<kernel::Loader> loader_;
  mutable LruMap<Formula> formulas_;  // by digest
  LruMap<const Plan> memo_;           // by MemoKey
  std::unique_ptr<kernel::KernelCache> kernels_;
  std::unique_ptr<base::ThreadPool> pool_;
  std::unique_ptr<base::ThreadPool> background_;
  base::Mutex scheduling_mutex_;  // when stopping_ is set, nothing is being scheduled on either
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> evaluations_[3] = {};  // by Tier
  std::atomic<uint64_t> memo_hits_{0}, memo_misses_{0}, elements_{0};
};

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_ENGINE_IMPL_H_
