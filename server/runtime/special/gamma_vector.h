#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_VECTOR_H_

// digamma and trigamma on vectors. Included by level files only; see repairs.h for the rule on
// lanes. From 5/2 on the asymptotic expansion (DLMF 5.11.2) with its series in 1/x^2 as a
// polynomial or a rational function; on [1, 5/2] a rational function, for digamma over the distance
// to its root; below 1 one step of the recurrence, and below 0 the reflection (DLMF 5.5.4), both
// from 1 + |x|. All rational functions interpolate at Chebyshev nodes, within 2^-55 of the result.

#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/gamma_edge.h"
#include "server/runtime/special/gamma_stirling.h"

namespace {

// digamma(1 + t)/(1 + t - root) for t in [0, 3/2].
constexpr double kDigammaNearTop[] = {
    0x1.4018e9a62525ep+0, 0x1.f280022902571p+0,  0x1.15a26f03f79aap+0, 0x1.153a336d4dccbp-2,
    0x1.f4f4ece1e697ap-6, 0x1.639988283aaf1p-10, 0x1.f8117d56f72edp-17};
constexpr double kDigammaNearBottom[] = {
    0x1.0000000000000p+0, 0x1.1ed558ae3df87p+1, 0x1.cc1c09a09bcc2p+0,  0x1.5600505c3dbd0p-1,
    0x1.f1a3c30954250p-4, 0x1.509e2e0deab71p-7, 0x1.5f94eb9bf7af8p-12, 0x1.499bfd7b695e0p-19};
// The root of digamma less 1, in two parts.
constexpr double kDigammaRootHigh = 0x1.d8b618d5af8fep-2;
constexpr double kDigammaRootLow = -0x1.1e563779a1f5bp-56;

// (log(x) - 1/(2 x) - digamma(x)) x^2 over 1/x^2 in [0, 4/25].
constexpr double kDigammaFar[] = {
    0x1.5555555555540p-4, -0x1.11111110b727ep-7, 0x1.04104008c5f53p-8, -0x1.11108476b595fp-8,
    0x1.f0524c81e9626p-8, -0x1.57ad13911107dp-6, 0x1.466162d7a0805p-4, -0x1.71da758f8f487p-2,
    0x1.a47aafc90ffe1p+0, -0x1.9746ad374ba32p+2, 0x1.23ef5b765d562p+4, -0x1.089c6de0b9860p+5,
    0x1.beb2ad16736b1p+4};

// trigamma(1 + t) for t in [0, 3/2].
constexpr double kTrigammaNearTop[] = {
    0x1.a51a6625307d3p+0, 0x1.23de6d47a7526p+2, 0x1.583bd06aa36bcp+2, 0x1.b75e3cf1561b5p+1,
    0x1.3fce519066b49p+0, 0x1.f89a7c3d7fef2p-3, 0x1.529f4921a0698p-6};
constexpr double kTrigammaNearBottom[] = {
    0x1.0000000000000p+0, 0x1.0ef8ff685ec2bp+2, 0x1.def8b985720c9p+2, 0x1.cc143fa833a1ap+2,
    0x1.04eb36f7bb92fp+2, 0x1.5fc8d794bd323p+0, 0x1.06e238e0c58bcp-2, 0x1.529f48d48982ep-6};

// (trigamma(x) - 1/x - 1/(2 x^2)) x^3 over 1/x^2 in [0, 4/25].
constexpr double kTrigammaFarTop[] = {
    0x1.5555555555554p-3, 0x1.fb0a8b2d68960p+1, 0x1.e9dabd7c06ad4p+4, 0x1.782e7afdd04d9p+6,
    0x1.bfc1b52248bf6p+6, 0x1.4bf3eb5363b23p+5, 0x1.0d3b26ff782a0p+1};
constexpr double kTrigammaFarBottom[] = {
    0x1.0000000000000p+0, 0x1.7f7b1b95419d1p+4, 0x1.78b130a1ab8a0p+7, 0x1.2b5bdb1f69e79p+9,
    0x1.8067cc16e1714p+9, 0x1.597d37e883725p+8, 0x1.1b63af5503c92p+5};

// pi f cot(pi f) over f^2 for f in [0, 1/4].
constexpr double kCotangentTop[] = {0x1.0000000000000p+0, -0x1.26cdb02f0e74ap+2,
                                    0x1.3ffb7ce671094p+1, -0x1.32f52fe74ec75p-2,
                                    0x1.35c2325009e22p-8};
constexpr double kCotangentBottom[] = {0x1.0000000000000p+0, -0x1.5101f471d8d81p+0,
                                       0x1.559d3f4926f57p-2, -0x1.1953920468d1fp-6};

// (pi f/sin(pi f))^2 over f^2 for f in [0, 1/2].
constexpr double kSineTop[] = {0x1.0000000000000p+0, 0x1.6aecf8f8c4d99p-1, 0x1.03e38401b91dfp-2,
                               0x1.e4069cda18ca8p-5, 0x1.30f2c5e1760e7p-7, 0x1.b9a71848f4e37p-11};
constexpr double kSineBottom[] = {0x1.0000000000000p+0, -0x1.4a5f27e6ff498p+1, 0x1.202424b06eff9p+1,
                                  -0x1.84acf451b7ab4p-1, 0x1.6cc9f7f02d51cp-4};

// Where 1 + |x| or x is taken, and how.
struct PsiRegions {
  explicit PsiRegions(VecD x)
      : size(Abs(x)),
        negative(x < VecD{}),
        below_one(~negative & (x < Set1(1.0))),
        near(size <= Select(negative, Set1(1.5), Set1(2.5))),
        t(Select(negative | below_one, size, size - Set1(1.0))),
        far_inverse(Set1(1.0) / FarOperand()) {}
  VecD FarOperand() const { return Select(negative, size + Set1(1.0), size); }

  VecD size;
  MaskD negative;
  MaskD below_one;
  MaskD near;
  VecD t;            // where near: the function at 1 + t
  VecD far_inverse;  // elsewhere: 1 over the operand of the expansion
};

// pi cot(pi f); infinite for f = 0.
inline VecD PiCotangent(VecD f) {
  const VecD magnitude = Abs(f);
  const MaskD beyond = magnitude > Set1(0.25);
  const VecD g = Select(beyond, Set1(0.5) - magnitude, magnitude);
  const VecD top = GammaHorner(g * g, kCotangentTop);
  const VecD bottom = g * GammaHorner(g * g, kCotangentBottom);
  const VecD pi_square = Set1(0x1.3bd3cc9be45dep+3);
  return CopySign(Select(beyond, pi_square * bottom, top) / Select(beyond, top, bottom), f);
}

inline VecD own_strict_digamma(VecD x) {
  const PsiRegions at(x);
  VecD result{};
  if (Any(at.near)) {
    const VecD distance = (at.t - Set1(kDigammaRootHigh)) - Set1(kDigammaRootLow);
    result = distance * GammaHorner(at.t, kDigammaNearTop) / GammaHorner(at.t, kDigammaNearBottom);
    result -= Select(at.below_one, Set1(1.0) / x, VecD{});
  }
  if (Any(~at.near)) {
    const VecD u = at.far_inverse * at.far_inverse;
    const VecD series =
        GammaMulAdd(u, GammaHorner2(u, u * u, kDigammaFar), Set1(0.5) * at.far_inverse);
    const VecD operand = at.FarOperand();
    const VecPair log = GammaLog(operand);
    VecD far = log.high - (series - log.low);
    far = Select(operand < Set1(__builtin_inf()), far, operand);
    result = Select(at.near, result, far);
  }
  if (__builtin_expect(!Any(at.negative), 1)) return result;
  const VecD fraction = FractionOfSize(at.size);
  const VecD reflected = result + PiCotangent(fraction);
  // Near the zeros, where the two terms cancel, in long double.
  const VecD limit = GammaMulAdd(Set1(0.6), Abs(result), Set1(0.25));
  const MaskD zeros = at.negative & (Abs(reflected) < limit);
  result = Select(at.negative, reflected, result);
  result = Select(at.negative & (fraction == VecD{}), Set1(__builtin_nan("")), result);
  if (!Any(zeros)) return result;
  using formulary::runtime::special::DigammaBelowZero;
  return FixLanes(result, zeros, x, [](double lane) { return DigammaBelowZero(lane); });
}

inline VecD own_strict_trigamma(VecD x) {
  const PsiRegions at(x);
  VecD result{};
  if (Any(at.near)) {
    const VecD inverse = Set1(1.0) / x;
    result = GammaHorner(at.t, kTrigammaNearTop) / GammaHorner(at.t, kTrigammaNearBottom);
    result = Select(at.below_one, GammaMulAdd(inverse, inverse, result), result);
  }
  if (Any(~at.near)) {
    const VecD u = at.far_inverse * at.far_inverse;
    const VecD series = GammaHorner(u, kTrigammaFarTop) / GammaHorner(u, kTrigammaFarBottom);
    const VecD tail = u * GammaMulAdd(at.far_inverse, series, Set1(0.5));
    result = Select(at.near, result, at.far_inverse + tail);
  }
  if (__builtin_expect(!Any(at.negative), 1)) return result;
  const VecD fraction = FractionOfSize(at.size);
  const VecD inverse = Set1(1.0) / fraction;
  const VecD v = fraction * fraction;
  const VecD ratio = GammaHorner(v, kSineTop) / GammaHorner(v, kSineBottom);
  return Select(at.negative, ratio * inverse * inverse - result, result);
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_VECTOR_H_
