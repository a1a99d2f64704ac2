#include "server/compile/target.h"

#include <cstddef>
#include <iterator>

namespace formulary::compile {
namespace {

struct TargetRow {
  TargetIsa isa;
  std::string_view name;
  std::string_view features;
  int vector_bytes;
  bool (*host_has)();
};

// The levels of the x86-64 psABI. The builtins read cpuid and XGETBV (a feature counts only when
// the operating system saves its registers); those they have no name for (cx16, lahf; lzcnt, movbe,
// f16c come with bmi2 and fma on every CPU made) are left to the others of their level.
constexpr TargetRow kTargets[] = {
    {TargetIsa::kX86V2, "x86-64-v2", "sse2 sse3 ssse3 sse4.1 sse4.2 popcnt cx16 lahf", 16,
     [] {
       return __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1") &&
              __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
     }},
    {TargetIsa::kX86V3, "x86-64-v3",
     "sse2 sse3 ssse3 sse4.1 sse4.2 popcnt cx16 lahf avx avx2 bmi bmi2 f16c fma lzcnt movbe", 32,
     [] {
       return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
              __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
     }},
    {TargetIsa::kX86V4, "x86-64-v4",
     "sse2 sse3 ssse3 sse4.1 sse4.2 popcnt cx16 lahf avx avx2 bmi bmi2 f16c fma lzcnt movbe "
     "avx512f avx512bw avx512cd avx512dq avx512vl",
     64,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl");
     }},
};

const TargetRow& Row(TargetIsa isa) { return kTargets[static_cast<size_t>(isa)]; }

}  // namespace

TargetIsa HostTarget() {
  TargetIsa best = TargetIsa::kX86V2;
  for (const TargetRow& row : kTargets) {
    if (HostRuns(row.isa)) best = row.isa;
  }
  return best;
}

bool HostRuns(TargetIsa isa) {
  // Each level includes those below it.
  for (const TargetRow& row : kTargets) {
    if (row.isa <= isa && !row.host_has()) return false;
  }
  return true;
}

std::string_view TargetName(TargetIsa isa) { return Row(isa).name; }

std::optional<TargetIsa> TargetFromName(std::string_view name) {
  for (const TargetRow& row : kTargets) {
    if (row.name == name) return row.isa;
  }
  return std::nullopt;
}

std::string_view TargetFeatures(TargetIsa isa) { return Row(isa).features; }

int VectorBytes(TargetIsa isa) { return Row(isa).vector_bytes; }

}  // namespace formulary::compile
