#include "client/cli/plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "client/cli/number_text.h"

namespace formulary::cli {
namespace {

bool IsFinite(const PlotPoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

// Beyond this, differences of coordinates would overflow.
constexpr double kLargest = 1e300;

void Widen(double* low, double* high) {
  if (*low > *high) {
    *low = 0;
    *high = 1;
  }
  *low = std::clamp(*low, -kLargest, kLargest);
  *high = std::clamp(*high, -kLargest, kLargest);
  const double scale = std::max(std::fabs(*low), std::fabs(*high));
  // A constant, up to rounding noise.
  if (*high - *low <= 1e-13 * scale || *high - *low < 1e-300) {
    const double margin = scale == 0 ? 1 : 0.1 * scale;
    *low -= margin;
    *high += margin;
  }
}

std::string TickLabel(double value, double step, double largest) {
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  if (std::fabs(value) < 1e-9 * step) value = 0;
  if (largest >= 1e6 || decimals > 5) {
    return NumberText(
        value, std::max(1, 1 + static_cast<int>(std::ceil(std::log10(largest / step) - 1e-9))));
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

}  // namespace

PlotRange RangeOf(const Plot& plot) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  PlotRange range{kInfinity, -kInfinity, kInfinity, -kInfinity};
  const auto include = [&range](const PlotPoint& point) {
    if (!IsFinite(point)) return;
    range.x_low = std::min(range.x_low, point.x);
    range.x_high = std::max(range.x_high, point.x);
    range.y_low = std::min(range.y_low, point.y);
    range.y_high = std::max(range.y_high, point.y);
  };
  for (const PlotSeries& series : plot.series) {
    for (const PlotPoint& point : series.points) include(point);
    for (const PlotPoint& point : series.dots) include(point);
  }
  if (plot.y_limits.has_value()) {
    range.y_low = plot.y_limits->first;
    range.y_high = plot.y_limits->second;
  }
  Widen(&range.x_low, &range.x_high);
  Widen(&range.y_low, &range.y_high);
  return range;
}

std::vector<PlotPoint> Thinned(const std::vector<PlotPoint>& points, size_t buckets) {
  if (buckets == 0 || points.size() <= 4 * buckets) return points;
  std::vector<PlotPoint> kept;
  const size_t stride = (points.size() + buckets - 1) / buckets;
  for (size_t begin = 0; begin < points.size(); begin += stride) {
    const size_t end = std::min(points.size(), begin + stride);
    std::vector<size_t> keep = {begin, end - 1};
    std::optional<size_t> least, greatest;
    for (size_t i = begin; i < end; ++i) {
      if (!IsFinite(points[i])) {
        if (keep.size() == 2) keep.push_back(i);
        continue;
      }
      if (!least.has_value() || points[i].y < points[*least].y) least = i;
      if (!greatest.has_value() || points[i].y > points[*greatest].y) greatest = i;
    }
    if (least.has_value()) keep.insert(keep.end(), {*least, *greatest});
    std::sort(keep.begin(), keep.end());
    keep.erase(std::unique(keep.begin(), keep.end()), keep.end());
    for (const size_t i : keep) kept.push_back(points[i]);
  }
  return kept;
}

std::vector<std::vector<PlotPoint>> RunsOf(const std::vector<PlotPoint>& points) {
  std::vector<std::vector<PlotPoint>> runs;
  bool open = false;
  for (const PlotPoint& point : points) {
    if (!IsFinite(point)) {
      open = false;
      continue;
    }
    if (!open) runs.emplace_back();
    runs.back().push_back(point);
    open = true;
  }
  return runs;
}

bool ClipSegment(const PlotRange& range, PlotPoint* a, PlotPoint* b) {
  // Liang and Barsky, "A new concept and method for line clipping", 1984: the parameters where the
  // segment enters and leaves each of the four half planes.
  const double dx = b->x - a->x, dy = b->y - a->y;
  const double direction[4] = {-dx, dx, -dy, dy};
  const double distance[4] = {a->x - range.x_low, range.x_high - a->x, a->y - range.y_low,
                              range.y_high - a->y};
  double enter = 0, leave = 1;
  for (int side = 0; side < 4; ++side) {
    if (direction[side] == 0) {
      if (distance[side] < 0) return false;
      continue;
    }
    const double at = distance[side] / direction[side];
    if (direction[side] < 0) enter = std::max(enter, at);
    if (direction[side] > 0) leave = std::min(leave, at);
  }
  if (!(enter <= leave)) return false;
  const PlotPoint start = *a;
  // Ends that stay keep their bits, so that the next segment of a line starts where this one ends.
  if (enter > 0) *a = {start.x + enter * dx, start.y + enter * dy};
  if (leave < 1) *b = {start.x + leave * dx, start.y + leave * dy};
  return true;
}

std::vector<Tick> NiceTicks(double low, double high, int count) {
  const double raw = (high - low) / std::max(1, count - 1);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  std::vector<Tick> ticks;
  const double largest = std::max(std::fabs(low), std::fabs(high));
  for (const double factor : {0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0}) {
    const double step = factor * power;
    // The smallest step that gives few enough ticks. Half a thousandth of a step of grace, so that
    // rounding does not lose a tick at either end.
    const double first = std::ceil(low / step - 5e-4), last = std::floor(high / step + 5e-4);
    if (last - first + 1 > count) continue;
    for (double i = first; i <= last; i += 1)
      ticks.push_back({i * step, TickLabel(i * step, step, largest)});
    return ticks;
  }
  return ticks;
}

}  // namespace formulary::cli
