#include "client/cli/figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "client/cli/canvas.h"
#include "client/cli/table.h"

namespace formulary::cli {
namespace {

constexpr double kWidth = 900, kHeight = 560;
constexpr double kTextSize = 14, kGap = 8, kMargin = 18, kLineWidth = 2;
constexpr double kDotWidth = 2, kDotOpacity = 0.4;
constexpr double kTextHeight = 0.73 * kTextSize;  // of digits and capitals
constexpr Color kInk = {0.15, 0.15, 0.15}, kGrid = {0.89, 0.89, 0.89}, kAxis = {0.45, 0.45, 0.45};

// Okabe and Ito's palette, which people with any colour vision can tell apart
// (jfly.uni-koeln.de/color).
constexpr std::array<Color, 7> kSeriesColors = {{{0.000, 0.447, 0.698},
                                                 {0.835, 0.369, 0.000},
                                                 {0.000, 0.620, 0.451},
                                                 {0.800, 0.475, 0.655},
                                                 {0.902, 0.624, 0.000},
                                                 {0.337, 0.706, 0.914},
                                                 {0.200, 0.200, 0.200}}};

// Draws one plot. Used once.
class FigureDrawing {
 public:
  FigureDrawing(const Plot& plot, Canvas* canvas)
      : plot_(plot), canvas_(canvas), range_(RangeOf(plot)) {
    // The highest and lowest points stand clear of the frame.
    if (!plot.y_limits.has_value()) {
      const double margin = 0.04 * (range_.y_high - range_.y_low);
      range_.y_low -= margin;
      range_.y_high += margin;
    }
    y_ticks_ = NiceTicks(range_.y_low, range_.y_high, 8);
    x_ticks_ = plot.x_ticks.empty() ? NiceTicks(range_.x_low, range_.x_high, 10) : plot.x_ticks;
    LayOut();
  }

  void Draw() {
    canvas_->Fill({0, 0, kWidth, kHeight}, {1, 1, 1});
    DrawAxes();
    canvas_->BeginClip(area_);
    for (size_t s = 0; s < plot_.series.size(); ++s) DrawDots(s);
    for (size_t s = 0; s < plot_.series.size(); ++s) DrawSeries(s);
    canvas_->EndClip();
    canvas_->Frame(area_, kAxis, 1);
    if (plot_.series.size() > 1) DrawLegend();
  }

 private:
  void LayOut() {
    double labels = 0;
    for (const Tick& tick : y_ticks_)
      labels = std::max(labels, canvas_->TextWidth(tick.label, kTextSize));
    const bool titled = !YLabel().empty();
    const double left = kMargin + labels + kGap + (titled ? kTextSize + kGap : 0);
    const double bottom =
        kMargin + kTextHeight + kGap + (plot_.x_label.empty() ? 0 : kTextSize + kGap);
    double right = kMargin;
    if (!x_ticks_.empty()) right += canvas_->TextWidth(x_ticks_.back().label, kTextSize) / 2;
    area_ = {left, kMargin, kWidth - left - right, kHeight - bottom - kMargin};
  }

  std::string YLabel() const {
    if (!plot_.y_label.empty()) return plot_.y_label;
    return plot_.series.size() == 1 ? plot_.series[0].label : std::string();
  }

  PlotPoint Place(PlotPoint point) const {
    return {area_.x + (point.x - range_.x_low) / (range_.x_high - range_.x_low) * area_.width,
            area_.y + (range_.y_high - point.y) / (range_.y_high - range_.y_low) * area_.height};
  }

  void DrawAxes() {
    const double bottom = area_.y + area_.height, right = area_.x + area_.width;
    for (const Tick& tick : y_ticks_) {
      const double y = Place({0, tick.value}).y;
      canvas_->Line({{area_.x, y}, {right, y}}, kGrid, 1);
      canvas_->Text({area_.x - kGap, y + kTextHeight / 2}, tick.label,
                    {kTextSize, kInk, Anchor::kEnd});
    }
    for (const Tick& tick : x_ticks_) {
      const double x = Place({tick.value, 0}).x;
      canvas_->Line({{x, area_.y}, {x, bottom}}, kGrid, 1);
      canvas_->Text({x, bottom + kGap + kTextHeight}, tick.label,
                    {kTextSize, kInk, Anchor::kMiddle});
    }
    if (!plot_.x_label.empty()) {
      canvas_->Text({area_.x + area_.width / 2, kHeight - kMargin}, Shortened(plot_.x_label, 90),
                    {kTextSize, kInk, Anchor::kMiddle});
    }
    if (!YLabel().empty()) {
      canvas_->Text({kMargin + kTextHeight, area_.y + area_.height / 2}, Shortened(YLabel(), 56),
                    {kTextSize, kInk, Anchor::kMiddle, true});
    }
  }

  void DrawDots(size_t s) {
    Color color = kSeriesColors[s % kSeriesColors.size()];
    color.opacity = kDotOpacity;
    for (const PlotPoint& dot : plot_.series[s].dots) {
      const bool shown = dot.x >= range_.x_low && dot.x <= range_.x_high && dot.y >= range_.y_low &&
                         dot.y <= range_.y_high;
      if (shown) canvas_->Line({Place(dot)}, color, kDotWidth);
    }
  }

  void DrawSeries(size_t s) {
    const std::vector<PlotPoint> points =
        Thinned(plot_.series[s].points, static_cast<size_t>(kWidth));
    for (const std::vector<PlotPoint>& run : RunsOf(points)) {
      // Clipped here, too: coordinates far off the page are more than either format can hold.
      std::vector<PlotPoint> line;
      for (size_t i = 0; i < run.size(); ++i) {
        PlotPoint from = run[i == 0 ? 0 : i - 1], to = run[i];
        if (!ClipSegment(range_, &from, &to)) {
          Flush(s, &line);
          continue;
        }
        const PlotPoint start = Place(from), end = Place(to);
        if (line.empty() || start.x != line.back().x || start.y != line.back().y) {
          Flush(s, &line);
          line.push_back(start);
        }
        if (i > 0 && (end.x != start.x || end.y != start.y)) line.push_back(end);
      }
      Flush(s, &line);
    }
  }

  void Flush(size_t s, std::vector<PlotPoint>* line) {
    if (!line->empty()) canvas_->Line(*line, kSeriesColors[s % kSeriesColors.size()], kLineWidth);
    line->clear();
  }

  void DrawLegend() {
    constexpr double kSample = 26, kRow = 1.5 * kTextSize;
    double text_width = 0;
    for (const PlotSeries& series : plot_.series) {
      text_width = std::max(text_width, canvas_->TextWidth(Shortened(series.label, 48), kTextSize));
    }
    Box box;
    box.width = kSample + text_width + 3 * kGap;
    box.height = kRow * static_cast<double>(plot_.series.size()) + kGap;
    PlaceLegend(&box);
    canvas_->Fill(box, {1, 1, 1, 0.85});
    canvas_->Frame(box, kGrid, 1);
    for (size_t s = 0; s < plot_.series.size(); ++s) {
      const double y = box.y + kGap / 2 + (static_cast<double>(s) + 0.5) * kRow;
      const double x = box.x + kGap;
      canvas_->Line({{x, y}, {x + kSample, y}}, kSeriesColors[s % kSeriesColors.size()],
                    kLineWidth);
      canvas_->Text({x + kSample + kGap, y + kTextHeight / 2}, Shortened(plot_.series[s].label, 48),
                    {kTextSize, kInk});
    }
  }

  size_t Hides(const Box& box, PlotPoint point) const {
    const PlotPoint at = Place(point);
    return at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + box.height
               ? 1
               : 0;
  }

  // Into the corner that hides the fewest points.
  void PlaceLegend(Box* box) const {
    constexpr double kInset = 10;
    const double left = area_.x + kInset, right = area_.x + area_.width - box->width - kInset;
    const double top = area_.y + kInset, bottom = area_.y + area_.height - box->height - kInset;
    const std::array<PlotPoint, 4> corners = {
        {{right, top}, {left, top}, {right, bottom}, {left, bottom}}};
    size_t fewest = SIZE_MAX;
    for (const PlotPoint& corner : corners) {
      size_t hidden = 0;
      for (const PlotSeries& series : plot_.series) {
        for (const PlotPoint& point : Thinned(series.points, static_cast<size_t>(kWidth)))
          hidden += Hides({corner.x, corner.y, box->width, box->height}, point);
        for (const PlotPoint& dot : series.dots)
          hidden += Hides({corner.x, corner.y, box->width, box->height}, dot);
      }
      if (hidden >= fewest) continue;
      fewest = hidden;
      box->x = corner.x;
      box->y = corner.y;
    }
  }

  const Plot& plot_;
  Canvas* canvas_;
  PlotRange range_;
  std::vector<Tick> x_ticks_, y_ticks_;
  Box area_;
};

}  // namespace

absl::StatusOr<std::string> DrawFigure(const Plot& plot, FigureFormat format) {
  const std::unique_ptr<Canvas> canvas = format == FigureFormat::kPng
                                             ? MakePngCanvas(kWidth, kHeight, 2)
                                             : MakeSvgCanvas(kWidth, kHeight);
  FigureDrawing(plot, canvas.get()).Draw();
  return canvas->Finish();
}

}  // namespace formulary::cli
