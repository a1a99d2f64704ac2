#include "tests/property/generate.h"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/expr/row_text.h"
#include "server/passes/rules.h"

namespace formulary::testing {

using expr::FunctionId;
using expr::FunctionRow;
using expr::NodeId;
using expr::Typing;

double Random::Moderate() {
  const double sign = OneIn(2) ? -1 : 1;
  switch (Below(8)) {
    case 0:
      return sign * static_cast<double>(Below(6));
    case 1:
      return sign * (static_cast<double>(Below(6)) + 0.5);
    case 2:
      return sign * std::ldexp(1 + Unit(), static_cast<int>(Below(20)) - 10);
    case 3:
      return sign * Unit();
    default:
      return sign * 4 * Unit();
  }
}

double Random::Pattern() { return std::bit_cast<double>(engine_()); }

std::vector<double> SpecialValues() {
  using Limits = std::numeric_limits<double>;
  std::vector<double> values = {0.0,
                                Limits::infinity(),
                                Limits::quiet_NaN(),
                                Limits::denorm_min(),
                                Limits::min(),
                                Limits::max(),
                                0x1.8p-1030,
                                0x1.8p-130,
                                0x1p-149,
                                0x1p-126,
                                0x1p1000,
                                0x1p-1000,
                                0x1p127,
                                0x1.fffffep127,
                                0x1p53,
                                0x1p24,
                                0.1,
                                1 / 3.0,
                                0.5,
                                0.75,
                                1.5,
                                2.5,
                                1,
                                2,
                                3,
                                4,
                                10,
                                100,
                                170.5,
                                171.7,
                                709.5,
                                745.2,
                                88.5,
                                1e5,
                                1e15,
                                3.14159265358979,
                                1.5707963267948966};
  const size_t count = values.size();
  for (size_t i = 0; i < count; ++i) values.push_back(-values[i]);
  for (const double value : {1.0, -1.0, 2.0, -2.0, 0.5}) {
    values.push_back(std::nextafter(value, 10));
    values.push_back(std::nextafter(value, -10));
  }
  return values;
}

int ProgramsToTry(int usual) {
  const char* times = std::getenv("FORMULARY_LAWS_TIMES");
  return usual * (times == nullptr ? 1 : std::max(1, std::atoi(times)));
}

bool TakesTruth(const FunctionRow& row, size_t k) {
  switch (row.typing) {
    case Typing::kLogic:
      return true;
    case Typing::kPiecewise:
      return k % 2 == 1;
    case Typing::kChoose:
      return k == 0;
    default:
      return false;
  }
}

bool IsNumberRow(const FunctionRow& row) {
  if (row.lowering == expr::Lowering::kSymbolic) return false;  // computes nothing
  return row.typing == Typing::kArithmetic || row.typing == Typing::kFloat ||
         row.typing == Typing::kPower;
}

namespace {

bool CallsPlainRows(const expr::RowText& text) {
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const expr::Node& node = text.graph[NodeId{i}];
    if (node.kind == expr::NodeKind::kCall && !IsPlain(Row(node.function))) return false;
  }
  return true;
}

}  // namespace

bool IsAlwaysKnown(const FunctionRow& row) {
  if (row.reference == nullptr) return true;
  mpfr_t operands[expr::kMaxRowOperands], result;
  mpfr_ptr pointers[expr::kMaxRowOperands];
  for (size_t k = 0; k < expr::kMaxRowOperands; ++k) {
    mpfr_init2(operands[k], 64);
    mpfr_set_d(operands[k], 0x1p40, MPFR_RNDN);
    pointers[k] = operands[k];
  }
  mpfr_init2(result, 64);
  row.reference(result, pointers);
  const bool known = mpfr_nan_p(result) == 0;
  for (mpfr_t& operand : operands) mpfr_clear(operand);
  mpfr_clear(result);
  return known;
}

bool IsAlwaysKnown(const expr::Program& program) {
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::Node& node = program.graph[NodeId{i}];
    if (node.kind == expr::NodeKind::kCall && !IsAlwaysKnown(Row(node.function))) return false;
  }
  return true;
}

// Recursion follows the rows' own texts, a few deep.
bool IsPlain(const FunctionRow& row) {
  if (row.lowering == expr::Lowering::kSymbolic) return false;  // computes nothing
  if (row.group == "distributions") return false;
  if (row.lowering == expr::Lowering::kExpansion)
    return CallsPlainRows(*expr::TextsOf(expr::IdOf(row.name)).expansion);
  return row.routine == nullptr ||
         (row.routine->strict_twin && row.region.empty() && row.amplitude.empty());
}

bool IsPlain(const expr::Program& program) {
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::Node& node = program.graph[NodeId{i}];
    if (node.kind == expr::NodeKind::kCall && !IsPlain(Row(node.function))) return false;
  }
  return true;
}

namespace {

class Generator {
 public:
  Generator(uint64_t seed, const GenerateOptions& options) : random_(seed), options_(options) {}

  expr::Program Run() {
    program_.numerics = options_.numerics;
    program_.arguments = options_.arguments;
    for (const char* name : {"x", "y", "z"}) {
      if (options_.arguments.empty()) program_.arguments.push_back({.name = name});
    }
    for (uint32_t i = 0; i < program_.arguments.size(); ++i) {
      const bool truth = program_.arguments[i].dtype == expr::DType::kBool;
      (truth ? truths_ : numbers_).push_back(program_.graph.Argument(i));
    }
    arguments_ = numbers_.size();
    for (int i = 0; i < options_.calls; ++i) Step();
    for (int i = 0; i < options_.outputs; ++i) {
      const bool truth = !options_.only_continuous && !truths_.empty() && random_.OneIn(5);
      const std::vector<NodeId>& pool = truth ? truths_ : numbers_;
      const size_t back = std::min<size_t>(static_cast<size_t>(i), pool.size() - 1);
      program_.outputs.push_back({absl::StrCat("y", i), pool[pool.size() - 1 - back]});
    }
    return std::move(program_);
  }

 private:
  void Step() {
    if (random_.OneIn(4)) return AddPattern();
    const FunctionRow& row = RandomRow();
    const size_t most = row.max_arity == expr::kVariadic ? 3 : row.max_arity;
    size_t arity = row.min_arity + random_.Below(most - row.min_arity + 1);
    if (row.typing == Typing::kPiecewise) arity = 3 + 2 * random_.Below(2);
    std::vector<NodeId> operands;
    for (size_t k = 0; k < arity; ++k) {
      const bool exponent = row.typing == Typing::kPower && k == 1 && !random_.OneIn(4);
      operands.push_back(TakesTruth(row, k) ? Truth() : exponent ? Exponent() : Number());
    }
    Keep(row, program_.graph.Call(expr::IdOf(row.name), operands));
  }

  static bool Known(const FunctionRow& row) {
    static const std::vector<bool>* const kKnown = [] {
      auto* known = new std::vector<bool>;
      for (const FunctionRow& each : expr::Rows()) known->push_back(IsAlwaysKnown(each));
      return known;
    }();
    return (*kKnown)[expr::IdOf(row.name).value];
  }

  // Operators come as often as all other functions.
  const FunctionRow& RandomRow() {
    const bool operators = random_.OneIn(2);
    while (true) {
      const FunctionRow& row = expr::Rows()[random_.Below(expr::Rows().size())];
      if (operators && row.lowering != expr::Lowering::kOperator && row.typing != Typing::kPower)
        continue;
      if (!IsPlain(row) || !Known(row)) continue;
      if (options_.only_continuous &&
          (!IsNumberRow(row) || row.partials[0] == "none" || row.partials[0] == "0" ||
           row.opcode == expr::Opcode::kMod)) {
        continue;
      }
      return row;
    }
  }

  void AddPattern() {
    static const std::vector<const expr::Identity*>* const kAll =
        new std::vector<const expr::Identity*>(passes::AllIdentities());
    const expr::RowText left = expr::ParseRowText((*kAll)[random_.Below(kAll->size())]->left);
    const FunctionRow& row = Row(left.graph[left.root].function);
    if (options_.only_continuous && !IsNumberRow(row)) return;
    if (!CallsPlainRows(left)) return;
    std::vector<NodeId> operands;
    for (int k = 0; k < 3; ++k) operands.push_back(TakesTruth(row, 0) ? Truth() : Number());
    Keep(row, expr::Instantiate(left, operands, operands[0], &program_.graph));
  }

  void Keep(const FunctionRow& row, NodeId node) {
    const bool truth = row.typing == Typing::kLogic || row.typing == Typing::kCompare;
    (truth ? truths_ : numbers_).push_back(node);
  }

  NodeId Exponent() {
    static constexpr std::pair<long, long> kExponents[] = {{2, 1},  {3, 1}, {-1, 1}, {1, 2},
                                                           {-2, 1}, {4, 1}, {3, 2},  {-1, 2},
                                                           {1, 3},  {5, 1}, {7, 1},  {0, 1}};
    const auto [top, bottom] = kExponents[random_.Below(std::size(kExponents))];
    return program_.graph.Number(mpq_class(top, static_cast<unsigned long>(bottom)));
  }

  NodeId Number() {
    const size_t recent = numbers_.size() - arguments_;
    if (recent > 0 && !random_.OneIn(3))
      return numbers_[numbers_.size() - 1 - random_.Below(std::min<size_t>(recent, 4))];
    if (random_.OneIn(4)) return Constant();
    return arguments_ > 0 ? numbers_[random_.Below(arguments_)] : Constant();
  }

  NodeId Constant() {
    switch (random_.Below(6)) {
      case 0:
        return program_.graph.Named(expr::NamedConstant::kPi);
      case 1:
        return program_.graph.Real(0.1 * static_cast<double>(1 + random_.Below(30)));
      case 2:
        return program_.graph.Number(mpq_class(static_cast<long>(random_.Below(9)) - 4, 3));
      default:
        return program_.graph.Integer(static_cast<int64_t>(random_.Below(7)) - 3);
    }
  }

  NodeId Truth() {
    if (!truths_.empty() && !random_.OneIn(3)) return truths_[random_.Below(truths_.size())];
    while (true) {
      const FunctionRow& row = expr::Rows()[random_.Below(expr::Rows().size())];
      if (row.typing != Typing::kCompare) continue;
      const NodeId made = program_.graph.Call(expr::IdOf(row.name), {Number(), Number()});
      truths_.push_back(made);
      return made;
    }
  }

  Random random_;
  const GenerateOptions& options_;
  expr::Program program_;
  std::vector<NodeId> numbers_, truths_;
  size_t arguments_ = 0;
};

}  // namespace

expr::Program RandomProgram(uint64_t seed, const GenerateOptions& options) {
  return Generator(seed, options).Run();
}

}  // namespace formulary::testing
