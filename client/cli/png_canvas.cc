// The PNG canvas: cairo.

#include <cairo.h>

#include <cmath>
#include <numbers>

#include "client/cli/canvas.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

struct DestroySurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct DestroyContext {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};

class PngCanvas final : public Canvas {
 public:
  PngCanvas(double width, double height, double scale)
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                            static_cast<int>(std::lround(width * scale)),
                                            static_cast<int>(std::lround(height * scale)))),
        context_(cairo_create(surface_.get())) {
    cairo_scale(context_.get(), scale, scale);
    cairo_select_font_face(context_.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_line_join(context_.get(), CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(context_.get(), CAIRO_LINE_CAP_ROUND);
  }

  double TextWidth(std::string_view text, double size) override {
    cairo_text_extents_t extents;
    cairo_set_font_size(context_.get(), size);
    cairo_text_extents(context_.get(), std::string(text).c_str(), &extents);
    return extents.x_advance;
  }

  void Line(const std::vector<PlotPoint>& points, const Color& color, double width) override {
    if (points.empty()) return;
    SetColor(color);
    if (points.size() == 1) {
      cairo_arc(context_.get(), points[0].x, points[0].y, 1.5 * width, 0, 2 * std::numbers::pi);
      return cairo_fill(context_.get());
    }
    for (const PlotPoint& point : points) cairo_line_to(context_.get(), point.x, point.y);
    cairo_set_line_width(context_.get(), width);
    cairo_stroke(context_.get());
  }

  void Fill(const Box& box, const Color& color) override {
    SetColor(color);
    cairo_rectangle(context_.get(), box.x, box.y, box.width, box.height);
    cairo_fill(context_.get());
  }

  void Frame(const Box& box, const Color& color, double width) override {
    SetColor(color);
    cairo_set_line_width(context_.get(), width);
    cairo_rectangle(context_.get(), box.x, box.y, box.width, box.height);
    cairo_stroke(context_.get());
  }

  void Text(PlotPoint at, std::string_view text, const TextStyle& style) override {
    const double width = TextWidth(text, style.size);
    const double shift = style.anchor == Anchor::kStart    ? 0
                         : style.anchor == Anchor::kMiddle ? width / 2
                                                           : width;
    SetColor(style.color);
    cairo_save(context_.get());
    cairo_translate(context_.get(), at.x, at.y);
    if (style.upwards) cairo_rotate(context_.get(), -std::numbers::pi / 2);
    cairo_move_to(context_.get(), -shift, 0);
    cairo_show_text(context_.get(), std::string(text).c_str());
    cairo_new_path(
        context_.get());  // text leaves a current point, from which the next line would start
    cairo_restore(context_.get());
  }

  void BeginClip(const Box& box) override {
    cairo_save(context_.get());
    cairo_rectangle(context_.get(), box.x, box.y, box.width, box.height);
    cairo_clip(context_.get());
  }
  void EndClip() override { cairo_restore(context_.get()); }

  absl::StatusOr<std::string> Finish() override {
    cairo_status_t status = cairo_status(context_.get());
    std::string file;
    const auto append = [](void* to, const unsigned char* data, unsigned length) {
      static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
      return CAIRO_STATUS_SUCCESS;
    };
    if (status == CAIRO_STATUS_SUCCESS) {
      status = cairo_surface_write_to_png_stream(surface_.get(), append, &file);
    }
    if (status == CAIRO_STATUS_SUCCESS) return file;
    return absl::UnknownError(
        client::Cat("the picture could not be drawn: ", cairo_status_to_string(status)));
  }

 private:
  void SetColor(const Color& color) {
    cairo_set_source_rgba(context_.get(), color.red, color.green, color.blue, color.opacity);
  }

  std::unique_ptr<cairo_surface_t, DestroySurface> surface_;
  std::unique_ptr<cairo_t, DestroyContext> context_;
};

}  // namespace

std::unique_ptr<Canvas> MakePngCanvas(double width, double height, double scale) {
  return std::make_unique<PngCanvas>(width, height, scale);
}

}  // namespace formulary::cli
