// What STRICT rewrites is the same bit for bit, over a million patterns of bits for each rule: the
// identities of all modes, and what the passes do on their own (powers as pow's row defines them,
// quotients by powers of two, branches, operands exchanged). Also in plain routines, whose parity
// the identities state as well.

#include <algorithm>
#include <bit>
#include <cmath>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"
#include "server/expr/serialize.h"
#include "server/passes/canonicalize.h"
#include "server/passes/pipeline.h"
#include "server/passes/rules.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/property/identity_sides.h"
#include "tests/support/engine_harness.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::Identity;
using expr::Numerics;

constexpr uint64_t kSeed = 4711;
constexpr size_t kPatterns = 1'000'000;
// Element by element takes a hundred times as long as in blocks, which give the same bits.
constexpr size_t kNaivePatterns = 4'000;

// Any bits; among them the special values, one in four, and moderate numbers, one in four.
Column Patterns(DType dtype, size_t count, Random* random) {
  static const std::vector<double> kSpecial = SpecialValues();
  Column column{dtype, {}};
  column.bits.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t kind = random->Next() % 4;
    const bool any = kind > 1;
    if (dtype == DType::kBool) {
      column.bits.push_back(random->Next() & 1);
    } else if (dtype == DType::kInt64) {
      column.bits.push_back(any ? random->Next() : random->Below(17) - 8);
    } else if (any) {
      column.bits.push_back(random->Next() & (dtype == DType::kFloat32 ? ~0u : ~uint64_t{0}));
    } else {
      const double value =
          kind == 0 ? kSpecial[random->Below(kSpecial.size())] : random->Moderate();
      column.bits.push_back(BitsOf(Convert(expr::Scalar::Float64(value), dtype)));
    }
  }
  return column;
}

// Three columns of the type, made once.
const std::vector<Column>& PatternsOf(DType dtype) {
  static std::map<DType, std::vector<Column>> made;
  std::vector<Column>& columns = made[dtype];
  Random random(kSeed);
  while (columns.size() < 3) columns.push_back(Patterns(dtype, kPatterns, &random));
  return columns;
}

// The first of them.
std::vector<Column> FewOf(const std::vector<Column>& many) {
  std::vector<Column> few = many;
  for (Column& column : few) column.bits.resize(kNaivePatterns);
  return few;
}

void ExpectSame(const Column& left, const Column& right, const std::vector<Column>& arguments,
                const std::string& what) {
  ASSERT_EQ(left.dtype, right.dtype) << what;
  const size_t count = std::max(left.bits.size(), right.bits.size());
  int shown = 0;
  for (size_t i = 0; i < count && shown < 3; ++i) {
    if (left.bits.size() == right.bits.size() && left.bits[i] == right.bits[i]) continue;
    if (SameBits(left.at(i), right.at(i))) continue;
    ++shown;
    std::string at;
    for (const Column& argument : arguments) at += " " + Shown(argument.at(i));
    ADD_FAILURE() << what << " at" << at << "\n  left  " << Shown(left.at(i)) << "\n  right "
                  << Shown(right.at(i)) << "\n  seed " << kSeed;
  }
}

// The types in which the identity has to hold.
std::vector<DType> TypesOf(const Identity& identity) {
  if (TypingOf(identity) == expr::Typing::kLogic) return {DType::kBool};
  if (TypingOf(identity) == expr::Typing::kArithmetic)
    return {DType::kFloat64, DType::kFloat32, DType::kInt64};
  return {DType::kFloat64, DType::kFloat32};
}

void CheckIdentity(const Identity& identity, DType dtype, Numerics numerics) {
  const std::string what = std::string(identity.id) + ": " + std::string(identity.left) + " -> " +
                           std::string(identity.right) +
                           (numerics == Numerics::kStrict ? ", strict" : ", plain");
  const expr::Program sides = Sides(identity, dtype, numerics);
  const std::vector<Column>& many = PatternsOf(dtype);
  const std::vector<Column> few = FewOf(many);
  const std::vector<Column> naive = RunNaively(sides, few);
  ExpectSame(naive[0], naive[1], few, what + ", naive");
  const std::vector<Column> blocks = RunLowered(LowerFor(sides, many), many);
  ExpectSame(blocks[0], blocks[1], many, what + ", blocks");
}

TEST(StrictBitsTest, IdentitiesOfAllModesAreEqual) {
  int count = 0;
  for (const Identity* identity : passes::AllIdentities()) {
    if (identity->modes != expr::kAllModes) continue;
    ++count;
    EXPECT_EQ(identity->condition, "")
        << identity->id << ": exact identities hold without conditions";
    for (const DType dtype : TypesOf(*identity)) {
      CheckIdentity(*identity, dtype, Numerics::kStrict);
      if (dtype != DType::kInt64) CheckIdentity(*identity, dtype, Numerics::kStable);
    }
  }
  EXPECT_GT(count, 0);
  std::cout << count << " exact identities, " << kPatterns << " patterns each\n";
}

// What a pass does to a formula in STRICT: `text` becomes `same`.
struct PassRow {
  const char* text;
  const char* same;
};

constexpr PassRow kPassRows[] = {
    {"x**0", "1"},
    {"x**1", "x"},
    {"x**2", "x*x"},
    {"x**(-1)", "1/x"},
    {"x**(1/2)", "sqrt(x)"},
    {"x*(-1)", "-x"},
    {"(-1)*x", "-x"},
    {"x/2", "x*(1/2)"},
    {"x/(-4)", "x*(-1/4)"},
    {"x/1024", "x*(1/1024)"},
    {"x/(1/8)", "x*8"},
    {"x/4611686018427387904", "x*(1/4611686018427387904)"},
    {"Piecewise((x, False), (y, x < y), (z, True))", "Piecewise((y, x < y), (z, True))"},
    {"Piecewise((x, x < y), (y, x < y), (z, True))", "Piecewise((x, x < y), (z, True))"},
    {"Piecewise((x, x < y), (x, y < z), (z, True))", "Piecewise((x, Or(x < y, y < z)), (z, True))"},
    {"Piecewise((x, x < y), (y, y < z), (y, True))", "Piecewise((x, x < y), (y, True))"},
    {"Piecewise((x, x < 1), (y, x < 0), (z, True))", "Piecewise((x, x < 1), (z, True))"},
    {"Piecewise((Piecewise((x, x < 1), (y, True)), x < 1), (z, True))",
     "Piecewise((x, x < 1), (z, True))"},
    {"Piecewise((Piecewise((x, x < 2), (y, True)), x < 1), (z, True))",
     "Piecewise((x, x < 1), (z, True))"},
    {"Piecewise((x, x < y), (Piecewise((y, y < z), (z, True)), True))",
     "Piecewise((x, x < y), (y, y < z), (z, True))"},
    {"Piecewise((x, x <= 1), (Piecewise((y, x <= 1), (z, True)), True))",
     "Piecewise((x, x <= 1), (z, True))"},
};

expr::Program Parsed(const std::string& text, DType dtype) {
  std::vector<expr::Argument> arguments;
  for (const char* name : {"x", "y", "z"})
    arguments.push_back({.name = name, .dtype = dtype, .declared = true});
  absl::StatusOr<expr::Program> program = ParseProgram({text}, Numerics::kStrict, arguments);
  EXPECT_TRUE(program.ok()) << text;
  EXPECT_TRUE(MakeConversionsExplicit(&*program).ok()) << text;
  return *std::move(program);
}

std::string Digest(const expr::Program& program) {
  return expr::EncodeProgram(passes::Canonicalize(program).program, expr::WithNames::kNo);
}

void CheckPassRow(const PassRow& row, DType dtype) {
  const expr::Program sent = Parsed(row.text, dtype), other = Parsed(row.same, dtype);
  const expr::Program rewritten = passes::Optimize(sent, {}).program;
  EXPECT_NE(Digest(rewritten), Digest(sent)) << row.text << ": nothing is rewritten";
  EXPECT_EQ(Digest(rewritten), Digest(passes::Optimize(other, {}).program)) << row.text;
  const std::vector<Column>& many = PatternsOf(dtype);
  const std::vector<Column> few = FewOf(many);
  const expr::Program written = AsWritten(sent);
  ExpectSame(RunNaively(written, few)[0], RunNaively(AsWritten(rewritten), few)[0], few,
             std::string(row.text) + ", naive");
  const Column want = RunLowered(LowerFor(written, many), many)[0];
  ExpectSame(want, RunLowered(LowerFor(rewritten, many), many)[0], many, row.text);
  // The other side as written, which no pass has seen.
  ExpectSame(want, RunLowered(LowerFor(AsWritten(other), many), many)[0], many, row.same);
}

TEST(StrictBitsTest, PassesKeepThoseOfTheProgramAsSent) {
  for (const PassRow& row : kPassRows) {
    for (const DType dtype : {DType::kFloat64, DType::kFloat32}) CheckPassRow(row, dtype);
  }
}

// Operands that canonical order exchanges.
TEST(StrictBitsTest, OperandsThatAreExchangedGiveTheSame) {
  for (const char* const text :
       {"sin(x) + y", "y + sin(x)", "exp(x)*y", "y*exp(x)",
        "Piecewise((1, Eq(sin(x), y)), (0, True))", "Piecewise((1, Eq(y, sin(x))), (0, True))"}) {
    for (const DType dtype : {DType::kFloat64, DType::kFloat32}) {
      const expr::Program sent = Parsed(text, dtype);
      const passes::Canonical canonical = passes::Canonicalize(sent);
      const std::vector<Column>& many = PatternsOf(dtype);
      std::vector<Column> renumbered;
      for (const uint32_t position : canonical.original_positions)
        renumbered.push_back(many[position]);
      ExpectSame(RunLowered(LowerFor(AsWritten(sent), many), many)[0],
                 RunLowered(LowerFor(canonical.program, renumbered), renumbered)[0], many, text);
    }
  }
}

}  // namespace
}  // namespace formulary::testing
