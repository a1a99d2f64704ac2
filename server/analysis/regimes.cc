#include "server/analysis/regimes.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace formulary::analysis {
namespace {

using Bits = absl::Span<const std::vector<double>>;

// The cheapest division of points in a given order into 1, 2, ... kMaxRegimes intervals, by dynamic
// programming over the interval that ends at each point.
class Division {
 public:
  Division(Bits bits, std::vector<size_t> order, const std::vector<double>& keys)
      : order_(std::move(order)), keys_(keys), count_(order_.size()) {
    for (const std::vector<double>& form : bits) {
      std::vector<double>& sums = sums_.emplace_back(count_ + 1, 0.0);
      for (size_t i = 0; i < count_; ++i) sums[i + 1] = sums[i] + form[order_[i]];
    }
    for (size_t pieces = 1; pieces <= kMaxRegimes; ++pieces) AddLevel();
  }

  // Of the numbers of intervals the one that is best with what they cost.
  Regimes Best() const {
    size_t best = 0;
    for (size_t level = 1; level < levels_.size(); ++level) {
      if (Price(level) < Price(best)) best = level;
    }
    Regimes regimes;
    regimes.mean_bits = Price(best);
    size_t end = count_;
    for (size_t level = best + 1; level-- > 0;) {
      const Step& step = levels_[level][end];
      regimes.forms.insert(regimes.forms.begin(), step.form);
      if (level > 0) {
        regimes.below.insert(regimes.below.begin(), keys_[order_[step.start - 1]]);
        regimes.above.insert(regimes.above.begin(), keys_[order_[step.start]]);
      }
      end = step.start;
    }
    return regimes;
  }

 private:
  struct Step {
    double total = std::numeric_limits<double>::infinity();
    size_t start = 0;  // of the last interval
    size_t form = 0;   // of the last interval
  };

  double Price(size_t level) const {
    return levels_[level][count_].total / static_cast<double>(count_) +
           kRegimeBits * static_cast<double>(level);
  }
  bool MaySplit(size_t at) const { return at > 0 && keys_[order_[at - 1]] < keys_[order_[at]]; }

  void AddLevel() {
    std::vector<Step> steps(count_ + 1);
    const bool first = levels_.empty();
    for (size_t end = 1; end <= count_; ++end) {
      for (size_t start = 0; start < (first ? 1 : end); ++start) {
        if (!first && !MaySplit(start)) continue;
        const double before = first ? 0 : levels_.back()[start].total;
        for (size_t form = 0; form < sums_.size(); ++form) {
          const double total = before + sums_[form][end] - sums_[form][start];
          if (total < steps[end].total) steps[end] = {total, start, form};
        }
      }
    }
    levels_.push_back(std::move(steps));
  }

  const std::vector<size_t> order_;
  const std::vector<double>& keys_;
  const size_t count_;
  std::vector<std::vector<double>> sums_;  // by form: of the first i points
  std::vector<std::vector<Step>> levels_;  // by number of intervals less 1
};

}  // namespace

Regimes BestRegimes(Bits bits, absl::Span<const std::vector<double>> points) {
  Regimes best;
  best.mean_bits = std::numeric_limits<double>::infinity();
  const size_t arguments = points[0].size();
  for (size_t k = 0; k < std::max<size_t>(arguments, 1); ++k) {
    std::vector<double> keys(points.size());
    for (size_t i = 0; i < points.size() && k < arguments; ++i) keys[i] = points[i][k];
    std::vector<size_t> order(points.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&keys](size_t a, size_t b) { return keys[a] < keys[b]; });
    Regimes regimes = Division(bits, std::move(order), keys).Best();
    regimes.argument = static_cast<uint32_t>(k);
    if (regimes.mean_bits < best.mean_bits) best = std::move(regimes);
  }
  return best;
}

}  // namespace formulary::analysis
