#ifndef FORMULARY_TESTS_CONFORMANCE_SPECIAL_TABLES_H_
#define FORMULARY_TESTS_CONFORMANCE_SPECIAL_TABLES_H_

// The tables of special functions made by others, row by row, each as a formula of our catalogue
// over a, b, c, d, with what Boost.Math and SciPy reach on the same rows. For
// special_tables_test.cc. Read in place from ../shared/corpora (README.md there): no rows where
// that is not there. Only rows whose arguments are binary64 numbers and whose values lie in the
// normal range count.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/property/exact.h"

namespace formulary::testing {

using Arguments = std::vector<double>;

struct Table {
  const char* file;     // below the corpora's folder
  const char* formula;  // over a, b, c, d
  // The same by Boost; null: it has no such function, or none that counts.
  double (*boost)(const Arguments& x);
  double largest = 1e300;  // rows with a larger argument do not count
  bool squares = false;    // the formula squares its last argument: only rows where that is exact
};

struct Rows {
  std::vector<Arguments> arguments;
  std::vector<Real> expected;
};

// Calls `use` with every table that has rows.
void ForEachTable(const std::function<void(const Table& table, const Rows& rows)>& use);

// SciPy's 99th percentile on a table, in ulp, as conformance/data/make_scipy_bars.py found it.
struct ScipyBar {
  size_t rows = 0;  // that it is of
  double worst = 0, p99 = 0;
};

// By table. Tables of functions that SciPy does not have are not there.
std::map<std::string, ScipyBar> ScipyBars();

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_CONFORMANCE_SPECIAL_TABLES_H_
