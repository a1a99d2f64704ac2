#ifndef FORMULARY_SERVER_PASSES_ROUNDING_ERROR_H_
#define FORMULARY_SERVER_PASSES_ROUNDING_ERROR_H_

// Whether another form of an arithmetic region rounds as well as the first: running error bounds
// (first order, in units of the rounding unit) of both at a fixed set of points, among them some
// near the zeros of either form's sums. Points depend on the forms and on what is known of the
// atoms alone, so the answer is the same everywhere and always.

#include <array>
#include <optional>
#include <vector>

#include "server/expr/program.h"
#include "server/passes/running_error.h"

namespace formulary::passes {

// Holds other forms against one. One thread at a time.
class RoundingJudge {
 public:
  // REQUIRES: `original` outlives it.
  explicit RoundingJudge(const expr::Program& original) : original_(original), before_(original) {}

  // True when at every point where the original is finite each output of `changed` has its value
  // within both bounds, and a bound of at most twice that of the original, or 4 ulp. REQUIRES: both
  // have the same arguments and outputs.
  bool RoundsAsWell(const expr::Program& changed);

  // Where both are evaluated, a lane each, and the original's outputs there.
  struct Points {
    std::vector<Lanes> at;                   // by argument
    std::array<bool, kLanes> counts = {};    // whether the lane is a point
    std::vector<BoundedLanes> outputs = {};  // by output

    // Whether the outputs of the other form serve where the original's do.
    bool Allow(RunningError* changed) const;
  };

 private:
  const std::vector<Points>& Samples();
  const std::vector<Points>& Zeros();

  const expr::Program& original_;
  RunningError before_;
  std::optional<std::vector<Points>> samples_, zeros_;  // made when they are wanted
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_ROUNDING_ERROR_H_
