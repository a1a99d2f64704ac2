#include "client/cli/plot.h"

#include <gmock/gmock.h>

#include <cmath>

#include "client/cli/figure.h"
#include "client/cli/terminal_plot.h"

namespace formulary::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string TickTexts(double low, double high, int count) {
  std::string text;
  for (const Tick& tick : NiceTicks(low, high, count)) text += tick.label + " ";
  return text;
}

TEST(NiceTicksTest, RoundNumbers) {
  EXPECT_EQ(TickTexts(0, 1, 6), "0.0 0.2 0.4 0.6 0.8 1.0 ");
  EXPECT_EQ(TickTexts(-4, 4, 9), "-4 -3 -2 -1 0 1 2 3 4 ");
  EXPECT_EQ(TickTexts(-0.3, 0.31, 4), "-0.2 0.0 0.2 ");
  EXPECT_EQ(TickTexts(0, 123456789, 4), "0 5e+07 1e+08 ");
  EXPECT_EQ(TickTexts(1e-8, 3e-8, 4), "1e-08 2e-08 3e-08 ");
  EXPECT_EQ(TickTexts(1000.001, 1000.002, 4), "1000.0010 1000.0015 1000.0020 ");
}

TEST(NiceTicksTest, NeverTooMany) {
  for (double low : {-1e300, -7.3, 0.0, 1e-12}) {
    for (double width : {1e-9, 0.1, 3.0, 1e5, 1e300}) {
      for (int count = 2; count < 12; ++count) {
        const std::vector<Tick> ticks =
            NiceTicks(low, low + std::max(width, std::fabs(low) * 1e-6), count);
        EXPECT_LE(ticks.size(), static_cast<size_t>(count));
        EXPECT_GE(ticks.size(), 1u) << low << ' ' << width << ' ' << count;
      }
    }
  }
}

Plot Line(std::vector<PlotPoint> points) { return {"x", {{"y", std::move(points)}}, {}}; }

TEST(PlotTest, RangesAreNeverEmpty) {
  const double nan = std::nan("");
  for (const Plot& plot :
       {Line({}), Line({{1, 5}}), Line({{nan, nan}}), Line({{0, 1e308}, {1, -1e308}}),
        Line({{1, 2}, {1, 2}}), Line({{0, HUGE_VAL}, {1, 3}})}) {
    const PlotRange range = RangeOf(plot);
    EXPECT_LT(range.x_low, range.x_high);
    EXPECT_LT(range.y_low, range.y_high);
    EXPECT_TRUE(std::isfinite(range.y_high - range.y_low));
  }
}

TEST(PlotTest, ThinningKeepsExtremesAndGaps) {
  std::vector<PlotPoint> points(100'000);
  for (size_t i = 0; i < points.size(); ++i)
    points[i] = {static_cast<double>(i), std::sin(0.01 * static_cast<double>(i))};
  points[4321].y = 99;
  points[777].y = std::nan("");
  const std::vector<PlotPoint> thin = Thinned(points, 100);
  EXPECT_LE(thin.size(), 500u);
  EXPECT_EQ(RunsOf(thin).size(), 2u);
  double highest = 0;
  for (const PlotPoint& point : thin)
    highest = std::max(highest, std::isnan(point.y) ? 0 : point.y);
  EXPECT_EQ(highest, 99);
  EXPECT_EQ(thin.back().x, 99'999);
}

TEST(PlotTest, SegmentsAreClipped) {
  const PlotRange range{0, 1, 0, 1};
  PlotPoint a{-1, 0.5}, b{2, 0.5};
  EXPECT_TRUE(ClipSegment(range, &a, &b));
  EXPECT_DOUBLE_EQ(a.x, 0);
  EXPECT_DOUBLE_EQ(b.x, 1);
  PlotPoint c{-1, 0.9}, d{0.2, 3};
  EXPECT_FALSE(ClipSegment(range, &c, &d));
  PlotPoint e{0.1, 0.2}, f{0.3, 0.4};
  EXPECT_TRUE(ClipSegment(range, &e, &f));
  EXPECT_EQ(e.x, 0.1);
  EXPECT_EQ(f.y, 0.4);
}

Plot Parabola() {
  std::vector<PlotPoint> points;
  for (int i = -10; i <= 10; ++i) points.push_back({i / 5.0, i * i / 25.0});
  return Line(points);
}

TEST(TerminalPlotTest, BrailleGolden) {
  EXPECT_EQ(
      "\n" + DrawTerminalPlot(Parabola(), {.width = 44, .height = 8, .utf8 = true, .color = false}),
      R"(
   y
4 ┤⠱⡀                                     ⢀⠎
  │ ⠘⢄                                   ⡠⠃
  │  ⠈⠲⡀                               ⢀⠖⠁
  │    ⠈⢢                             ⡔⠁
2 ┤      ⠑⢢                         ⡔⠊
  │        ⠑⢢⡀                   ⢀⡔⠊
  │          ⠈⠑⠤⣀             ⣀⠤⠊⠁
0 ┤              ⠑⠒⠦⠤⣀⣀⣀⣀⣀⠤⠴⠒⠊
  └┬─────────┬─────────┬─────────┬─────────┬
  -2        -1         0         1         2
                       x
)");
}

TEST(TerminalPlotTest, AsciiGolden) {
  EXPECT_EQ("\n" + DrawTerminalPlot(Parabola(),
                                    {.width = 34, .height = 6, .utf8 = false, .color = false}),
            R"(
   y
4 +**                           **
  | **                         **
  |   **                     **
2 +     ***               ****
  |        ***         ****
0 +           **********
  ++--------------+--------------+
  -2              0              2
                  x
)");
}

TEST(TerminalPlotTest, SeveralSeriesAreToldApart) {
  Plot plot = Parabola();
  plot.series.push_back({"z", {{-2, 0}, {2, 4}}});
  const std::string marks =
      DrawTerminalPlot(plot, {.width = 40, .height = 6, .utf8 = true, .color = false});
  EXPECT_THAT(marks, HasSubstr("* y   + z"));
  EXPECT_THAT(marks, Not(HasSubstr("\x1b[")));
  const std::string color =
      DrawTerminalPlot(plot, {.width = 40, .height = 6, .utf8 = true, .color = true});
  EXPECT_THAT(color, HasSubstr("\x1b[34m──\x1b[0m y   \x1b[31m──\x1b[0m z"));
}

TEST(TerminalPlotTest, GapsAndEmptyPlotsDraw) {
  const double nan = std::nan("");
  EXPECT_THAT(DrawTerminalPlot(Line({{0, 1}, {1, nan}, {2, 3}}), {.width = 30, .height = 5}),
              HasSubstr("┤"));
  EXPECT_FALSE(DrawTerminalPlot(Line({}), {.width = 5, .height = 1}).empty());
  EXPECT_FALSE(DrawTerminalPlot(Line({{0, -1e308}, {1, 1e308}}), {}).empty());
  Plot limited = Parabola();
  limited.y_limits = {1, 2};
  EXPECT_THAT(DrawTerminalPlot(limited, {.width = 40, .height = 8}), HasSubstr("2.0 ┤"));
}

TEST(FigureTest, SvgHoldsAxesLabelsAndLines) {
  Plot plot = Parabola();
  plot.series[0].label = "a<b & c";
  const std::string svg = *DrawFigure(plot, FigureFormat::kSvg);
  EXPECT_TRUE(
      svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"560\""));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  for (const char* part : {">-2.0</text>", ">1.5</text>", ">x</text>", ">a&lt;b &amp; c</text>",
                           "stroke=\"#0072b2\" stroke-width=\"2\"", "rotate(-90", "clip-path"}) {
    EXPECT_THAT(svg, HasSubstr(part));
  }
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(FigureTest, GapsSplitLinesAndLegendNamesThem) {
  const double nan = std::nan("");
  const Plot plot = {
      "t",
      {{"first", {{0, 0}, {1, 1}, {2, nan}, {3, 1}, {4, 0}}}, {"second", {{0, 1}, {4, HUGE_VAL}}}},
      {}};
  const std::string svg = *DrawFigure(plot, FigureFormat::kSvg);
  size_t lines = 0;
  for (size_t at = svg.find("stroke=\"#0072b2\""); at != std::string::npos;
       at = svg.find("stroke=\"#0072b2\"", at + 1))
    ++lines;
  EXPECT_EQ(lines, 3u);  // two runs and the legend's sample
  EXPECT_THAT(svg, HasSubstr(">first</text>"));
  EXPECT_THAT(svg, HasSubstr(">second</text>"));
  EXPECT_THAT(svg, HasSubstr("<circle"));  // the one finite point of the second
}

TEST(FigureTest, PngIsAPicture) {
  const std::string png = *DrawFigure(Parabola(), FigureFormat::kPng);
  EXPECT_TRUE(png.starts_with("\x89PNG\r\n"));
  EXPECT_GT(png.size(), 5000u);
}

}  // namespace
}  // namespace formulary::cli
