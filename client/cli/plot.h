#ifndef FORMULARY_CLIENT_CLI_PLOT_H_
#define FORMULARY_CLIENT_CLI_PLOT_H_

// What is plotted, whatever it is drawn with: lines over one axis, their range, and the ticks of an
// axis. Filled by the eval command, drawn by terminal_plot.cc and figure.cc.

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace formulary::cli {

struct PlotPoint {
  double x = 0;
  double y = 0;
};

// A line through its points in their order; points that are not finite leave gaps.
struct PlotSeries {
  std::string label;
  std::vector<PlotPoint> points;
  std::vector<PlotPoint> dots = {};  // beside the line, in its colour, lighter
};

struct Tick {
  double value;
  std::string label;
};

struct Plot {
  std::string x_label;
  std::vector<PlotSeries> series;
  std::optional<std::pair<double, double>> y_limits;  // else what the points need
  std::string y_label = {};                           // empty: of a single series its own label
  std::vector<Tick> x_ticks = {};                     // empty: chosen by the range
};

struct PlotRange {
  double x_low = 0, x_high = 1;
  double y_low = 0, y_high = 1;
};

// The range of the finite points; widened where it is empty or a single value, and never so large
// that its width overflows.
PlotRange RangeOf(const Plot& plot);

// The same picture with fewer points: at most about `buckets` * 4, keeping first, last, least and
// greatest of every run of neighbours, and gaps.
std::vector<PlotPoint> Thinned(const std::vector<PlotPoint>& points, size_t buckets);

// The runs of finite points between gaps.
std::vector<std::vector<PlotPoint>> RunsOf(const std::vector<PlotPoint>& points);

// The part of the segment from a to b that lies in the range; false when none does.
bool ClipSegment(const PlotRange& range, PlotPoint* a, PlotPoint* b);

// At most `count` ticks at multiples of 1, 2 or 5 times a power of ten within [low, high], with
// labels just long enough to tell them apart. REQUIRES: low < high, finite; count >= 2.
std::vector<Tick> NiceTicks(double low, double high, int count);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_PLOT_H_
