#ifndef FORMULARY_SERVER_ENGINE_FORMULA_H_
#define FORMULARY_SERVER_ENGINE_FORMULA_H_

// What the server knows of one canonical program (a Formula, named kernels/<digest>), of each way
// it is lowered (a Variant: types of inputs, which of them are uniform), and how a request as sent
// maps to them (a Plan).

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/mutex.h"
#include "server/base/strings.h"
#include "server/codegen/emit_c.h"
#include "server/codegen/loop_program.h"
#include "server/compile/target.h"
#include "server/eval/block_interpreter.h"
#include "server/expr/program.h"
#include "server/passes/pipeline.h"
#include "server/passes/split_complex.h"

namespace formulary::engine {

// How a formula is lowered. By argument of the canonical program.
struct VariantSpec {
  std::vector<expr::DType> types;
  std::vector<bool> uniform;
  expr::DType output_dtype = expr::DType::kUnspecified;

  std::string Key() const;  // equal specs, equal keys
};

// What the artefact key is made of besides the C text.
struct BuildTarget {
  compile::TargetIsa isa = compile::TargetIsa::kX86V2;
  std::string toolchain_fingerprint;  // empty: no compiler
};

// One lowered form. Immutable but for its flags; thread-safe.
struct Variant {
  Variant(const expr::Program& simplified, const VariantSpec& spec, const BuildTarget& target);

  // The C texts; made anew each time, since only a compiler needs them.
  std::vector<std::string> CTexts() const { return codegen::EmitTexts(program); }

  // Of a complex formula: which part of which argument feeds each argument of `program`, and which
  // outputs are pairs. Empty for a real one, whose arguments and outputs are its own.
  std::vector<uint32_t> sources;
  std::vector<expr::Part> parts;
  std::vector<bool> complex_outputs;

  const codegen::LoopProgram program;
  const eval::BlockInterpreter interpreter;
  const int opt_level;
  const compile::TargetIsa isa;
  const std::string toolchain_fingerprint;  // empty: the interpreter has it for itself
  std::string key_hex;
  std::string key_fields;
  uint64_t c_bytes = 0;
  double nanoseconds_per_element = 0;

  mutable std::atomic<bool> requested{false};      // a background build is on its way
  mutable std::atomic<int64_t> next_try_ns{0};     // steady clock: no new background build before
  mutable std::atomic<double> compile_seconds{0};  // of the last build here
};

// Thread-safe.
class Formula {
 public:
  // `canonical`: as Canonicalize made it, with the names it was first sent with.
  Formula(expr::Program canonical, const passes::Budget& budget);

  const std::string& digest() const { return digest_; }
  std::string name() const { return base::StrCat("kernels/", digest_); }
  const expr::Program& canonical() const { return canonical_; }
  const expr::Program& simplified() const { return simplified_; }
  uint32_t operations() const { return operations_; }

  // The variant for a spec, made at the first call. UNIMPLEMENTED where an argument is complex and
  // something has no complex form.
  absl::StatusOr<std::shared_ptr<const Variant>> GetVariant(const VariantSpec& spec,
                                                            const BuildTarget& target)
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<std::shared_ptr<const Variant>> variants() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Forgets variants whose key names another compiler.
  void DropVariants() ABSL_LOCKS_EXCLUDED(mutex_);

  // Artefact keys known for this formula: those of its variants and those a manifest told of.
  std::vector<std::string> ArtifactKeys() const ABSL_LOCKS_EXCLUDED(mutex_);
  void AddArtifactKey(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  void CountUse();
  uint64_t hits() const { return hits_.load(std::memory_order_relaxed); }
  double last_used() const { return last_used_.load(std::memory_order_relaxed); }

 private:
  absl::StatusOr<std::shared_ptr<const Variant>> MakeVariant(const VariantSpec& spec,
                                                             const BuildTarget& target) const;

  const expr::Program canonical_;
  const passes::Budget budget_;
  bool real_ = true;
  std::string digest_;
  expr::Program simplified_;
  uint32_t operations_ = 0;
  std::atomic<uint64_t> hits_{0};
  std::atomic<double> last_used_{0};

  mutable base::Mutex mutex_;
  base::StringMap<std::shared_ptr<const Variant>> variants_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> artifact_keys_ ABSL_GUARDED_BY(mutex_);
};

// The digest that names a canonical program.
std::string FormulaDigest(const expr::Program& canonical);

// A manifest: a line of artefact keys, then the program with its names.
std::string EncodeManifest(const Formula& formula);
struct Manifest {
  std::vector<std::string> artifact_keys;
  expr::Program program;
};
absl::StatusOr<Manifest> DecodeManifest(std::string_view bytes);

// How a request maps to a variant: remembered by the digest of what was sent.
struct Plan {
  static constexpr uint32_t kUnused = ~0u;

  std::shared_ptr<Formula> formula;
  std::shared_ptr<const Variant> variant;
  std::vector<uint32_t> arguments;  // by input of the request: argument of the formula, or kUnused
  std::vector<std::string> output_names;  // as sent
};

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_FORMULA_H_
