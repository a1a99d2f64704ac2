#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_OWENS_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_OWENS_VECTOR_H_

// Owen's T on vectors: Gauss-Legendre quadrature for slopes up to 1, above by T(h a, 1/a). Included
// by level files only. Sources: Owen 1956 (2.3 and the relation), Patefield and Tandy 2000.

#include "server/runtime/registers.h"
#include "server/runtime/special/error_vector.h"
#include "server/runtime/special/lanes.h"

namespace {
namespace lanes {

// Squares of the positive nodes of the rule with twice as many, and its weights over 2 pi; from
// mpmath, by Newton's method on the Legendre polynomial at 40 digits.
struct OwenNode {
  double square;
  double weight;
};
// clang-format off
constexpr OwenNode kOwenNodes9[] = {
    {0x1.d6fe8b24f6e65p-8, 0x1.b90e04e7cc7b5p-6}, {0x1.03e0a7faac060p-4, 0x1.ac5dd0f87a046p-6},
    {0x1.5b3745eed6d25p-3, 0x1.935adc2520f40p-6}, {0x1.40dd167f2167ep-2, 0x1.6ebd5d2e61beap-6},
    {0x1.e9e9ce9982a64p-2, 0x1.3f9304e98a2bep-6}, {0x1.4ab8dd8ae6443p-1, 0x1.0737470c97c1cp-6},
    {0x1.97ee3212c0631p-1, 0x1.8e931bae70aa4p-7}, {0x1.d3c34db333b09p-1, 0x1.034551a863e09p-7},
    {0x1.f7662f4faa60dp-1, 0x1.c2ed287c76dfcp-9},
};
constexpr OwenNode kOwenNodes15[] = {
    {0x1.5b417428d21d3p-9, 0x1.0c32b18136850p-6}, {0x1.83e8221332d33p-6, 0x1.095ae4ff77c49p-6},
    {0x1.0995a15938cb3p-4, 0x1.03b302ff4bf9bp-6}, {0x1.fd8b82127dee3p-4, 0x1.f694c9311e572p-7},
    {0x1.99454a321fc94p-3, 0x1.e06fb6a66f307p-7}, {0x1.26e06bfd87bc3p-2, 0x1.c532e67e29809p-7},
    {0x1.8a4b4436ff89bp-2, 0x1.a52842e3721dep-7}, {0x1.f2aee63bfde6ap-2, 0x1.80a6bf9936e55p-7},
    {0x1.2dd09be671389p-1, 0x1.58116e50af7dbp-7}, {0x1.60590b576f95fp-1, 0x1.2bd672963a58dp-7},
    {0x1.8ecdb2a0295e7p-1, 0x1.f8dbb2645f69ap-8}, {0x1.b737a8fc4641bp-1, 0x1.94b0b4c2d0e7fp-8},
    {0x1.d7e1752fe5b3dp-1, 0x1.2c3c42c6d299fp-8}, {0x1.ef69a8495d531p-1, 0x1.813978ffff41dp-9},
    {0x1.fcd2e90f716fbp-1, 0x1.4c71eecc46a12p-10},
};
constexpr OwenNode kOwenNodes18[] = {
    {0x1.e51d577cb3ec5p-10, 0x1.c06b46c3a916ap-7}, {0x1.0f8822864a529p-6, 0x1.bd195f60e39c4p-7},
    {0x1.7569b4afe70edp-5, 0x1.b67bdb76a1a67p-7}, {0x1.6889be12f39a7p-4, 0x1.ac9f44ce8b491p-7},
    {0x1.241ea20d90fc7p-3, 0x1.9f964c5d7cb0dp-7}, {0x1.a9994de10478bp-3, 0x1.8f79a6d7473adp-7},
    {0x1.2061675d0d8c1p-2, 0x1.7c67dddccb47cp-7}, {0x1.7291a078b43dap-2, 0x1.6685161dbe2d1p-7},
    {0x1.c8ef6099469b6p-2, 0x1.4dfacadd0917dp-7}, {0x1.10768c5afd00fp-1, 0x1.32f77f5c5ae5cp-7},
    {0x1.3bf877116cf8fp-1, 0x1.15ae66caa6287p-7}, {0x1.65b434b2f4289p-1, 0x1.ecae06dce6f9fp-8},
    {0x1.8c6df6a43ce2bp-1, 0x1.aa597bf1cbba8p-8}, {0x1.af00b18b6a6bep-1, 0x1.64dcecfcdb8acp-8},
    {0x1.cc66c7ce7b413p-1, 0x1.1cbc25ba3f22ap-8}, {0x1.e3c1c8ca5d773p-1, 0x1.a5006e21d0d96p-9},
    {0x1.f46116a631eeep-1, 0x1.0d6fba210e651p-9}, {0x1.fdc7e2bd30aa5p-1, 0x1.d06ba5918d953p-11},
};
constexpr OwenNode kOwenNodes21[] = {
    {0x1.65e2a89dda27bp-10, 0x1.813748d06775cp-7}, {0x1.91280a6843749p-7, 0x1.7f1cae98a02e9p-7},
    {0x1.148e340e1b428p-5, 0x1.7aea6b39f754ep-7}, {0x1.0c11995882a97p-4, 0x1.74a65cb955026p-7},
    {0x1.b4af9a1714129p-4, 0x1.6c5945db9f25cp-7}, {0x1.4039af016724bp-3, 0x1.620ec1e6105d7p-7},
    {0x1.b5756cc08e107p-3, 0x1.55d5346412f2fp-7}, {0x1.1bbe21ed8b0f5p-2, 0x1.47bdb5095fc94p-7},
    {0x1.61bbff146991bp-2, 0x1.37dbf7cc9ea99p-7}, {0x1.ab2d64dfc0d2fp-2, 0x1.2646315c28ad3p-7},
    {0x1.f67823c02c4a2p-2, 0x1.1314f813def73p-7}, {0x1.20fbdc3e1dd7cp-1, 0x1.fcc64340cdafdp-8},
    {0x1.46033c680c46ep-1, 0x1.d09b3b03cd79fp-8}, {0x1.69836340e0b69p-1, 0x1.a1e6994f59af6p-8},
    {0x1.8ab60ac729314p-1, 0x1.70e9acd4ead00p-8}, {0x1.a8e1c98c8a60fp-1, 0x1.3de8f691748fbp-8},
    {0x1.c35e1e7bb31d7p-1, 0x1.092bcc559d97ep-8}, {0x1.d9971ea4af5b3p-1, 0x1.a5f7fa78fb791p-9},
    {0x1.eb10b1ee9a55dp-1, 0x1.374b20ad3025cp-9}, {0x1.f76955cf46f03p-1, 0x1.8ddd943bed438p-10},
    {0x1.fe5cce304fc79p-1, 0x1.569df08aa813ep-11},
};
// clang-format on

// exp(x) for -45 <= x <= 0, within 1.5 ulp.
inline VecD ExpBelow(VecD x) {
  const VecD shift = Set1(0x1.8p52);
  const VecD shifted = error_vector::MulAdd(x, Set1(1.4426950408889634), shift);
  const VecD k = shifted - shift;
  VecD r = error_vector::MulAdd(k, Set1(-0x1.62e42fefa39efp-1), x);
  r = error_vector::MulAdd(k, Set1(-0x1.abc9e3b39803fp-56), r);
  constexpr double kInverseFactorials[] = {1.0,
                                           1.0,
                                           1.0 / 2,
                                           1.0 / 6,
                                           1.0 / 24,
                                           1.0 / 120,
                                           1.0 / 720,
                                           1.0 / 5040,
                                           1.0 / 40320,
                                           1.0 / 362880,
                                           1.0 / 3628800,
                                           1.0 / 39916800,
                                           1.0 / 479001600,
                                           1.0 / 6227020800};
  const VecD sum = error_vector::Polynomial(r, kInverseFactorials);
  return reinterpret_cast<VecD>(reinterpret_cast<MaskD>(sum) +
                                (reinterpret_cast<MaskD>(shifted) << 52));
}

// T(h, a)/exp(-h^2/2) for u = h a, length = a, or cut where the rest counts nothing.
template <int kCount>
inline VecD OwenSum(const OwenNode (&nodes)[kCount], VecD u, VecD length) {
  static_assert(kCount % 3 == 0);
  using error_vector::MulAdd;
  const VecD fall = Set1(-0.5) * u * u;
  const VecD square = length * length;
  const VecD one = Set1(1.0);
  const auto value = [&](const OwenNode& node) {
    return Set1(node.weight) * ExpBelow(fall * Set1(node.square));
  };
  const auto divisor = [&](const OwenNode& node) { return MulAdd(square, Set1(node.square), one); };
  VecD sum = {};
  for (int i = kCount - 3; i >= 0; i -= 3) {
    // Three fractions by one division.
    const VecD d0 = divisor(nodes[i]);
    const VecD d1 = divisor(nodes[i + 1]);
    const VecD d2 = divisor(nodes[i + 2]);
    const VecD d = d0 * d1;
    const VecD top = MulAdd(value(nodes[i]), d1, value(nodes[i + 1]) * d0);
    sum += MulAdd(top, d2, value(nodes[i + 2]) * d) / (d * d2);
  }
  return sum * length;
}

struct Core_owens_t {
  static constexpr int kOperands = 2;
  static constexpr int kShapes = 0;
  static constexpr int kRegions = 9;  // by nodes, slopes above 1 from 5
  static constexpr double kCut = 8.4;

  template <bool>
  struct Shape {
    Shape(int, const VecD*, bool) {}
  };

  static MaskD Region(const VecD* x) {
    const VecD h = Abs(x[0]);
    const VecD a = Abs(x[1]);
    const MaskD steep = a > Set1(1.0);
    const VecD u = Select(steep, h, h * a);
    const MaskD flat = (steep & (a >= Set1(2.0))) | (a <= Set1(0.5));
    MaskD region = (u > Set1(4.0)) ? (u > Set1(6.0) ? MaskD{} + 4 : MaskD{} + 3) : MaskD{} + 2;
    region = (flat & (u <= Set1(2.0))) ? MaskD{} + 1 : region;
    region += steep & 4;
    const MaskD tiny = (a < Set1(1e-140)) & (a > VecD{});
    return region & (h <= Set1(37.0)) & (a <= Set1(1e280)) & ~tiny;
  }

  template <class S>
  static VecD Run(int region, const S&, const VecD* x) {
    using namespace error_vector;
    const VecD h = Abs(x[0]);
    const VecD a = Abs(x[1]);
    if (region <= 4) {
      const VecD fall = ExpOfSquare(h, -0.5, VecD{});
      return CopySign(fall * Sum(region, h, a, h * a), x[1]);
    }
    // With q the normal tails beyond h and h a, T = (q1 + q2)/2 - q1 q2 - T(h a, 1/a).
    const VecD q1 = Set1(0.5) * Mills(h) * ExpOfSquare(h, -0.5, VecD{});
    const VecD product = h * a;
    const MaskD far = product > Set1(60.0);
    const VecD high = Select(far, Set1(60.0), product);
    const VecD low = Select(far, VecD{}, MulAdd(h, a, -product));
    const VecD square = high * high;
    const VecD rest = MulAdd(high, low, Set1(0.5) * MulAdd(high, high, -square));
    const VecD power = sleef_exp(Set1(-0.5) * square);
    const VecD fall = MulAdd(power, -rest, power);
    const VecD half_mills = Set1(0.5) * Mills(high);
    const VecD sum = Sum(region - 4, high, Set1(1.0) / a, h);
    // q2 (1/2 - q1) and the last part together: both are multiples of `fall`.
    const VecD other = MulAdd(half_mills, Set1(0.5) - q1, -sum);
    return CopySign(MulAdd(Set1(0.5), q1, fall * other), x[1]);
  }

  static double Value(const double* x) {
    return formulary::runtime::special::scalar::owens_t(x[0], x[1]);
  }

 private:
  static VecD Sum(int count, VecD h, VecD a, VecD u) {
    if (count == 1) return OwenSum(kOwenNodes9, u, a);
    if (count == 2) return OwenSum(kOwenNodes15, u, a);
    if (count == 3) return OwenSum(kOwenNodes18, u, a);
    const MaskD cut = u > Set1(kCut);
    return OwenSum(kOwenNodes21, Select(cut, Set1(kCut), u), Select(cut, Set1(kCut) / h, a));
  }
};

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_OWENS_VECTOR_H_
