#ifndef FORMULARY_CLIENT_CLI_PROGRESS_H_
#define FORMULARY_CLIENT_CLI_PROGRESS_H_

// A progress bar for long work: on a terminal's standard error, and nowhere else.

#include <cstdint>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "client/cli/terminal.h"

namespace formulary::cli {

// One thread at a time. The destructor wipes the bar.
class Progress {
 public:
  // `total` in the unit of Update; `clock` is absl::Now but for tests.
  Progress(Io& io, std::string label, int64_t total, std::function<absl::Time()> clock);
  Progress(Io& io, std::string label, int64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  // Says how much is done; draws at most ten times a second, and not within the first half second.
  void Update(int64_t done);

 private:
  Io& io_;
  const std::string label_;
  const int64_t total_;
  const std::function<absl::Time()> clock_;
  const absl::Time start_;
  absl::Time next_draw_;
  bool drawn_ = false;
};

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_PROGRESS_H_
