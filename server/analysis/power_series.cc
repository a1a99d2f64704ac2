#include "server/analysis/power_series.h"

#include <algorithm>
#include <utility>

#include "server/analysis/series.h"
#include "server/expr/catalogue.h"

namespace formulary::analysis {
namespace {

using expr::NodeId;
namespace fn = expr::fn;

bool IsInteger(const mpq_class& value) { return value.get_den() == 1; }

}  // namespace

NodeId SeriesAlgebra::Sum(NodeId a, NodeId b) {
  if (IsZero(a)) return b;
  return IsZero(b) ? a : rewriter_.Make(fn::kAdd, {a, b});
}

NodeId SeriesAlgebra::Product(NodeId a, NodeId b) {
  if (IsZero(a)) return a;
  return IsZero(b) ? b : rewriter_.Make(fn::kMul, {a, b});
}

NodeId SeriesAlgebra::Raised(NodeId base, NodeId exponent) {
  expr::Graph& graph = rewriter_.graph();
  // Leading coefficients are not 0: powers of their powers are powers.
  if (graph.IsNumber(exponent) && graph.IsCall(base, fn::kPow)) {
    const NodeId inner = graph.operands(base)[0], power = graph.operands(base)[1];
    if (graph.IsNumber(power) && IsInteger(graph.number(power)) &&
        IsInteger(graph.number(exponent)))
      return Raised(inner, graph.Number(graph.number(power) * graph.number(exponent)));
  }
  return rewriter_.Make(fn::kPow, {base, exponent});
}

PowerSeries SeriesAlgebra::Constant(NodeId node) {
  PowerSeries series{0, {}};
  if (IsZero(node)) return series;
  series.c.assign(kSeriesLength, Integer(0));
  series.c[0] = node;
  return series;
}

MaybeSeries SeriesAlgebra::Normal(mpq_class valuation, std::vector<NodeId> c) {
  size_t zeros = 0;
  while (zeros < c.size() && IsZero(c[zeros])) ++zeros;
  c.erase(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(zeros));
  return PowerSeries{std::move(valuation) + static_cast<unsigned long>(zeros), std::move(c)};
}

MaybeSeries SeriesAlgebra::Add(const PowerSeries& a, const PowerSeries& b) {
  if (a.c.empty()) return b;
  if (b.c.empty()) return a;
  if (a.valuation > b.valuation) return Add(b, a);
  const mpq_class gap = b.valuation - a.valuation;
  if (!IsInteger(gap)) return std::nullopt;
  if (gap >= static_cast<unsigned long>(a.c.size())) return a;
  const size_t shift = gap.get_num().get_ui();
  std::vector<NodeId> c(std::min(a.c.size(), shift + b.c.size()));
  for (size_t i = 0; i < c.size(); ++i) c[i] = i < shift ? a.c[i] : Sum(a.c[i], b.c[i - shift]);
  return Normal(a.valuation, std::move(c));
}

MaybeSeries SeriesAlgebra::Multiply(const PowerSeries& a, const PowerSeries& b) {
  std::vector<NodeId> c(std::min(a.c.size(), b.c.size()), Integer(0));
  for (size_t i = 0; i < c.size(); ++i) {
    for (size_t k = 0; k <= i; ++k) c[i] = Sum(c[i], Product(a.c[k], b.c[i - k]));
  }
  return Normal(a.valuation + b.valuation, std::move(c));
}

MaybeSeries SeriesAlgebra::Scale(const PowerSeries& a, NodeId factor) {
  std::vector<NodeId> c;
  for (const NodeId coefficient : a.c) c.push_back(Product(coefficient, factor));
  return Normal(a.valuation, std::move(c));
}

// y = a**p: y' a = p a' y.
MaybeSeries SeriesAlgebra::Power(const PowerSeries& a, NodeId exponent) {
  const bool number = rewriter_.graph().IsNumber(exponent);
  if (a.c.empty()) {
    const bool positive = number && rewriter_.graph().number(exponent) > 0;
    return positive ? MaybeSeries(a) : std::nullopt;
  }
  if (!number && a.valuation != 0) return std::nullopt;
  const mpq_class valuation =
      number ? mpq_class(a.valuation * rewriter_.graph().number(exponent)) : mpq_class(0);
  std::vector<NodeId> y = {Raised(a.c[0], exponent)};
  const NodeId inverse = Raised(a.c[0], Integer(-1));
  for (size_t k = 1; k < a.c.size(); ++k) {
    NodeId sum = Integer(0);
    for (size_t i = 1; i <= k; ++i) {
      if (IsZero(a.c[i])) continue;
      // p*i - (k - i)
      const NodeId weight = Sum(Product(exponent, Integer(static_cast<int64_t>(i))),
                                Integer(static_cast<int64_t>(i) - static_cast<int64_t>(k)));
      sum = Sum(sum, Product(Product(weight, a.c[i]), y[k - i]));
    }
    const mpq_class share(1, static_cast<unsigned long>(k));
    y.push_back(Product(Product(sum, inverse), rewriter_.graph().Number(share)));
  }
  return Normal(valuation, std::move(y));
}

std::optional<std::vector<NodeId>> SeriesAlgebra::Taylor(const PowerSeries& a) {
  if (a.c.empty()) return std::vector<NodeId>(kSeriesLength, Integer(0));
  if (a.valuation < 0 || !IsInteger(a.valuation)) return std::nullopt;
  if (a.valuation >= static_cast<unsigned long>(kSeriesLength))
    return std::vector<NodeId>(kSeriesLength, Integer(0));
  std::vector<NodeId> c(a.valuation.get_num().get_ui(), Integer(0));
  c.insert(c.end(), a.c.begin(), a.c.end());
  if (c.size() > kSeriesLength) c.resize(kSeriesLength);
  return c;
}

MaybeSeries SeriesAlgebra::FromTaylor(std::vector<NodeId> c) { return Normal(0, std::move(c)); }

MaybeSeries SeriesAlgebra::Integral(const PowerSeries& a, const PowerSeries& u, NodeId start) {
  const std::optional<std::vector<NodeId>> w = Taylor(u);
  if (!w.has_value()) return std::nullopt;
  std::vector<NodeId> slope;
  for (size_t i = 1; i < w->size(); ++i)
    slope.push_back(Product((*w)[i], Integer(static_cast<int64_t>(i))));
  const MaybeSeries derivative = Normal(0, std::move(slope));
  const MaybeSeries product = Multiply(a, *derivative);
  if (!product.has_value()) return std::nullopt;
  const std::optional<std::vector<NodeId>> terms = Taylor(*product);
  if (!terms.has_value()) return std::nullopt;
  std::vector<NodeId> c = {start};
  for (size_t i = 0; i < terms->size(); ++i) {
    const mpq_class share(1, static_cast<unsigned long>(i + 1));
    c.push_back(Product((*terms)[i], rewriter_.graph().Number(share)));
  }
  return FromTaylor(std::move(c));
}

NodeId SeriesAlgebra::Convolved(const std::vector<NodeId>& w, const std::vector<NodeId>& y,
                                size_t k) {
  NodeId sum = Integer(0);
  for (size_t i = 1; i <= k; ++i) {
    const NodeId slope = Product(w[i], Integer(static_cast<int64_t>(i)));
    sum = Sum(sum, Product(slope, y[k - i]));
  }
  return Product(sum, rewriter_.graph().Number(mpq_class(1, static_cast<unsigned long>(k))));
}

// y' = w' y.
std::vector<NodeId> SeriesAlgebra::Exponential(const std::vector<NodeId>& w) {
  std::vector<NodeId> y = {Integer(1)};
  for (size_t k = 1; k < w.size(); ++k) y.push_back(Convolved(w, y, k));
  return y;
}

void SeriesAlgebra::ContinuePair(const std::vector<NodeId>& w, int sign, std::vector<NodeId>* s,
                                 std::vector<NodeId>* c) {
  for (size_t k = s->size(); k < w.size(); ++k) {
    const NodeId next_s = Convolved(w, *c, k), next_c = Convolved(w, *s, k);
    s->push_back(next_s);
    c->push_back(Product(next_c, Integer(sign)));
  }
}

}  // namespace formulary::analysis
