// The numbers of the cost model: medians of tests/bench/cost_bench on a Zen 4 machine, rounded.
// Ratios between them matter, not the digits.

#include <utility>

#include "server/passes/cost.h"

namespace formulary::passes {
namespace {

using expr::Opcode;

struct Groups {
  double add, divide, square_root, bitwise, extremum, round, sign, logic, select, integer_mod;
};

constexpr CostTable Table(std::string_view isa, bool has_fma, double vector_calls, Groups groups) {
  const std::pair<Opcode, double> rows[] = {
      {Opcode::kAdd, groups.add},       {Opcode::kSub, groups.add},
      {Opcode::kMul, groups.add},       {Opcode::kFma, groups.add},
      {Opcode::kNeg, groups.bitwise},   {Opcode::kAbs, groups.bitwise},
      {Opcode::kMin, groups.extremum},  {Opcode::kMax, groups.extremum},
      {Opcode::kSign, groups.sign},     {Opcode::kMod, groups.integer_mod},
      {Opcode::kDiv, groups.divide},    {Opcode::kSqrt, groups.square_root},
      {Opcode::kFloor, groups.round},   {Opcode::kCeil, groups.round},
      {Opcode::kRound, groups.round},   {Opcode::kTrunc, groups.round},
      {Opcode::kLess, groups.logic},    {Opcode::kLessEqual, groups.logic},
      {Opcode::kEqual, groups.logic},   {Opcode::kNotEqual, groups.logic},
      {Opcode::kAnd, groups.logic},     {Opcode::kOr, groups.logic},
      {Opcode::kXor, groups.logic},     {Opcode::kNot, groups.logic},
      {Opcode::kSelect, groups.select},
  };
  CostTable table{.isa = isa, .has_fma = has_fma, .vector_calls = vector_calls};
  for (const auto& [opcode, nanoseconds] : rows) {
    table.operations[static_cast<size_t>(opcode)] = nanoseconds;
  }
  table.array_operand = groups.add;
  return table;
}

constexpr CostTable kTables[] = {
    Table("x86-64-v2", false, 2.2,
          {.add = 0.3,
           .divide = 1.3,
           .square_root = 1.4,
           .bitwise = 0.2,
           .extremum = 0.5,
           .round = 0.4,
           .sign = 0.7,
           .logic = 0.2,
           .select = 0.3,
           .integer_mod = 10}),
    Table("x86-64-v3", true, 1.3,
          {.add = 0.16,
           .divide = 0.7,
           .square_root = 0.75,
           .bitwise = 0.1,
           .extremum = 0.25,
           .round = 0.2,
           .sign = 0.4,
           .logic = 0.12,
           .select = 0.15,
           .integer_mod = 10}),
    Table("x86-64-v4", true, 1.0,
          {.add = 0.15,
           .divide = 0.7,
           .square_root = 0.7,
           .bitwise = 0.1,
           .extremum = 0.2,
           .round = 0.15,
           .sign = 0.3,
           .logic = 0.1,
           .select = 0.12,
           .integer_mod = 10}),
};

}  // namespace

absl::Span<const CostTable> CostTables() { return kTables; }

const CostTable& ReferenceCosts() { return kTables[2]; }

}  // namespace formulary::passes
