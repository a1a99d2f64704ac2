#include "server/codegen/chains.h"

#include <algorithm>
#include <array>

#include "server/codegen/schedule.h"

namespace formulary::codegen {
namespace {

using expr::Opcode;

// A vector's way through a loop, in half cycles, as measured on Zen 4 and 5 (vector routines: the
// mean of the elementary ones). Only ratios matter.
struct Effort {
  uint32_t latency;  // from operand to result
  uint32_t work;     // of the units, if nothing waits
  uint32_t window;   // instructions that wait for units or operands
};
constexpr Effort kCallEffort = {90, 22, 22};
constexpr Effort kDivideEffort = {30, 10, 1};
constexpr Effort kRootEffort = {36, 14, 1};
constexpr Effort kPlainEffort = {8, 1, 1};
constexpr uint32_t kCrossingEffort = 2;  // a store and a load
// What an output takes of memory while its loop runs, so that a short loop is not all of it.
constexpr uint32_t kOutputEffort = 12;
// Instructions that wait at once, of all iterations under way.
constexpr uint32_t kWindow = 110;

// A division must promise a tenth: each part is a loop with a start and an end.
constexpr bool WorthWhile(uint64_t divided, uint64_t whole) { return 11 * divided <= 10 * whole; }
// Depths that are tried for each cut.
constexpr size_t kMaxCandidates = 16;

Effort EffortOf(const Instruction& instruction) {
  if (instruction.kind == InstructionKind::kCall) return kCallEffort;
  if (instruction.kind != InstructionKind::kOperation) return {0, 0, 0};
  if (instruction.opcode == Opcode::kDiv) return kDivideEffort;
  return instruction.opcode == Opcode::kSqrt ? kRootEffort : kPlainEffort;
}

// One instruction of a loop, its operands as positions among the loop's.
struct Member {
  ValueId value = 0;
  Effort effort;
  uint32_t depth = 0;   // half cycles from an iteration's start to the result
  uint32_t last = 0;    // the greatest depth of a reader
  uint32_t inside = 0;  // half cycles from the start of a part
  bool output = false;
  int operand_count = 0;
  uint32_t operands[expr::kMaxRowOperands] = {};
};

// One loop, and how to divide it.
class Loop {
 public:
  // Operands first. `positions` are those of the members added so far, by value.
  void Add(const LoopProgram& program, ValueId value, const std::vector<uint32_t>& phases,
           std::vector<uint32_t>* positions);
  void MarkOutput(uint32_t position) { members_[position].output = true; }
  size_t size() const { return members_.size(); }

  // Writes the members' parts, by value, and returns how many there are.
  uint32_t Divide(std::vector<uint32_t>* part);

 private:
  std::vector<uint32_t> Candidates() const;
  void CountCrossing();
  uint32_t PartAt(uint32_t depth) const;
  uint64_t Estimate();
  void Cut();

  std::vector<Member> members_;
  uint32_t chain_ = 0;
  std::vector<uint32_t> crossing_;  // by depth: values made up to there and read beyond
  std::vector<uint32_t> cuts_;      // depths that parts end at, but for the last's
};

void Loop::Add(const LoopProgram& program, ValueId value, const std::vector<uint32_t>& phases,
               std::vector<uint32_t>* positions) {
  const Instruction& instruction = program.instructions[value];
  Member member{.value = value, .effort = EffortOf(instruction)};
  for (int k = 0; k < instruction.operand_count; ++k) {
    const ValueId operand = instruction.operands[k];
    if (phases[operand] != phases[value]) continue;
    member.operands[member.operand_count++] = (*positions)[operand];
    member.depth = std::max(member.depth, members_[(*positions)[operand]].depth);
  }
  member.depth += member.effort.latency;
  chain_ = std::max(chain_, member.depth);
  for (int k = 0; k < member.operand_count; ++k) {
    uint32_t& last = members_[member.operands[k]].last;
    last = std::max(last, member.depth);
  }
  (*positions)[value] = static_cast<uint32_t>(members_.size());
  members_.push_back(member);
}

// Depths at which some member ends, evenly thinned out, from the middle outwards.
std::vector<uint32_t> Loop::Candidates() const {
  std::vector<uint32_t> depths;
  for (const Member& member : members_) depths.push_back(member.depth);
  std::sort(depths.begin(), depths.end());
  depths.erase(std::unique(depths.begin(), depths.end()), depths.end());
  depths.pop_back();
  const size_t step = depths.size() / kMaxCandidates + 1;
  std::vector<uint32_t> kept;
  for (size_t k = step / 2; k < depths.size(); k += step) kept.push_back(depths[k]);
  const auto from_middle = [this](uint32_t depth) {
    return std::max(2 * depth, chain_) - std::min(2 * depth, chain_);
  };
  std::stable_sort(kept.begin(), kept.end(),
                   [&](uint32_t a, uint32_t b) { return from_middle(a) < from_middle(b); });
  return kept;
}

void Loop::CountCrossing() {
  std::vector<int32_t> change(chain_ + 1, 0);
  for (const Member& member : members_) {
    if (member.last == 0) continue;
    ++change[member.depth];
    --change[member.last];
  }
  crossing_.clear();
  int32_t count = 0;
  for (const int32_t each : change) crossing_.push_back(static_cast<uint32_t>(count += each));
}

uint32_t Loop::PartAt(uint32_t depth) const {
  return static_cast<uint32_t>(std::lower_bound(cuts_.begin(), cuts_.end(), depth) - cuts_.begin());
}

// Half cycles a vector: what the units work, or how long the chain lasts for those iterations that
// are under way at once.
uint64_t Loop::Estimate() {
  struct Sum {
    uint64_t chain = 0, work = 0, window = 0, traffic = 0;
  };
  std::array<Sum, kMaxParts> sums;
  for (Member& member : members_) {
    const uint32_t part = PartAt(member.depth);
    const uint32_t start_of_part = part == 0 ? 0 : cuts_[part - 1] + 1;
    member.inside = 0;
    for (int k = 0; k < member.operand_count; ++k) {
      const Member& operand = members_[member.operands[k]];
      if (operand.depth >= start_of_part) member.inside = std::max(member.inside, operand.inside);
    }
    member.inside += member.effort.latency;
    sums[part].chain = std::max<uint64_t>(sums[part].chain, member.inside);
    sums[part].work += member.effort.work;
    sums[part].window += member.effort.window;
    if (member.output) sums[part].traffic += kOutputEffort;
  }
  uint64_t total = 0;
  for (const Sum& sum : sums) {
    const uint64_t waiting = std::min(sum.chain, sum.chain * sum.window / kWindow);
    total += std::max({sum.work, waiting, sum.traffic});
  }
  for (const uint32_t cut : cuts_) total += uint64_t{kCrossingEffort} * crossing_[cut];
  return total;
}

// One cut after the other, each where it helps most, as long as one helps.
void Loop::Cut() {
  const uint64_t whole = Estimate();
  uint64_t work = 0;
  for (const Member& member : members_) work += member.effort.work;
  if (!WorthWhile(work, whole)) return;
  CountCrossing();
  const std::vector<uint32_t> candidates = Candidates();
  uint64_t best = whole;
  for (bool better = true; better && cuts_.size() + 1 < kMaxParts;) {
    better = false;
    const std::vector<uint32_t> before = cuts_;
    std::vector<uint32_t> chosen = cuts_;
    for (const uint32_t candidate : candidates) {
      cuts_ = before;
      cuts_.insert(std::lower_bound(cuts_.begin(), cuts_.end(), candidate), candidate);
      const uint64_t estimate = Estimate();
      if (estimate >= best) continue;
      best = estimate;
      chosen = cuts_;
      better = true;
    }
    cuts_ = chosen;
  }
  if (!WorthWhile(best, whole)) cuts_.clear();
}

uint32_t Loop::Divide(std::vector<uint32_t>* part) {
  if (!members_.empty()) Cut();
  for (const Member& member : members_) (*part)[member.value] = PartAt(member.depth);
  return static_cast<uint32_t>(cuts_.size()) + 1;
}

// What reads nothing that its own part makes moves to the first part that reads it.
void Sink(const LoopProgram& program, const std::vector<uint32_t>& phases,
          std::vector<uint32_t>* part) {
  constexpr uint32_t kNever = ~0U;
  std::vector<uint32_t> first_use(part->size(), kNever);
  for (const ValueId output : program.outputs) first_use[output] = 0;
  for (const Guard& guard : program.guards) first_use[guard.need] = 0;
  for (auto i = static_cast<ValueId>(part->size()); i-- > 0;) {
    const Instruction& instruction = program.instructions[i];
    bool stays = instruction.kind != InstructionKind::kOperation || first_use[i] == kNever;
    for (int k = 0; k < instruction.operand_count; ++k) {
      const ValueId operand = instruction.operands[k];
      stays = stays || (phases[operand] == phases[i] && (*part)[operand] == (*part)[i]);
    }
    if (!stays) (*part)[i] = std::max((*part)[i], first_use[i]);
    for (int k = 0; k < instruction.operand_count; ++k) {
      const ValueId operand = instruction.operands[k];
      const uint32_t use = phases[operand] == phases[i] ? (*part)[i] : 0;
      first_use[operand] = std::min(first_use[operand], use);
    }
  }
}

bool IsLoop(uint32_t phase) { return phase >= 2 && phase % 2 == 0; }

}  // namespace

void DivideLongChains(const LoopProgram& program, const std::vector<bool>& used,
                      std::vector<uint32_t>* phases) {
  const size_t size = program.instructions.size();
  if (size == 0) return;
  std::vector<Loop> loops(*std::max_element(phases->begin(), phases->end()) + 1);
  std::vector<uint32_t> positions(size, 0), part(size, 0);
  for (ValueId i = 0; i < size; ++i) {
    const uint32_t phase = (*phases)[i];
    if (used[i] && IsLoop(phase)) loops[phase].Add(program, i, *phases, &positions);
  }
  for (const ValueId output : program.outputs) {
    const uint32_t phase = (*phases)[output];
    if (IsLoop(phase)) loops[phase].MarkOutput(positions[output]);
  }
  std::vector<uint32_t> shift = {0};  // by phase
  for (Loop& loop : loops) {
    // Longer loops are cut by length, in the order of the program.
    const uint32_t parts = loop.size() > kMaxUnitInstructions ? 1 : loop.Divide(&part);
    shift.push_back(shift.back() + 2 * (parts - 1));
  }
  if (shift.back() == 0) return;
  Sink(program, *phases, &part);
  for (ValueId i = 0; i < size; ++i) (*phases)[i] += shift[(*phases)[i]] + 2 * part[i];
}

}  // namespace formulary::codegen
