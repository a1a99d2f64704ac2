#ifndef FORMULARY_SERVER_EVAL_BLOCK_LOOPS_H_
#define FORMULARY_SERVER_EVAL_BLOCK_LOOPS_H_

// The loops behind block_ops.h. Included by block_ops_v*.cc only, each with FORMULARY_LEVEL set to
// its own name, so that the linker never mixes the levels' code.

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "server/eval/block_ops.h"

namespace formulary::eval::FORMULARY_LEVEL {

using expr::DType;
using expr::Opcode;

// The same operations as expr/scalar.h, written again inside this namespace: inline functions
// shared between levels would be merged by the linker, and AVX-512 code could then run on a CPU
// without it.
#define FORMULARY_OPERATION(name, ...) \
  struct name {                        \
    template <typename T>              \
    static inline auto Do __VA_ARGS__  \
  }

template <typename T>
using Wrapping =
    std::conditional_t<std::is_integral_v<T>, std::make_unsigned<T>, std::type_identity<T>>::type;

FORMULARY_OPERATION(
    Add, (T a, T b, T) {
      return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
    });
FORMULARY_OPERATION(
    Sub, (T a, T b, T) {
      return static_cast<T>(static_cast<Wrapping<T>>(a) - static_cast<Wrapping<T>>(b));
    });
FORMULARY_OPERATION(
    Mul, (T a, T b, T) {
      return static_cast<T>(static_cast<Wrapping<T>>(a) * static_cast<Wrapping<T>>(b));
    });
FORMULARY_OPERATION(
    Neg, (T a, T, T) { return static_cast<T>(-static_cast<Wrapping<T>>(a)); });
FORMULARY_OPERATION(
    Min, (T a, T b, T) { return a < b || a != a ? a : b; });
FORMULARY_OPERATION(
    Max, (T a, T b, T) { return a > b || a != a ? a : b; });
FORMULARY_OPERATION(
    Sign, (T a, T, T) { return a > 0   ? T{1}
                               : a < 0 ? T{-1}
                                       : a; });
FORMULARY_OPERATION(
    Div, (T a, T b, T) { return a / b; });
FORMULARY_OPERATION(
    Less, (T a, T b, T) { return static_cast<uint8_t>(a < b); });
FORMULARY_OPERATION(
    LessEqual, (T a, T b, T) { return static_cast<uint8_t>(a <= b); });
FORMULARY_OPERATION(
    Equal, (T a, T b, T) { return static_cast<uint8_t>(a == b); });
FORMULARY_OPERATION(
    NotEqual, (T a, T b, T) { return static_cast<uint8_t>(a != b); });
FORMULARY_OPERATION(
    And, (T a, T b, T) { return static_cast<T>(a & b); });
FORMULARY_OPERATION(
    Or, (T a, T b, T) { return static_cast<T>(a | b); });
FORMULARY_OPERATION(
    Xor, (T a, T b, T) { return static_cast<T>(a ^ b); });
FORMULARY_OPERATION(
    Same, (T a, T b, T) { return static_cast<T>(a == b); });
FORMULARY_OPERATION(
    Not, (T a, T, T) { return static_cast<T>(a ^ 1); });
#undef FORMULARY_OPERATION

struct Abs {
  template <typename T>
  static inline T Do(T a, T, T) {
    if constexpr (std::is_same_v<T, double>) return __builtin_fabs(a);
    if constexpr (std::is_same_v<T, float>) return __builtin_fabsf(a);
    if constexpr (std::is_integral_v<T>) return a < 0 ? Neg::Do<T>(a, a, a) : a;
  }
};
struct Mod {
  template <typename T>
  static inline T Do(T a, T b, T) {
    if (b == 0 || b == -1) return 0;
    const T r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
  }
};
// As scalar::Gcd and Lcm, which other levels may not share the code of.
inline uint64_t Magnitude(int64_t a) {
  return a < 0 ? 0 - static_cast<uint64_t>(a) : static_cast<uint64_t>(a);
}
inline uint64_t GcdOf(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0) return a | b;
  const int twos = __builtin_ctzll(a | b);
  a >>= __builtin_ctzll(a);
  while (b != 0) {
    b >>= __builtin_ctzll(b);
    const uint64_t less = a < b ? a : b;
    b = (a < b ? b : a) - less;
    a = less;
  }
  return a << twos;
}
struct Gcd {
  template <typename T>
  static inline T Do(T a, T b, T) {
    return static_cast<T>(GcdOf(Magnitude(a), Magnitude(b)));
  }
};
struct Lcm {
  template <typename T>
  static inline T Do(T a, T b, T) {
    if (a == 0 || b == 0) return 0;
    const uint64_t x = Magnitude(a), y = Magnitude(b);
    return static_cast<T>(x / GcdOf(x, y) * y);
  }
};
#define FORMULARY_BUILTIN(name, builtin)                                     \
  struct name {                                                              \
    static inline double Do(double a, double, double) { return builtin(a); } \
    static inline float Do(float a, float, float) { return builtin##f(a); }  \
  }
FORMULARY_BUILTIN(Sqrt, __builtin_sqrt);
FORMULARY_BUILTIN(Floor, __builtin_floor);
FORMULARY_BUILTIN(Ceil, __builtin_ceil);
FORMULARY_BUILTIN(Round, __builtin_rint);
FORMULARY_BUILTIN(Trunc, __builtin_trunc);
#undef FORMULARY_BUILTIN
struct Fma {
  static inline double Do(double a, double b, double c) { return __builtin_fma(a, b, c); }
  static inline float Do(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
};

// An operand: an array, or one value for all elements.
template <typename T, bool kUniform>
struct Operand {
  explicit Operand(const void* data) : data_(static_cast<const T*>(data)), first_(*data_) {}
  inline T at(int64_t i) const {
    if constexpr (kUniform) {
      return first_;
    } else {
      return data_[i];
    }
  }
  const T* data_;
  const T first_;
};

template <typename Operation, typename T, typename R, int kArity, unsigned kUniform>
void Loop(void* y, const void* a, const void* b, const void* c, int64_t n) {
  auto* out = static_cast<R*>(y);
  const Operand<T, (kUniform & 1) != 0> x0(a);
  const Operand<T, (kUniform & 2) != 0> x1(kArity > 1 ? b : a);
  const Operand<T, (kUniform & 4) != 0> x2(kArity > 2 ? c : a);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    out[i] = Operation::Do(x0.at(i), kArity > 1 ? x1.at(i) : T{}, kArity > 2 ? x2.at(i) : T{});
  }
}

// condition (bytes), a, b
template <typename T, unsigned kUniform>
void SelectLoop(void* y, const void* condition, const void* a, const void* b, int64_t n) {
  auto* out = static_cast<T*>(y);
  const Operand<uint8_t, (kUniform & 1) != 0> m(condition);
  const Operand<T, (kUniform & 2) != 0> x0(a);
  const Operand<T, (kUniform & 4) != 0> x1(b);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    const T taken = x0.at(i), other = x1.at(i);
    out[i] = m.at(i) != 0 ? taken : other;
  }
}

template <typename From, typename To>
void ConvertLoop(void* y, const void* a, const void*, const void*, int64_t n) {
  auto* out = static_cast<To*>(y);
  const auto* in = static_cast<const From*>(a);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<To>(in[i]);
}

template <typename From>
void TruthLoop(void* y, const void* a, const void*, const void*, int64_t n) {
  auto* out = static_cast<uint8_t*>(y);
  const auto* in = static_cast<const From*>(a);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>(in[i] != 0);
}

template <typename Operation, typename T, typename R>
BlockLoop Unary(unsigned) {
  return &Loop<Operation, T, R, 1, 0>;
}
template <typename Operation, typename T, typename R>
BlockLoop Binary(unsigned uniform) {
  constexpr BlockLoop kLoops[] = {&Loop<Operation, T, R, 2, 0>, &Loop<Operation, T, R, 2, 1>,
                                  &Loop<Operation, T, R, 2, 2>, &Loop<Operation, T, R, 2, 3>};
  return kLoops[uniform & 3];
}
template <typename Operation, typename T, typename R>
BlockLoop Ternary(unsigned uniform) {
  constexpr BlockLoop kLoops[] = {&Loop<Operation, T, R, 3, 0>, &Loop<Operation, T, R, 3, 1>,
                                  &Loop<Operation, T, R, 3, 2>, &Loop<Operation, T, R, 3, 3>,
                                  &Loop<Operation, T, R, 3, 4>, &Loop<Operation, T, R, 3, 5>,
                                  &Loop<Operation, T, R, 3, 6>, &Loop<Operation, T, R, 3, 7>};
  return kLoops[uniform & 7];
}
template <typename T>
BlockLoop Select(unsigned uniform) {
  constexpr BlockLoop kLoops[] = {&SelectLoop<T, 0>, &SelectLoop<T, 1>, &SelectLoop<T, 2>,
                                  &SelectLoop<T, 3>, &SelectLoop<T, 4>, &SelectLoop<T, 5>,
                                  &SelectLoop<T, 6>, &SelectLoop<T, 7>};
  return kLoops[uniform & 7];
}

struct Row {
  Opcode opcode;
  BlockLoop (*f64)(unsigned);
  BlockLoop (*f32)(unsigned);
  BlockLoop (*i64)(unsigned);
  BlockLoop (*boolean)(unsigned);
};

#define FORMULARY_NUMBERS(arity, operation)                           \
  &arity<operation, double, double>, &arity<operation, float, float>, \
      &arity<operation, int64_t, int64_t>
#define FORMULARY_FLOATS(arity, operation) \
  &arity<operation, double, double>, &arity<operation, float, float>
#define FORMULARY_TRUTHS(operation)                                        \
  &Binary<operation, double, uint8_t>, &Binary<operation, float, uint8_t>, \
      &Binary<operation, int64_t, uint8_t>

constexpr Row kRows[] = {
    {Opcode::kAdd, FORMULARY_NUMBERS(Binary, Add), nullptr},
    {Opcode::kSub, FORMULARY_NUMBERS(Binary, Sub), nullptr},
    {Opcode::kMul, FORMULARY_NUMBERS(Binary, Mul), nullptr},
    {Opcode::kNeg, FORMULARY_NUMBERS(Unary, Neg), nullptr},
    {Opcode::kAbs, FORMULARY_NUMBERS(Unary, Abs), nullptr},
    {Opcode::kMin, FORMULARY_NUMBERS(Binary, Min), nullptr},
    {Opcode::kMax, FORMULARY_NUMBERS(Binary, Max), nullptr},
    {Opcode::kSign, FORMULARY_NUMBERS(Unary, Sign), nullptr},
    {Opcode::kMod, nullptr, nullptr, &Binary<Mod, int64_t, int64_t>, nullptr},
    {Opcode::kGcd, nullptr, nullptr, &Binary<Gcd, int64_t, int64_t>, nullptr},
    {Opcode::kLcm, nullptr, nullptr, &Binary<Lcm, int64_t, int64_t>, nullptr},
    {Opcode::kDiv, FORMULARY_FLOATS(Binary, Div), nullptr, nullptr},
    {Opcode::kSqrt, FORMULARY_FLOATS(Unary, Sqrt), nullptr, nullptr},
    {Opcode::kFloor, FORMULARY_FLOATS(Unary, Floor), nullptr, nullptr},
    {Opcode::kCeil, FORMULARY_FLOATS(Unary, Ceil), nullptr, nullptr},
    {Opcode::kRound, FORMULARY_FLOATS(Unary, Round), nullptr, nullptr},
    {Opcode::kTrunc, FORMULARY_FLOATS(Unary, Trunc), nullptr, nullptr},
    {Opcode::kFma, FORMULARY_FLOATS(Ternary, Fma), nullptr, nullptr},
    {Opcode::kLess, FORMULARY_TRUTHS(Less), nullptr},
    {Opcode::kLessEqual, FORMULARY_TRUTHS(LessEqual), nullptr},
    {Opcode::kEqual, FORMULARY_TRUTHS(Equal), &Binary<Same, uint8_t, uint8_t>},
    {Opcode::kNotEqual, FORMULARY_TRUTHS(NotEqual), &Binary<Xor, uint8_t, uint8_t>},
    {Opcode::kAnd, nullptr, nullptr, nullptr, &Binary<And, uint8_t, uint8_t>},
    {Opcode::kOr, nullptr, nullptr, nullptr, &Binary<Or, uint8_t, uint8_t>},
    {Opcode::kXor, nullptr, nullptr, nullptr, &Binary<Xor, uint8_t, uint8_t>},
    {Opcode::kNot, nullptr, nullptr, nullptr, &Unary<Not, uint8_t, uint8_t>},
    {Opcode::kSelect, &Select<double>, &Select<float>, &Select<int64_t>, &Select<uint8_t>},
};
#undef FORMULARY_NUMBERS
#undef FORMULARY_FLOATS
#undef FORMULARY_TRUTHS

struct ConvertRow {
  DType from, to;
  BlockLoop loop;
};
constexpr ConvertRow kConversions[] = {
    {DType::kFloat64, DType::kFloat64, &ConvertLoop<double, double>},
    {DType::kFloat64, DType::kFloat32, &ConvertLoop<double, float>},
    {DType::kFloat64, DType::kInt64, &ConvertLoop<double, int64_t>},
    {DType::kFloat64, DType::kBool, &TruthLoop<double>},
    {DType::kFloat32, DType::kFloat64, &ConvertLoop<float, double>},
    {DType::kFloat32, DType::kFloat32, &ConvertLoop<float, float>},
    {DType::kFloat32, DType::kInt64, &ConvertLoop<float, int64_t>},
    {DType::kFloat32, DType::kBool, &TruthLoop<float>},
    {DType::kInt64, DType::kFloat64, &ConvertLoop<int64_t, double>},
    {DType::kInt64, DType::kFloat32, &ConvertLoop<int64_t, float>},
    {DType::kInt64, DType::kInt64, &ConvertLoop<int64_t, int64_t>},
    {DType::kInt64, DType::kBool, &TruthLoop<int64_t>},
    {DType::kBool, DType::kFloat64, &ConvertLoop<uint8_t, double>},
    {DType::kBool, DType::kFloat32, &ConvertLoop<uint8_t, float>},
    {DType::kBool, DType::kInt64, &ConvertLoop<uint8_t, int64_t>},
    {DType::kBool, DType::kBool, &ConvertLoop<uint8_t, uint8_t>},
};

inline BlockLoop Find(Opcode opcode, DType operand, DType result, unsigned uniform) {
  if (opcode == Opcode::kConvert) {
    for (const ConvertRow& row : kConversions) {
      if (row.from == operand && row.to == result) return row.loop;
    }
    return nullptr;
  }
  for (const Row& row : kRows) {
    if (row.opcode != opcode) continue;
    BlockLoop (*const find)(unsigned) = operand == DType::kFloat64   ? row.f64
                                        : operand == DType::kFloat32 ? row.f32
                                        : operand == DType::kInt64   ? row.i64
                                                                     : row.boolean;
    return find == nullptr ? nullptr : find(uniform);
  }
  return nullptr;
}

}  // namespace formulary::eval::FORMULARY_LEVEL

#endif  // FORMULARY_SERVER_EVAL_BLOCK_LOOPS_H_
