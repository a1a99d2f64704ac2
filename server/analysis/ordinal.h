#ifndef FORMULARY_SERVER_ANALYSIS_ORDINAL_H_
#define FORMULARY_SERVER_ANALYSIS_ORDINAL_H_

// Floating numbers counted in their order: neighbours differ by 1, and both zeros are 0. What
// distances between results are measured in, and what samples are drawn by.

#include <bit>
#include <cmath>
#include <cstdint>

#include "server/expr/types.h"

namespace formulary::analysis {

// REQUIRES: not NaN.
inline int64_t Ordinal(double value) {
  const auto bits = std::bit_cast<int64_t>(value);
  return bits >= 0 ? bits : INT64_MIN - bits;
}
inline int64_t Ordinal(float value) {
  const auto bits = std::bit_cast<int32_t>(value);
  return bits >= 0 ? bits : int64_t{INT32_MIN} - bits;
}
inline double DoubleOf(int64_t ordinal) {
  return std::bit_cast<double>(ordinal >= 0 ? ordinal : INT64_MIN - ordinal);
}
inline float FloatOf(int64_t ordinal) {
  const int64_t bits = ordinal >= 0 ? ordinal : int64_t{INT32_MIN} - ordinal;
  return std::bit_cast<float>(static_cast<int32_t>(bits));
}

// The error of a result in bits: log2(1 + numbers of the format between it and the correctly
// rounded one), as Herbie counts it (Panchekha et al., PLDI 2015). A NaN has all 64 (32) bits
// wrong. REQUIRES: `want` is no NaN.
inline double BitsOfError(double got, double want, expr::DType format) {
  const bool single = format == expr::DType::kFloat32;
  if (std::isnan(got)) return single ? 32 : 64;
  const int64_t a = single ? Ordinal(static_cast<float>(got)) : Ordinal(got);
  const int64_t b = single ? Ordinal(static_cast<float>(want)) : Ordinal(want);
  const uint64_t between = a > b ? static_cast<uint64_t>(a) - static_cast<uint64_t>(b)
                                 : static_cast<uint64_t>(b) - static_cast<uint64_t>(a);
  return std::log2(1 + static_cast<double>(between));
}

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_ORDINAL_H_
