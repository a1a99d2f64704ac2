// Evaluate and Compile: from a request to a plan, to a kernel or the interpreter, to arrays.

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/engine/engine_impl.h"
#include "server/eval/broadcast.h"
#include "server/eval/input.h"

namespace formulary::engine {
namespace {

using base::StrCat;
using Clock = std::chrono::steady_clock;
using expr::DType;

// An evaluation of at most this many elements times instructions (or nanoseconds, where those are
// more) runs on the thread that brings it.
constexpr double kInlineWork = 400'000;
// Programs up to this size are decoded and simplified on the thread that brings them, if they are
// new.
constexpr size_t kInlineProgramBytes = 2'048;
// How long AUTO gives the store to hand over a kernel that it has, before it interprets.
constexpr absl::Duration kDiskPatience = absl::Milliseconds(50);

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string InputField(size_t index) { return StrCat("inputs[", index, "]"); }

absl::Status Expired() {
  return absl::DeadlineExceededError("the deadline passed before evaluation");
}

}  // namespace

struct EngineImpl::Flight {
  EvaluateCall call;
  EvaluateDone done;
  eval::Shape batch;
  bool scalar_batch = false;  // one element in all
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const kernel::Kernel> kernel;
  Report report;
};

void EngineImpl::Finish(const FlightPointer& flight, absl::Status status) {
  EvaluateDone done = std::move(flight->done);
  done(std::move(status));
}

void EngineImpl::Evaluate(EvaluateCall call, EvaluateDone done) {
  auto flight = std::make_shared<Flight>();
  flight->call = std::move(call);
  flight->done = std::move(done);
  if (stopping_.load()) {
    return Finish(flight,
                  base::MakeError(absl::StatusCode::kUnavailable, "the server is shutting down",
                                  {.reason = "SHUTTING_DOWN"}));
  }
  if (flight->call.deadline.expired()) return Finish(flight, Expired());
  if (absl::Status status = SettleShape(flight.get()); !status.ok())
    return Finish(flight, std::move(status));
  flight->plan = memo_.Find(MemoKey(*flight));
  if (flight->plan != nullptr) {
    memo_hits_.fetch_add(1, std::memory_order_relaxed);
    return ChooseTier(flight);
  }
  memo_misses_.fetch_add(1, std::memory_order_relaxed);
  // By name the store may have to be read; long programs take their time.
  if (flight->call.kernel.empty() && flight->call.program.bytes.size() <= kInlineProgramBytes) {
    return Begin(flight);
  }
  absl::Status scheduled = RunOnPool([this, flight] { Begin(flight); });
  if (!scheduled.ok()) Finish(flight, std::move(scheduled));
}

void EngineImpl::Begin(const FlightPointer& flight) {
  if (flight->call.deadline.expired()) return Finish(flight, Expired());
  const Clock::time_point start = Clock::now();
  absl::Status status = MakePlan(flight.get());
  flight->report.simplify_seconds = SecondsSince(start);
  if (!status.ok()) return Finish(flight, std::move(status));
  ChooseTier(flight);
}

// The shape that all inputs broadcast to, and the limits on it.
absl::Status EngineImpl::SettleShape(Flight* flight) {
  std::vector<eval::NamedShape> shapes;
  for (const NamedInput& input : flight->call.inputs)
    shapes.push_back({input.name, input.array.shape});
  ASSIGN_OR_RETURN(flight->batch, eval::BroadcastShapes(shapes));
  // Inputs within the limits may broadcast to more than any of them.
  double elements = 1;
  for (const int64_t extent : flight->batch) elements *= static_cast<double>(extent);
  if (elements > options_.max_elements) {
    return base::MakeError(
        absl::StatusCode::kInvalidArgument,
        StrCat("inputs broadcast to shape ", eval::ShapeText(flight->batch), " of ", elements,
               " elements; the limit max_elements is ", options_.max_elements),
        {.reason = "ELEMENT_LIMIT",
         .field = "inputs",
         .metadata = {{"limit", StrCat(options_.max_elements)}, {"actual", StrCat(elements)}}});
  }
  flight->scalar_batch = elements == 1;
  flight->report.elements = static_cast<uint64_t>(elements);
  return absl::OkStatus();
}

namespace {

// One value for the whole call. In a call of a single element an array of one stays an array, so
// that its bits are those it would have among others.
bool IsUniform(const eval::ArrayView& array, bool scalar_batch) {
  if (scalar_batch) return array.shape.empty();
  return eval::ElementCount(array.shape) == 1;
}

}  // namespace

std::string EngineImpl::MemoKey(const Flight& flight) const {
  base::Sha256 hash;
  std::string head = StrCat(flight.call.kernel, "/", static_cast<int>(flight.call.output_dtype),
                            "/", flight.call.program.bytes.size(), "/");
  for (const NamedInput& input : flight.call.inputs) {
    base::StrAppend(&head, input.name.size(), ":", input.name, static_cast<int>(input.array.dtype),
                    IsUniform(input.array, flight.scalar_batch) ? "u" : "v");
  }
  hash.Update(head);
  hash.Update(flight.call.program.bytes);
  const base::Sha256Digest digest = hash.Finish();
  return std::string(digest.begin(), digest.end());
}

absl::StatusOr<std::shared_ptr<Formula>> EngineImpl::FormulaByName(std::string_view name,
                                                                   bool may_read_disk) {
  constexpr std::string_view kPrefix = "kernels/";
  const auto unknown = [&name] {
    return base::MakeError(
        absl::StatusCode::kNotFound,
        StrCat("no kernel \"", name.substr(0, 80), "\" is known here; send the program"),
        {.reason = "UNKNOWN_KERNEL", .field = "kernel"});
  };
  if (!name.starts_with(kPrefix) || !base::IsSha256Hex(name.substr(kPrefix.size())))
    return unknown();
  const std::string_view digest = name.substr(kPrefix.size());
  if (std::shared_ptr<Formula> known = formulas_.Find(digest)) return known;
  if (!may_read_disk) return unknown();
  const absl::StatusOr<std::string> bytes = store_->GetManifest(digest);
  if (!bytes.ok()) return unknown();
  absl::StatusOr<Manifest> manifest = DecodeManifest(*bytes);
  if (!manifest.ok()) return unknown();
  auto formula = std::make_shared<Formula>(std::move(manifest->program), Budget());
  if (formula->digest() != digest) return unknown();
  for (const std::string& key : manifest->artifact_keys) formula->AddArtifactKey(key);
  return formulas_.Insert(digest, std::move(formula));
}

// The formula, which of its arguments each argument as sent is, and the arguments as sent.
absl::StatusOr<std::shared_ptr<Formula>> EngineImpl::FormulaFor(
    Flight* flight, std::vector<uint32_t>* positions, std::vector<expr::Argument>* as_sent) {
  EvaluateCall& call = flight->call;
  if (!call.kernel.empty()) {
    ASSIGN_OR_RETURN(std::shared_ptr<Formula> formula, FormulaByName(call.kernel, true));
    *as_sent = formula->canonical().arguments;
    for (uint32_t i = 0; i < as_sent->size(); ++i) positions->push_back(i);
    return formula;
  }
  if (call.program.decode == nullptr) {
    return base::InvalidArgument("MISSING_TARGET", "target",
                                 "the call names no program and no kernel");
  }
  std::vector<std::string> names;
  for (const NamedInput& input : call.inputs) names.push_back(input.name);
  ASSIGN_OR_RETURN(expr::Program program, call.program.decode(names));
  *as_sent = program.arguments;
  std::vector<uint32_t> original;
  ASSIGN_OR_RETURN(std::shared_ptr<Formula> formula, MakeFormula(std::move(program), &original));
  positions->assign(as_sent->size(), Plan::kUnused);
  for (uint32_t i = 0; i < original.size(); ++i) (*positions)[original[i]] = i;
  return formula;
}

namespace {

absl::Status CheckCast(const NamedInput& input, size_t index, DType wanted,
                       const expr::Argument& declared) {
  const DType given = input.array.dtype;
  const bool narrows = declared.dtype == DType::kInt32 && given == DType::kInt64;
  if (eval::CastsSafely(given, wanted) && !narrows) return absl::OkStatus();
  return base::InvalidArgument("DTYPE_MISMATCH", StrCat(InputField(index), ".array.dtype"),
                               StrCat("input \"", declared.name, "\" is ", Name(given),
                                      ", which does not convert safely to the declared ",
                                      Name(narrows ? declared.dtype : wanted)));
}

// The type an argument is computed in when it is fed an array of type `given`.
DType TypeOfArgument(const expr::Argument& argument, DType given) {
  if (argument.dtype == DType::kInt32) return DType::kInt64;
  if (argument.dtype != DType::kUnspecified) return argument.dtype;
  if (expr::IsComplex(given)) return given;
  return given == DType::kFloat32 ? DType::kFloat32 : DType::kFloat64;
}

}  // namespace

absl::Status EngineImpl::MakePlan(Flight* flight) {
  EvaluateCall& call = flight->call;
  auto plan = std::make_shared<Plan>();
  std::vector<uint32_t> positions;
  std::vector<expr::Argument> as_sent;
  ASSIGN_OR_RETURN(plan->formula, FormulaFor(flight, &positions, &as_sent));
  const expr::Program& canonical = plan->formula->canonical();
  VariantSpec spec;
  spec.types.resize(canonical.arguments.size());
  spec.uniform.resize(canonical.arguments.size());
  spec.output_dtype = call.output_dtype;
  std::vector<bool> fed(as_sent.size(), false);
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    const NamedInput& input = call.inputs[i];
    size_t argument = as_sent.size();
    for (size_t k = 0; k < as_sent.size() && argument == as_sent.size(); ++k) {
      if (!input.name.empty() && as_sent[k].name == input.name) argument = k;
    }
    if (input.name.empty() && !call.kernel.empty() && i < as_sent.size()) argument = i;
    if (argument == as_sent.size()) {
      return base::InvalidArgument(
          "SURPLUS_INPUT", StrCat(InputField(i), ".name"),
          input.name.empty()
              ? StrCat("input ", i, " has no name")
              : StrCat("input \"", input.name, "\" is neither declared nor free in the program"));
    }
    if (fed[argument]) {
      return base::InvalidArgument("DUPLICATE_INPUT", StrCat(InputField(i), ".name"),
                                   StrCat("input \"", as_sent[argument].name, "\" is given twice"));
    }
    fed[argument] = true;
    const DType type = TypeOfArgument(as_sent[argument], input.array.dtype);
    RETURN_IF_ERROR(CheckCast(input, i, type, as_sent[argument]));
    plan->arguments.push_back(positions[argument]);
    if (positions[argument] == Plan::kUnused) continue;
    spec.types[positions[argument]] = type;
    spec.uniform[positions[argument]] = IsUniform(input.array, flight->scalar_batch);
  }
  for (size_t k = 0; k < as_sent.size(); ++k) {
    if (fed[k] || positions[k] == Plan::kUnused) continue;
    return base::InvalidArgument("MISSING_INPUT", "inputs",
                                 StrCat("input \"", as_sent[k].name, "\" is missing"));
  }
  ASSIGN_OR_RETURN(plan->variant, plan->formula->GetVariant(spec, Target()));
  for (const expr::Output& output : canonical.outputs) plan->output_names.push_back(output.name);
  flight->plan = memo_.Insert(MemoKey(*flight), std::move(plan));
  return absl::OkStatus();
}

void EngineImpl::ChooseTier(const FlightPointer& flight) {
  const Plan& plan = *flight->plan;
  const CompilationMode mode = flight->call.mode;
  plan.formula->CountUse();
  flight->report.kernel = plan.formula->name();
  if (mode == CompilationMode::kNever) return RunEvaluation(flight);
  flight->kernel = kernels_->Find(plan.variant->key_hex);
  if (flight->kernel != nullptr) {
    flight->report.cache = CacheOutcome::kMemory;
    return RunEvaluation(flight);
  }
  flight->report.cache = CacheOutcome::kMiss;
  const bool compilable = !plan.variant->toolchain_fingerprint.empty();
  const bool stored = compilable && store_->Contains(plan.variant->key_hex);
  if (!compilable || (mode == CompilationMode::kAuto && !stored)) {
    BuildInBackground(plan.formula, plan.variant);
    return RunEvaluation(flight);
  }
  const base::Deadline deadline =
      mode == CompilationMode::kWait
          ? flight->call.deadline
          : std::min(flight->call.deadline, base::Deadline::After(kDiskPatience));
  kernels_->Acquire(RequestFor(plan.formula, plan.variant, base::ProcessPriority::kNormal),
                    deadline, [this, flight](absl::StatusOr<kernel::Acquired> acquired) {
                      NoteBuild(flight->plan->formula, *flight->plan->variant, acquired);
                      const bool too_late = flight->call.deadline.expired();
                      if (!acquired.ok() && too_late) return Finish(flight, Expired());
                      if (acquired.ok()) {
                        flight->kernel = std::move(acquired->kernel);
                        flight->report.compile_seconds = acquired->compile_seconds;
                        flight->report.cache =
                            acquired->source == kernel::Source::kMemory ? CacheOutcome::kMemory
                            : acquired->source == kernel::Source::kDisk ? CacheOutcome::kDisk
                                                                        : CacheOutcome::kMiss;
                      }
                      // Off the cache's thread, which has other kernels to serve. Without a kernel
                      // the interpreter answers.
                      absl::Status scheduled = RunOnPool([this, flight] { RunEvaluation(flight); });
                      if (!scheduled.ok()) Finish(flight, std::move(scheduled));
                    });
}

namespace {

// By output of the plan. INVALID_ARGUMENT for a place of no output.
absl::StatusOr<std::vector<absl::Span<uint8_t>>> PlacesOf(const Plan& plan,
                                                          absl::Span<const OutputPlace> wanted) {
  std::vector<absl::Span<uint8_t>> places;
  if (wanted.empty()) return places;
  places.resize(plan.output_names.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto name = std::find(plan.output_names.begin(), plan.output_names.end(), wanted[i].name);
    if (name == plan.output_names.end()) {
      return base::InvalidArgument(
          "UNKNOWN_OUTPUT", StrCat("output_places[", i, "].output"),
          StrCat("output_places[", i, "].output: the program has no output \"", wanted[i].name,
                 "\""));
    }
    places[static_cast<size_t>(name - plan.output_names.begin())] =
        absl::MakeSpan(wanted[i].data, wanted[i].size);
  }
  return places;
}

}  // namespace

void EngineImpl::RunEvaluation(const FlightPointer& flight) {
  const Plan& plan = *flight->plan;
  const double work = static_cast<double>(flight->report.elements) *
                      std::max(static_cast<double>(plan.variant->program.instructions.size()),
                               plan.variant->nanoseconds_per_element);
  const bool large = work > kInlineWork;
  const auto run = [this, flight, large] {
    const Plan& p = *flight->plan;
    eval::Work evaluation;
    evaluation.program = &p.variant->program;
    evaluation.kernel = flight->kernel.get();
    evaluation.interpreter = &p.variant->interpreter;
    evaluation.batch = flight->batch;
    std::vector<const eval::ArrayView*> fed(p.formula->canonical().arguments.size(), nullptr);
    for (size_t i = 0; i < p.arguments.size(); ++i) {
      if (p.arguments[i] != Plan::kUnused) fed[p.arguments[i]] = &flight->call.inputs[i].array;
    }
    if (p.variant->complex_outputs.empty()) {
      evaluation.arguments = std::move(fed);
    } else {
      for (const uint32_t source : p.variant->sources) evaluation.arguments.push_back(fed[source]);
      evaluation.parts = p.variant->parts;
      evaluation.complex_outputs = &p.variant->complex_outputs;
    }
    absl::StatusOr<std::vector<absl::Span<uint8_t>>> places = PlacesOf(p, flight->call.places);
    if (!places.ok()) return Finish(flight, places.status());
    evaluation.places = *std::move(places);
    evaluation.deadline = flight->call.deadline;
    evaluation.cancel = flight->call.cancel.get();
    evaluation.nanoseconds_per_element = p.variant->nanoseconds_per_element;
    absl::StatusOr<eval::Evaluated> evaluated =
        eval::Evaluate(evaluation, slabs_.get(), large ? pool_.get() : nullptr);
    if (!evaluated.ok()) return Finish(flight, evaluated.status());
    Evaluation result;
    for (size_t k = 0; k < evaluated->outputs.size(); ++k) {
      result.outputs.push_back({p.output_names[k], evaluated->types[k], flight->batch,
                                std::move(evaluated->outputs[k])});
    }
    result.report = std::move(flight->report);
    result.report.tier = flight->kernel != nullptr ? Tier::kCompiled : Tier::kInterpreter;
    result.report.evaluate_seconds = evaluated->seconds;
    evaluations_[static_cast<size_t>(result.report.tier)].fetch_add(1, std::memory_order_relaxed);
    elements_.fetch_add(result.report.elements, std::memory_order_relaxed);
    EvaluateDone done = std::move(flight->done);
    done(std::move(result));
  };
  if (!large) return run();
  absl::Status scheduled = RunOnPool(run);
  if (!scheduled.ok()) Finish(flight, std::move(scheduled));
}

void EngineImpl::Compile(expr::Program program, CompileAction action, DType output_dtype,
                         base::Deadline deadline, CompileDone done) {
  std::vector<uint32_t> original;
  absl::StatusOr<std::shared_ptr<Formula>> made = MakeFormula(std::move(program), &original);
  if (!made.ok()) return done(made.status());
  const std::shared_ptr<Formula> formula = *std::move(made);
  VariantSpec spec;
  spec.output_dtype = output_dtype;
  for (const expr::Argument& argument : formula->canonical().arguments) {
    spec.types.push_back(TypeOfArgument(argument, DType::kFloat64));
    spec.uniform.push_back(argument.uniform);
  }
  absl::StatusOr<std::shared_ptr<const Variant>> got = formula->GetVariant(spec, Target());
  if (!got.ok()) return done(got.status());
  const std::shared_ptr<const Variant> variant = *std::move(got);
  auto answer = [this, formula, variant]() -> Compilation {
    return {.kernel = InfoOf(*formula),
            .cost = {.operations = formula->operations(),
                     .nanoseconds_per_element = variant->nanoseconds_per_element,
                     .c_bytes = variant->c_bytes,
                     .workspace_bytes = static_cast<uint64_t>(variant->program.workspace_bytes())}};
  };
  if (action == CompileAction::kValidateOnly) return done(answer());
  if (action == CompileAction::kStart || variant->toolchain_fingerprint.empty()) {
    if (kernels_->Find(variant->key_hex) == nullptr) BuildInBackground(formula, variant);
    return done(answer());
  }
  kernels_->Acquire(
      RequestFor(formula, variant, base::ProcessPriority::kNormal), deadline,
      [this, formula, variant, answer,
       done = std::move(done)](absl::StatusOr<kernel::Acquired> acquired) mutable {
        NoteBuild(formula, *variant, acquired);
        if (!acquired.ok() && acquired.status().code() == absl::StatusCode::kDeadlineExceeded) {
          return done(acquired.status());
        }
        done(answer());
      });
}

}  // namespace formulary::engine
