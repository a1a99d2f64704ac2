#ifndef FORMULARY_CLIENT_CLI_CANVAS_H_
#define FORMULARY_CLIENT_CLI_CANVAS_H_

// What figures are drawn on: a page with the origin at its upper left corner and units of 1/96
// inch. There are two: PNG by cairo, and SVG written here, because cairo's SVG has outlines where a
// reader wants text.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/plot.h"

namespace formulary::cli {

struct Color {
  double red = 0, green = 0, blue = 0;  // 0 to 1
  double opacity = 1;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

enum class Anchor { kStart, kMiddle, kEnd };

struct TextStyle {
  double size = 13;
  Color color;
  Anchor anchor = Anchor::kStart;
  bool upwards = false;  // turned by 90 degrees, reading from below
};

// One thread at a time.
class Canvas {
 public:
  virtual ~Canvas() = default;

  // Width of a line of text.
  virtual double TextWidth(std::string_view text, double size) = 0;
  // A line through the points; of one point a dot.
  virtual void Line(const std::vector<PlotPoint>& points, const Color& color, double width) = 0;
  virtual void Fill(const Box& box, const Color& color) = 0;
  virtual void Frame(const Box& box, const Color& color, double width) = 0;
  // `at` is on the base line, at the text's start, middle or end.
  virtual void Text(PlotPoint at, std::string_view text, const TextStyle& style) = 0;
  // Until EndClip only what lies in the box shows.
  virtual void BeginClip(const Box& box) = 0;
  virtual void EndClip() = 0;
  // The file. Call once, last.
  virtual absl::StatusOr<std::string> Finish() = 0;
};

// `scale`: pixels to a unit.
std::unique_ptr<Canvas> MakePngCanvas(double width, double height, double scale);
std::unique_ptr<Canvas> MakeSvgCanvas(double width, double height);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_CANVAS_H_
