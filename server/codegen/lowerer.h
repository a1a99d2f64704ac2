#ifndef FORMULARY_SERVER_CODEGEN_LOWERER_H_
#define FORMULARY_SERVER_CODEGEN_LOWERER_H_

// The machinery behind Lower, shared by lower.cc (nodes in general) and lower_arithmetic.cc (sums,
// products, powers). Nobody else includes this.

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "server/codegen/constants.h"
#include "server/codegen/lower.h"
#include "server/expr/power_chain.h"

namespace formulary::codegen {

// How the strict routine's powers of doubles with whole exponents are computed: by itself, or by
// the same products in place, which then must be in reach.
enum class WholePowers : uint8_t { kRoutine, kProducts };

// One thread at a time; used once.
class Lowerer {
 public:
  Lowerer(const expr::Program& program, const LowerOptions& options, WholePowers whole_powers);

  LoopProgram Run();
  // As `other`, whose uniform block is taken over, and added to.
  LoopProgram RunBehind(LoopProgram* other);

 private:
  using NodeId = expr::NodeId;
  using Opcode = expr::Opcode;

  // A product as its last multiplication p*q, so that a sum may fuse it; without q the value is p.
  struct ProductParts {
    bool negative = false;
    ValueId p = 0;
    std::optional<ValueId> q;

    bool Has(ValueId factor) const { return p == factor || q == factor; }
  };

  void NoteUses();
  void LowerNode(NodeId id);
  ValueId LowerCall(NodeId id, DType type);
  ValueId LowerOperator(NodeId id, DType type);
  ValueId LowerRoutine(NodeId id, DType type);
  ValueId LowerPiecewise(NodeId id, DType type);
  DType MeetingType(NodeId id) const;

  // lower_arithmetic.cc
  ValueId LowerSum(NodeId id, DType type);
  ValueId LowerProduct(NodeId id, DType type);
  // kKept: a constant factor keeps its sign; kApart: `negative` has it, for a sum to subtract.
  enum class Sign : uint8_t { kKept, kApart };
  ProductParts Product(NodeId id, DType type, Sign sign_wanted);
  ValueId One(DType type);
  ValueId LowerPower(NodeId id, DType type);
  ValueId PowerOf(ValueId base, uint64_t exponent, const expr::PowerChain& chain);
  std::optional<ProductParts> OpenPower(NodeId id, DType type);
  // Whether several quotients divide by the node, so that its inverse is computed.
  bool IsInverted(NodeId base) const;
  ValueId InversePower(NodeId base, const mpq_class& exponent, DType type);
  ValueId RealPower(NodeId base, const mpq_class& exponent, DType type);
  bool IsProductOfPowers(const mpq_class& exponent, DType type) const;

  // lower_powers.cc
  struct ExactPower;
  struct Reach {
    uint64_t greatest = 0;  // exponent
    bool inverse = false;
  };
  void NoteUnconditional();
  std::optional<ValueId> WholePower(NodeId base, const mpq_class& exponent, DType type);
  ExactPower PowerWithRest(ValueId x, uint64_t n);
  ValueId WholePowerOfDouble(ValueId x, uint64_t n, bool inverse);
  ValueId WholePowerOfFloat(ValueId x, uint64_t n, bool inverse);
  ValueId InReach(ValueId x, const Reach& reach);
  void TestReach();

  ValueId Fold(Opcode opcode, absl::Span<const ValueId> values);
  void Accumulate(ProductParts term, std::optional<ValueId>* sum, bool* sum_is_product);
  bool IsDivisor(NodeId id) const;
  void NotePowers();
  struct Factors;
  void AddDivisor(NodeId id, DType type, Factors* factors);

  // The node's value in a type, converted if it has another.
  ValueId Use(NodeId id, DType type);
  ValueId Literal(uint64_t bits, DType type);
  ValueId Converted(ValueId value, DType type);

  ValueId Emit(Instruction instruction);
  ValueId Operation(Opcode opcode, DType type, std::initializer_list<ValueId> operands);
  const Instruction& at(ValueId value) const { return out_.instructions[value]; }

  struct InstructionHash {
    size_t operator()(const Instruction& i) const;
  };

  const expr::Program& program_;
  const expr::Graph& graph_;
  const LowerOptions& options_;
  Constants constants_;
  bool strict_;
  bool fuse_;
  DType default_float_;
  std::vector<DType> types_;
  std::vector<bool> needed_;
  std::vector<uint32_t> uses_;
  std::vector<NodeId> user_;              // a user of the node, the only one where uses_ is 1
  std::vector<ValueId> values_;           // by node id
  std::vector<uint32_t> argument_index_;  // input or uniform slot, by argument
  absl::flat_hash_map<Instruction, ValueId, InstructionHash> index_;
  absl::flat_hash_map<std::pair<ValueId, uint64_t>, ValueId> powers_;
  absl::flat_hash_map<NodeId, uint32_t>
      divisor_uses_;  // varying bases that several quotients divide by
  absl::flat_hash_map<NodeId, expr::PowerChain> chains_;  // by base
  WholePowers whole_powers_;
  std::vector<bool> unconditional_;   // by node: needed whatever branches are taken
  std::map<ValueId, Reach> reaches_;  // by base of products in place of the strict routine
  LoopProgram out_;
};

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_LOWERER_H_
