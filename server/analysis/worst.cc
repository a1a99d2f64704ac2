#include "server/analysis/worst.h"

#include <algorithm>

#include "server/analysis/ordinal.h"
#include "server/base/status_macros.h"

namespace formulary::analysis {
namespace {

constexpr int kFirstStep = 54, kStepShrink = 4;  // steps of 2^54, 2^50, ... numbers
// Arguments that are moved; of more, the first ones.
constexpr size_t kMovedArguments = 16;

}  // namespace

absl::Status FindWorse(const SampleSpace& space, const ExactEvaluator& exact,
                       const NaiveRunner& runner, size_t output, expr::DType format,
                       Checkpoint checkpoint, ErrorSummary* summary) {
  const size_t arguments = std::min(space.dimensions(), kMovedArguments);
  int tries = 0;
  for (int exponent = kFirstStep; exponent >= 0; exponent -= kStepShrink) {
    for (size_t k = 0; k < arguments; ++k) {
      for (const int64_t sign : {-1, 1}) {
        if (++tries > kWorstTries) return absl::OkStatus();
        RETURN_IF_ERROR(checkpoint());
        std::vector<double> point = summary->worst;
        point[k] = space.Moved(k, point[k], sign * (int64_t{1} << exponent));
        if (point[k] == summary->worst[k]) continue;
        const ExactValue value = exact.Outputs(point)[output];
        if (!value.usable()) continue;
        ASSIGN_OR_RETURN(const std::vector<double> got, runner.Run(absl::MakeConstSpan(point)));
        const double bits = BitsOfError(got[output], value.value, format);
        if (bits <= summary->max_bits) continue;
        summary->max_bits = bits;
        summary->worst = std::move(point);
        summary->expected = value.value;
        summary->got = got[output];
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace formulary::analysis
