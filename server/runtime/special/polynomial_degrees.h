#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_DEGREES_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_DEGREES_H_

// Orthogonal polynomials of degrees that vary by element: elements of one degree share a recipe and
// its kernel, for the same bits as element by element. For polynomial.cc only.

#include <algorithm>

#include "server/runtime/special/polynomial_recipe.h"

namespace formulary::runtime::special {

// Elements that are sorted by their degrees at a time.
inline constexpr long kDegreesChunk = 1024;

class SortedDegrees {
 public:
  SortedDegrees() { std::fill_n(first_, kMaxRecipeDegree + 1, kNone); }

  // y[i] = p(x[i * stride]) of degree degree_of(degrees[i * degree_stride]), or other(degrees[..],
  // x[..]) where that is no degree or no recipe serves; y may be x or degrees.
  template <class Family, class DegreeOf, class Other>
  void Fill(const Family& family, const double* degrees, long degree_stride, const double* x,
            long stride, double* y, long n, DegreeOf degree_of, Other other) {
    for (long at = 0; at < n; at += kDegreesChunk) {
      const long count = std::min(n - at, kDegreesChunk);
      int used = 0;
      for (long i = 0; i < count; ++i) {
        given_[i] = degrees[(at + i) * degree_stride];
        operands_[i] = x[(at + i) * stride];
        const double degree = degree_of(given_[i]);
        if (!(IsDegree(degree) && degree <= kMaxRecipeDegree)) {
          results_[i] = other(given_[i], operands_[i]);
          continue;
        }
        const auto index = static_cast<long>(degree);
        if (first_[index] == kNone) degrees_[used++] = static_cast<short>(index);
        next_[i] = first_[index];
        first_[index] = static_cast<short>(i);
      }
      for (int k = 0; k < used; ++k) FillDegree(family, degrees_[k], other);
      std::copy_n(results_, count, y + at);
    }
  }

 private:
  static constexpr short kNone = -1;
  static constexpr long kMultiple = 16;  // kernels take whole blocks

  template <class Family, class Other>
  void FillDegree(const Family& family, short degree, Other other) {
    long count = 0;
    for (short i = first_[degree]; i != kNone; i = next_[i]) {
      gathered_[count] = operands_[i];
      members_[count++] = i;
    }
    first_[degree] = kNone;
    long padded = count;
    for (; padded % kMultiple != 0; ++padded) gathered_[padded] = gathered_[count - 1];
    if (special::Fill(family, degree, gathered_, values_, padded)) {
      for (long k = 0; k < count; ++k) results_[members_[k]] = values_[k];
    } else {
      for (long k = 0; k < count; ++k)
        results_[members_[k]] = other(given_[members_[k]], gathered_[k]);
    }
  }

  short first_[kMaxRecipeDegree + 1];
  short degrees_[kDegreesChunk], next_[kDegreesChunk], members_[kDegreesChunk];
  double given_[kDegreesChunk], operands_[kDegreesChunk], results_[kDegreesChunk];
  double gathered_[kDegreesChunk], values_[kDegreesChunk];
};

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_DEGREES_H_
