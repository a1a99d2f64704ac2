#ifndef FORMULARY_SERVER_RUNTIME_FUNCTION_TABLE_H_
#define FORMULARY_SERVER_RUNTIME_FUNCTION_TABLE_H_

// The runtime's functions as data: names, accuracy bounds and pointers, derived from the list in
// runtime.h. For the block interpreter, the catalogue's check of itself, tests and benches.
// Constant-initialised; must never hold anything that is not derived from that list.

#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

#include "server/runtime/runtime.h"

namespace formulary::runtime {

using Scalar1F64 = double (*)(double);
using Scalar1F32 = float (*)(float);
using Scalar2F64 = double (*)(double, double);
using Scalar2F32 = float (*)(float, float);
using Array1F64 = void (*)(double* y, const double* x, long n);
using Array1F32 = void (*)(float* y, const float* x, long n);
using Array2F64 = void (*)(double* y, const double* a, long a_stride, const double* b,
                           long b_stride, long n);
using Array2F32 = void (*)(float* y, const float* a, long a_stride, const float* b, long b_stride,
                           long n);

// Largest error in ulp over the domain that the tests let pass.
struct Accuracy {
  double ulp_f64;
  double ulp_f32;
};

// What strict forms on x86-64-v2 may add to their bounds: SLEEF without FMA scales late.
inline constexpr double kLevel2Allowance = 1.0;

enum class Weight { kLight, kHeavy };  // light functions have SIMD forms, heavy ones do not

// Immutable.
struct Function1 {
  const char* name;  // without fy_v1_
  Weight weight;
  Accuracy accuracy;
  Accuracy strict_accuracy;
  Scalar1F64 scalar_f64, strict_scalar_f64;
  Scalar1F32 scalar_f32, strict_scalar_f32;
  Array1F64 array_f64, strict_array_f64;
  Array1F32 array_f32, strict_array_f32;
};

// Immutable.
struct Function2 {
  const char* name;
  Weight weight;
  Accuracy accuracy;
  Accuracy strict_accuracy;
  Scalar2F64 scalar_f64, strict_scalar_f64;
  Scalar2F32 scalar_f32, strict_scalar_f32;
  Array2F64 array_f64, strict_array_f64;
  Array2F32 array_f32, strict_array_f32;
};

#define FY_TABLE_ROW(weight, name, ulp_d, ulp_f, strict_d, strict_f) \
  {#name,                                                            \
   weight,                                                           \
   {ulp_d, ulp_f},                                                   \
   {strict_d, strict_f},                                             \
   &fy_v1_##name,                                                    \
   &fy_v1_strict_##name,                                             \
   &fy_v1_##name##f,                                                 \
   &fy_v1_strict_##name##f,                                          \
   &fy_v1_##name##_f64,                                              \
   &fy_v1_strict_##name##_f64,                                       \
   &fy_v1_##name##_f32,                                              \
   &fy_v1_strict_##name##_f32},
#define FY_TABLE_LIGHT(name, suffix, r1, r2, r3, r4, ...) \
  FY_TABLE_ROW(Weight::kLight, name, __VA_ARGS__)
#define FY_TABLE_HEAVY(name, suffix, r1, r2, r3, r4, ...) \
  FY_TABLE_ROW(Weight::kHeavy, name, __VA_ARGS__)

inline constexpr Function1 kFunctions1[] = {FY_RUNTIME_LIGHT_UNARY(FY_TABLE_LIGHT)
                                                FY_RUNTIME_HEAVY_UNARY(FY_TABLE_HEAVY)};
inline constexpr Function2 kFunctions2[] = {FY_RUNTIME_LIGHT_BINARY(FY_TABLE_LIGHT)
                                                FY_RUNTIME_HEAVY_BINARY(FY_TABLE_HEAVY)};

#undef FY_TABLE_ROW
#undef FY_TABLE_LIGHT
#undef FY_TABLE_HEAVY

// --- All functions in one form, for who calls them whatever their number of operands ---

inline constexpr int kMaxOperands = 5;

// The routine of one type: a value from its operands, and n elements (a multiple of 16) from arrays
// that step by strides of 0 or 1.
template <class T>
struct Forms {
  T (*value)(const T* operands) = nullptr;
  void (*array)(T* y, const T* const* operands, const long* strides, long n) = nullptr;
};

// Immutable.
struct Routine {
  std::string_view name;  // without fy_v1_
  int operands = 0;
  bool strict_twin = false;  // STRICT has fy_v1_strict_<name>, else the same routine
  Accuracy accuracy;
  Accuracy strict_accuracy;
  Forms<double> f64, strict_f64;
  Forms<float> f32, strict_f32;

  constexpr const Forms<double>& wide(bool strict) const { return strict ? strict_f64 : f64; }
  constexpr const Forms<float>& single(bool strict) const { return strict ? strict_f32 : f32; }
};

namespace internal {

template <auto kValue, auto kArray>
struct Call;

template <class T, class... Ts, T (*kValue)(T, Ts...) noexcept, class... Arrays,
          void (*kArray)(T*, Arrays...) noexcept>
struct Call<kValue, kArray> {
  static T Value(const T* x) { return Values(x, std::index_sequence_for<T, Ts...>()); }
  static void Array(T* y, const T* const* x, const long* strides, long n) {
    if constexpr (sizeof...(Ts) == 0) {
      kArray(y, x[0], n);
    } else {
      Arrays_(y, x, strides, n, std::index_sequence_for<T, Ts...>());
    }
  }

 private:
  template <size_t... k>
  static T Values(const T* x, std::index_sequence<k...>) {
    return kValue(x[k]...);
  }
  template <size_t... k>
  static void Arrays_(T* y, const T* const* x, const long* strides, long n,
                      std::index_sequence<k...>) {
    std::apply(kArray, std::tuple_cat(std::tuple(y), std::tuple(x[k], strides[k])...,
                                      std::tuple(n)));
  }
};

}  // namespace internal

#define FY_ROUTINE_FORMS(T, stem, value_suffix, array_suffix)                              \
  Forms<T>{&internal::Call<&fy_v1_##stem##value_suffix, &fy_v1_##stem##array_suffix>::Value, \
           &internal::Call<&fy_v1_##stem##value_suffix, &fy_v1_##stem##array_suffix>::Array}
#define FY_ROUTINE_TWINS(name, operands, ulp_d, ulp_f, strict_d, strict_f) \
  Routine{#name,                                                           \
          operands,                                                        \
          true,                                                            \
          {ulp_d, ulp_f},                                                  \
          {strict_d, strict_f},                                            \
          FY_ROUTINE_FORMS(double, name, , _f64),                          \
          FY_ROUTINE_FORMS(double, strict_##name, , _f64),                 \
          FY_ROUTINE_FORMS(float, name, f, _f32),                          \
          FY_ROUTINE_FORMS(float, strict_##name, f, _f32)},
#define FY_ROUTINE_UNARY(name, suffix, r1, r2, r3, r4, ...) FY_ROUTINE_TWINS(name, 1, __VA_ARGS__)
#define FY_ROUTINE_BINARY(name, suffix, r1, r2, r3, r4, ...) FY_ROUTINE_TWINS(name, 2, __VA_ARGS__)
#define FY_ROUTINE_SCALAR(name, operands, loop, ulp_d, ulp_f) \
  Routine{#name,                                              \
          operands,                                           \
          false,                                              \
          {ulp_d, ulp_f},                                     \
          {ulp_d, ulp_f},                                     \
          FY_ROUTINE_FORMS(double, name, , _f64),             \
          FY_ROUTINE_FORMS(double, name, , _f64),             \
          FY_ROUTINE_FORMS(float, name, f, _f32),             \
          FY_ROUTINE_FORMS(float, name, f, _f32)},

inline constexpr Routine kRoutines[] = {
    FY_RUNTIME_LIGHT_UNARY(FY_ROUTINE_UNARY) FY_RUNTIME_HEAVY_UNARY(FY_ROUTINE_UNARY)
        FY_RUNTIME_LIGHT_BINARY(FY_ROUTINE_BINARY) FY_RUNTIME_HEAVY_BINARY(FY_ROUTINE_BINARY)
            FY_RUNTIME_SCALAR(FY_ROUTINE_SCALAR)};

#undef FY_ROUTINE_FORMS
#undef FY_ROUTINE_TWINS
#undef FY_ROUTINE_UNARY
#undef FY_ROUTINE_BINARY
#undef FY_ROUTINE_SCALAR

// The routine of that name. In a constant expression a name that is not there does not compile.
constexpr const Routine* RoutineOf(std::string_view name) {
  for (const Routine& routine : kRoutines) {
    if (routine.name == name) return &routine;
  }
  throw "no such routine";
}

}  // namespace formulary::runtime

#endif  // FORMULARY_SERVER_RUNTIME_FUNCTION_TABLE_H_
