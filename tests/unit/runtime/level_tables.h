#ifndef FORMULARY_TESTS_UNIT_RUNTIME_LEVEL_TABLES_H_
#define FORMULARY_TESTS_UNIT_RUNTIME_LEVEL_TABLES_H_

// The array forms of every function as compiled for each processor level, in the order of
// kFunctions1 and kFunctions2, so that one machine can test all the levels that it has.

#include "server/runtime/function_table.h"
#include "server/runtime/level.h"

namespace formulary::runtime {

// Immutable.
struct Level1 {
  Array1F64 f64, strict_f64;
  Array1F32 f32, strict_f32;
};
struct Level2 {
  Array2F64 f64, strict_f64;
  Array2F32 f32, strict_f32;
};

#define FY_LEVEL_ROW(level, name)                                     \
  {&fy_rt##level##_##name##_f64, &fy_rt##level##_strict_##name##_f64, \
   &fy_rt##level##_##name##_f32, &fy_rt##level##_strict_##name##_f32},
#define FY_LEVEL_ROW2(name, ...) FY_LEVEL_ROW(2, name)
#define FY_LEVEL_ROW3(name, ...) FY_LEVEL_ROW(3, name)
#define FY_LEVEL_ROW4(name, ...) FY_LEVEL_ROW(4, name)

inline constexpr int kFirstLevel = 2;

// By level - kFirstLevel, then by function.
inline constexpr Level1 kLevels1[3][std::size(kFunctions1)] = {
    {FY_RUNTIME_LIGHT_UNARY(FY_LEVEL_ROW2) FY_RUNTIME_HEAVY_UNARY(FY_LEVEL_ROW2)},
    {FY_RUNTIME_LIGHT_UNARY(FY_LEVEL_ROW3) FY_RUNTIME_HEAVY_UNARY(FY_LEVEL_ROW3)},
    {FY_RUNTIME_LIGHT_UNARY(FY_LEVEL_ROW4) FY_RUNTIME_HEAVY_UNARY(FY_LEVEL_ROW4)}};
inline constexpr Level2 kLevels2[3][std::size(kFunctions2)] = {
    {FY_RUNTIME_LIGHT_BINARY(FY_LEVEL_ROW2) FY_RUNTIME_HEAVY_BINARY(FY_LEVEL_ROW2)},
    {FY_RUNTIME_LIGHT_BINARY(FY_LEVEL_ROW3) FY_RUNTIME_HEAVY_BINARY(FY_LEVEL_ROW3)},
    {FY_RUNTIME_LIGHT_BINARY(FY_LEVEL_ROW4) FY_RUNTIME_HEAVY_BINARY(FY_LEVEL_ROW4)}};

#undef FY_LEVEL_ROW
#undef FY_LEVEL_ROW2
#undef FY_LEVEL_ROW3
#undef FY_LEVEL_ROW4

}  // namespace formulary::runtime

#endif  // FORMULARY_TESTS_UNIT_RUNTIME_LEVEL_TABLES_H_
