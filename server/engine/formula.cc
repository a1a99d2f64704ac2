#include "server/engine/formula.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/codegen/emit_c.h"
#include "server/codegen/lower.h"
#include "server/compile/flags.h"
#include "server/expr/infer.h"
#include "server/expr/serialize.h"
#include "server/passes/cost.h"
#include "server/passes/operations.h"
#include "server/store/key.h"

namespace formulary::engine {
namespace {

// Long programs are compiled with less effort.
constexpr size_t kFullEffortInstructions = 4'000;

codegen::LoopProgram LowerFor(const expr::Program& simplified, const VariantSpec& spec,
                              const BuildTarget& target) {
  return codegen::Lower(simplified, {.argument_types = spec.types,
                                     .uniform = spec.uniform,
                                     .output_dtype = spec.output_dtype,
                                     .has_fma = target.isa != compile::TargetIsa::kX86V2});
}

int OptLevel(const codegen::LoopProgram& program) {
  const bool full = program.instructions.size() <= kFullEffortInstructions;
  return full ? compile::kMaxOptLevel : compile::kMaxOptLevel - 1;
}

// Ball arithmetic: between 1 and 1,000 microseconds.
constexpr double kReferenceNanoseconds = 50'000;

// Predicted from the cost model's table and the catalogue; array calls and vector calls alike.
double PredictNanoseconds(const codegen::LoopProgram& program) {
  const passes::CostTable& costs = passes::ReferenceCosts();
  double total = 0;
  for (const codegen::Instruction& instruction : program.instructions) {
    if (!instruction.varying || instruction.kind == codegen::InstructionKind::kInput) continue;
    const bool call = instruction.kind != codegen::InstructionKind::kOperation;
    total += TakesReference(program, instruction) ? kReferenceNanoseconds
             : call                               ? Row(instruction.function).nanoseconds
                                                  : costs.Of(instruction.opcode);
  }
  return total;
}

double UnixSeconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string VariantSpec::Key() const {
  std::string key;
  for (size_t i = 0; i < types.size(); ++i) {
    key.push_back(static_cast<char>('0' + static_cast<int>(types[i])));
    key.push_back(uniform[i] ? 'u' : 'v');
  }
  key.push_back(static_cast<char>('0' + static_cast<int>(output_dtype)));
  return key;
}

Variant::Variant(const expr::Program& simplified, const VariantSpec& spec,
                 const BuildTarget& target)
    : program(LowerFor(simplified, spec, target)),
      interpreter(program),
      opt_level(OptLevel(program)),
      isa(target.isa),
      toolchain_fingerprint(codegen::TakesReferences(program) ? "" : target.toolchain_fingerprint) {
  const std::vector<std::string> texts = CTexts();
  store::KeyBuilder key;
  for (const std::string& text : texts) {
    key.Add("c", text);
    c_bytes += text.size();
  }
  key.Add("toolchain", toolchain_fingerprint)
      .Add("flags", compile::CompileFlagsText(isa, opt_level))
      .Add("target", compile::TargetName(isa))
      .Add("features", compile::TargetFeatures(isa))
      .Add("abi", codegen::kAbiVersion)
      .Add("workspace", program.workspace_bytes());
  key_hex = key.Hex();
  key_fields = key.fields();
  nanoseconds_per_element = PredictNanoseconds(program);
}

std::string FormulaDigest(const expr::Program& canonical) {
  return base::Sha256Hex(expr::EncodeProgram(canonical, expr::WithNames::kNo));
}

Formula::Formula(expr::Program canonical, const passes::Budget& budget)
    : canonical_(std::move(canonical)),
      budget_(budget),
      real_(passes::IsReal(canonical_)),
      digest_(FormulaDigest(canonical_)) {
  simplified_ = passes::Optimize(canonical_, budget).program;
  operations_ = passes::CountOperations(simplified_.graph, simplified_.roots());
}

absl::StatusOr<std::shared_ptr<const Variant>> Formula::MakeVariant(
    const VariantSpec& spec, const BuildTarget& target) const {
  if (real_ && std::none_of(spec.types.begin(), spec.types.end(), &expr::IsComplex))
    return std::make_shared<const Variant>(simplified_, spec, target);
  ASSIGN_OR_RETURN(passes::SplitProgram split,
                   passes::SplitComplex(canonical_, spec.types, budget_.max_nodes));
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&split.program));
  VariantSpec parts{.output_dtype = expr::ComponentType(spec.output_dtype)};
  for (const passes::SplitArgument& argument : split.arguments) {
    parts.types.push_back(expr::ComponentType(spec.types[argument.argument]));
    parts.uniform.push_back(spec.uniform[argument.argument]);
  }
  const expr::Program simplified = passes::Optimize(split.program, budget_).program;
  auto variant = std::make_shared<Variant>(simplified, parts, target);
  for (const passes::SplitArgument& argument : split.arguments) {
    variant->sources.push_back(argument.argument);
    variant->parts.push_back(argument.part);
  }
  variant->complex_outputs = std::move(split.complex_outputs);
  return variant;
}

absl::StatusOr<std::shared_ptr<const Variant>> Formula::GetVariant(const VariantSpec& spec,
                                                                   const BuildTarget& target) {
  const std::string key = spec.Key();
  {
    base::MutexLock lock(&mutex_);
    const auto found = variants_.find(key);
    if (found != variants_.end()) return found->second;
  }
  // Made outside the lock: two threads may make it, the first one counts.
  ASSIGN_OR_RETURN(std::shared_ptr<const Variant> made, MakeVariant(spec, target));
  base::MutexLock lock(&mutex_);
  return variants_.emplace(key, std::move(made)).first->second;
}

std::vector<std::shared_ptr<const Variant>> Formula::variants() const {
  std::vector<std::shared_ptr<const Variant>> all;
  base::MutexLock lock(&mutex_);
  for (const auto& [key, variant] : variants_) all.push_back(variant);
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a->key_hex < b->key_hex; });
  return all;
}

void Formula::DropVariants() {
  base::MutexLock lock(&mutex_);
  variants_.clear();
}

std::vector<std::string> Formula::ArtifactKeys() const {
  base::MutexLock lock(&mutex_);
  return artifact_keys_;
}

void Formula::AddArtifactKey(std::string_view key_hex) {
  base::MutexLock lock(&mutex_);
  if (std::find(artifact_keys_.begin(), artifact_keys_.end(), key_hex) == artifact_keys_.end()) {
    artifact_keys_.emplace_back(key_hex);
  }
}

void Formula::CountUse() {
  hits_.fetch_add(1, std::memory_order_relaxed);
  last_used_.store(UnixSeconds(), std::memory_order_relaxed);
}

std::string EncodeManifest(const Formula& formula) {
  std::string bytes;
  for (const std::string& key : formula.ArtifactKeys()) base::StrAppend(&bytes, key, " ");
  return base::StrCat(bytes, "\n", expr::EncodeProgram(formula.canonical(), expr::WithNames::kYes));
}

absl::StatusOr<Manifest> DecodeManifest(std::string_view bytes) {
  const size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return absl::DataLossError("a manifest without a first line");
  Manifest manifest;
  std::string_view keys = bytes.substr(0, end);
  while (!keys.empty()) {
    const size_t blank = std::min(keys.find(' '), keys.size());
    if (base::IsSha256Hex(keys.substr(0, blank)))
      manifest.artifact_keys.emplace_back(keys.substr(0, blank));
    keys.remove_prefix(std::min(blank + 1, keys.size()));
  }
  absl::StatusOr<expr::Program> program = expr::DecodeProgram(bytes.substr(end + 1));
  if (!program.ok()) return program.status();
  manifest.program = *std::move(program);
  return manifest;
}

}  // namespace formulary::engine
