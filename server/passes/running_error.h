#ifndef FORMULARY_SERVER_PASSES_RUNNING_ERROR_H_
#define FORMULARY_SERVER_PASSES_RUNNING_ERROR_H_

// Values of an arithmetic region (region.h) with running error bounds, at a few points at once: a
// lane is a point. Called by the judge of rounding (rounding_error.h). What a lane holds depends on
// its own point alone.

#include <array>
#include <cstddef>
#include <vector>

#include "server/expr/program.h"

namespace formulary::passes {

inline constexpr size_t kLanes = 8;
using Lanes = std::array<double, kLanes>;

// Values and the bounds of their errors, in units of 2^-53.
struct BoundedLanes {
  Lanes value = {};
  Lanes error = {};
};

// One thread at a time.
class RunningError {
 public:
  // REQUIRES: `region`, an arithmetic region, outlives it.
  explicit RunningError(const expr::Program& region);

  // By node, up to `last`, for these values of the arguments; what no output needs has none.
  const std::vector<BoundedLanes>& At(const std::vector<Lanes>& arguments, expr::NodeId last);
  std::vector<BoundedLanes> OutputsAt(const std::vector<Lanes>& arguments);

  bool needs(expr::NodeId id) const { return needed_[id.value]; }

 private:
  BoundedLanes Constant(expr::NodeId id) const;
  void Sum(expr::NodeId id);
  void Product(expr::NodeId id);
  void Power(expr::NodeId id);

  const expr::Program& region_;
  const expr::Graph& graph_;
  std::vector<bool> needed_;
  std::vector<expr::NodeId> varying_;  // arguments and calls that are needed
  std::vector<BoundedLanes> values_;   // constants' stand from the start
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_RUNNING_ERROR_H_
