// The numbers of the cost model: what tests/bench/cost_bench measured on a Zen 4 machine, rounded.
// Ratios between them matter, not the digits. The catalogue's nanoseconds are those of x86-64-v3,
// the reference: the one that most machines run. Additions and multiplications differ by less than
// two machines do, and count alike: 2*x is no dearer than x + x.

#include <utility>

#include "server/passes/cost.h"

namespace formulary::passes {
namespace {

using expr::Opcode;

// Operations that take alike.
struct Prices {
  double add, multiply, fma, divide, square_root, bitwise, extremum, round, sign, compare, select;
};

constexpr double kIntegerMod = 10;   // a division, in scalar code
constexpr double kIntegerGcd = 100;  // several of them

constexpr CostTable Table(std::string_view isa, bool has_fma, double vector_calls, Prices prices) {
  const std::pair<Opcode, double> rows[] = {
      {Opcode::kAdd, prices.add},       {Opcode::kSub, prices.add},
      {Opcode::kMul, prices.multiply},  {Opcode::kFma, prices.fma},
      {Opcode::kNeg, prices.bitwise},   {Opcode::kAbs, prices.bitwise},
      {Opcode::kMin, prices.extremum},  {Opcode::kMax, prices.extremum},
      {Opcode::kSign, prices.sign},     {Opcode::kMod, kIntegerMod},
      {Opcode::kDiv, prices.divide},    {Opcode::kSqrt, prices.square_root},
      {Opcode::kFloor, prices.round},   {Opcode::kCeil, prices.round},
      {Opcode::kRound, prices.round},   {Opcode::kTrunc, prices.round},
      {Opcode::kLess, prices.compare},  {Opcode::kLessEqual, prices.compare},
      {Opcode::kEqual, prices.compare}, {Opcode::kNotEqual, prices.compare},
      {Opcode::kAnd, prices.bitwise},   {Opcode::kOr, prices.bitwise},
      {Opcode::kXor, prices.bitwise},   {Opcode::kNot, prices.bitwise},
      {Opcode::kSelect, prices.select}, {Opcode::kGcd, kIntegerGcd},
      {Opcode::kLcm, kIntegerGcd},
  };
  CostTable table{.isa = isa, .has_fma = has_fma, .vector_calls = vector_calls};
  for (const auto& [opcode, nanoseconds] : rows) {
    table.operations[static_cast<size_t>(opcode)] = nanoseconds;
  }
  table.array_operand = prices.add;
  return table;
}

// Without FMA a multiply-add is two operations.
constexpr CostTable kTables[] = {
    Table("x86-64-v2", false, 2.3,
          {.add = 0.1,
           .multiply = 0.1,
           .fma = 0.2,
           .divide = 0.65,
           .square_root = 1.2,
           .bitwise = 0.1,
           .extremum = 0.2,
           .round = 0.25,
           .sign = 1.2,
           .compare = 0.2,
           .select = 0.25}),
    Table("x86-64-v3", true, 1,
          {.add = 0.05,
           .multiply = 0.05,
           .fma = 0.07,
           .divide = 0.32,
           .square_root = 0.6,
           .bitwise = 0.05,
           .extremum = 0.1,
           .round = 0.12,
           .sign = 0.5,
           .compare = 0.1,
           .select = 0.12}),
    Table("x86-64-v4", true, 0.55,
          {.add = 0.027,
           .multiply = 0.027,
           .fma = 0.04,
           .divide = 0.165,
           .square_root = 0.3,
           .bitwise = 0.03,
           .extremum = 0.06,
           .round = 0.07,
           .sign = 0.4,
           .compare = 0.05,
           .select = 0.07}),
};
constexpr size_t kReference = 1;

}  // namespace

absl::Span<const CostTable> CostTables() { return kTables; }

const CostTable& ReferenceCosts() { return kTables[kReference]; }

}  // namespace formulary::passes
