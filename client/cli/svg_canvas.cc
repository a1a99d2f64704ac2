// The SVG canvas: text, so that figures can be read, searched and styled.

#include <cmath>
#include <cstdio>

#include "client/cli/canvas.h"
#include "client/cli/caret.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

// Hundredths of a unit are finer than any screen.
std::string Coordinate(double value) {
  const double rounded = std::round(value * 100) / 100;
  return Cat(rounded == 0 ? 0.0 : rounded);
}

std::string ColorText(const Color& color) {
  char text[16];
  std::snprintf(text, sizeof text, "#%02x%02x%02x",
                static_cast<unsigned>(std::lround(255 * color.red)),
                static_cast<unsigned>(std::lround(255 * color.green)),
                static_cast<unsigned>(std::lround(255 * color.blue)));
  return text;
}

// ` stroke="#112233" stroke-opacity="0.5"`
std::string Paint(std::string_view property, const Color& color) {
  std::string text = Cat(" ", property, "=\"", ColorText(color), "\"");
  if (color.opacity < 1) text += Cat(" ", property, "-opacity=\"", Coordinate(color.opacity), "\"");
  return text;
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else if (static_cast<unsigned char>(c) >= 0x20) {  // XML admits no control characters
      escaped += c;
    }
  }
  return escaped;
}

std::string BoxText(const Box& box) {
  return Cat(" x=\"", Coordinate(box.x), "\" y=\"", Coordinate(box.y), "\" width=\"",
             Coordinate(box.width), "\" height=\"", Coordinate(box.height), "\"");
}

class SvgCanvas final : public Canvas {
 public:
  SvgCanvas(double width, double height) {
    const std::string w = Coordinate(width), h = Coordinate(height);
    file_ = Cat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", w, "\" height=\"", h,
                "\" viewBox=\"0 0 ", w, " ", h,
                "\" font-family=\"DejaVu Sans, Verdana, sans-serif\">\n");
  }

  // A viewer's font is not known here; the mean width of digits in the fonts named above serves.
  double TextWidth(std::string_view text, double size) override {
    return 0.62 * size * static_cast<double>(DisplayWidth(text));
  }

  void Line(const std::vector<PlotPoint>& points, const Color& color, double width) override {
    if (points.size() == 1) {
      file_ += Cat("<circle cx=\"", Coordinate(points[0].x), "\" cy=\"", Coordinate(points[0].y),
                   "\" r=\"", Coordinate(1.5 * width), "\"", Paint("fill", color), "/>\n");
      return;
    }
    file_ += "<polyline points=\"";
    for (const PlotPoint& point : points) {
      file_ += Cat(file_.back() == '"' ? "" : " ", Coordinate(point.x), ",", Coordinate(point.y));
    }
    file_ += Cat("\" fill=\"none\"", Paint("stroke", color), " stroke-width=\"", Coordinate(width),
                 "\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n");
  }

  void Fill(const Box& box, const Color& color) override {
    file_ += Cat("<rect", BoxText(box), Paint("fill", color), "/>\n");
  }

  void Frame(const Box& box, const Color& color, double width) override {
    file_ += Cat("<rect", BoxText(box), " fill=\"none\"", Paint("stroke", color),
                 " stroke-width=\"", Coordinate(width), "\"/>\n");
  }

  void Text(PlotPoint at, std::string_view text, const TextStyle& style) override {
    constexpr std::string_view kAnchors[] = {"start", "middle", "end"};
    const std::string x = Coordinate(at.x), y = Coordinate(at.y);
    file_ += Cat("<text x=\"", x, "\" y=\"", y, "\" font-size=\"", Coordinate(style.size),
                 "\" text-anchor=\"", kAnchors[static_cast<size_t>(style.anchor)], "\"",
                 Paint("fill", style.color));
    if (style.upwards) file_ += Cat(" transform=\"rotate(-90 ", x, " ", y, ")\"");
    file_ += Cat(">", Escaped(text), "</text>\n");
  }

  void BeginClip(const Box& box) override {
    ++clips_;
    file_ += Cat("<clipPath id=\"clip", clips_, "\"><rect", BoxText(box),
                 "/></clipPath>\n<g clip-path=\"url(#clip", clips_, ")\">\n");
  }
  void EndClip() override { file_ += "</g>\n"; }

  absl::StatusOr<std::string> Finish() override { return file_ + "</svg>\n"; }

 private:
  std::string file_;
  int clips_ = 0;
};

}  // namespace

std::unique_ptr<Canvas> MakeSvgCanvas(double width, double height) {
  return std::make_unique<SvgCanvas>(width, height);
}

}  // namespace formulary::cli
