#ifndef FORMULARY_TESTS_UNIT_RUNTIME_OPERANDS_H_
#define FORMULARY_TESTS_UNIT_RUNTIME_OPERANDS_H_

// Operands that find faults in special functions: random bit patterns, moderate values, values near
// 1, near multiples of pi/2, and the neighbours of every number at which some function's code or
// value turns. The same seed gives the same operands.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace formulary::runtime {

// SplitMix64. One thread at a time.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Bits() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double Unit() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }
  double Between(double low, double high) { return low + (high - low) * Unit(); }
  double Sign() { return (Bits() & 1) != 0 ? 1.0 : -1.0; }

 private:
  uint64_t state_;
};

template <class T>
T FromBits(uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

template <class T>
uint64_t ToBits(T value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

// Equal in bits, all NaNs being one.
template <class T>
bool Same(T a, T b) {
  return ToBits(a) == ToBits(b) || (std::isnan(a) && std::isnan(b));
}

// Zeros, infinities, NaNs, the ends of the number range, and numbers around which something
// changes: thresholds of exp, sinh, gamma, erfc; zeros of log|gamma|; worst cases of argument
// reduction.
template <class T>
std::vector<T> SpecialOperands() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> out = {0, T{-0.0}, Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()};
  const double turns[] = {0.5,
                          1,
                          1.5,
                          2,
                          2.5,
                          3,
                          7,
                          10,
                          88,
                          88.3762626647949,
                          88.72283905206835,
                          89.41598629223294,
                          90,
                          87.33654475,
                          103.972076416,
                          127,
                          128,
                          126,
                          149,
                          150,
                          709,
                          709.782712893384,
                          710.4758600739439,
                          711,
                          708.3964185322641,
                          745.1332191019411,
                          1022,
                          1023,
                          1024,
                          1074,
                          1075,
                          171.6243769563027,
                          170,
                          35.040096282958984,
                          30,
                          34,
                          38,
                          42,
                          176.5,
                          177.999,
                          179.9999999999,
                          183.5,
                          184,
                          185.0000001,
                          26.543258454250934,
                          27.226017111108362,
                          27.25,
                          9.194554328918457,
                          10.054203033447266,
                          10.0625,
                          5.9,
                          3.8,
                          0.84375,
                          1.25,
                          2.8571,
                          6,
                          28,
                          2.4570247382208006,
                          2.7476826467274127,
                          3.143580888349980,
                          3.955294284858598,
                          4.039361839740536,
                          4.991544640560047,
                          5.008218168440849,
                          5.998607480080876,
                          1.4616321449683622,
                          8e6,
                          8388608,
                          1e4,
                          39000,
                          5e4,
                          1e9,
                          1e14,
                          1e150,
                          1.3407807929942596e154,
                          1e18,
                          1.8446742974197924e19,
                          1e300,
                          1e36,
                          1e305,
                          2.5563481638716906e305,
                          4.0850034e36,
                          2.55e305,
                          1e22,
                          1e35,
                          0.34657359027997264,
                          0.6931471805599453,
                          1.0397207708399179,
                          0.41421356237309503,
                          2.414213562373095,
                          0.6744897501960817,
                          1e-8,
                          1e-17,
                          2.2250738585072014e-308,
                          1.1754943508222875e-38,
                          5.3e-8,
                          6381956970095103.0 * 0x1p797,
                          0x1p52,
                          0x1p53,
                          0x1p23,
                          0x1p24,
                          0x1p31,
                          0x1p63,
                          1.7976931348623157e308,
                          3.4028234663852886e38,
                          8.98846567431158e307};
  for (const double turn : turns) {
    for (const double signed_turn : {turn, -turn}) {
      T up = static_cast<T>(signed_turn);
      T down = up;
      out.push_back(up);
      for (int i = 0; i < 6; ++i) {
        out.push_back(up = std::nextafter(up, Limits::infinity()));
        out.push_back(down = std::nextafter(down, -Limits::infinity()));
      }
    }
  }
  for (int i = 0; i < 40; ++i) {  // the integers and their neighbours, poles of gamma among them
    for (const T at : {static_cast<T>(i * 5), static_cast<T>(-i * 5), static_cast<T>(-i)}) {
      out.insert(out.end(), {at, std::nextafter(at, Limits::infinity()),
                             std::nextafter(at, -Limits::infinity())});
    }
  }
  for (const T end : {Limits::denorm_min(), Limits::min(), Limits::max()}) {
    out.insert(out.end(), {end, -end, end / 2, -end / 2});
  }
  return out;
}

template <class T>
T RandomOperand(Random& random) {
  switch (random.Bits() % 10) {
    case 0:
    case 1:
      return FromBits<T>(random.Bits());
    case 2:
      return static_cast<T>(random.Between(-1, 1));
    case 3:
      return static_cast<T>(random.Between(-10, 10));
    case 4:
      return static_cast<T>(random.Between(-40, 200));
    case 5:
      return static_cast<T>(random.Between(-800, 800));
    case 6:
      return static_cast<T>(random.Sign() * std::exp2(random.Between(-40, 40)));
    case 7:
      return static_cast<T>(1 + random.Sign() * std::exp2(random.Between(-54, 0)));
    case 8:  // near whole numbers
      return static_cast<T>(std::floor(random.Between(-190, 30)) +
                            random.Sign() * std::exp2(random.Between(-48, -1)));
    default: {  // near multiples of pi/2
      T x = static_cast<T>(std::floor(random.Between(-2e5, 2e5)) * 1.5707963267948966);
      for (uint64_t i = random.Bits() % 4; i > 0; --i)
        x = std::nextafter(x, std::numeric_limits<T>::infinity());
      return x;
    }
  }
}

// `count` operands, a multiple of 16, the special ones first.
template <class T>
std::vector<T> Operands(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<T> out = SpecialOperands<T>();
  out.resize(std::min(out.size(), count));
  while (out.size() < count) out.push_back(RandomOperand<T>(random));
  return out;
}

// Pairs: special with special, then random ones, half of them related so that pow stays in range
// and hypot, atan2 and mod see operands of like size.
template <class T>
void OperandPairs(size_t count, uint64_t seed, std::vector<T>* a, std::vector<T>* b) {
  Random random(seed);
  const std::vector<T> all = SpecialOperands<T>();
  std::vector<T> few;
  for (size_t i = 0; i < all.size(); i += i < 5 ? 1 : 29) few.push_back(all[i]);
  const T extra[] = {1,
                     -1,
                     2,
                     -2,
                     3,
                     -3,
                     T{0.5},
                     T{-0.5},
                     std::numeric_limits<T>::max(),
                     std::numeric_limits<T>::denorm_min()};
  few.insert(few.end(), std::begin(extra), std::end(extra));
  a->clear();
  b->clear();
  for (const T x : few) {
    for (const T y : few) {
      if (a->size() == count) return;
      a->push_back(x);
      b->push_back(y);
    }
  }
  constexpr double kReach = sizeof(T) == 8 ? 1080 : 152;
  while (a->size() < count) {
    T x = RandomOperand<T>(random);
    T y = RandomOperand<T>(random);
    const double kind = random.Unit();
    if (kind < 0.3) {  // |pow| up to the ends of the range and a little beyond
      x = std::abs(x);
      y = static_cast<T>(random.Sign() * kReach * std::sqrt(random.Unit()) /
                         std::log2(static_cast<double>(x)));
    } else if (kind < 0.4) {  // at the ends
      x = std::abs(x);
      const double end =
          random.Unit() < 0.5 ? (sizeof(T) == 8 ? 1024 : 128) : (sizeof(T) == 8 ? -1074 : -149);
      y = static_cast<T>((end + random.Sign() * std::exp2(random.Between(-40, 2))) /
                         std::log2(static_cast<double>(x)));
    } else if (kind < 0.5) {  // whole exponents, for powers of all sizes
      const double top = random.Unit() < 0.7 ? 40 : 1100;
      y = static_cast<T>(random.Sign() * std::floor(2 + top * random.Unit()));
      const double size = kReach * random.Sign() * random.Unit() / static_cast<double>(y);
      x = static_cast<T>(random.Sign() * std::exp2(size));
    } else if (kind < 0.7) {
      y = static_cast<T>(static_cast<double>(x) * random.Sign() *
                         std::exp2(random.Between(-30, 30)));
    }
    a->push_back(x);
    b->push_back(y);
  }
}

}  // namespace formulary::runtime

#endif  // FORMULARY_TESTS_UNIT_RUNTIME_OPERANDS_H_
