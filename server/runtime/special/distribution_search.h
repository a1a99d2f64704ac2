#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_SEARCH_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_SEARCH_H_

// Inverses of distribution functions by search, and the quadrature that both kinds of distributions
// use. For the files distribution*.cc only.

#include <cmath>

#include "server/runtime/special/distribution_kernels.h"

namespace formulary::runtime::special::kernels {

// The least integer k in [least, most] with cdf(k) >= p. Steps of growing size from `guess` bracket
// it, halving finds it: at most about 130 values of cdf. `most` where p is 1 or there is none
// below. Beyond 2^53, where not every integer is a double, the least double.
template <typename Cdf>
double LeastInteger(double p, double least, double most, double guess, const Cdf& cdf) noexcept {
  if (p == 0) return least;
  if (p == 1) return most;
  constexpr double kFar = 0x1p1020;
  const double end = std::fmin(most, kFar), begin = std::fmax(least, -kFar);
  double at = std::fmin(std::fmax(std::isnan(guess) ? begin : std::floor(guess), begin), end);
  if (std::fabs(at) > 0x1p60) at = begin > -kFar ? begin : 0;
  double low, high, step = 1;
  if (at >= most || cdf(at) >= p) {
    high = at;
    for (;;) {
      if (high <= begin) return high;
      low = std::fmax(high - step, begin);
      if (!(cdf(low) >= p)) break;
      high = low;
      step *= 2;
    }
  } else {
    low = at;
    for (;;) {
      if (low >= end) return most;
      high = std::fmin(low + step, end);
      if (high >= most || cdf(high) >= p) break;
      low = high;
      step *= 2;
    }
  }
  for (int i = 0; i < 1100 && high - low > 1; ++i) {
    const double middle = std::floor(low + (high - low) / 2);
    if (middle <= low || middle >= high) break;
    (cdf(middle) >= p ? high : low) = middle;
  }
  return high;
}

// --- Gauss and Legendre's rule of 32 points (DLMF 3.5.19) ---

struct Node {
  double at, weight;
};
inline constexpr Node kNodes[] = {
    {0.99726386184948156354, 0.0070186100094700966004},
    {0.98561151154526833540, 0.016274394730905670605},
    {0.96476225558750643077, 0.025392065309262059456},
    {0.93490607593773968917, 0.034273862913021433103},
    {0.89632115576605212397, 0.042835898022226680657},
    {0.84936761373256997013, 0.050998059262376176196},
    {0.79448379596794240696, 0.058684093478535547145},
    {0.73218211874028968039, 0.065822222776361846838},
    {0.66304426693021520098, 0.072345794108848506225},
    {0.58771575724076232904, 0.078193895787070306472},
    {0.50689990893222939002, 0.083311924226946755222},
    {0.42135127613063534536, 0.087652093004403811143},
    {0.33186860228212764978, 0.091173878695763884713},
    {0.23928736225213707454, 0.093844399080804565639},
    {0.14447196158279649349, 0.095638720079274859419},
    {0.048307665687738316235, 0.096540088514727800567},
};

template <typename Function>
double Integral(double from, double to, const Function& function) noexcept {
  const double middle = (from + to) / 2, half = (to - from) / 2;
  double sum = 0;
  for (const Node& node : kNodes) {
    sum += node.weight * (function(middle - half * node.at) + function(middle + half * node.at));
  }
  return sum * half;
}

// Over [0, end] of a function that falls from 1 and has no feature narrower than `scale` at 0 or
// than a multiple of x at x: pieces that grow, until one adds nothing.
template <typename Function>
double DecayingIntegral(double scale, double end, const Function& function) noexcept {
  double sum = 0, from = 0, to = 4 * scale;
  for (int piece = 0; piece < 64 && from < end; ++piece) {
    to = std::fmin(to, end);
    const double part = Integral(from, to, function);
    sum += part;
    if (part < 1e-18 * sum) break;
    from = to;
    to *= 3;
  }
  return sum;
}

}  // namespace formulary::runtime::special::kernels

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_SEARCH_H_
