#include "server/codegen/emit_prelude.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_join.h"
#include "server/base/strings.h"
#include "server/codegen/abi.h"

namespace formulary::codegen {
namespace {

using base::StrAppend;
using base::StrCat;

constexpr std::string_view kHead = R"(typedef double fy_f64 __attribute__((aligned(1), may_alias));
typedef float fy_f32 __attribute__((aligned(1), may_alias));
typedef long fy_i64 __attribute__((aligned(1), may_alias));
typedef struct fy_v1_args {
  const void *const *inputs;
  void *const *outputs;
  const unsigned char *uniforms;
  unsigned char *workspace;
} fy_v1_args;
)";

constexpr std::string_view kSelect = R"(static inline double fy_select(long m, double a, double b) {
  union { double f; long i; } x = {a}, y = {b};
  x.i = (x.i & m) | (y.i & ~m);
  return x.f;
}
)";
constexpr std::string_view kSelectF = R"(static inline float fy_selectf(int m, float a, float b) {
  union { float f; int i; } x = {a}, y = {b};
  x.i = (x.i & m) | (y.i & ~m);
  return x.f;
}
)";
constexpr std::string_view kMod = R"(static inline long fy_mod(long a, long b) {
  long r;
  if (b == 0 || b == -1) return 0;
  r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
)";
constexpr std::string_view kGcd = R"(static inline unsigned long fy_gcd(long a, long b) {
  unsigned long x = a < 0 ? 0UL - (unsigned long)a : (unsigned long)a;
  unsigned long y = b < 0 ? 0UL - (unsigned long)b : (unsigned long)b;
  int twos;
  if (x == 0 || y == 0) return x | y;
  twos = __builtin_ctzl(x | y);
  x >>= __builtin_ctzl(x);
  while (y != 0) {
    y >>= __builtin_ctzl(y);
    if (x > y) {
      unsigned long t = x;
      x = y;
      y = t;
    }
    y -= x;
  }
  return x << twos;
}
)";
constexpr std::string_view kLcm = R"(static inline long fy_lcm(long a, long b) {
  unsigned long x = a < 0 ? 0UL - (unsigned long)a : (unsigned long)a;
  unsigned long y = b < 0 ? 0UL - (unsigned long)b : (unsigned long)b;
  if (x == 0 || y == 0) return 0;
  return (long)(x / fy_gcd(a, b) * y);
}
)";

// Whether a mask is set for some element of a block.
constexpr std::string_view kAny = R"(static inline long fy_any(long m, const long *b) {
  long r = 0;
  for (long i = 0; i < m; ++i) r |= b[i];
  return r;
}
)";

// What integer operations call, in the order in which they call each other.
struct IntegerHelper {
  expr::Opcode opcode;
  std::string_view text;
};
constexpr IntegerHelper kIntegerHelpers[] = {
    {expr::Opcode::kMod, kMod}, {expr::Opcode::kGcd, kGcd}, {expr::Opcode::kLcm, kLcm}};

// Declares each routine that is called.
void Declare(const LoopProgram& program, std::set<std::string>* lines) {
  for (const Instruction& instruction : program.instructions) {
    const bool call = instruction.kind == InstructionKind::kCall;
    if (!call && instruction.kind != InstructionKind::kArrayCall) continue;
    const std::string_view type = instruction.type == DType::kFloat32 ? "float" : "double";
    const std::string name = RoutineName(program, instruction);
    const bool strides = instruction.operand_count > 1;
    std::string line;
    if (!call && instruction.varying) {
      line = StrCat("extern void ", name, "(", type, " *");
      for (int k = 0; k < instruction.operand_count; ++k)
        StrAppend(&line, ", const ", type, strides ? " *, long" : " *");
      line += ", long);\n";
    } else {
      line = StrCat("extern __attribute__((", call ? "simd(\"notinbranch\"), " : "",
                    "const, nothrow)) ", type, " ", name, "(", type);
      for (int k = 1; k < instruction.operand_count; ++k) StrAppend(&line, ", ", type);
      line += ");\n";
    }
    lines->insert(std::move(line));
  }
}

// The functions that operations and guards call.
struct Helpers {
  bool any = false, select = false, selectf = false;
  std::set<expr::Opcode> integer;
};

void NoteHelpers(const LoopProgram& program, Helpers* helpers) {
  for (const Instruction& instruction : program.instructions) {
    if (instruction.kind != InstructionKind::kOperation) continue;
    if (instruction.opcode == expr::Opcode::kSelect) {
      helpers->select |= instruction.type == DType::kFloat64;
      helpers->selectf |= instruction.type == DType::kFloat32;
    }
    if (instruction.type == DType::kInt64) helpers->integer.insert(instruction.opcode);
  }
  if (helpers->integer.contains(expr::Opcode::kLcm)) helpers->integer.insert(expr::Opcode::kGcd);
  helpers->any |= std::any_of(
      program.guards.begin(), program.guards.end(),
      [&program](const Guard& guard) { return program.instructions[guard.need].varying; });
}

std::string TextOf(const Helpers& helpers) {
  std::string text;
  if (helpers.any) text += kAny;
  if (helpers.select) text += kSelect;
  if (helpers.selectf) text += kSelectF;
  for (const IntegerHelper& helper : kIntegerHelpers) {
    if (helpers.integer.contains(helper.opcode)) text += helper.text;
  }
  return text;
}

}  // namespace

std::string PreludeText(const LoopProgram& program) {
  std::set<std::string> declarations;
  Helpers helpers;
  Declare(program, &declarations);
  NoteHelpers(program, &helpers);
  for (const LoopProgram& otherwise : program.otherwise) {
    Declare(otherwise, &declarations);
    NoteHelpers(otherwise, &helpers);
  }
  return StrCat("/* Formulary kernel, ABI ", kAbiVersion, " */\n", kHead,
                absl::StrJoin(declarations, ""), TextOf(helpers));
}

}  // namespace formulary::codegen
