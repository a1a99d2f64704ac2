#include "server/codegen/guards.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace formulary::codegen {
namespace {

using expr::Opcode;

// An operation in a vectorised loop, about; what decides are calls.
constexpr double kOperationNanoseconds = 0.1;

constexpr uint32_t kRoot = 0;
constexpr uint32_t kUnseen = ~0u;

bool IsLeaf(const Instruction& instruction) {
  return instruction.kind == InstructionKind::kInput ||
         instruction.kind == InstructionKind::kUniform ||
         instruction.kind == InstructionKind::kConstant;
}

double Nanoseconds(const Instruction& instruction) {
  return instruction.kind == InstructionKind::kOperation ? kOperationNanoseconds
                                                         : Row(instruction.function).nanoseconds;
}

// The selections' branches as a tree: a branch lies in the branch whose value needs its selection.
// An instruction lies in the lowest branch that all of its users lie in.
class GuardFinder {
 public:
  explicit GuardFinder(LoopProgram* program) : program_(*program) {}

  std::vector<uint32_t> Run() {
    FindBranches();
    ChooseBranches();
    if (!program_.guards.empty()) Reorder();
    return std::move(guards_);
  }

 private:
  struct Branch {
    uint32_t parent = kRoot;
    uint32_t depth = 0;
    ValueId condition = 0;
    bool taken = true;  // the branch where the condition holds, or where it does not
    double nanoseconds = 0;
    bool calls_arrays = false;
    uint32_t guard = kNoGuard;  // its own, else that of the lowest branch around it that has one
    bool has_need = false;
    ValueId need = 0;
  };

  const Instruction& at(ValueId value) const { return program_.instructions[value]; }
  void FindBranches();
  void Meet(ValueId value, uint32_t branch);
  uint32_t Inside(uint32_t parent, ValueId condition, bool taken);
  void ChooseBranches();
  ValueId Need(uint32_t branch);
  ValueId Add(Instruction instruction, uint32_t guard, ValueId after);
  void Reorder();

  LoopProgram& program_;
  std::vector<Branch> branches_ = {Branch{}};
  absl::flat_hash_map<std::tuple<uint32_t, ValueId, bool>, uint32_t> index_;
  std::vector<uint32_t> branch_of_;  // by instruction
  std::vector<uint32_t> guards_;     // by instruction
  std::vector<ValueId> after_;       // by instruction: where it stands among the others
};

uint32_t GuardFinder::Inside(uint32_t parent, ValueId condition, bool taken) {
  const uint32_t depth = branches_[parent].depth + 1;
  if (depth > kMaxGuardDepth || at(condition).kind == InstructionKind::kConstant) return parent;
  for (uint32_t b = parent; b != kRoot; b = branches_[b].parent) {
    if (branches_[b].condition == condition && branches_[b].taken == taken) return parent;
  }
  const auto [found, inserted] =
      index_.emplace(std::make_tuple(parent, condition, taken), branches_.size());
  if (inserted) {
    branches_.push_back({.parent = parent, .depth = depth, .condition = condition, .taken = taken});
  }
  return found->second;
}

void GuardFinder::Meet(ValueId value, uint32_t branch) {
  uint32_t& met = branch_of_[value];
  if (met == kUnseen) {
    met = branch;
    return;
  }
  while (met != branch) {
    uint32_t& deeper = branches_[met].depth >= branches_[branch].depth ? met : branch;
    deeper = branches_[deeper].parent;
  }
}

void GuardFinder::FindBranches() {
  branch_of_.assign(program_.instructions.size(), kUnseen);
  for (const ValueId output : program_.outputs) Meet(output, kRoot);
  for (size_t i = program_.instructions.size(); i-- > 0;) {
    const Instruction& instruction = at(static_cast<ValueId>(i));
    const uint32_t branch = branch_of_[i];
    if (branch == kUnseen) continue;
    const bool selects = instruction.varying && instruction.opcode == Opcode::kSelect &&
                         instruction.kind == InstructionKind::kOperation;
    for (int k = 0; k < instruction.operand_count; ++k) {
      const bool arm = selects && k > 0;
      Meet(instruction.operands[k], arm ? Inside(branch, instruction.operands[0], k == 1) : branch);
    }
    if (!instruction.varying || IsLeaf(instruction)) continue;
    branches_[branch].nanoseconds += Nanoseconds(instruction);
    if (instruction.kind == InstructionKind::kArrayCall) branches_[branch].calls_arrays = true;
  }
}

// What is too cheap is done with the branch around it. Branches stand after those around them.
void GuardFinder::ChooseBranches() {
  guards_.assign(program_.instructions.size(), kNoGuard);
  std::vector<bool> kept(branches_.size(), false);
  for (size_t b = branches_.size(); b-- > 1;) {
    const Branch& branch = branches_[b];
    kept[b] = branch.nanoseconds >=
              (branch.calls_arrays ? kMinGuardedArrayNanoseconds : kMinGuardedNanoseconds);
    if (kept[b]) continue;
    branches_[branch.parent].nanoseconds += branch.nanoseconds;
    branches_[branch.parent].calls_arrays |= branch.calls_arrays;
  }
  for (uint32_t b = 1; b < branches_.size(); ++b) {
    const uint32_t around = branches_[branches_[b].parent].guard;
    branches_[b].guard = around;
    if (!kept[b]) continue;
    branches_[b].guard = static_cast<uint32_t>(program_.guards.size());
    program_.guards.push_back({0, around});
  }
  if (program_.guards.empty()) return;
  const size_t size = program_.instructions.size();
  for (ValueId i = 0; i < size; ++i) {
    after_.push_back(i);
    const bool guarded = branch_of_[i] != kUnseen && at(i).varying && !IsLeaf(at(i));
    if (guarded) guards_[i] = branches_[branch_of_[i]].guard;
  }
  for (uint32_t b = 1; b < branches_.size(); ++b) {
    if (kept[b]) program_.guards[branches_[b].guard].need = Need(b);
  }
}

ValueId GuardFinder::Add(Instruction instruction, uint32_t guard, ValueId after) {
  instruction.kind = InstructionKind::kOperation;
  instruction.type = DType::kBool;
  for (int k = 0; k < instruction.operand_count; ++k)
    instruction.varying = instruction.varying || at(instruction.operands[k]).varying;
  program_.instructions.push_back(instruction);
  guards_.push_back(instruction.varying ? guard : kNoGuard);
  after_.push_back(after);
  return static_cast<ValueId>(program_.instructions.size() - 1);
}

// Where an element needs the branch: its own condition, in all branches around it. At most
// kMaxGuardDepth deep.
ValueId GuardFinder::Need(uint32_t b) {
  if (branches_[b].has_need) return branches_[b].need;
  const Branch branch = branches_[b];
  const uint32_t around = branches_[branch.parent].guard;
  ValueId need = branch.condition;
  if (!branch.taken) {
    need = Add({.opcode = Opcode::kNot, .operand_count = 1, .operands = {need}}, around,
               branch.condition);
  } else if (at(need).kind == InstructionKind::kInput) {
    // Between units, only what has a buffer can be looked at.
    need = Add({.opcode = Opcode::kConvert, .operand_count = 1, .operands = {need}}, around,
               branch.condition);
  }
  if (branch.parent != kRoot) {
    const ValueId outer = Need(branch.parent);
    need = Add({.opcode = Opcode::kAnd, .operand_count = 2, .operands = {outer, need}}, around,
               std::max(after_[outer], branch.condition));
  }
  branches_[b].has_need = true;
  branches_[b].need = need;
  return need;
}

// A topological order, as near to the one that was as guards allow.
void GuardFinder::Reorder() {
  const size_t size = program_.instructions.size();
  std::vector<std::vector<ValueId>> users(size);
  std::vector<uint32_t> waits(size, 0);
  const auto depend = [&](ValueId user, ValueId on) {
    users[on].push_back(user);
    ++waits[user];
  };
  using Entry = std::pair<ValueId, ValueId>;  // where it stands, which it is
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  for (ValueId i = 0; i < size; ++i) {
    for (int k = 0; k < at(i).operand_count; ++k) depend(i, at(i).operands[k]);
    if (guards_[i] != kNoGuard) depend(i, program_.guards[guards_[i]].need);
    if (waits[i] == 0) ready.emplace(after_[i], i);
  }
  std::vector<ValueId> renamed(size, 0);
  std::vector<Instruction> instructions;
  std::vector<uint32_t> guards;
  while (!ready.empty()) {
    const ValueId next = ready.top().second;
    ready.pop();
    renamed[next] = static_cast<ValueId>(instructions.size());
    Instruction instruction = at(next);
    for (int k = 0; k < instruction.operand_count; ++k)
      instruction.operands[k] = renamed[instruction.operands[k]];
    instructions.push_back(instruction);
    guards.push_back(guards_[next]);
    for (const ValueId user : users[next]) {
      if (--waits[user] == 0) ready.emplace(after_[user], user);
    }
  }
  for (ValueId& output : program_.outputs) output = renamed[output];
  for (Guard& guard : program_.guards) guard.need = renamed[guard.need];
  program_.instructions = std::move(instructions);
  guards_ = std::move(guards);
}

}  // namespace

std::vector<uint32_t> FindGuards(LoopProgram* program) { return GuardFinder(program).Run(); }

}  // namespace formulary::codegen
