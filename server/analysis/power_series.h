#ifndef FORMULARY_SERVER_ANALYSIS_POWER_SERIES_H_
#define FORMULARY_SERVER_ANALYSIS_POWER_SERIES_H_

// Arithmetic of truncated series whose coefficients are nodes of a graph:
// t**valuation * (c[0] + c[1] t + ... + c[n-1] t**(n-1) + O(t**n)). Used by series.cc.
//
// Recurrences: D. E. Knuth, The Art of Computer Programming 2, section 4.7; A. Griewank and A.
// Walther, Evaluating Derivatives, chapter 13.

#include <gmpxx.h>

#include <optional>
#include <vector>

#include "server/passes/rewriter.h"

namespace formulary::analysis {

struct PowerSeries {
  mpq_class valuation;
  std::vector<expr::NodeId> c;  // c[0] is not the number 0; empty: 0, as far as is known
};
using MaybeSeries = std::optional<PowerSeries>;

// One thread at a time. Results are nullopt where there is no series of that kind.
class SeriesAlgebra {
 public:
  explicit SeriesAlgebra(passes::Rewriter* rewriter) : rewriter_(*rewriter) {}

  PowerSeries Constant(expr::NodeId node);
  MaybeSeries Add(const PowerSeries& a, const PowerSeries& b);
  MaybeSeries Multiply(const PowerSeries& a, const PowerSeries& b);
  MaybeSeries Scale(const PowerSeries& a, expr::NodeId factor);
  // a to a constant power. A symbolic exponent needs valuation 0.
  MaybeSeries Power(const PowerSeries& a, expr::NodeId exponent);
  MaybeSeries Inverse(const PowerSeries& a) { return Power(a, Integer(-1)); }
  // The antiderivative of a*(derivative of u), plus `start` at t = 0. REQUIRES: u's valuation is
  // natural.
  MaybeSeries Integral(const PowerSeries& a, const PowerSeries& u, expr::NodeId start);

  // Coefficients of t**0, t**1, ...; nullopt where there are others in front, or fractional powers.
  std::optional<std::vector<expr::NodeId>> Taylor(const PowerSeries& a);
  // A series of natural powers.
  MaybeSeries FromTaylor(std::vector<expr::NodeId> c);

  // exp of w without its constant.
  std::vector<expr::NodeId> Exponential(const std::vector<expr::NodeId>& w);
  // Further powers of functions s and c of w with s' = c w', c' = sign s w', from their first ones.
  void ContinuePair(const std::vector<expr::NodeId>& w, int sign, std::vector<expr::NodeId>* s,
                    std::vector<expr::NodeId>* c);

  bool IsZero(expr::NodeId node) const { return rewriter_.graph().IsNumber(node, 0); }
  expr::NodeId Integer(int64_t value) { return rewriter_.graph().Integer(value); }
  expr::NodeId Sum(expr::NodeId a, expr::NodeId b);
  expr::NodeId Product(expr::NodeId a, expr::NodeId b);
  expr::NodeId Raised(expr::NodeId base, expr::NodeId exponent);

 private:
  // The coefficient of t**(k - 1) in w' y, over k.
  expr::NodeId Convolved(const std::vector<expr::NodeId>& w, const std::vector<expr::NodeId>& y,
                         size_t k);
  MaybeSeries Normal(mpq_class valuation, std::vector<expr::NodeId> c);

  passes::Rewriter& rewriter_;
};

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_POWER_SERIES_H_
