#ifndef FORMULARY_SERVER_EXPR_CATALOGUE_H_
#define FORMULARY_SERVER_EXPR_CATALOGUE_H_

// THE FUNCTION CATALOGUE: one row is a function, for parsing, printing, typing, differentiation,
// simplification, expansion, code generation, interpretation, ListFunctions, the function reference
// and the property tests alike. Adding a function is adding a row to catalogue_rows.cc (and, if it
// needs new numerics, a routine to runtime/). No other file lists functions. The table is constexpr
// and immutable.

#include <mpfr.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/graph.h"
#include "server/expr/opcode.h"
#include "server/expr/types.h"
#include "server/runtime/function_table.h"

namespace formulary::expr {

inline constexpr uint8_t kVariadic = 0;  // as a row's max_arity: any number

// How the types of operands and result hang together.
enum class Typing : uint8_t {
  kArithmetic,  // operands promote to one number type, which is the result's; bool counts as int64
  kFloat,       // operands convert to the floating type, which is the result's
  kPower,      // as kArithmetic for an integer base and a constant natural exponent, else as kFloat
  kCompare,    // operands promote to one type; the result is bool
  kLogic,      // operands and result are bool; a number is true when it is not zero
  kPiecewise,  // value, condition, ..., default: values promote to the result's type
  kChoose,     // condition, value, value: a piecewise in other order, and becomes one
};

// How the sign and integrality of the result follow from those of the operands
// (expr/assumptions.h).
enum class Range : uint8_t {
  kUnknown,
  kPositive,
  kNonnegative,
  kSameSign,  // odd-like: the operand's sign
  kSame,      // the operand's own facts
  kIntegral,  // integral, not below 0 when the operand is not
  kAbsolute,
  kSquareRoot,
  kNegation,
  kSum,
  kProduct,
  kQuotient,
  kPower,
  kLeast,
  kGreatest,
};

// Whether a function of one operand only rises or only falls.
enum class Monotone : uint8_t { kNo, kRising, kFalling };

// How a call is computed.
enum class Lowering : uint8_t {
  kOperator,    // an Opcode; more than two operands fold from the left
  kVectorCall,  // a routine with a SIMD form, called inside the element loop
  kArrayCall,   // a routine that is called on blocks
  kExpansion,   // by what the row's expansion says; never reaches code generation
  kStructural,  // code generation knows it: piecewise
  kSymbolic,  // resolved before types are looked at (passes/expand_derivatives.h); computes nothing
};

// A rewrite as data: left becomes right where `modes` and `condition` allow. Text over a, b, c, d,
// e, which stand for any expression. Condition: "" or facts such as "nonnegative(a), integer(b)",
// all of which must hold.
struct Identity {
  std::string_view id;
  std::string_view left;
  std::string_view right;
  ModeSet modes = 0;
  std::string_view condition;
};

struct Enclosure;  // expr/ball.h

inline constexpr size_t kMaxRowOperands = runtime::kMaxOperands;

struct FunctionRow {
  std::string_view name;   // on the wire
  std::string_view group;  // chapter of the reference
  std::string_view doc;    // one line

  // Other names, blank-separated lists by dialect; latex is a template in which {0} {1} stand for
  // operands.
  std::string_view sympy;
  std::string_view numpy;
  std::string_view c;
  std::string_view fpcore;
  std::string_view latex;

  uint8_t min_arity = 1;
  uint8_t max_arity = 1;
  bool odd_arity = false;  // takes an odd number of operands
  Typing typing = Typing::kFloat;
  std::string_view domain;  // condition over a, b, c, d, e for finite operands; "True" everywhere
  Range range = Range::kUnknown;
  Monotone monotone = Monotone::kNo;  // where it is defined
  // The real values lie here.
  double least = -std::numeric_limits<double>::infinity();
  double greatest = std::numeric_limits<double>::infinity();

  // By each operand, over a, b, c, d, e and the result r; a variadic row's are those of its binary
  // form. "none": not differentiable (truth values, roundings of integers), or without a closed
  // form in the catalogue.
  std::array<std::string_view, kMaxRowOperands> partials;
  std::array<Identity, 6> identities;

  Lowering lowering = Lowering::kOperator;
  Opcode opcode = Opcode::kNone;
  bool swapped = false;  // the opcode takes the two operands in the other order
  const runtime::Routine* routine = nullptr;  // in runtime/, with its error bounds
  std::string_view expansion;                 // over a, b, c, d, e

  // Real and imaginary part for complex operands, as texts over a, b, in which re, im, conj, I and
  // complex arithmetic may be used. The second empty: the result is real. Both empty: code that
  // splits complex programs knows the row, follows its expansion, or refuses.
  std::array<std::string_view, 2> complex;

  // The value to `precision of result` bits; null for operators, expansions and structure.
  void (*reference)(mpfr_ptr result, const mpfr_ptr* operands) = nullptr;
  // The values over balls; null: only points are known.
  const Enclosure* enclosure = nullptr;

  // Where the routine's error bounds hold, as a condition over a, b, c, d, e; "": on the domain.
  // And the size of the result that an error is measured against when the result itself is smaller
  // (near the zeros of an oscillation), over the same and the result r; "": always the result
  // itself.
  std::string_view region;
  std::string_view amplitude;

  double nanoseconds = 0;  // per element, compiled, one thread

  std::string_view example;  // text without free symbols, but for kSymbolic rows
  double example_value = 0;
};

// Every row, in the order of the reference.
absl::Span<const FunctionRow> Rows();

inline const FunctionRow& Row(FunctionId id) { return Rows()[id.value]; }

// The row called `name` (its own name or any alias) that admits `operands` operands.
struct Lookup {
  const FunctionRow* row = nullptr;  // null: no row of that name admits so many operands
  FunctionId id;
  const FunctionRow* namesake =
      nullptr;  // a row of that name whatever its arity; null: unknown name
};
Lookup FindFunction(std::string_view name, size_t operands);

// The row of that very name; REQUIRES: there is one (a compile-time constant below).
FunctionId IdOf(std::string_view name);

// True when `name` is a row's name or alias.
bool IsFunctionName(std::string_view name);

// Up to `count` names and aliases that look most like `name`, best first.
std::vector<std::string> NearestNames(std::string_view name, size_t count);

// "dialect" -> names of the row, for listings: sympy, numpy, c, fpcore; in that order, empty ones
// left out.
struct DialectNames {
  std::string_view dialect;
  std::vector<std::string_view> names;
};
std::vector<DialectNames> AliasesOf(const FunctionRow& row);

// The rows that passes and code generation speak of by name. A missing row does not compile.
namespace fn {
extern const FunctionId kAdd, kSub, kMul, kDiv, kNeg, kPow, kSqrt, kExp, kLog, kAbs, kPiecewise,
    kLess, kLessEqual, kEqual, kNotEqual, kGreater, kGreaterEqual, kAnd, kOr, kNot, kXor, kToFloat,
    kToInteger, kToBoolean, kBarrier, kMin, kMax, kCbrt, kRe, kIm, kWhere, kDerivative,
    kWithPartials;
}  // namespace fn

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_CATALOGUE_H_
