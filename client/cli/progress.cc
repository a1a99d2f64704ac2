#include "client/cli/progress.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "client/cli/number_text.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

constexpr absl::Duration kQuiet = absl::Milliseconds(500);
constexpr absl::Duration kInterval = absl::Milliseconds(100);
constexpr int kBarWidth = 30;

}  // namespace

Progress::Progress(Io& io, std::string label, int64_t total, std::function<absl::Time()> clock)
    : io_(io),
      label_(std::move(label)),
      total_(std::max<int64_t>(total, 1)),
      clock_(std::move(clock)),
      start_(clock_()),
      next_draw_(start_ + kQuiet) {}

Progress::Progress(Io& io, std::string label, int64_t total)
    : Progress(io, std::move(label), total, [] { return absl::Now(); }) {}

Progress::~Progress() {
  if (drawn_) io_.err << "\r\x1b[K" << std::flush;
}

void Progress::Update(int64_t done) {
  if (!io_.terminal.err_is_terminal) return;
  const absl::Time now = clock_();
  if (now < next_draw_) return;
  next_draw_ = now + kInterval;
  drawn_ = true;
  done = std::clamp<int64_t>(done, 0, total_);
  const double part = static_cast<double>(done) / static_cast<double>(total_);
  const int filled = static_cast<int>(part * kBarWidth);
  std::string line =
      client::Cat("\r\x1b[K", label_, " [", std::string(static_cast<size_t>(filled), '#'),
                  std::string(static_cast<size_t>(kBarWidth - filled), '.'), "] ",
                  static_cast<int>(100 * part), "%");
  if (part > 0) {
    const double elapsed = absl::ToDoubleSeconds(now - start_);
    line += client::Cat(", ", DurationText(elapsed / part - elapsed), " to go");
  }
  io_.err << line << std::flush;
}

}  // namespace formulary::cli
