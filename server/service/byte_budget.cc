#include "server/service/byte_budget.h"

#include "server/base/error.h"
#include "server/base/strings.h"

namespace formulary::service {

absl::Status ByteBudget::Take(size_t bytes) {
  size_t current = in_flight_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit_ || current > limit_ - bytes) {
      const bool never = bytes > limit_;
      return base::MakeError(absl::StatusCode::kResourceExhausted,
                             base::StrCat("the call needs ", bytes, " bytes, which ",
                                          never ? "is over" : "do not fit now into",
                                          " the limit max_inflight_bytes = ", limit_),
                             {.reason = "INFLIGHT_BYTES",
                              .metadata = {{"limit_name", "max_inflight_bytes"},
                                           {"limit", base::StrCat(limit_)},
                                           {"actual", base::StrCat(bytes)}},
                              .retry_after_seconds = never ? 0 : 0.1});
    }
  } while (!in_flight_.compare_exchange_weak(current, current + bytes, std::memory_order_relaxed));
  return absl::OkStatus();
}

}  // namespace formulary::service
