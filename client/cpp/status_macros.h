#ifndef FORMULARY_CLIENT_CPP_STATUS_MACROS_H_
#define FORMULARY_CLIENT_CPP_STATUS_MACROS_H_

// RETURN_IF_ERROR and ASSIGN_OR_RETURN for the client's own .cc files; the client uses nothing of
// server/. Never included by a header, so that no user of the library gets them.

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define FORMULARY_CLIENT_CONCAT_INNER_(x, y) x##y
#define FORMULARY_CLIENT_CONCAT_(x, y) FORMULARY_CLIENT_CONCAT_INNER_(x, y)

// Evaluates `expr` (an absl::Status); returns it from the enclosing function when it is not OK.
#define RETURN_IF_ERROR(expr)                        \
  do {                                               \
    ::absl::Status client_status_ = (expr);          \
    if (!client_status_.ok()) return client_status_; \
  } while (false)

#define FORMULARY_CLIENT_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                                       \
  if (!tmp.ok()) return std::move(tmp).status();           \
  lhs = std::move(tmp).value()

// ASSIGN_OR_RETURN(auto x, F()): x is F()'s value; on failure the enclosing function returns the
// status.
#define ASSIGN_OR_RETURN(lhs, expr)                                                              \
  FORMULARY_CLIENT_ASSIGN_OR_RETURN_(FORMULARY_CLIENT_CONCAT_(client_status_or_, __LINE__), lhs, \
                                     expr)

#endif  // FORMULARY_CLIENT_CPP_STATUS_MACROS_H_
