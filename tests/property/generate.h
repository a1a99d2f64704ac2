#ifndef FORMULARY_TESTS_PROPERTY_GENERATE_H_
#define FORMULARY_TESTS_PROPERTY_GENERATE_H_

// Random programs out of every row of the catalogue and every left side of an identity, and the
// numbers to try them on. The same seed gives the same program on every machine. Knows no function
// by name.

#include <cstdint>
#include <random>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/expr/program.h"

namespace formulary::testing {

// Numbers that only depend on the seed: std::mt19937_64 is specified, std's distributions are not.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t Next() { return engine_(); }
  size_t Below(size_t bound) { return static_cast<size_t>(engine_() % bound); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  // In [0, 1).
  double Unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double Between(double lo, double hi) { return lo + (hi - lo) * Unit(); }
  // Either sign; mostly of moderate size, sometimes 1e-3 or 1e3, sometimes a small integer or a
  // half.
  double Moderate();
  // Any bit pattern.
  double Pattern();

 private:
  std::mt19937_64 engine_;
};

// Zeros, infinities, NaN, subnormals, ends of ranges, small integers, their neighbours.
std::vector<double> SpecialValues();

struct GenerateOptions {
  int calls = 12;
  int outputs = 2;
  std::vector<expr::Argument> arguments;  // empty: x, y, z
  bool only_continuous = false;           // leaves out what has no derivative, and selections
  expr::Numerics numerics = expr::Numerics::kStable;
};

expr::Program RandomProgram(uint64_t seed, const GenerateOptions& options);

// How many programs a law is tried on: `usual`, times FORMULARY_LAWS_TIMES in the environment for a
// soak.
int ProgramsToTry(int usual);

// Whether the row's exact value is known for all operands: those of ball arithmetic are not where
// operands are large.
bool IsAlwaysKnown(const expr::FunctionRow& row);
bool IsAlwaysKnown(const expr::Program& program);  // of all rows that it calls
// The row's bounds hold wherever it is defined, relative to the result: what random programs are
// made of. The other rows, whose routines state a region or an amplitude, are for accuracy_test.
bool IsPlain(const expr::FunctionRow& row);
bool IsPlain(const expr::Program& program);  // all rows that it calls are
// True when calls of the row take numbers and give a number.
bool IsNumberRow(const expr::FunctionRow& row);
// Whether operand `k` of a row is a truth value.
bool TakesTruth(const expr::FunctionRow& row, size_t k);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_PROPERTY_GENERATE_H_
