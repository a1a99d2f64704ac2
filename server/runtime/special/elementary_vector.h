#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_VECTOR_H_

// cos(x) - 1, sin(x) - x, tan(x) - x, sinh(x) - x and tanh(x) - x on vectors. Included by level
// files only.
// Near 0 they are x^3 times a polynomial of x^2, for tan and tanh by way of (sin(x) - x cos(x))/
// cos(x) and its like; from where the difference cancels by one bit at most, they are subtracted.
// The polynomials interpolate the power series (DLMF 4.19, 4.33) at Chebyshev's points to a
// relative error of 2^-57, and 2^-53 with coefficients rounded.

#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/error_vector.h"

namespace {
namespace elementary_vector {

constexpr double kSinReach = 1.5;
constexpr double kSin[] = {-0x1.5555555555555p-3,  0x1.111111111110cp-7,   -0x1.a01a01a0193afp-13,
                           0x1.71de3a54bbed3p-19,  -0x1.ae6455e544a20p-26, 0x1.6124182e55c74p-33,
                           -0x1.ae58d5fe48ebap-41, 0x1.8aa2a8bd97a72p-49};

constexpr double kSinhReach = 2.15;
constexpr double kSinh[] = {0x1.5555555555555p-3,  0x1.111111111110ep-7,  0x1.a01a01a01a480p-13,
                            0x1.71de3a554570bp-19, 0x1.ae645694fd3dfp-26, 0x1.61245a79f4128p-33,
                            0x1.ae81b6fecc437p-41, 0x1.94a5c7d5577dbp-49, 0x1.3eb0bd059bd1fp-57};

constexpr double kTanReach = 1.14;
constexpr double kTan[] = {0x1.5555555555555p-2,   -0x1.1111111111111p-5, 0x1.3813813813708p-10,
                           -0x1.71de3a5552b9ap-16, 0x1.0cfeb5fc268b9p-22, -0x1.08db38fa5a1d2p-29,
                           0x1.78a0d5e2d2ea9p-37,  -0x1.8e4b70849f770p-45};
constexpr double kCosReach = 1.14;
// (cos(x) - 1)/x^2
constexpr double kCos[] = {-0x1.0000000000000p-1,  0x1.5555555555551p-5,   -0x1.6c16c16c1678bp-10,
                           0x1.a01a019fd219dp-16,  -0x1.27e4fb4f99228p-22, 0x1.1eed74ed0dcdfp-29,
                           -0x1.938370e577891p-37, 0x1.a655b90acd472p-45};

constexpr double kTanhReach = 1.4;
constexpr double kTanh[] = {-0x1.5555555555555p-2,  -0x1.111111111111bp-5,  -0x1.3813813812b59p-10,
                            -0x1.71de3a563bfeap-16, -0x1.0cfeb5a7c150cp-22, -0x1.08db814e69241p-29,
                            -0x1.788d70bd015c6p-37, -0x1.9fc36878d0e02p-45};
// (cosh(x) - 1)/x^2
constexpr double kCosh[] = {0x1.fffffffffffffp-2,  0x1.55555555555aap-5,  0x1.6c16c16c1348ap-10,
                            0x1.a01a01a2602cbp-16, 0x1.27e4faa1670cap-22, 0x1.1eedeb7d5b12fp-29,
                            0x1.9368c496c3b4ep-37, 0x1.bb16726de5392p-45};

// near(x, x^2) up to |x| = reach, function(x) - x beyond; both in each lane, if a lane is beyond.
template <class Near, class Function>
inline VecD LessArgument(VecD x, double reach, Near near, Function function) {
  const VecD end = Set1(reach);
  if (__builtin_expect(!AnyNotWithin(Abs(x), end), 1)) return near(x, x * x);
  const MaskD inside = Abs(x) <= end;
  const VecD safe = Select(inside, x, VecD{});
  const VecD rest = function(x);
  // An infinite function less an infinite argument is the function.
  const MaskD overflow = Abs(rest) == Set1(__builtin_inf());
  return Select(inside, near(safe, safe * safe), Select(overflow, rest, rest - x));
}

}  // namespace elementary_vector

// Near 0 by the series, where the cosine is above a half by -2 sin(x/2)^2.
inline VecD own_strict_cosm1(VecD x) {
  namespace own = elementary_vector;
  const VecD end = Set1(own::kCosReach);
  const MaskD inside = Abs(x) <= end;
  const VecD safe = Select(inside, x, VecD{});
  const VecD square = safe * safe;
  const VecD near = square * error_vector::Polynomial(square, own::kCos);
  if (__builtin_expect(!Any(~inside), 1)) return near;
  const VecD cosine = sleef_cos(x);
  VecD far = cosine - Set1(1.0);
  if (AnyAbove(cosine, Set1(0.5))) {
    const VecD sine = sleef_sin(Set1(0.5) * x);
    far = Select(cosine > Set1(0.5), Set1(-2.0) * (sine * sine), far);
  }
  return Select(inside, near, far);
}

inline VecD own_strict_sinmx(VecD x) {
  namespace own = elementary_vector;
  const auto near = [](VecD a, VecD square) {
    return a * (square * error_vector::Polynomial(square, own::kSin));
  };
  return own::LessArgument(x, own::kSinReach, near, [](VecD all) { return sleef_sin(all); });
}

inline VecD own_strict_tanmx(VecD x) {
  namespace own = elementary_vector;
  const auto near = [](VecD a, VecD square) {
    const VecD cosine =
        error_vector::MulAdd(error_vector::Polynomial(square, own::kCos), square, Set1(1.0));
    return a * (square * error_vector::Polynomial(square, own::kTan)) / cosine;
  };
  return own::LessArgument(x, own::kTanReach, near, [](VecD all) { return own_strict_tan(all); });
}

inline VecD own_strict_sinhmx(VecD x) {
  namespace own = elementary_vector;
  const auto near = [](VecD a, VecD square) {
    return a * (square * error_vector::Polynomial(square, own::kSinh));
  };
  return own::LessArgument(x, own::kSinhReach, near, [](VecD all) { return own_strict_sinh(all); });
}

inline VecD own_strict_tanhmx(VecD x) {
  namespace own = elementary_vector;
  const auto near = [](VecD a, VecD square) {
    const VecD cosine =
        error_vector::MulAdd(error_vector::Polynomial(square, own::kCosh), square, Set1(1.0));
    return a * (square * error_vector::Polynomial(square, own::kTanh)) / cosine;
  };
  return own::LessArgument(x, own::kTanhReach, near, [](VecD all) { return own_strict_tanh(all); });
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_VECTOR_H_
