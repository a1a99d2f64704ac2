// The names as a loaded kernel sees them, and the binding to this processor.

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "server/runtime/level.h"

namespace formulary::runtime {
namespace {

using ::testing::IsEmpty;

bool Exported(const std::string& name) { return dlsym(RTLD_DEFAULT, name.c_str()) != nullptr; }

std::vector<std::string> NamesOf(const char* name, Weight weight, const std::string& kinds) {
  std::vector<std::string> names;
  const std::string stems[] = {name, "strict_" + std::string(name)};
  for (const std::string& stem : stems) {
    const std::string symbol = "fy_v1_" + stem;
    for (const char* suffix : {"", "f", "_f64", "_f32"}) names.push_back(symbol + suffix);
    if (weight == Weight::kHeavy) continue;
    for (const char* prefix : {"_ZGVbN2", "_ZGVcN4", "_ZGVdN4", "_ZGVeN8"}) {
      names.push_back(prefix + kinds + "_" + symbol);
    }
    for (const char* prefix : {"_ZGVbN4", "_ZGVcN8", "_ZGVdN8", "_ZGVeN16"}) {
      names.push_back(prefix + kinds + "_" + symbol + "f");
    }
  }
  return names;
}

TEST(DispatchTest, EveryNameIsExported) {
  std::vector<std::string> missing;
  const auto look = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (!Exported(name)) missing.push_back(name);
    }
  };
  for (const Function1& row : kFunctions1) look(NamesOf(row.name, row.weight, "v"));
  for (const Function2& row : kFunctions2) look(NamesOf(row.name, row.weight, "vv"));
  look({"fy_v1_isa_level"});
  EXPECT_THAT(missing, IsEmpty());
}

TEST(DispatchTest, LevelNamesAreNotExported) {
  for (const char* name :
       {"fy_rt2_exp", "fy_rt3_exp_f64", "fy_rt4_e_exp", "fy_v1_no_such_function"}) {
    EXPECT_FALSE(Exported(name)) << name;
  }
}

TEST(DispatchTest, LevelIsTheProcessors) {
  __builtin_cpu_init();
  EXPECT_EQ(fy_v1_isa_level() >= 4,
            __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512cd"));
  EXPECT_EQ(fy_v1_isa_level() >= 3,
            __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
}

TEST(DispatchTest, NamesLeadToTheLevelsRoutines) {
  Array1F64 const by_level[] = {&fy_rt2_exp_f64, &fy_rt3_exp_f64, &fy_rt4_exp_f64};
  void* const found = dlsym(RTLD_DEFAULT, "fy_v1_exp_f64");
  EXPECT_EQ(found, reinterpret_cast<void*>(by_level[fy_v1_isa_level() - 2]));
}

// A catalogue row holds such pointers, and a static initialiser may call through them before main.
constexpr Scalar1F64 kPointers[] = {&fy_v1_exp, &fy_v1_strict_log};
const double called_before_main = kPointers[0](1.0) + fy_v1_gamma(5.0);

TEST(DispatchTest, PointersInTablesWorkBeforeMain) {
  EXPECT_EQ(called_before_main, fy_v1_exp(1.0) + 24.0);
  EXPECT_EQ(kPointers[1](1.0), 0.0);
}

}  // namespace
}  // namespace formulary::runtime
