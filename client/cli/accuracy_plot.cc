#include "client/cli/accuracy_plot.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

constexpr double kLogarithmicFrom = 1e3;  // largest magnitude by the least one
constexpr int kNeighbours = 8;            // either side, whose mean the line shows
constexpr int kMostTicks = 9;
constexpr double kTickGrace = 0.02;  // decades that a tick may lie beyond the points

// Where values stand on the axis.
class Scale {
 public:
  Scale(const v1::AnalyzeResponse& response, int argument) {
    double least = std::numeric_limits<double>::infinity(), largest = 0;
    for (const v1::PointErrors& point : response.points()) {
      const double x = point.arguments(argument), magnitude = std::fabs(x);
      negative_ = negative_ || x < 0;
      positive_ = positive_ || x > 0;
      largest = std::max(largest, magnitude);
      if (magnitude > 0) least = std::min(least, magnitude);
    }
    if (!(largest > kLogarithmicFrom * least)) return;
    logarithmic_ = true;
    first_ = std::floor(std::log10(least));
    last_ = std::floor(std::log10(largest) + kTickGrace);
  }

  // Of a logarithmic axis decades away from 0, which has one to itself.
  double Place(double x) const {
    if (!logarithmic_ || x == 0) return x;
    const double decades = std::log10(std::fabs(x)) - first_ + 1;
    return x < 0 ? -decades : decades;
  }

  // Powers of ten, none so close to 0 that labels would meet.
  std::vector<Tick> Ticks() const {
    std::vector<Tick> ticks;
    if (!logarithmic_) return ticks;
    const bool both = negative_ && positive_;
    const double step = std::max(1.0, std::ceil((both ? 2 : 1) * (last_ - first_) / kMostTicks));
    const double nearest = first_ + (both ? step / 2 : 0);
    for (double power = last_; negative_ && power >= nearest; power -= step)
      ticks.push_back({-(power - first_ + 1), Cat("-", Power(power))});
    if (both) ticks.push_back({0, "0"});
    const double low = last_ - step * std::floor((last_ - nearest) / step);
    for (double power = low; positive_ && power <= last_; power += step)
      ticks.push_back({power - first_ + 1, Power(power)});
    return ticks;
  }

 private:
  static std::string Power(double power) {
    return power == 0 ? "1" : power == 1 ? "10" : Cat("1e", static_cast<int>(power));
  }

  bool logarithmic_ = false, negative_ = false, positive_ = false;
  double first_ = 0, last_ = 0;  // powers of ten
};

using Bits = google::protobuf::RepeatedField<double>;
using Pick = std::function<const Bits&(const v1::PointErrors&)>;

PlotSeries SeriesOf(const v1::AnalyzeResponse& response, int argument, const Scale& scale,
                    const std::string& label, const Pick& pick) {
  PlotSeries series{label, {}, {}};
  for (const v1::PointErrors& point : response.points()) {
    const Bits& bits = pick(point);
    if (bits.empty()) continue;
    series.dots.push_back(
        {scale.Place(point.arguments(argument)), *std::max_element(bits.begin(), bits.end())});
  }
  std::stable_sort(series.dots.begin(), series.dots.end(),
                   [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
  const int count = static_cast<int>(series.dots.size());
  for (int i = 0; i < count; ++i) {
    const int first = std::max(0, i - kNeighbours), last = std::min(count - 1, i + kNeighbours);
    double sum = 0;
    for (int k = first; k <= last; ++k) sum += series.dots[static_cast<size_t>(k)].y;
    series.points.push_back({series.dots[static_cast<size_t>(i)].x, sum / (last - first + 1)});
  }
  return series;
}

}  // namespace

Plot AccuracyPlot(const v1::AnalyzeResponse& response, int argument) {
  const Scale scale(response, argument);
  Plot plot;
  plot.x_label = response.arguments(argument);
  plot.y_label = "bits of error";
  plot.x_ticks = scale.Ticks();
  plot.series.push_back(
      SeriesOf(response, argument, scale, "as written",
               [](const v1::PointErrors& point) -> const Bits& { return point.as_written(); }));
  plot.series.push_back(
      SeriesOf(response, argument, scale, "simplified",
               [](const v1::PointErrors& point) -> const Bits& { return point.simplified(); }));
  if (response.has_improved()) {
    plot.series.push_back(
        SeriesOf(response, argument, scale, "improved",
                 [](const v1::PointErrors& point) -> const Bits& { return point.improved(); }));
  }
  return plot;
}

}  // namespace formulary::cli
