#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_REPAIRED_BLOCK_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_REPAIRED_BLOCK_H_

// A block by a vector kernel that gives no finite value where it does not serve, and those elements
// by a scalar routine. For the families' .cc files.

#include <algorithm>
#include <cmath>

namespace formulary::runtime::special {

// y[i] = kernel or other(x[i]) for n a multiple of 16; y may be x. The kernel is called with
// results, operands and their count, and returns whether all results are finite.
template <typename Kernel, typename Other>
void FillRepaired(const double* x, double* y, long n, Kernel kernel, Other other) {
  constexpr long kChunk = 256;
  double operands[kChunk];
  for (long at = 0; at < n; at += kChunk) {
    const long count = std::min(n - at, kChunk);
    const double* source = x + at;
    if (x == y) {
      std::copy_n(source, count, operands);
      source = operands;
    }
    if (kernel(y + at, source, count)) continue;
    for (long i = 0; i < count; ++i) {
      if (!(std::abs(y[at + i]) < __builtin_inf())) y[at + i] = other(source[i]);
    }
  }
}

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_REPAIRED_BLOCK_H_
