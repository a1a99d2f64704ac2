#ifndef FORMULARY_TESTS_BENCH_SMALL_FORMULAS_H_
#define FORMULARY_TESTS_BENCH_SMALL_FORMULAS_H_

// Many different small formulas of x and y, for benches that need kernels by the thousand.

#include <string>
#include <vector>

#include "client/cpp/array.h"

namespace formulary::bench {

// The same ones on every machine, no two of the same structure. REQUIRES (else the process ends):
// count is at most 3,000.
std::vector<std::string> SmallFormulas(size_t count);

// x and y, for all of them.
std::vector<client::NamedArray> SmallInputs(size_t points);

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_SMALL_FORMULAS_H_
