#ifndef FORMULARY_SERVER_BASE_STATUS_MACROS_H_
#define FORMULARY_SERVER_BASE_STATUS_MACROS_H_

// RETURN_IF_ERROR and ASSIGN_OR_RETURN: the only ways a failure travels up. Used everywhere; these
// are the only macros that leave their file.

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define FORMULARY_CONCAT_INNER_(x, y) x##y
#define FORMULARY_CONCAT_(x, y) FORMULARY_CONCAT_INNER_(x, y)

// Evaluates `expr` (an absl::Status); returns it from the enclosing function when it is not OK.
#define RETURN_IF_ERROR(expr)                              \
  do {                                                     \
    ::absl::Status formulary_status_ = (expr);             \
    if (!formulary_status_.ok()) return formulary_status_; \
  } while (false)

#define FORMULARY_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                                \
  if (!tmp.ok()) return std::move(tmp).status();    \
  lhs = std::move(tmp).value()

// ASSIGN_OR_RETURN(auto x, F()): x is F()'s value; on failure the enclosing function returns the
// status.
#define ASSIGN_OR_RETURN(lhs, expr) \
  FORMULARY_ASSIGN_OR_RETURN_(FORMULARY_CONCAT_(formulary_status_or_, __LINE__), lhs, expr)

#endif  // FORMULARY_SERVER_BASE_STATUS_MACROS_H_
