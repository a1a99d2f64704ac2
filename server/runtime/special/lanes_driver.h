#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_DRIVER_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_DRIVER_H_

// Runs a core over arrays: sorts the elements of a chunk by the region they belong to, so that the
// lanes of a vector take one way with one number of terms, computes region by region, and puts the
// results back. Included by level files only. A core has
//   kOperands, kShapes (that many operands, the first ones, make its Shape), kRegions,
//   Region(x): of each lane, 1 to kRegions - 1, or 0 for the scalar routine,
//   Shape<kUniform>(region, x): what depends on the shape operands alone,
//   Run(region, shape, x), and Value(x), the scalar routine.
// Bits may depend on a lane's operands only: kUniform decides what is hoisted, never what is
// computed.

#include "server/runtime/registers.h"

namespace {
namespace lanes {

constexpr long kChunk = 512;

template <class Core, bool kUniform>
[[gnu::noinline]] void RunChunk(double* y, const double* const* x, const long* strides, long n) {
  constexpr int kOperands = Core::kOperands;
  alignas(64) double operands[kOperands][kChunk];
  alignas(64) long long regions[kChunk];
  const long padded = (n + kLanes<VecD> - 1) / kLanes<VecD> * kLanes<VecD>;
  for (int k = 0; k < kOperands; ++k) {
    for (long i = 0; i < n; ++i) operands[k][i] = x[k][i * strides[k]];
    for (long i = n; i < padded; ++i) operands[k][i] = operands[k][n - 1];
  }
  VecD values[kOperands];
  for (long i = 0; i < padded; i += kLanes<VecD>) {
    for (int k = 0; k < kOperands; ++k) values[k] = Load<VecD>(operands[k] + i);
    const MaskD region = Core::Region(values);
    __builtin_memcpy(regions + i, &region, sizeof region);
  }
  short ends[Core::kRegions + 1] = {};
  for (long i = 0; i < n; ++i) ++ends[regions[i] + 1];
  for (int r = 0; r < Core::kRegions; ++r) ends[r + 1] = static_cast<short>(ends[r + 1] + ends[r]);
  short order[kChunk + kLanes<VecD>];
  short next[Core::kRegions];
  for (int r = 0; r < Core::kRegions; ++r) next[r] = ends[r];
  for (long i = 0; i < n; ++i) order[next[regions[i]]++] = static_cast<short>(i);
  for (long i = 0; i < ends[1]; ++i) {
    double one[kOperands];
    for (int k = 0; k < kOperands; ++k) one[k] = operands[k][order[i]];
    y[order[i]] = Core::Value(one);
  }
  for (int r = 1; r < Core::kRegions; ++r) {
    const long from = ends[r];
    const long to = ends[r + 1];
    if (from == to) continue;
    if constexpr (kUniform) {
      for (int k = 0; k < Core::kShapes; ++k) values[k] = Set1(operands[k][0]);
    }
    typename Core::template Shape<true> uniform(r, values, kUniform);
    for (long i = from; i < to; i += kLanes<VecD>) {
      const long count = to - i < kLanes<VecD> ? to - i : kLanes<VecD>;
      alignas(64) double gathered[kOperands][kLanes<VecD>];
      for (long j = 0; j < kLanes<VecD>; ++j) {
        const long at = order[i + (j < count ? j : count - 1)];
        for (int k = kUniform ? Core::kShapes : 0; k < kOperands; ++k)
          gathered[k][j] = operands[k][at];
      }
      for (int k = kUniform ? Core::kShapes : 0; k < kOperands; ++k)
        values[k] = Load<VecD>(gathered[k]);
      VecD result;
      if constexpr (kUniform) {
        result = Core::Run(r, uniform, values);
      } else {
        const typename Core::template Shape<false> shape(r, values, true);
        result = Core::Run(r, shape, values);
      }
      if (count == kLanes<VecD> && order[i + count - 1] == order[i] + count - 1) {
        Store(y + order[i], result);
      } else {
        for (long j = 0; j < count; ++j) y[order[i + j]] = result[j];
      }
    }
  }
}

template <class Core>
inline void RunLanes(double* y, const double* const* x, const long* strides, long n) {
  bool uniform = Core::kShapes > 0;
  for (int k = 0; k < Core::kShapes; ++k) uniform &= strides[k] == 0;
  for (long at = 0; at < n; at += kChunk) {
    const double* from[Core::kOperands];
    for (int k = 0; k < Core::kOperands; ++k) from[k] = x[k] + at * strides[k];
    const long count = n - at < kChunk ? n - at : kChunk;
    (uniform ? RunChunk<Core, true> : RunChunk<Core, false>)(y + at, from, strides, count);
  }
}

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_DRIVER_H_
