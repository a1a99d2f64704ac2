#include "client/cli/terminal_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "client/cli/caret.h"
#include "client/cli/table.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

constexpr std::array<std::string_view, 6> kColors = {"\x1b[34m", "\x1b[31m", "\x1b[32m",
                                                     "\x1b[35m", "\x1b[33m", "\x1b[36m"};
constexpr std::string_view kNoColor = "\x1b[0m";
constexpr std::string_view kMarks = "*+xo#@%&";

// The lines and corners of the axes.
struct Frame {
  std::string_view side, side_tick, corner, bottom, bottom_tick, sample;
};
constexpr Frame kUnicodeFrame = {"│", "┤", "└", "─", "┬", "──"};
constexpr Frame kAsciiFrame = {"|", "+", "+", "-", "+", "--"};

// A grid of cells, each holding dots and the series that set one last. One thread at a time.
class DotGrid {
 public:
  DotGrid(int columns, int rows, bool braille)
      : columns_(columns),
        rows_(rows),
        dots_x_(braille ? 2 : 1),
        dots_y_(braille ? 4 : 1),
        cells_(static_cast<size_t>(columns * rows)) {}

  struct Cell {
    uint8_t dots = 0;
    int8_t series = -1;
  };
  const Cell& at(int column, int row) const {
    return cells_[static_cast<size_t>(row * columns_ + column)];
  }

  int width() const { return columns_ * dots_x_; }
  int height() const { return rows_ * dots_y_; }
  int dots_x() const { return dots_x_; }
  int dots_y() const { return dots_y_; }

  void Line(PlotPoint from, PlotPoint to, int series) {
    const double dx = to.x - from.x, dy = to.y - from.y;
    const int steps = static_cast<int>(std::ceil(std::max({std::fabs(dx), std::fabs(dy), 1.0})));
    for (int i = 0; i <= steps; ++i) {
      const double part = static_cast<double>(i) / steps;
      Dot(static_cast<int>(std::lround(from.x + part * dx)),
          static_cast<int>(std::lround(from.y + part * dy)), series);
    }
  }

 private:
  void Dot(int x, int y, int series) {
    if (x < 0 || x >= width() || y < 0 || y >= height()) return;
    Cell& cell = cells_[static_cast<size_t>(y / dots_y_ * columns_ + x / dots_x_)];
    // Braille patterns number their dots 1 2 3 7 down the left side and 4 5 6 8 down the right.
    constexpr uint8_t kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    cell.dots |= kBits[y % dots_y_][x % dots_x_];
    cell.series = static_cast<int8_t>(series);
  }

  int columns_, rows_, dots_x_, dots_y_;
  std::vector<Cell> cells_;
};

std::string Braille(uint8_t dots) {  // U+2800 + dots
  return {static_cast<char>(0xE2), static_cast<char>(0xA0 | dots >> 6),
          static_cast<char>(0x80 | (dots & 0x3F))};
}

// Draws one plot. Used once.
class Picture {
 public:
  Picture(const Plot& plot, const TerminalPlotOptions& options)
      : plot_(plot),
        options_(options),
        frame_(options.utf8 ? kUnicodeFrame : kAsciiFrame),
        braille_(options.utf8 && (options.color || plot.series.size() == 1)),
        range_(RangeOf(plot)),
        rows_(std::max(options.height, 4)),
        y_ticks_(NiceTicks(range_.y_low, range_.y_high, std::max(3, rows_ / 3))) {
    for (const Tick& tick : y_ticks_)
      label_width_ = std::max(label_width_, DisplayWidth(tick.label));
    columns_ = std::max(10, options.width - static_cast<int>(label_width_) - 2);
  }

  std::string Draw() {
    DotGrid grid(columns_, rows_, braille_);
    for (size_t s = 0; s < plot_.series.size(); ++s) DrawSeries(static_cast<int>(s), &grid);
    std::string text = Legend();
    for (int row = 0; row < rows_; ++row) text += Row(grid, row);
    return text + Bottom(grid);
  }

 private:
  std::string Colored(size_t series, std::string_view text) const {
    if (!options_.color) return std::string(text);
    return Cat(kColors[series % kColors.size()], text, kNoColor);
  }

  void DrawSeries(int series, DotGrid* grid) const {
    for (PlotPoint dot : plot_.series[static_cast<size_t>(series)].dots) {
      PlotPoint same = dot;
      if (!ClipSegment(range_, &dot, &same)) continue;
      grid->Line(Place(dot, *grid), Place(dot, *grid), series);
    }
    const std::vector<PlotPoint> points = Thinned(plot_.series[static_cast<size_t>(series)].points,
                                                  static_cast<size_t>(grid->width()));
    for (const std::vector<PlotPoint>& run : RunsOf(points)) {
      for (size_t i = 0; i < run.size(); ++i) {
        PlotPoint from = run[i == 0 ? 0 : i - 1], to = run[i];
        if (!ClipSegment(range_, &from, &to)) continue;
        grid->Line(Place(from, *grid), Place(to, *grid), series);
      }
    }
  }

  // Where a point lies, in dots.
  PlotPoint Place(PlotPoint point, const DotGrid& grid) const {
    return {(point.x - range_.x_low) / (range_.x_high - range_.x_low) * (grid.width() - 1),
            (range_.y_high - point.y) / (range_.y_high - range_.y_low) * (grid.height() - 1)};
  }

  std::string Legend() const {
    if (plot_.series.empty()) return {};
    const size_t width = static_cast<size_t>(columns_);
    std::string text(label_width_ + 1, ' ');
    size_t used = 0;
    for (size_t s = 0; s < plot_.series.size(); ++s) {
      const std::string label = Shortened(plot_.series[s].label, std::max<size_t>(width / 2, 10));
      const std::string sample =
          braille_ ? std::string(frame_.sample) : std::string(1, kMarks[s % kMarks.size()]);
      const size_t needed = DisplayWidth(label) + 4 + (s == 0 ? 0 : 2);
      if (used > 0 && used + needed > width) {
        text += Cat("\n", std::string(label_width_ + 1, ' '));
        used = 0;
      }
      const bool alone = plot_.series.size() == 1;
      text +=
          alone ? Cat(" ", label) : Cat(used == 0 ? " " : "   ", Colored(s, sample), " ", label);
      used += needed;
    }
    return text + "\n";
  }

  std::string Row(const DotGrid& grid, int row) const {
    std::string label;
    for (const Tick& tick : y_ticks_) {
      const double dots = Place({0, tick.value}, grid).y;
      if (static_cast<int>(std::lround(dots)) / grid.dots_y() == row) label = tick.label;
    }
    std::string text = Cat(std::string(label_width_ - DisplayWidth(label), ' '), label, " ",
                           label.empty() ? frame_.side : frame_.side_tick);
    std::string cells;
    size_t blanks = 0;
    for (int column = 0; column < columns_; ++column) {
      const DotGrid::Cell& cell = grid.at(column, row);
      if (cell.series < 0) {
        ++blanks;
        continue;
      }
      const size_t series = static_cast<size_t>(cell.series);
      cells += std::string(std::exchange(blanks, 0), ' ');
      cells += Colored(
          series, braille_ ? Braille(cell.dots) : std::string(1, kMarks[series % kMarks.size()]));
    }
    return Cat(text, cells, "\n");
  }

  std::string Bottom(const DotGrid& grid) const {
    std::vector<std::string_view> line(static_cast<size_t>(columns_), frame_.bottom);
    const size_t left = label_width_ + 2;
    std::string labels(left + static_cast<size_t>(columns_), ' ');
    size_t free_from = 0;
    const std::vector<Tick> ticks =
        plot_.x_ticks.empty() ? NiceTicks(range_.x_low, range_.x_high, std::max(3, columns_ / 8))
                              : plot_.x_ticks;
    for (const Tick& tick : ticks) {
      const int dots = static_cast<int>(std::lround(Place({tick.value, 0}, grid).x));
      const size_t column = static_cast<size_t>(std::clamp(dots / grid.dots_x(), 0, columns_ - 1));
      const size_t half = tick.label.size() / 2;
      const size_t start = std::min(left + column - std::min(half, left + column),
                                    labels.size() - std::min(labels.size(), tick.label.size()));
      if (start < free_from) continue;
      line[column] = frame_.bottom_tick;
      labels.replace(start, tick.label.size(), tick.label);
      free_from = start + tick.label.size() + 1;
    }
    std::string text = Cat(std::string(label_width_ + 1, ' '), frame_.corner);
    for (const std::string_view piece : line) text += piece;
    labels.erase(labels.find_last_not_of(' ') + 1);
    text += Cat("\n", labels, "\n");
    if (plot_.x_label.empty()) return text;
    const size_t width = DisplayWidth(plot_.x_label), columns = static_cast<size_t>(columns_);
    return Cat(text, std::string(left + (columns > width ? (columns - width) / 2 : 0), ' '),
               plot_.x_label, "\n");
  }

  const Plot& plot_;
  const TerminalPlotOptions& options_;
  const Frame& frame_;
  const bool braille_;
  const PlotRange range_;
  const int rows_;
  const std::vector<Tick> y_ticks_;
  size_t label_width_ = 0;
  int columns_ = 0;
};

}  // namespace

std::string DrawTerminalPlot(const Plot& plot, const TerminalPlotOptions& options) {
  return Picture(plot, options).Draw();
}

}  // namespace formulary::cli
