#ifndef FORMULARY_SERVER_SERVICE_LIMITS_H_
#define FORMULARY_SERVER_SERVICE_LIMITS_H_

// The limits that decoding needs, as whole numbers, taken from engine::Options once.

#include <cstddef>
#include <limits>

#include "server/engine/options.h"
#include "server/expr/program_builder.h"

namespace formulary::service {

// A limit as a count; what no count reaches saturates.
inline size_t ToCount(double limit) {
  if (!(limit > 0)) return 0;
  constexpr double kTop = 9.0e18;
  return limit >= kTop ? static_cast<size_t>(kTop) : static_cast<size_t>(limit);
}

struct RequestLimits {
  explicit RequestLimits(const engine::Options& options)
      : expression(options.expression_limits()),
        max_rank(ToCount(options.max_rank)),
        max_elements(ToCount(options.max_elements)),
        max_batch_items(ToCount(options.max_batch_items)) {}

  expr::Limits expression;
  size_t max_rank;
  size_t max_elements;
  size_t max_batch_items;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_LIMITS_H_
